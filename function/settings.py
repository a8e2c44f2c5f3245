"""The settings: every variable of the environment that is read, and the only place where one is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final
from urllib.parse import urlsplit

import resizer_core as core


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. Read once, at the start; a wrong value stops it with the variable's name.

    Attributes:
        originals: URL of the store that is read.
        derivatives: URL of the store that is written; not the same one (rule 18).
        base_url: of the delivery distribution, without a slash at the end: where redirects lead (rule 11).
        access: what is answered.
        presets: what ``p-NAME`` stands for.
        watermarks: where in their store the pictures are that ``wm-NAME`` stands for.
        watermarks_store: URL of that store; empty is that of the originals.
        signing_keys: newest first.
        origin_secrets: one of them has to be in the header ``x-resizer-secret``; none asks for no secret.
        limits: how large originals and derivatives may be.
        svg: whether SVG originals are read.
        defaults: format and quality where a SPEC says nothing.
        cache_control: stored with derivatives whose SPEC has no ``v-``.
        metrics: the namespace of the metrics; empty, which no variable can say, writes none.
    """

    originals: str
    derivatives: str
    base_url: str
    access: core.Access = core.Access.OPEN
    presets: Mapping[str, core.Spec] = field(default_factory=dict)
    watermarks: Mapping[str, str] = field(default_factory=dict)
    watermarks_store: str = ""
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
        if settings.originals.rstrip("/") == settings.derivatives.rstrip("/"):
            raise ValueError("RESIZER_DERIVATIVES: expected another store than RESIZER_ORIGINALS")
        if settings.access is core.Access.SIGNED and not settings.signing_keys:
            raise ValueError("RESIZER_SIGNING_KEYS: expected at least one key with RESIZER_ACCESS=signed")
        if settings.access is core.Access.PRESETS and not settings.presets:
            raise ValueError("RESIZER_PRESETS: expected at least one preset with RESIZER_ACCESS=presets")
        for name, spec in settings.presets.items():
            for operation in spec.operations:
                # As the grammar writes it: wm-NAME-position and so on.
                if operation.name == "wm" and str(operation).split("-")[1] not in settings.watermarks:
                    raise ValueError(f"RESIZER_WATERMARKS: expected that of the preset {name!r}: {operation}")
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


def _watermarks(text: str) -> dict[str, str]:
    named = _json(text)
    if not isinstance(named, dict) or not all(isinstance(key, str) and key for key in named.values()):
        raise ValueError("got something else")
    for name in named:
        try:
            core.parse_spec(f"orig_wm-{name}")
        except ValueError as error:
            raise ValueError(f"the watermark {name!r}: {error}") from error
        if "-" in name or "_" in name or name != name.lower():
            raise ValueError(f"the watermark {name!r}: a name is made of a-z, 0-9 and dots")
    return named


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
    if text not in list(core.Access):
        raise ValueError(f"got {text!r}")
    return core.Access(text)


def _printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("got a character that is not printable ASCII")
    return text


_LIMITS: Final = tuple(limit.name for limit in fields(core.Limits))

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
        name="RESIZER_WATERMARKS",
        field="watermarks",
        expected='a JSON object of names and keys, such as {"logo": "marks/logo.png"}',
        read=_watermarks,
    ),
    Variable(
        name="RESIZER_WATERMARKS_STORE",
        field="watermarks_store",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder",
        read=str,
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
        read=_printable,
    ),
    Variable(
        name="RESIZER_METRICS_NAMESPACE",
        field="metrics",
        expected="the namespace of the metrics",
        read=_printable,
    ),
    *(
        Variable(
            name=f"RESIZER_MAX_{name.upper()}", field=name, expected="a whole number above 0", read=_count
        )
        for name in _LIMITS
    ),
)
