"""The Lambda entry: an event becomes one call, and its outcome or its error becomes one answer.

Events: HTTP API (payload 2.0), REST API and payload 1.0, function URL, and the direct event of the 2016
tutorial, ``{"size": "100x100", "image": "cat.jpg"}``.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

import resizer_core as core

Event = Mapping[str, Any]
Answer = dict[str, Any]

NO_STORE: Final = "no-store"
#: The header in which the generator distribution proves that the request came through it (rule 24).
SECRET_HEADER: Final = "x-resizer-secret"  # noqa: S105  its name, not its value
#: A derivative that is older than this when the function is asked for it points at a loop; a younger one
#: is one of many viewers who missed at once (rule 9). Seconds.
BENIGN_AGE: Final = 10
#: How long a client should wait before it asks again, seconds.
RETRY_AFTER: Final = "2"
#: On every hop: the chain of redirects crosses hosts, after which browsers send the origin "null" (rule 22).
EVERYWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {"access-control-allow-origin": "*", "x-content-type-options": "nosniff"}
)


# --- settings --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. Read once, at the start; a wrong value stops it with the variable's name.

    Attributes:
        originals: URL of the store that is read.
        derivatives: URL of the store that is written; not the same one (rule 18).
        base_url: of the delivery distribution, without a slash at the end: where redirects lead (rule 11).
        access: what is answered.
        presets: what ``p-NAME`` stands for.
        signing_keys: newest first.
        origin_secrets: one of them has to be in the header ``x-resizer-secret``; none asks for no secret.
        limits: how large originals and derivatives may be.
        svg: whether SVG originals are read.
        defaults: format and quality where a SPEC says nothing.
        cache_control: stored with derivatives whose SPEC has no ``v-``.
        metrics: the namespace of the metrics; empty writes none.
    """

    originals: str
    derivatives: str
    base_url: str
    access: core.Access = core.Access.OPEN
    presets: Mapping[str, core.Spec] = field(default_factory=dict)
    signing_keys: tuple[bytes, ...] = field(default=(), repr=False)
    origin_secrets: tuple[str, ...] = field(default=(), repr=False)
    limits: core.Limits = core.Limits()  # noqa: RUF009  a frozen value
    svg: bool = False
    defaults: core.Defaults = core.Defaults()  # noqa: RUF009  a frozen value
    cache_control: str = "public, max-age=86400, s-maxage=31536000"
    metrics: str = "Resizer"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every variable of the table below.

        Raises:
            ValueError: the text begins with the name of the variable, and says what was expected.
        """
        given: dict[str, Any] = {}
        for variable in VARIABLES:
            text = environ.get(variable.name, "").strip()
            if not text and variable.required:
                raise ValueError(f"{variable.name}: expected {variable.expected}, got nothing")
            if text:
                try:
                    given[variable.field] = variable.read(text)
                except ValueError as error:
                    raise ValueError(f"{variable.name}: expected {variable.expected}; {error}") from error
        limits = {name: given.pop(name) for name in _LIMITS if name in given}
        defaults = {name: given.pop(name) for name in ("format", "quality") if name in given}
        settings = cls(limits=core.Limits(**limits), defaults=core.Defaults(**defaults), **given)
        if settings.originals == settings.derivatives:
            raise ValueError("RESIZER_DERIVATIVES: expected another store than RESIZER_ORIGINALS")
        if settings.access is core.Access.SIGNED and not settings.signing_keys:
            raise ValueError("RESIZER_SIGNING_KEYS: expected at least one key with RESIZER_ACCESS=signed")
        if settings.access is core.Access.PRESETS and not settings.presets:
            raise ValueError("RESIZER_PRESETS: expected at least one preset with RESIZER_ACCESS=presets")
        return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the environment: what it is called, what it sets, how it is read."""

    name: str
    field: str
    expected: str
    read: Callable[[str], Any]
    required: bool = False


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"got {text!r}")
    if parts.path.strip("/"):
        raise ValueError(f"got the path {parts.path!r}: the path of a request is the key of a derivative")
    return f"{parts.scheme}://{parts.netloc}"


