"""Emulate an API Gateway HTTP API in front of one Lambda function.

Emulated, from the developer guide ("Working with AWS Lambda proxy integrations for HTTP APIs") and from
events recorded by others:

- Payload format 2.0: ``rawPath`` is decoded, ends at a decoded ``?``, and starts with the stage unless that
  is ``$default``. ``rawQueryString`` stays encoded. Names of headers are in lower case, and cookies are
  separate.
- Payload format 1.0: ``path`` is like ``rawPath``. Names of headers are capitalized. The event has headers
  and query twice: with the last value of each name, and with all values.
- One greedy route, ``GET`` and ``HEAD /{key+}``. Anything else is 404 and never reaches the function.
- The body of an answer is base64 if the answer says so. The API answers 500 if the function fails, gives no
  answer or a too large one, or if the API may not invoke it.
- With a rate or a burst of 0 the API answers every call with 429.

Left out: throttling at other rates, time-outs, authorizers, access logs, and several headers of one name.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local_loop.distribution import Clock
from local_loop.http import Request, Response

_log = logging.getLogger(__name__)

#: A Lambda function. It takes an event, and a context that is None here.
LambdaFunction = Callable[[dict[str, Any], Any], Mapping[str, Any]]

#: The methods of the one route.
_RESOURCE = "/{key+}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpApiConfiguration:
    """Configure the API. ``payload_limit`` is Lambda's limit of one synchronous answer, in bytes of its JSON.

    ``throttled`` lets no call through: a rate or a burst of 0. Without ``invokes`` the function's policy does
    not let the API call it.
    """

    domain_name: str
    stage: str = "$default"
    routed_methods: tuple[str, ...] = ("GET", "HEAD")
    payload_format: str = "2.0"
    payload_limit: int = 6 * 1024 * 1024
    throttled: bool = False
    invokes: bool = True

    def __post_init__(self) -> None:
        if not self.stage or "/" in self.stage:
            raise ValueError(f"a stage has a name without a slash, got {self.stage!r}")
        if self.payload_format not in _EVENTS:
            raise ValueError(f"a payload format is one of {', '.join(_EVENTS)}, got {self.payload_format!r}")


class HttpApi:
    """Turn a request into an event, and an answer into a response."""

    def __init__(
        self, configuration: HttpApiConfiguration, function: LambdaFunction, *, clock: Clock
    ) -> None:
        self.configuration = configuration
        self._function = function
        self._clock = clock

    def __call__(self, request: Request) -> Response:
        """Call the function, unless no route fits."""
        if self.configuration.throttled:
            return _message(429, "Too Many Requests")
        if request.method not in self.configuration.routed_methods or request.path == "/":
            return _message(404, "Not Found")
        if not self.configuration.invokes:
            return _message(500, "Internal Server Error")
        event = event_of(request, self.configuration, now=self._clock())
        try:
            answer = self._function(event, None)
        except Exception:  # the service has one answer to all errors
            _log.exception("the function failed")
            return _message(500, "Internal Server Error")
        return _response_of(answer, request, self.configuration)


def event_of(request: Request, configuration: HttpApiConfiguration, *, now: float) -> dict[str, Any]:
    """Write the event in the API's payload format. ``now`` is in seconds since the epoch."""
    return _EVENTS[configuration.payload_format](request, configuration, now)


def _event_1(request: Request, configuration: HttpApiConfiguration, now: float) -> dict[str, Any]:
    key, path = _key_and_path(request, configuration)
    headers = {name.title(): value for name, value in request.headers.items()}
    parameters: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        parameters.setdefault(name, []).append(value)
    request_id = str(uuid.uuid4())
    return {
        "version": "1.0",
        "resource": _RESOURCE,
        "path": path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in parameters.items()} or None,
        "multiValueQueryStringParameters": parameters or None,
        "requestContext": {
            **_who_was_asked(configuration),
            "extendedRequestId": request_id,
            "httpMethod": request.method,
            "identity": {"sourceIp": "127.0.0.1", "userAgent": request.headers.get("user-agent", "")},
            "path": path,
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": _time(now),
            "requestTimeEpoch": int(now * 1000),
            "resourceId": f"{request.method} {_RESOURCE}",
            "resourcePath": _RESOURCE,
            "stage": configuration.stage,
        },
        "pathParameters": {"key": key},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }


def _event_2(request: Request, configuration: HttpApiConfiguration, now: float) -> dict[str, Any]:
    key, path = _key_and_path(request, configuration)
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    route = f"{request.method} {_RESOURCE}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "pathParameters": {"key": key},
        "requestContext": {
            **_who_was_asked(configuration),
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route,
            "stage": configuration.stage,
            "time": _time(now),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if "cookie" in request.headers:
        event["cookies"] = request.headers["cookie"].split("; ")
    if request.query:
        event["queryStringParameters"] = _joined(parse_qsl(request.query, keep_blank_values=True))
    return event


_EVENTS = {"1.0": _event_1, "2.0": _event_2}


def _key_and_path(request: Request, configuration: HttpApiConfiguration) -> tuple[str, str]:
    """Give the route's ``{key+}``, and the path that the function sees."""
    decoded = unquote(request.path, errors="replace").partition("?")[0]
    stage = configuration.stage
    return decoded[1:], decoded if stage == "$default" else f"/{stage}{decoded}"


def _who_was_asked(configuration: HttpApiConfiguration) -> dict[str, str]:
    name = configuration.domain_name.partition(".")[0]
    return {
        "accountId": "anonymous",
        "apiId": name,
        "domainName": configuration.domain_name,
        "domainPrefix": name,
    }


def _time(now: float) -> str:
    return datetime.fromtimestamp(now, tz=UTC).strftime("%d/%b/%Y:%H:%M:%S %z")


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _response_of(answer: Any, request: Request, configuration: HttpApiConfiguration) -> Response:
    try:
        text = answer.get("body") or ""
        if len(text) > configuration.payload_limit:
            raise ValueError(f"the answer is over {configuration.payload_limit} bytes")
        body = base64.b64decode(text, validate=True) if answer.get("isBase64Encoded") else text.encode()
        headers = {name.lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
        response = Response(status=int(answer["statusCode"]), headers=headers, body=body)
    except (AttributeError, KeyError, TypeError, ValueError, binascii.Error):
        return _message(500, "Internal Server Error")
    if request.method == "HEAD":
        length = {"content-length": str(len(body))}
        return Response(status=response.status, headers=length | headers)
    return response


def _message(status: int, text: str) -> Response:
    return Response(
        status=status,
        headers={"content-type": "application/json"},
        body=json.dumps({"message": text}).encode(),
    )
