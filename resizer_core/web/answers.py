"""Turn outcomes and errors into HTTP answers, for the function behind an API and for a server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar, Final

from resizer_core.errors import (
    ConfigurationError,
    CorruptImage,
    RequestError,
    ResizerError,
    SourceError,
    SourceForbidden,
    SourceNotFound,
    StorageError,
    UnsupportedFormat,
)
from resizer_core.outcome import ProduceResult
from resizer_core.shown import Catalogue
from resizer_core.value import Value, field
from resizer_core.web.conditional import Stored, choose

NO_STORE: Final = "no-store"
#: How long a client should wait before it asks again, s.
RETRY_AFTER: Final = "2"
#: The headers of every hop (rule 22). Redirects cross hosts, and after that browsers send the origin "null".
#: A page with ``Cross-Origin-Embedder-Policy: require-corp`` shows no picture without
#: ``Cross-Origin-Resource-Policy``. A script needs ``Timing-Allow-Origin`` to see when a picture came.
EVERYWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }
)

#: The media type of an object whose store keeps none.
_UNKNOWN: Final = "application/octet-stream"
#: The names and the texts of answers to a condition or a range that cannot be met. The names are S3's.
_UNMET: Final[Mapping[HTTPStatus, tuple[str, str]]] = MappingProxyType(
    {
        HTTPStatus.PRECONDITION_FAILED: (
            "PreconditionFailed",
            "this is not the version that If-Match or If-Unmodified-Since asks for",
        ),
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
            "InvalidRange",
            "the picture ends before the range begins",
        ),
    }
)


class MethodNotAllowed(RequestError):
    """Say that only GET and HEAD are answered."""

    http_status: ClassVar[int] = 405


class Overloaded(ResizerError):
    """Say that too many pictures wait to be made. A retry may help."""

    http_status: ClassVar[int] = 503


class ErrorResponse(Value, kw_only=True):
    """Describe the answer to an error, beside its ``http_status``.

    Attributes:
        cache_control: how long caches may keep the answer.
        text: the text of the answer. None shows the error's own text, which is safe to show.
        metric: the name of the metric that counts it.
    """

    cache_control: str = "public, max-age=60"
    text: str | None = None
    metric: str = "Refused"


#: Nothing else turns an error into an answer. A class without a row of its own takes the row of its parent.
ERROR_RESPONSES: Final[Mapping[type[Exception], ErrorResponse]] = Catalogue(
    "answers",
    {
        RequestError: ErrorResponse(),
        SourceNotFound: ErrorResponse(cache_control="public, max-age=10", metric="SourceMissing"),
        SourceForbidden: ErrorResponse(text="the original may not be read", metric="SourceMissing"),
        UnsupportedFormat: ErrorResponse(),
        CorruptImage: ErrorResponse(text="the original is damaged or cut short"),
        SourceError: ErrorResponse(text="the original cannot be used"),
        StorageError: ErrorResponse(
            cache_control=NO_STORE, text="the store cannot be reached, try again", metric="Failed"
        ),
        Overloaded: ErrorResponse(cache_control=NO_STORE, metric="Failed"),
        # Only the owner can mend this. No cache keeps the answer, so that a repair has an effect at once.
        ConfigurationError: ErrorResponse(
            cache_control=NO_STORE, text="a setting of this site is wrong", metric="Failed"
        ),
        Exception: ErrorResponse(cache_control=NO_STORE, text="internal error", metric="Failed"),
    },
)


def error_response(error: Exception) -> ErrorResponse:
    """Find the row of the nearest class that has one."""
    return next(ERROR_RESPONSES[kind] for kind in type(error).__mro__ if kind in ERROR_RESPONSES)


class Answer(Value, kw_only=True):
    """Hold an HTTP answer.

    Attributes:
        status: the status code.
        headers: the headers, by names in lower case.
        body: the body for a GET. A HEAD gets none.
    """

    status: HTTPStatus
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def redirect(cls, location: str, *, negotiated: bool = False) -> Answer:
        """Redirect to ``location``. No cache keeps this answer (rule 4)."""
        vary = {"vary": "Accept"} if negotiated else {}
        return _answer(HTTPStatus.FOUND, NO_STORE, {"location": location, **vary})

    @classmethod
    def refusal(cls, error: Exception) -> Answer:
        """Answer as the table says for ``error``."""
        row = error_response(error)
        # Only errors of the public tree are named: another class may tell a stranger too much.
        name, status = "InternalError", HTTPStatus.INTERNAL_SERVER_ERROR
        if isinstance(error, ResizerError):
            name, status = type(error).__name__, HTTPStatus(error.http_status)
        text = row.text if row.text is not None else str(error)
        headers = {"allow": "GET, HEAD"} if status is HTTPStatus.METHOD_NOT_ALLOWED else {}
        return cls.message(status, name, text, cache_control=row.cache_control, headers=headers)

    @classmethod
    def message(
        cls,
        status: HTTPStatus,
        name: str,
        text: str,
        *,
        cache_control: str = NO_STORE,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Answer with JSON that says what is wrong."""
        again = {"retry-after": RETRY_AFTER} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
        body = json.dumps({"error": name, "message": text}).encode()
        own = {"content-type": "application/json", **again, **headers}
        return _answer(status, cache_control, own, body)

    @classmethod
    def picture(cls, done: ProduceResult, asked: Mapping[str, str]) -> Answer:
        """Answer with a stored picture or a part of it, as S3 does on the next view.

        The ETag of a new derivative is the MD5 of its bytes. S3 gives it the same ETag. With a store that
        gives another one, a client that asks whether the picture has changed gets it once more.

        Args:
            done: the derivative that was made or read. It must have a body.
            asked: the headers of the request, by names in lower case. Only ``CONDITIONAL_HEADERS`` count.

        Source: S3 API reference, "Object": an object that one PUT wrote, not encrypted with a KMS key.
        """
        body = done.body or b""
        etag = done.etag or hashlib.md5(body, usedforsecurity=False).hexdigest()
        stored = Stored(size=len(body), etag=etag, modified=done.modified)
        choice = choose(asked, stored)
        if choice.status in _UNMET:
            return cls.message(choice.status, *_UNMET[choice.status], headers=choice.headers)
        headers = {
            "content-type": done.media_type or _UNKNOWN,
            "content-disposition": done.content_disposition,
            **stored.headers,
            **choice.headers,
        }
        return _answer(choice.status, done.cache_control, headers, bytes(body[choice.part]))

    @classmethod
    def unkept(cls, done: ProduceResult) -> Answer:
        """Answer with the whole picture. No cache keeps this answer."""
        return _whole(HTTPStatus.OK, NO_STORE, done)

    @classmethod
    def fallback(cls, done: ProduceResult) -> Answer:
        """Answer with the picture of the fallback. Caches keep it as long as any other 404."""
        kept = ERROR_RESPONSES[SourceNotFound].cache_control
        return _whole(HTTPStatus(SourceNotFound.http_status), kept, done)


def _whole(status: HTTPStatus, cache_control: str, done: ProduceResult) -> Answer:
    headers = {"content-type": done.media_type or _UNKNOWN}
    return _answer(status, cache_control, headers, bytes(done.body or b""))


def _answer(status: HTTPStatus, cache_control: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    own = {"cache-control": cache_control, **headers}
    known = {name: value for name, value in own.items() if value}
    return Answer(status=status, headers={**EVERYWHERE, **known}, body=body)