def _presets(text: str) -> dict[str, core.Spec]:
    named = _json(text)
    if not isinstance(named, dict):
        raise ValueError("got something else")
    presets = {}
    for name, spec in named.items():
        try:
            presets[name] = core.parse_spec(str(spec))
            core.parse_spec(f"p-{name}", presets=presets)
        except ValueError as error:
            raise ValueError(f"the preset {name!r}: {error}") from error
    return presets


def _quality(text: str) -> dict[str, int]:
    given = _json(text)
    if not isinstance(given, dict) or not all(type(value) is int for value in given.values()):
        raise ValueError("got something else")
    unknown = [name for name in given if name not in core.FORMATS or not core.FORMATS[name].quality]
    if unknown:
        raise ValueError(f"got {unknown[0]!r}, which is no format with a quality")
    return dict(core.Defaults(quality=given).quality)


def _format(text: str) -> str:
    for format in core.FORMATS.values():
        if format.writable and text in (format.name, *format.aliases):
            return format.name
    raise ValueError(f"got {text!r}")


def _secrets(text: str) -> tuple[str, ...]:
    """Several values, in a JSON list or with commas between them."""
    listed = _json(text) if text.startswith("[") else [part.strip() for part in text.split(",")]
    if not isinstance(listed, list) or not all(isinstance(value, str) and value for value in listed):
        raise ValueError("got something else")
    return tuple(listed)


def _signing_keys(text: str) -> tuple[bytes, ...]:
    return tuple(_long(secret).encode() for secret in _secrets(text))


def _origin_secrets(text: str) -> tuple[str, ...]:
    return tuple(_long(secret) for secret in _secrets(text))


def _long(secret: str) -> str:
    if len(secret) < 32:
        raise ValueError(f"got one of {len(secret)} characters")
    return secret


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"got no JSON: {error.msg} at character {error.pos}") from error


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"got {text!r}")
    return text == "1"


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ValueError(f"got {text!r}")
    return int(text)


def _access(text: str) -> core.Access:
    return core.Access(text)


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("got a character that no header may hold")
    return text


_LIMITS: Final = (
    "input_bytes",
    "input_pixels",
    "frames",
    "animation_pixels",
    "output_side",
    "output_pixels",
)

#: Every variable that is read, and the only place where one is.
VARIABLES: Final[tuple[Variable, ...]] = (
    Variable(
        name="RESIZER_ORIGINALS",
        field="originals",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder",
        read=str,
        required=True,
    ),
    Variable(
        name="RESIZER_DERIVATIVES",
        field="derivatives",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder",
        read=str,
        required=True,
    ),
    Variable(
        name="RESIZER_BASE_URL",
        field="base_url",
        expected="the URL of the delivery distribution, such as https://img.example.com",
        read=_base_url,
        required=True,
    ),
    Variable(name="RESIZER_ACCESS", field="access", expected="open, presets or signed", read=_access),
    Variable(
        name="RESIZER_PRESETS",
        field="presets",
        expected='a JSON object of names and SPECs, such as {"thumb": "300x200_fit-cover"}',
        read=_presets,
    ),
    Variable(
        name="RESIZER_SIGNING_KEYS",
        field="signing_keys",
        expected="keys of at least 32 characters, newest first, in a JSON list or with commas",
        read=_signing_keys,
    ),
    Variable(
        name="RESIZER_ORIGIN_SECRETS",
        field="origin_secrets",
        expected="secrets of at least 32 characters, in a JSON list or with commas",
        read=_origin_secrets,
    ),
    Variable(name="RESIZER_SVG", field="svg", expected="0 or 1", read=_switch),
    Variable(
        name="RESIZER_FORMAT", field="format", expected="jpg, png, webp, avif, gif or tif", read=_format
    ),
    Variable(
        name="RESIZER_QUALITY",
        field="quality",
        expected='a JSON object of formats and 1 to 100, such as {"jpg": 80}',
        read=_quality,
    ),
    Variable(
        name="RESIZER_CACHE_CONTROL",
        field="cache_control",
        expected="the value of a Cache-Control header",
        read=_header,
    ),
    Variable(
        name="RESIZER_METRICS_NAMESPACE",
        field="metrics",
        expected="the namespace of the metrics",
        read=_header,
    ),
    *(
        Variable(
            name=f"RESIZER_MAX_{name.upper()}", field=name, expected="a whole number above 0", read=_count
        )
        for name in _LIMITS
    ),
)


