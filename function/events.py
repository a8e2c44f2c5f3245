"""Read events of every kind as calls of one form.

The kinds are HTTP API (payload 2.0), REST API and payload 1.0, function URL, and the direct event of the
2016 tutorial, ``{"size": "100x100", "image": "cat.jpg"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

import resizer_core as core
from resizer_core import CONDITIONAL_HEADERS, MethodNotAllowed

Event = Mapping[str, Any]

#: The header in which the generator distribution proves that the request came through it (rule 24).
SECRET_HEADER: Final = "x-resizer-secret"  # noqa: S105  its name, not its value
#: The header in which CloudFront names the viewer, as ``address:port``. CloudFront replaces what the viewer
#: sent in it. Trust the header only if the secret came with it. Source: CloudFront developer guide, "Add
#: CloudFront request headers".
VIEWER_HEADER: Final = "cloudfront-viewer-address"


class BadEvent(core.RequestError):
    """The event is of no known kind."""


class Call(NamedTuple):
    """Hold what an event of any kind asks for.

    Attributes:
        path: decoded exactly once. Nobody has checked it yet, so it may be anything.
        method: GET or HEAD.
        accept: the ``Accept`` header, or "".
        conditions: the request's headers among ``CONDITIONAL_HEADERS``: they ask for a part of a picture, or
            for a picture that has changed.
        secret: the value of ``x-resizer-secret``, or "".
        viewer: the viewer's address, from CloudFront's header, or "".
        source: the address of the API's caller, or "". This is CloudFront, or a caller who went round it.
        direct: whether it is the tutorial's event. Its answer is a location, not HTTP.
    """

    path: str
    method: str = "GET"
    accept: str = ""
    conditions: Mapping[str, str] = {}
    secret: str = ""
    viewer: str = ""
    source: str = ""
    direct: bool = False

    def __repr__(self) -> str:
        return f"<Call {self.method} {self.path}>"  # a secret in it would come into logs


def read_event(event: Event) -> Call:
    """Read an event as a call.

    Raises:
        BadEvent: the event is of no known kind.
        MethodNotAllowed: the method is neither GET nor HEAD.
    """
    if isinstance(event.get("size"), str) and isinstance(event.get("image"), str):
        return Call(path=f"/{event['size']}/{event['image']}", direct=True)
    context = event.get("requestContext")
    context = context if isinstance(context, Mapping) else {}
    http = context.get("http")
    if isinstance(http, Mapping) and isinstance(event.get("rawPath"), str):
        method, path = http.get("method"), event["rawPath"]
        if ".lambda-url." in str(context.get("domainName")):
            path = _unquoted(path)  # API Gateway decodes rawPath, a function URL does not (rule 12)
        else:
            path = _without_stage(path, context)
    elif isinstance(event.get("httpMethod"), str) and isinstance(event.get("path"), str):
        method, path = event["httpMethod"], event["path"]
        # Payload 1.0 of an HTTP API has a version and a decoded path; a REST API keeps the path as it came.
        path = _without_stage(path, context) if event.get("version") == "1.0" else _unquoted(path)
    else:
        raise BadEvent("expected an event of API Gateway or a function URL, or one with size and image")
    if method not in ("GET", "HEAD"):
        raise MethodNotAllowed("expected GET or HEAD")
    headers = _headers(event)
    asker = http if isinstance(http, Mapping) else context.get("identity")
    return Call(
        path=path,
        method=method,
        accept=headers.get("accept", ""),
        conditions={name: headers[name] for name in CONDITIONAL_HEADERS if name in headers},
        secret=headers.get(SECRET_HEADER, ""),
        viewer=_address(headers.get(VIEWER_HEADER, "").rpartition(":")[0].strip("[]")),
        source=_address(asker.get("sourceIp") if isinstance(asker, Mapping) else None),
    )


def _headers(event: Event) -> dict[str, str]:
    """Read each header with all its values, joined to one list. Names become lower case.

    Payload 2.0 and a function URL join the values. The ``headers`` of a REST API and of payload 1.0 hold only
    the last value.

    Source: RFC 9110, section 5.3.
    """
    return _joined(event.get("headers")) | _joined(event.get("multiValueHeaders"))


def _joined(headers: object) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, given in headers.items() if isinstance(headers, Mapping) else ():
        key = str(name).lower()
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, str):
                joined[key] = f"{joined[key]},{value}" if key in joined else value
    return joined


def _address(text: object) -> str:
    """Write an IP address in its usual spelling. Give "" for anything else: a log should not hold it."""
    try:
        return "" if "%" in str(text) else str(ip_address(str(text)))
    except ValueError:
        return ""


def _without_stage(path: str, context: Mapping[str, Any]) -> str:
    """Remove the stage from a path. An HTTP API puts it there, unless the stage is ``$default``."""
    stage = context.get("stage")
    if isinstance(stage, str) and stage != "$default" and path.startswith(f"/{stage}/"):
        return path.removeprefix(f"/{stage}")
    return path


def _unquoted(path: str) -> str:
    """Decode a path once. Bytes that are not UTF-8 become lone surrogates, which no key may hold.

    So such a path is refused like any other wrong path, after the check of the secret.
    """
    return unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogateescape")
