"""An API Gateway HTTP API with payload format 2.0, in front of one Lambda function.

Emulated, from the developer guide ("Working with AWS Lambda proxy integrations for HTTP APIs") and from
events recorded by others:

- ``rawPath`` is decoded, is cut at a decoded ``?``, and starts with the stage unless that is ``$default``.
- ``rawQueryString`` stays encoded; names of headers are in lower case, cookies stand apart.
- One greedy route, ``GET`` and ``HEAD /{key+}``; anything else is 404 and never reaches the function.
- An answer's body is base64 if it says so; a function that fails, gives no answer, or gives one larger
  than Lambda lets through is 500.

Left out: throttling, time-outs, authorizers, access logs, and several headers of one name.
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
from local_loop.messages import Request, Response

_log = logging.getLogger(__name__)

#: A Lambda function: an event, and a context that this emulation leaves at None.
LambdaFunction = Callable[[dict[str, Any], Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpApiConfiguration:
    """The API. ``payload_limit`` is Lambda's for one synchronous answer, in bytes of its JSON."""

    domain_name: str
    stage: str = "$default"
    routed_methods: tuple[str, ...] = ("GET", "HEAD")
    payload_limit: int = 6 * 1024 * 1024

    def __post_init__(self) -> None:
        if not self.stage or "/" in self.stage:
            raise ValueError(f"a stage has a name without a slash, got {self.stage!r}")


class HttpApi:
    """The piece that turns a request into an event, and an answer into a response."""

    def __init__(
        self, configuration: HttpApiConfiguration, function: LambdaFunction, *, clock: Clock
    ) -> None:
        self.configuration = configuration
        self._function = function
        self._clock = clock

    def __call__(self, request: Request) -> Response:
        """Call the function, unless no route fits."""
        if request.method not in self.configuration.routed_methods or request.path == "/":
            return _message(404, "Not Found")
        event = event_of(request, self.configuration, now=self._clock())
        try:
            answer = self._function(event, None)
        except Exception:  # whatever it is, the service has one answer to it
            _log.exception("the function failed")
            return _message(500, "Internal Server Error")
        return _response_of(answer, request, self.configuration)


def event_of(request: Request, configuration: HttpApiConfiguration, *, now: float) -> dict[str, Any]:
    """The event of payload format 2.0. ``now`` is in seconds since the epoch."""
    decoded = unquote(request.path, errors="replace").partition("?")[0]
    stage = configuration.stage
    path = decoded if stage == "$default" else f"/{stage}{decoded}"
    headers = {name: value for name, value in request.headers.items() if name != "cookie"}
    route = f"{request.method} /{{key+}}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "pathParameters": {"key": decoded[1:]},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": configuration.domain_name.partition(".")[0],
            "domainName": configuration.domain_name,
            "domainPrefix": configuration.domain_name.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route,
            "stage": stage,
            "time": datetime.fromtimestamp(now, tz=UTC).strftime("%d/%b/%Y:%H:%M:%S %z"),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if "cookie" in request.headers:
        event["cookies"] = request.headers["cookie"].split("; ")
    if request.query:
        event["queryStringParameters"] = _joined(parse_qsl(request.query, keep_blank_values=True))
    return event


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