# --- answers ---------------------------------------------------------------------------------------


class MethodNotAllowed(core.RequestError):
    """Only GET and HEAD are answered."""


class BadEvent(core.RequestError):
    """The event is of no kind that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What an error becomes.

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
ROWS: Final[Mapping[type[Exception], Row]] = MappingProxyType(
    {
        MethodNotAllowed: Row(status=HTTPStatus.METHOD_NOT_ALLOWED),
        core.InvalidSpec: Row(status=HTTPStatus.BAD_REQUEST),
        core.InvalidKey: Row(status=HTTPStatus.BAD_REQUEST),
        core.NotAllowed: Row(status=HTTPStatus.FORBIDDEN, text="not allowed"),
        core.SourceNotFound: Row(
            status=HTTPStatus.NOT_FOUND, cache_control="public, max-age=10", metric="SourceMissing"
        ),
        core.UnsupportedFormat: Row(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        core.LimitExceeded: Row(status=HTTPStatus.UNPROCESSABLE_ENTITY),
        core.CorruptImage: Row(
            status=HTTPStatus.UNPROCESSABLE_ENTITY, text="the original is damaged or cut short"
        ),
        core.RequestError: Row(status=HTTPStatus.BAD_REQUEST),
        core.SourceError: Row(status=HTTPStatus.UNPROCESSABLE_ENTITY, text="the original cannot be used"),
        core.StorageError: Row(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            cache_control=NO_STORE,
            text="the store cannot be reached, try again",
            metric="Failed",
        ),
        Exception: Row(
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            cache_control=NO_STORE,
            text="internal error",
            metric="Failed",
        ),
    }
)


def row_of(error: Exception) -> Row:
    """The row of the nearest class that has one."""
    return next(ROWS[kind] for kind in type(error).__mro__ if kind in ROWS)


# --- events ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an event asks for, whatever kind it was.

    Attributes:
        path: decoded exactly once.
        method: GET or HEAD.
        accept: the ``Accept`` header, or "".
        secrets: what was in ``x-resizer-secret``, or "".
        direct: whether it is the tutorial's event, which is answered with a location and no HTTP.
    """

    path: str
    method: str = "GET"
    accept: str = ""
    secret: str = field(default="", repr=False)
    direct: bool = False


