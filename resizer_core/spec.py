"""The SPEC as a value: what a caller asks for, in one canonical spelling. ``grammar`` reads it from text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

from resizer_core import tokens
from resizer_core.errors import InvalidSpec
from resizer_core.gravity import FocalPoint, Gravity, gravity_at
from resizer_core.model import UPRIGHT, Bounds, Box, Colour, Fit, Orientation, Size, half_up
from resizer_core.operations import Operation, Scalable

#: The longest side that can be asked for, px; ``Limits`` sets the lower one that is answered.
MAX_SIDE: Final = 99_999
#: How far a border may differ from the corner's colour when ``trim`` says nothing, in levels of 255.
DEFAULT_TRIM: Final = 10

#: What a preset may be called.
PRESET_NAME: Final = re.compile(r"[a-z][a-z0-9.]{0,31}")
#: The fields that may be set besides a preset.
AFTER_PRESET: Final = frozenset({"format", "quality", "version", "pixel_ratio", "signature"})
#: What a field may hold, where its type does not say so. Source: docs/grammar.md.
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "page": (1, 9999),
    "trim": (0, 255),
    "quality": (1, 100),
    "max_kb": (1, 20_000),
    "pixel_ratio": (1, 4),
}
TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    "format": re.compile(r"[a-z0-9]{1,15}"),
    "version": re.compile(r"[a-z0-9]{1,16}"),
    "signature": re.compile(r"[a-z2-7]{16}"),
}


class Metadata(StrEnum):
    """What is kept of the original's metadata."""

    NONE = "none"
    COPYRIGHT = "copyright"  #: artist and copyright; never where the picture was taken
    KEEP = "keep"  #: all of it, the place included


class Profile(StrEnum):
    """The colour profile of the derivative."""

    SRGB = "srgb"  #: converted, and stored without a profile: that is what no profile means on the web
    P3 = "p3"  #: converted to Display P3, which is embedded
    KEEP = "keep"  #: not converted; the original's is embedded


@dataclass(frozen=True, slots=True)
class Percent:
    """Both sides in percent of the original's, 1 to 100."""

    value: int

    def __post_init__(self) -> None:
        if not 1 <= self.value <= 100:
            raise ValueError(f"a percentage is 1 to 100, got {self.value}")

    def __str__(self) -> str:
        return f"{self.value}p"


@dataclass(frozen=True, slots=True)
class Original:
    """The size of the original."""

    def __str__(self) -> str:
        return "orig"


@dataclass(frozen=True, slots=True)
class Preset:
    """A name for a SPEC. ``spec`` is what it stands for; it is no preset itself."""

    name: str
    spec: Spec

    def __post_init__(self) -> None:
        if not PRESET_NAME.fullmatch(self.name):
            raise ValueError(
                f"a preset's name is a letter and up to 31 of a-z, 0-9 and dots, got {self.name!r}"
            )
        if isinstance(self.spec.dimensions, Preset) or self.spec.signature:
            raise ValueError(f"preset {self.name} may not name another preset or carry a signature")

    def __str__(self) -> str:
        return f"p-{self.name}"


Dimensions = Bounds | Percent | Original | Preset


