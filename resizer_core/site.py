"""Hold the configuration of a site: what its SPECs may name, who may ask, and the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from resizer_core import formats as known_formats
from resizer_core import operations as known_operations
from resizer_core.formats import Format
from resizer_core.mistakes import check_several, check_type
from resizer_core.model import Buffer
from resizer_core.operations import Operation
from resizer_core.shown import Catalogue
from resizer_core.spec import Spec
from resizer_core.value import Value, field

#: The default Cache-Control: a day in browsers, a year at the edge. Without one, the delivery cache never
#: keeps a derivative (docs/loop.md, rule 17).
CACHE_CONTROL: Final = "public, max-age=86400, s-maxage=31536000"


class Limits(Value, kw_only=True):
    """Limit how large an original and a derivative may be.

    Every limit except ``output_bytes`` is checked before a pixel is decoded.
    The defaults allow the pictures of phones and cameras (a photograph of 102 MP). They also protect a
    function of 1.5 GB and 29 s. ``docs/operating.md`` gives the reason for each limit.

    Attributes:
        input_bytes: the size of the original as stored.
        input_pixels: the pixels of one page of the original.
        in_memory_pixels: the same, if the decoder holds the whole picture in memory: AVIF, WebP, GIF, and a
            PNG that is interlaced or animated.
        pages: the frames or pages of an original. All of them count, because its decoder goes through all.
        scans: the scans of a JPEG. Each scan goes over the whole picture once more.
        frames: the frames of an animation. A SPEC can still take one of the first frames of a longer one.
        animation_pixels: the pixels of all frames of an animation together. This limits the original and the
            derivative, each by itself. Only the decoded frames of the original count. For one frame, the
            decoder decodes all frames before it.
        output_side: the width or height of the derivative, px.
        output_pixels: the pixels of one frame of the derivative.
        output_bytes: the size of the derivative as stored. It is known only once the derivative is made.
        cpu_seconds: the processor time for one derivative, if its original were noise, s.
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
        for name, limit in vars(self).items():
            if limit < 1:
                raise ValueError(f"{name} is at least 1, got {limit}")


class Defaults(Value, kw_only=True):
    """Choose the format and the quality for SPECs that say none.

    Attributes:
        format: the name of the output format. None takes the original's format if browsers show it. Otherwise
            it takes PNG for a picture with transparency, and JPEG for others.
        quality: 1 to 100, by the name of the format. Other formats take the built-in quality.
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
    PRESETS = "presets"  #: only presets, in any format; any other variant of a preset needs a signature
    SIGNED = "signed"  #: the same, and every SPEC with a valid signature


class Site(Value, kw_only=True):
    """Hold everything that is configured about SPECs. They have a meaning only together with a site.

    Attributes:
        formats: the formats that are read and written. ``formats.BUILTIN`` reads SVG as well.
        operations: the options that change pixels, by key.
        presets: the SPEC of each ``p-NAME``. The site takes a copy of the mapping.
        watermarks: the picture of each ``wm-NAME``, as a whole file. ``StoredWatermarks`` reads them from a
            store.
        limits: the largest originals and derivatives.
        defaults: the format and the quality for SPECs that say none.
        access: which SPECs are answered, as an ``Access`` or its word.
        keys: the signing keys, newest first.
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
    #: What ``parse_spec`` has read for this site, by its text.
    _parsed: dict[str, Spec] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        # A copy: what has been parsed holds for as long as the site.
        object.__setattr__(self, "presets", Catalogue("presets", self.presets))
        if self.access is Access.SIGNED and not self.keys:
            raise ValueError("expected at least one signing key with the access policy signed, got none")


#: The fields of a Site, the type of each, and what to write.
_PARTS: Final[tuple[tuple[str, type, str], ...]] = (
    ("formats", Mapping, "write {name: FORMATS[name] for name in ...}"),
    ("operations", Mapping, "write Plugins().operations"),
    ("presets", Mapping, "write parse_presets({name: text})"),
    ("watermarks", Mapping, "write {name: bytes}"),
    ("limits", Limits, "write Limits(...)"),
    ("defaults", Defaults, "write Defaults(...)"),
)

#: The site with everything that is built in, open to everybody, and with the default limits.
DEFAULT_SITE: Final = Site()


def check_site(site: object) -> None:
    """Refuse a value that is not a Site.

    Raises:
        TypeError: it is something else. The text says what to write instead.
    """
    check_type(site, Site, expected="a Site", name="site", instead="write Site(presets=...)")