def read_event(event: Event) -> Call:
    """Make a call of an event.

    Raises:
        BadEvent: it is of no kind that is known.
        MethodNotAllowed: it is neither GET nor HEAD.
        InvalidKey: its path is not UTF-8.
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
    return Call(
        path=path, method=method, accept=headers.get("accept", ""), secret=headers.get(SECRET_HEADER, "")
    )


def _headers(event: Event) -> dict[str, str]:
    headers = event.get("headers")
    if not isinstance(headers, Mapping):
        return {}
    return {str(name).lower(): value for name, value in headers.items() if isinstance(value, str)}


def _without_stage(path: str, context: Mapping[str, Any]) -> str:
    """An HTTP API puts the name of a stage before the path, unless it is ``$default``."""
    stage = context.get("stage")
    if isinstance(stage, str) and stage != "$default" and path.startswith(f"/{stage}/"):
        return path.removeprefix(f"/{stage}")
    return path


def _unquoted(path: str) -> str:
    try:
        return unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise core.InvalidKey("expected a path in UTF-8") from error


# --- the function ----------------------------------------------------------------------------------


class Function:
    """Answers events.

    Args:
        settings: what the environment says.
        originals, derivatives: the stores; opened by their URLs when they are not given.
        write: takes each line of the log, which is one JSON object; standard output when it is not given.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        originals: core.ObjectStore | None = None,
        derivatives: core.ObjectStore | None = None,
        write: Callable[[str], object] | None = None,
    ) -> None:
        self._settings = settings
        self._write = write or sys.stdout.write
        self._resizer = core.Resizer(
            _open("RESIZER_ORIGINALS", settings.originals) if originals is None else originals,
            _open("RESIZER_DERIVATIVES", settings.derivatives) if derivatives is None else derivatives,
            limits=settings.limits,
            formats=core.FORMATS if settings.svg else core.TRUSTED_FORMATS,
            presets=settings.presets,
            access=settings.access,
            keys=settings.signing_keys,
            defaults=settings.defaults,
            cache_control=settings.cache_control,
        )

    def __call__(self, event: Event, context: object = None) -> Answer:
        """Answer one event. Never raises: whatever happens becomes an answer (rule 8)."""
        record = _Record(request_id=str(getattr(context, "aws_request_id", "")))
        try:
            answer = self._answer(event, record)
        except Exception as error:
            answer = self._refusal(error, record)
        record.write(answer, self._settings.metrics, self._write)
        return self._direct(answer, record) if record.call and record.call.direct else answer

    def _answer(self, event: Event, record: _Record) -> Answer:
        if not isinstance(event, Mapping):
            raise BadEvent("expected an event that is a JSON object")
        call = read_event(event)
        record.call = call
        if not call.direct:
            self._check_secret(call.secret)
        done = self._resizer.produce(call.path, accept=call.accept)
        record.done = done
        match done.outcome:
            case core.Outcome.FOUND:
                return _found(done, call)
            case core.Outcome.NEGOTIATED:
                return self._redirect(done, {"vary": "Accept"})
            case _:
                return self._redirect(done)

    def _check_secret(self, secret: str) -> None:
        """Refuse whoever did not come through the generator distribution, before any work (rule 24)."""
        expected = self._settings.origin_secrets
        given = _in_bytes(secret)
        matches = [hmac.compare_digest(given, _in_bytes(known)) for known in expected]
        if expected and not any(matches):
            raise core.NotAllowed("this request did not come through the distribution")

    def _redirect(self, done: core.Derivative, headers: Mapping[str, str] = MappingProxyType({})) -> Answer:
        """Back to the delivery distribution; never kept (rule 4)."""
        return _reply(HTTPStatus.FOUND, NO_STORE, {"location": self._location(done), **headers})

    def _direct(self, answer: Answer, record: _Record) -> Answer:
        """The tutorial's answer: where the picture is, or what was wrong."""
        if record.done:
            return {"location": self._location(record.done)}
        refusal: Answer = json.loads(answer["body"])
        return refusal

    def _location(self, done: core.Derivative) -> str:
        """On the delivery distribution; where that is says the configuration alone (rule 11)."""
        return self._settings.base_url + done.key.path

    def _refusal(self, error: Exception, record: _Record) -> Answer:
        row = row_of(error)
        record.error = error
        record.row = row
        text = row.text if row.text is not None else str(error)
        headers = {}
        if row.status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers["retry-after"] = RETRY_AFTER
        if row.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["allow"] = "GET, HEAD"
        # Nothing but the names of the public tree: another class may say more than a stranger should know.
        name = type(error).__name__ if isinstance(error, core.ResizerError) else "InternalError"
        return _reply(row.status, row.cache_control, headers, message={"error": name, "message": text})


def _open(variable: str, url: str) -> core.ObjectStore:
    try:
        return core.open_store(url)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from error


def _in_bytes(secret: str) -> bytes:
    # JSON can carry half a surrogate pair: no secret of ours, but no reason to fail either.
    return secret.encode("utf-8", "surrogatepass")


def _found(done: core.Derivative, call: Call) -> Answer:
    if done.body is None:
        text = "it is stored, but too large for an answer of this function; try again"
        return _reply(
            HTTPStatus.SERVICE_UNAVAILABLE,
            NO_STORE,
            {"retry-after": RETRY_AFTER},
            message={"error": "StoredAlready", "message": text},
        )
    headers = {"content-type": done.media_type or "application/octet-stream"}
    body = b"" if call.method == "HEAD" else bytes(done.body)
    answer = _reply(HTTPStatus.OK, NO_STORE, headers)
    return answer | {"body": base64.b64encode(body).decode("ascii"), "isBase64Encoded": True}


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