@dataclass(frozen=True, slots=True)
class Ratio:
    """The ratio of width to height, reduced: ``Ratio(32, 18)`` is ``Ratio(16, 9)``."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if not (1 <= self.width <= 999 and 1 <= self.height <= 999):
            raise ValueError(f"a ratio is made of 1 to 999, got {self}")
        divisor = math.gcd(self.width, self.height)
        object.__setattr__(self, "width", self.width // divisor)
        object.__setattr__(self, "height", self.height // divisor)

    def __str__(self) -> str:
        return f"{self.width}-{self.height}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """The part of the upright original that is used: whole px, or percent of its sides with one decimal."""

    left: float
    top: float
    width: float
    height: float
    percent: bool = False

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"expected a crop with a width and a height above 0, got {self}")
        if self.left < 0 or self.top < 0:
            raise ValueError(
                f"expected a crop that starts at 0 or further in, got {self.left:g}, {self.top:g}"
            )

    def box(self, size: Size) -> Box:
        """The part as a box of a picture of ``size``: cut off at its edges, never empty.

        Raises:
            ValueError: no pixel of the picture lies in it.
        """
        across, down = (size.width / 100, size.height / 100) if self.percent else (1, 1)
        if self.left * across >= size.width or self.top * down >= size.height:
            raise ValueError(f"the crop begins outside the original, which is {size} px")
        left = min(half_up(self.left * across), size.width - 1)
        top = min(half_up(self.top * down), size.height - 1)
        right = min(size.width, max(left + 1, half_up((self.left + self.width) * across)))
        bottom = min(size.height, max(top + 1, half_up((self.top + self.height) * down)))
        return Box(left=left, top=top, size=Size(right - left, bottom - top))

    @property
    def is_everything(self) -> bool:
        """Whether nothing is cut off, whatever the picture."""
        return self.percent and (self.left, self.top, self.width, self.height) == (0, 0, 100, 100)

    def __str__(self) -> str:
        unit = "p" if self.percent else ""
        return "-".join(
            f"{tokens.format_number(n)}{unit}" for n in (self.left, self.top, self.width, self.height)
        )


class InvalidField(ValueError):
    """A part of a SPEC that is out of its range, or parts that do not go together.

    ``fields`` are at fault; the first of them that was written down is the one to point at.
    """

    def __init__(self, reason: str, *fields: str) -> None:
        super().__init__(reason)
        self.fields = fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What is asked for: nothing about the original, nothing filled in from the configuration.

    Two SPECs that mean the same are equal: what has no effect is folded away when the value is made.
    ``str()`` is the canonical spelling, ``parse_spec(str(spec)) == spec``.

    >>> str(Spec(dimensions=Bounds(300, 200), fit=Fit.COVER, gravity=FocalPoint(100, 50), quality=80))
    '300x200_fit-cover_g-e_q-80'

    Attributes:
        dimensions: the size, the percentage, the size of the original, or a preset.
        page: the one frame or page that is taken, from 1; 1 takes all frames unless ``still``.
        still: only the first frame of an animation.
        crop: the part of the upright original that is used.
        trim: how far a border may differ from the corner's colour to be cut off, 0 to 255.
        turn: rotation and mirroring after the EXIF orientation.
        ratio: to what ratio the picture is cropped.
        fit, gravity, enlarge: how it is brought to size.
        operations: what is done to the pixels afterwards, in order.
        background: what shows through.
        format: a name, ``auto``, or None for the configured default.
        quality: 1 to 100, or None for the configured default.
        max_kb: a ceiling for the size of the derivative, KiB.
        lossless: code without loss.
        metadata, profile: what is kept, what colours are converted to.
        hdr: keep more than 8 bits or the gain map.
        download: stored as an attachment.
        version: a cache buster.
        pixel_ratio: device pixels per CSS pixel. Kept only with a preset; folded into the lengths otherwise.
        signature: 16 characters of base32.
    """

    dimensions: Dimensions
    page: int = 1
    still: bool = False
    crop: Crop | None = None
    trim: int | None = None
    turn: Orientation = UPRIGHT
    ratio: Ratio | None = None
    fit: Fit = Fit.INSIDE
    gravity: Gravity | FocalPoint = Gravity.CENTRE
    enlarge: bool = False
    operations: tuple[Operation, ...] = ()
    background: Colour | None = None
    format: str | None = None
    quality: int | None = None
    max_kb: int | None = None
    lossless: bool = False
    metadata: Metadata = Metadata.NONE
    profile: Profile = Profile.SRGB
    hdr: bool = False
    download: bool = False
    version: str = ""
    pixel_ratio: float = 1
    signature: str = ""

    def __post_init__(self) -> None:
        self._normalise()
        self._check()

    def _normalise(self) -> None:
        """Bring what has no effect to its default, so that equal meanings are equal values."""
        if self.page > 1:
            self._set("still", False)
        if self.crop and self.crop.is_everything:
            self._set("crop", None)
        if not self._has_both_sides:
            self._set("fit", Fit.INSIDE)
        if not (self.ratio or self.fit in (Fit.COVER, Fit.CONTAIN)):
            self._set("gravity", Gravity.CENTRE)
        if isinstance(self.gravity, FocalPoint):
            self._set("gravity", gravity_at(self.gravity))
        kept = (operation for operation in self.operations if str(operation))
        self._set("operations", tuple(sorted(kept, key=_place)))
        if self.pixel_ratio != 1 and not isinstance(self.dimensions, Preset):
            self._multiply(self.pixel_ratio)
            self._set("pixel_ratio", 1)

    def _multiply(self, factor: float) -> None:
        if isinstance(self.dimensions, Bounds):
            sides = (
                side and int(tokens.times(side, factor))
                for side in (self.dimensions.width, self.dimensions.height)
            )
            self._set("dimensions", Bounds(*sides))
        try:
            scaled = (op.scaled(factor) if isinstance(op, Scalable) else op for op in self.operations)
            self._set("operations", tuple(scaled))
        except ValueError as error:
            raise InvalidField(
                f"multiplied by {tokens.format_number(factor)}: {error}", "pixel_ratio"
            ) from error

    def _check(self) -> None:
        if (
            isinstance(self.dimensions, Bounds)
            and max(self.dimensions.width or 1, self.dimensions.height or 1) > MAX_SIDE
        ):
            raise InvalidField(f"expected sides of 1 to {MAX_SIDE} px, got {self.dimensions}", "pixel_ratio")
        for name, (lowest, highest) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not lowest <= value <= highest:
                raise InvalidField(f"expected {name} of {lowest} to {highest}, got {value}", name)
        for name, pattern in TEXTS.items():
            value = getattr(self, name)
            if value and not pattern.fullmatch(value):
                raise InvalidField(f"expected {name} to be {pattern.pattern}, got {value!r}", name)
        if self.ratio and self._has_both_sides:
            raise InvalidField(
                "ar goes with Wx, xH, Np or orig: with both sides the ratio is given already", "ratio"
            )
        if self.gravity.is_smart and self.fit is Fit.CONTAIN:
            raise InvalidField(f"g-{self.gravity} needs something to cut off: fit-cover or ar", "gravity")
        if self.lossless and (self.quality or self.max_kb):
            raise InvalidField(
                "ll excludes q and kb: a lossless picture has no quality", "lossless", "quality", "max_kb"
            )
        if isinstance(self.dimensions, Preset):
            self._check_preset()

    def _check_preset(self) -> None:
        for field in fields(self):
            if field.name not in {"dimensions", *AFTER_PRESET} and getattr(self, field.name) != field.default:
                raise InvalidField("besides a preset only f, q, v, dpr and s may follow", field.name)
        self.resolved  # noqa: B018  what the preset stands for has to go together with f, q and dpr

    @property
    def _has_both_sides(self) -> bool:
        return isinstance(self.dimensions, Bounds) and None not in (
            self.dimensions.width,
            self.dimensions.height,
        )

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def resolved(self) -> Spec:
        """The same without a preset: what the preset stands for, with this SPEC's own options put in."""
        if not isinstance(self.dimensions, Preset):
            return self
        inner = self.dimensions.spec
        return replace(
            inner,
            format=self.format or inner.format,
            quality=self.quality or inner.quality,
            version=self.version or inner.version,
            pixel_ratio=self.pixel_ratio,
        )

    @property
    def unsigned(self) -> Spec:
        """The same without the signature: what is signed."""
        return replace(self, signature="")

    def __str__(self) -> str:
        return "_".join((str(self.dimensions), *self._options()))

    def _options(self) -> Iterator[str]:
        """The options that are not at their default, in canonical order (docs/grammar.md)."""
        if self.page > 1:
            yield f"page-{self.page}"
        if self.still:
            yield "still"
        if self.crop:
            yield f"crop-{self.crop}"
        if self.trim is not None:
            yield "trim" if self.trim == DEFAULT_TRIM else f"trim-{self.trim}"
        yield from _TURNS[self.turn]
        if self.ratio:
            yield f"ar-{self.ratio}"
        if self.fit is not Fit.INSIDE:
            yield f"fit-{self.fit}"
        if self.gravity is not Gravity.CENTRE:
            yield f"g-{self.gravity}"
        if self.enlarge:
            yield "up"
        yield from (str(operation) for operation in self.operations if _is_builtin(operation))
        if self.background:
            yield f"bg-{self.background}"
        if self.format:
            yield f"f-{self.format}"
        if self.quality:
            yield f"q-{self.quality}"
        if self.max_kb:
            yield f"kb-{self.max_kb}"
        if self.lossless:
            yield "ll"
        if self.metadata is not Metadata.NONE:
            yield f"meta-{self.metadata}"
        if self.profile is not Profile.SRGB:
            yield f"icc-{self.profile}"
        if self.hdr:
            yield "hdr"
        if self.download:
            yield "dl"
        if self.version:
            yield f"v-{self.version}"
        plugins = (operation for operation in self.operations if not _is_builtin(operation))
        yield from (str(operation) for operation in sorted(plugins, key=lambda plugin: plugin.name))
        if self.pixel_ratio != 1:
            yield f"dpr-{tokens.format_number(self.pixel_ratio)}"
        if self.signature:
            yield f"s-{self.signature}"

    def error_at(self, key: str, reason: str) -> InvalidSpec:
        """The error for an option that breaks no rule of the grammar but cannot be answered.

        ``key`` is underlined in the canonical spelling; the dimensions, when the option stands in a preset.
        """
        text = str(self)
        at = 0
        for part in text.split("_"):
            if part.partition("-")[0] == key:
                return InvalidSpec(reason, source=text, start=at, end=at + len(part))
            at += len(part) + 1
        return InvalidSpec(reason, source=text, start=0, end=len(str(self.dimensions)))


_TURNS: Final[Mapping[Orientation, tuple[str, ...]]] = {
    UPRIGHT: (),
    Orientation(quarter_turns=1): ("rot-90",),
    Orientation(quarter_turns=2): ("rot-180",),
    Orientation(quarter_turns=3): ("rot-270",),
    Orientation(mirrored=True): ("flip-h",),
    Orientation(quarter_turns=2, mirrored=True): ("flip-v",),
    Orientation(quarter_turns=1, mirrored=True): ("rot-90", "flip-h"),
    Orientation(quarter_turns=3, mirrored=True): ("rot-90", "flip-v"),
}


def _is_builtin(operation: Operation) -> bool:
    return "." not in operation.name


def _place(operation: Operation) -> tuple[float, str]:
    """Where it is carried out. In the spelling plugins come last, by their names."""
    return operation.order, operation.name
