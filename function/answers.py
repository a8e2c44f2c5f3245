"""The answers: what an outcome and what an error becomes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import resizer_core as core
from function.conditional import Stored, choose
from function.events import Call, MethodNotAllowed

Answer = dict[str, Any]

NO_STORE: Final = "no-store"
#: How long a client should wait before it asks again, seconds.
RETRY_AFTER: Final = "2"
#: On every hop (rule 22): the chain of redirects crosses hosts, after which browsers send the origin "null".
#: A page with ``Cross-Origin-Embedder-Policy: require-corp`` shows nothing that has no
#: ``Cross-Origin-Resource-Policy``, and a script sees when a picture came only by ``Timing-Allow-Origin``.
EVERYWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }
)


#: The media type of what a store keeps none for.
_UNKNOWN: Final = "application/octet-stream"
#: What is said where a condition or a range cannot be met, by S3's names.
_UNMET: Final[Mapping[HTTPStatus, Mapping[str, str]]] = MappingProxyType(
    {
        HTTPStatus.PRECONDITION_FAILED: {
            "error": "PreconditionFailed",
            "message": "this is not the version that If-Match or If-Unmodified-Since asks for",
        },
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: {
            "error": "InvalidRange",
            "message": "the picture ends before the range begins",
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResponse:
    """Say what an error becomes.

    Attributes:
        status: the answer's.
        cache_control: how long the answer may be kept.
        text: what is shown; None shows the error's own text, which is safe to show.
        metric: what is counted.
    """

    status: HTTPStatus
    cache_control: str = "public, max-age=60"
    text: str | None = None
    metric: str = "Refused"


#: The only place where an error becomes an answer. A subclass without a row takes its parent's.
ERROR_RESPONSES: Final[Mapping[type[Exception], ErrorResponse]] = MappingProxyType(
    {
        MethodNotAllowed: ErrorResponse(status=HTTPStatus.METHOD_NOT_ALLOWED),
        core.InvalidSpec: ErrorResponse(status=HTTPStatus.BAD_REQUEST),
        core.InvalidKey: ErrorResponse(status=HTTPStatus.BAD_REQUEST),
        core.NotAllowed: ErrorResponse(status=HTTPStatus.FORBIDDEN),
        core.SourceNotFound: ErrorResponse(
            status=HTTPStatus.NOT_FOUND, cache_control="public, max-age=10", metric="SourceMissing"
        ),
        core.SourceForbidden: ErrorResponse(
            status=HTTPStatus.FORBIDDEN, text="the original may not be read", metric="SourceMissing"
        ),
        core.UnsupportedFormat: ErrorResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        core.LimitExceeded: ErrorResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY),
        core.CorruptImage: ErrorResponse(
            status=HTTPStatus.UNPROCESSABLE_ENTITY, text="the original is damaged or cut short"
        ),
        core.RequestError: ErrorResponse(status=HTTPStatus.BAD_REQUEST),
        core.SourceError: ErrorResponse(
            status=HTTPStatus.UNPROCESSABLE_ENTITY, text="the original cannot be used"
        ),
        core.StorageError: ErrorResponse(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            cache_control=NO_STORE,
            text="the store cannot be reached, try again",
            metric="Failed",
        ),
        core.ConfigurationError: ErrorResponse(
            # Neither the viewer nor a second try can mend it; not kept, since it counts once it is mended.
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            cache_control=NO_STORE,
            text="a setting of this site is wrong",
            metric="Failed",
        ),
        Exception: ErrorResponse(
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            cache_control=NO_STORE,
            text="internal error",
            metric="Failed",
        ),
    }
)


def error_response(error: Exception) -> ErrorResponse:
    """The row of the nearest class that has one."""
    return next(ERROR_RESPONSES[kind] for kind in type(error).__mro__ if kind in ERROR_RESPONSES)


def redirect(location: str, *, negotiated: bool) -> Answer:
    """To ``location``, and never kept (rule 4)."""
    vary = {"vary": "Accept"} if negotiated else {}
    return _reply(HTTPStatus.FOUND, NO_STORE, {"location": location, **vary})


def refusal(error: Exception) -> Answer:
    """Answer with what the table says of ``error``."""
    row = error_response(error)
    text = row.text if row.text is not None else str(error)
    headers = {}
    if row.status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = RETRY_AFTER
    if row.status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = "GET, HEAD"
    # Nothing but the names of the public tree: another class may say more than a stranger should know.
    name = type(error).__name__ if isinstance(error, core.ResizerError) else "InternalError"
    return _reply(row.status, row.cache_control, headers, message={"error": name, "message": text})


def found(done: core.ProduceResult, call: Call) -> Answer:
    """The bytes of what was stored already: never a redirect, so that no loop can last (rule 9)."""
    if done.body is None:
        text = "it is stored, but too large for an answer of this function; try again"
        return _reply(
            HTTPStatus.SERVICE_UNAVAILABLE,
            NO_STORE,
            {"retry-after": RETRY_AFTER},
            message={"error": "StoredAlready", "message": text},
        )
    return _picture(HTTPStatus.OK, NO_STORE, done, call)


def fits(done: core.ProduceResult) -> bool:
    """Say whether the picture can be in an answer."""
    return done.body is not None and done.size <= core.MAX_ANSWER_BYTES


def as_stored(done: core.ProduceResult, call: Call) -> Answer:
    """Answer with a picture that fits as S3 does on the next view, its headers and status included.

    The ETag of what this call made is the MD5 of its bytes. S3 gives it the same one; a store that gives
    another sends the picture once more to whoever asks for changes.

    Source: S3 API reference, "Object": of what one PUT wrote, and no key of KMS encrypts.
    """
    body = bytes(done.body or b"")
    etag = done.etag or hashlib.md5(body, usedforsecurity=False).hexdigest()
    stored = Stored(size=len(body), etag=etag, modified=done.modified)
    choice = choose(call.conditions, stored)
    if choice.status in _UNMET:
        return _reply(choice.status, NO_STORE, choice.headers, message=_UNMET[choice.status])
    headers = {
        "content-type": done.media_type or _UNKNOWN,
        "cache-control": done.cache_control,
        "content-disposition": done.content_disposition,
        **{f"x-amz-meta-{name}": value for name, value in done.metadata.items()},
        **stored.headers,
        **choice.headers,
    }
    part = body[choice.part]
    if call.method == "HEAD" and choice.status is not HTTPStatus.NOT_MODIFIED:
        headers["content-length"] = str(len(part))
    known = {name: value for name, value in headers.items() if value}
    return _with_bytes({"statusCode": int(choice.status), "headers": {**EVERYWHERE, **known}}, part, call)


def fallback(done: core.ProduceResult, call: Call) -> Answer:
    """Answer with the picture that stands in for a missing original, kept as long as any other 404."""
    row = ERROR_RESPONSES[core.SourceNotFound]
    return _picture(row.status, row.cache_control, done, call)


def _picture(status: HTTPStatus, cache_control: str, done: core.ProduceResult, call: Call) -> Answer:
    answer = _reply(status, cache_control, {"content-type": done.media_type or _UNKNOWN})
    return _with_bytes(answer, bytes(done.body or b""), call)


def _with_bytes(answer: Answer, body: bytes, call: Call) -> Answer:
    sent = b"" if call.method == "HEAD" else body
    return answer | {"body": base64.b64encode(sent).decode("ascii"), "isBase64Encoded": True}


def _reply(
    status: HTTPStatus,
    cache_control: str,
    headers: Mapping[str, str],
    *,
    message: Mapping[str, str] | None = None,
) -> Answer:
    body = ""
    own = {"cache-control": cache_control}
    if message is not None:
        body = json.dumps(message)
        own["content-type"] = "application/json"
    return {
        "statusCode": int(status),
        "headers": {**EVERYWHERE, **own, **headers},
        "body": body,
        "isBase64Encoded": False,
    }
