"""Hold what a site configures: what its SPECs may name, who may ask, and how much is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from resizer_core import formats as known_formats
from resizer_core import operations as known_operations
from resizer_core.formats import Format
from resizer_core.mistakes import check_several, check_type
from resizer_core.model import Buffer
from resizer_core.operations import Operation
from resizer_core.shown import by_fields
from resizer_core.spec import Spec

#: Without Cache-Control a derivative is never kept by the delivery cache (docs/loop.md, rule 17):
#: a day in browsers, a year at the edge.
CACHE_CONTROL: Final = "public, max-age=86400, s-maxage=31536000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limit how large an original and a derivative may be.

    All but ``output_bytes`` are checked before a pixel is decoded.
    The defaults let through what phones and cameras make (a photograph of 102 MP) and keep a function of
    1.5 GB and 29 s out of trouble; ``docs/operating.md`` has the reasons one by one.

    Attributes:
        input_bytes: of the original as stored.
        input_pixels: of one page of the original.
        in_memory_pixels: the same, where the decoder holds all of it in memory: AVIF, WebP, GIF, and a PNG
            that is interlaced or animated.
        pages: frames or pages of an original, whichever are taken: its decoder goes through all of them.
        scans: of a JPEG. Each goes over the whole picture once more.
        frames: of an animation. One with more can still give its first ones.
        animation_pixels: of all frames of an animation together, of the original and of the derivative each.
            Of the original those count that are decoded: for one frame, all before it.
        output_side: width or height of the derivative, px.
        output_pixels: of one frame of the derivative.
        output_bytes: of the derivative as stored; known once it is made.
        cpu_seconds: of a processor, for one derivative, if its original were noise.
    """

    input_bytes: int = 50 * 1024 * 1024
    input_pixels: int = 120_000_000
    in_memory_pixels: int = 45_000_000
    pages: int = 10_000
    scans: int = 50
    frames: int = 500
    animation_pixels: int = 60_000_000
    output_side: int = 8192
    output_pixels: int = 40_000_000
    output_bytes: int = 40_000_000
    cpu_seconds: int = 17

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1, got {getattr(self, name)}")

    __repr__ = by_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Choose format and quality where a SPEC says nothing.

    Attributes:
        format: the name of the output format; None takes the original's if browsers show it, else JPEG,
            or PNG where something shines through.
        quality: 1 to 100 by the name of the format; formats without an entry take the table above.
    """

    format: str | None = None
    quality: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, quality in self.quality.items():
            if not 1 <= quality <= 100:
                raise ValueError(f"the quality of {name} is 1 to 100, got {quality}")


class Access(StrEnum):
    """Say which SPECs are answered. Source: docs/grammar.md, "Access policy"."""

    OPEN = "open"  #: every SPEC within the limits
    PRESETS = "presets"  #: presets alone: in any format, and with a valid signature in any other variant
    SIGNED = "signed"  #: the same, and every SPEC with a valid signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything that is configured about what may be asked for; a SPEC means nothing without it.

    Attributes:
        formats: what is read and written; ``formats.BUILTIN`` reads SVG as well.
        operations: the options that change pixels, by key.
        presets: what ``p-NAME`` stands for.
        watermarks: what ``wm-NAME`` stands for: whole files of pictures, such as ``StoredWatermarks``.
        limits: how large originals and derivatives may be.
        defaults: format and quality where a SPEC says nothing.
        access: which SPECs are answered; its word is taken as well.
        keys: of signatures, newest first.
        cache_control: stored with a derivative whose SPEC has no ``v-``.

    Raises:
        ValueError: the policy is ``signed`` and there is no key.
    """

    formats: Mapping[str, Format] = field(default_factory=lambda: known_formats.TRUSTED, repr=False)
    operations: Mapping[str, type[Operation]] = field(
        default_factory=lambda: known_operations.BUILTIN, repr=False
    )
    presets: Mapping[str, Spec] = field(default_factory=dict)
    watermarks: Mapping[str, Buffer] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    defaults: Defaults = field(default_factory=Defaults)
    access: Access = Access.OPEN
    keys: Sequence[bytes] = field(default=(), repr=False)
    cache_control: str = CACHE_CONTROL

    def __post_init__(self) -> None:
        for name, kind, instead in _PARTS:
            expected = "a mapping by name" if kind is Mapping else f"a value of {kind.__name__}"
            check_type(getattr(self, name), kind, expected=expected, name=name, instead=instead)
        for spec in self.presets.values():
            check_type(spec, Spec, expected="Specs", name="presets", instead="write parse_presets(...)")
        check_several(self.keys, "keys", expected="several keys", instead='write [b"..."]')
        for key in self.keys:
            check_type(key, bytes, expected="bytes", name="keys", instead="write key.encode()")
        object.__setattr__(self, "access", Access(self.access))
        if self.access is Access.SIGNED and not self.keys:
            raise ValueError("expected at least one signing key with the access policy signed, got none")

    __repr__ = by_fields


#: The fields of a Site, what each of them is, and what to write.
_PARTS: Final[tuple[tuple[str, type, str], ...]] = (
    ("formats", Mapping, "write {name: FORMATS[name] for name in ...}"),
    ("operations", Mapping, "write Plugins().operations"),
    ("presets", Mapping, "write parse_presets({name: text})"),
    ("watermarks", Mapping, "write {name: bytes}"),
    ("limits", Limits, "write Limits(...)"),
    ("defaults", Defaults, "write Defaults(...)"),
)

#: What is built in, open to everybody, within the usual limits.
DEFAULT_SITE: Final = Site()


def check_site(site: object) -> None:
    """Refuse what is no Site.

    Raises:
        TypeError: with what to write instead.
    """
    check_type(site, Site, expected="a Site", name="site", instead="write Site(presets=...)")