# --- logs and metrics ------------------------------------------------------------------------------


class _Record:
    """What is known of one request, for its line in the log: no secret, no signature (rule 28)."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.call: Call | None = None
        self.done: core.Derivative | None = None
        self.error: Exception | None = None
        self.row: Row | None = None
        self._started = time.perf_counter()

    @property
    def metric(self) -> str:
        """What this request counts as."""
        if self.row:
            return self.row.metric
        if self.done is None:
            return "Failed"
        if self.done.outcome is core.Outcome.FOUND:
            return "LoopSuspected" if self.done.age > BENIGN_AGE else "LostRace"
        return _METRICS[self.done.outcome]

    def write(self, answer: Answer, namespace: str, write: Callable[[str], object]) -> None:
        """One JSON object on a line of its own, which CloudWatch reads as log and metrics at once.

        Source: CloudWatch embedded metric format specification.
        """
        total = round((time.perf_counter() - self._started) * 1000, 2)
        timings = {**(self.done.timings if self.done else {}), "total": total}
        line: dict[str, Any] = {
            "level": "ERROR" if answer["statusCode"] >= 500 else "INFO",
            "request_id": self.request_id,
            "status": answer["statusCode"],
            "outcome": self.done.outcome.value if self.done else type(self.error).__name__,
            **self._subject(),
            **{f"{phase}_ms": milliseconds for phase, milliseconds in timings.items()},
        }
        if self.error is not None and answer["statusCode"] >= 500:
            line["exception"] = _without_signature("".join(traceback.format_exception(self.error)))
        if namespace:
            counted = {self.metric: 1}
            units = {self.metric: "Count", **{f"{phase}_ms": "Milliseconds" for phase in timings}}
            line |= counted
            line["_aws"] = {
                "Timestamp": int(time.time() * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": namespace,
                        "Dimensions": [[]],
                        "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
                    }
                ],
            }
        # In ASCII: no character of a path ends the line early or cannot be written.
        write(json.dumps(line) + "\n")

    def _subject(self) -> dict[str, Any]:
        """The SPEC without its signature, the key, and the bytes that went in and out."""
        if self.done is None:
            return {"path": _path_without_signature(self.call.path)} if self.call else {}
        return {
            "spec": str(self.done.key.spec.unsigned),
            "key": self.done.key.source,
            "bytes_in": self.done.original_size,
            "bytes_out": self.done.size,
        }


_METRICS: Final[Mapping[core.Outcome, str]] = MappingProxyType(
    {
        core.Outcome.MADE: "Generated",
        core.Outcome.LOST_RACE: "LostRace",
        core.Outcome.MOVED: "Redirected",
        core.Outcome.NEGOTIATED: "Redirected",
    }
)


#: A signature wherever it stands: in a text of a library, or behind a slash too many.
_SIGNATURE: Final = re.compile(r"_(?:s|signature)-[a-z2-7]{16}(?![a-z0-9])", re.IGNORECASE)


def _path_without_signature(path: str) -> str:
    """A path that may be no SPEC at all, without anything that could be a signature, a misspelt one too."""
    spec, slash, key = path.removeprefix("/").partition("/")
    kept = (part for part in spec.split("_") if not part.lower().startswith(("s-", "signature-")))
    return _without_signature("/" + "_".join(kept) + slash + key)


def _without_signature(text: str) -> str:
    return _SIGNATURE.sub("", text)


# --- the entry -------------------------------------------------------------------------------------

_function: Function | None = None


def handler(event: Event, context: object = None) -> Answer:
    """What Lambda calls."""
    return _started()(event, context)


def _started() -> Function:
    """The function of this process, with its settings read and checked, its stores opened, libvips loaded.

    Raises:
        ValueError: a variable of the environment is wrong; the text begins with its name.
    """
    global _function
    if _function is None:
        _function = Function(Settings.from_environment(os.environ))
    return _function


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _started()  # while Lambda starts the process, so that no viewer waits for it and a wrong setting stops it
