"""Hold a SPEC as a value, with one canonical spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from resizer_core import tokens
from resizer_core.errors import InvalidSpec
from resizer_core.formats import Format
from resizer_core.gravity import FocalPoint, Gravity, gravity_at
from resizer_core.model import UPRIGHT, Bounds, Colour, Fit, Orientation
from resizer_core.operations import Operation
from resizer_core.operations.base import is_scalable
from resizer_core.operations.padding import Padding
from resizer_core.option_values import (
    DEFAULT_TRIM,
    MAX_SIDE,
    RANGES,
    TEXTS,
    TURNS,
    Crop,
    InvalidField,
    Metadata,
    Original,
    Percent,
    Profile,
    Ratio,
)
from resizer_core.shown import by_text
from resizer_core.value import Value, field, replace

#: The names that a preset may have.
PRESET_NAME: Final = re.compile(r"[a-z][a-z0-9.]{0,31}")
#: The fields that a SPEC may set beside a preset.
AFTER_PRESET: Final = frozenset({"format", "quality", "version", "pixel_ratio", "signature"})
#: The keys of the fields that not every format can use.
KEYS: Final[Mapping[str, str]] = {"quality": "q", "max_kb": "kb", "lossless": "ll"}


class Preset(Value):
    """Give a name to a SPEC. ``spec`` must not have a preset itself."""

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


def check_beside_preset(fields: Iterable[str]) -> None:
    """Refuse every field that a SPEC may not set beside a preset.

    Raises:
        InvalidField: a field may not be set. The error names the first one.
    """
    for name in fields:
        if name not in AFTER_PRESET:
            raise InvalidField("besides a preset only f, q, v, dpr and s may follow", name)


class Spec(Value, kw_only=True):
    """Say what a caller asks for. Nothing in it comes from the original or from the configuration.

    Two SPECs with the same meaning are equal, because a new value leaves out options without an effect.
    ``str()`` gives the canonical spelling: ``parse_spec(str(spec)) == spec``.

    >>> str(Spec(dimensions=Bounds(300, 200), fit=Fit.COVER, gravity=FocalPoint(100, 50), quality=80))
    '300x200_fit-cover_g-e_q-80'

    Attributes:
        dimensions: a size, a percentage, the size of the original, or a preset.
        page: the number of the one frame or page to take, from 1. 1 takes all frames, unless ``still``.
        still: whether to take only the first frame of an animation.
        crop: the part of the upright original to use.
        trim: cuts off a border whose colour differs from the corner's by at most this, 0 to 255.
        turn: rotation and mirroring after the EXIF orientation.
        ratio: the ratio to which the picture is cropped.
        fit, gravity, enlarge: how the picture gets its size.
        operations: the operations on the pixels after that, in order.
        background: the colour behind transparent parts.
        bars: the colour of the bars round the picture, if it is not the background.
        format: a name, ``auto``, or None for the configured default.
        quality: 1 to 100, or None for the configured default.
        max_kb: the largest size of the derivative, KiB.
        lossless: whether to encode without loss.
        metadata, profile: the metadata to keep, and the colour profile to convert to.
        hdr: whether to keep more than 8 bits, or the gain map.
        download: whether to store the derivative as an attachment.
        version: a cache buster.
        pixel_ratio: device pixels per CSS pixel. Only a SPEC with a preset keeps it. Otherwise it multiplies
            the lengths.
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
    bars: Colour | None = None
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
    #: What a preset stands for with the options of this SPEC. It is made once, since each step asks for it.
    _resolved: Spec | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._normalise()
        self._check()

    def _normalise(self) -> None:
        """Set options without an effect to their defaults, so that equal meanings are equal values."""
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
        adds = self.fit is Fit.CONTAIN or any(operation.name == Padding.name for operation in self.operations)
        if not adds or self.bars == self.background:
            self._set("bars", None)
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
            scaled = (op.scaled(factor) if is_scalable(op) else op for op in self.operations)
            self._set("operations", tuple(scaled))
        except ValueError as error:
            raise InvalidField(
                f"multiplied by {tokens.format_number(factor)}: {error}", "pixel_ratio"
            ) from error

    def _check(self) -> None:
        if isinstance(self.dimensions, Bounds) and self.dimensions.longest > MAX_SIDE:
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
            self._resolve(self.dimensions)

    def _resolve(self, preset: Preset) -> None:
        # The class has the defaults as its attributes.
        check_beside_preset(name for name, value in vars(self).items() if value != getattr(Spec, name, value))
        inner = preset.spec
        resolved = replace(  # this raises if f, q or dpr do not go with the preset
            inner,
            format=self.format or inner.format,
            quality=self.quality or inner.quality,
            version=self.version or inner.version,
            pixel_ratio=self.pixel_ratio,
        )
        self._set("_resolved", resolved)

    def check_format(self, format: Format) -> None:
        """Refuse options that ``format`` cannot use: a quality, a largest file, encoding without loss.

        Raises:
            InvalidField: the format cannot use an option. The error names its field, one of ``KEYS``, first.
        """
        if self.quality and not format.quality:
            raise InvalidField(f"{format} is lossless and takes no quality", "quality")
        if self.max_kb and not format.quality:
            raise InvalidField(f"{format} is lossless: its size cannot be chosen", "max_kb")
        if self.lossless and not format.lossless:
            raise InvalidField(f"expected ll with webp or avif, got {format}", "lossless", "format")

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
        """Give the same SPEC without a preset: the preset's SPEC, with the options of this one added."""
        return self._resolved or self

    @property
    def unsigned(self) -> Spec:
        """Make the same SPEC without the signature. This is what a signature signs."""
        return replace(self, signature="")

    def __str__(self) -> str:
        return "_".join((str(self.dimensions), *self._options()))

    __repr__ = by_text

    def _options(self) -> Iterator[str]:
        """List the options that are not at their default, in canonical order (docs/grammar.md)."""
        yield from self._geometry_options()
        yield from (str(operation) for operation in self.operations if _is_builtin(operation))
        yield from self._output_options()
        plugins = (operation for operation in self.operations if not _is_builtin(operation))
        yield from (str(operation) for operation in sorted(plugins, key=lambda plugin: plugin.name))
        if self.pixel_ratio != 1:
            yield f"dpr-{tokens.format_number(self.pixel_ratio)}"
        if self.signature:
            yield f"s-{self.signature}"

    def _geometry_options(self) -> Iterator[str]:
        if self.page > 1:
            yield f"page-{self.page}"
        if self.still:
            yield "still"
        if self.crop:
            yield f"crop-{self.crop}"
        if self.trim is not None:
            yield "trim" if self.trim == DEFAULT_TRIM else f"trim-{self.trim}"
        yield from TURNS[self.turn]
        if self.ratio:
            yield f"ar-{self.ratio}"
        if self.fit is not Fit.INSIDE:
            yield f"fit-{self.fit}"
        if self.gravity is not Gravity.CENTRE:
            yield f"g-{self.gravity}"
        if self.enlarge:
            yield "up"

    def _output_options(self) -> Iterator[str]:
        if self.background:
            yield f"bg-{self.background}"
        if self.bars:
            yield f"bars-{self.bars}"
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

    def error_at(self, key: str, reason: str) -> InvalidSpec:
        """Make the error for an option that obeys the grammar but cannot be used.

        The error underlines ``key`` in the canonical spelling. If the option is part of a preset, the error
        underlines the preset.
        """
        text = str(self)
        at = 0
        for part in text.split("_"):
            if part.partition("-")[0] == key:
                return InvalidSpec(reason, source=text, start=at, end=at + len(part))
            at += len(part) + 1
        return InvalidSpec(reason, source=text, start=0, end=len(str(self.dimensions)))


def _is_builtin(operation: Operation) -> bool:
    return "." not in operation.name


def _place(operation: Operation) -> tuple[float, str]:
    """Give the place of an operation in the order of work. A SPEC writes plugins last, by their names."""
    return operation.order, operation.name
