"""The plan: a SPEC and a frame brought together, with nothing left to decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from resizer_core import formats as known_formats
from resizer_core.errors import LimitExceeded
from resizer_core.formats import AUTO, JPEG, PNG, SVG, Format
from resizer_core.gravity import Gravity
from resizer_core.model import (
    TRANSPARENT,
    WHITE,
    Bounds,
    Box,
    Colour,
    Fit,
    ImageHeader,
    Limits,
    Orientation,
    Size,
    whole,
)
from resizer_core.operations import PixelOperation, ShowsBackground
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.operations.watermark import Watermark
from resizer_core.planning import encoders
from resizer_core.planning.accept import negotiate
from resizer_core.planning.encoders import Defaults
from resizer_core.planning.geometry import Placement, percent_bounds, place, ratio_bounds
from resizer_core.spec import Metadata, Percent, Profile, Spec

#: How much larger than its final size a JPEG is still decoded, at least. At 1 the decoder's own box filter
#: does all the work and fine lines alias; at 2, libvips' choice, more is decoded than can be seen.
JPEG_SHRINK_MARGIN: Final = 1.5
#: The operations that leave what is seen where it is, so that a gain map still fits.
_IN_PLACE: Final = (Sharpen, Brightness, Contrast, Saturation, Grayscale)
#: How many times smaller libjpeg can decode. Source: libjpeg.txt of libjpeg-turbo, "scale_num, scale_denom".
_JPEG_SHRINKS: Final = (8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What ``render`` carries out, in the order that docs/architecture.md states.

    Attributes:
        original: the format that is read.
        page: the first frame or page that is taken, from 0.
        pages: how many are taken.
        stored: the size of a page as it is stored; px.
        shrink: how many times smaller the page is decoded.
        region: the part of the page that is used, as stored and before ``shrink``; px.
        scaled: what the region is resized to, as stored; px.
        turn: how it is turned after that: EXIF orientation, rotation and mirror in one.
        placement: the crop and the padding of the upright picture.
        gravity: where a smart gravity looks for the crop; None takes it where ``placement`` says.
        profile: the colours it is converted to.
        bits: per channel, in which it is made: 8 or 16.
        gain_map: whether that of the original is kept.
        operations: what is done to the pixels after that.
        background: what is put behind the picture; None leaves it transparent.
        padding: the colour of the canvas, where there is one.
        size: of the derivative; px.
        format: of the derivative.
        settings: of its encoder.
        max_kb: a ceiling for its file, KiB, for which the quality is chosen; None takes that of ``settings``.
        max_quality: the highest that is chosen.
        metadata: what is kept of the original's.
    """

    original: Format
    page: int
    pages: int
    stored: Size
    shrink: float
    region: Box
    scaled: Size
    turn: Orientation
    placement: Placement
    gravity: Gravity | None
    profile: Profile
    bits: int
    gain_map: bool
    operations: tuple[PixelOperation, ...]
    background: Colour | None
    padding: Colour
    size: Size
    format: Format
    settings: Mapping[str, int | str | bool]
    max_kb: int | None
    max_quality: int
    metadata: Metadata

    def explained(self) -> dict[str, Any]:
        """The plan as plain values, for people and for JSON."""
        return {
            "original": {"format": str(self.original), "stored": str(self.stored)},
            "pages": {"first": self.page + 1, "count": self.pages},
            "shrink_on_load": self.shrink,
            "region": str(self.region),
            "scaled": str(self.scaled),
            "turn": {"quarter_turns": self.turn.quarter_turns, "mirrored": self.turn.mirrored},
            "crop": str(self.placement.crop) if self.placement.crops else None,
            "smart_gravity": self.gravity and str(self.gravity),
            "canvas": str(self.placement.canvas) if self.placement.pads else None,
            "background": self.background and str(self.background),
            "profile": str(self.profile),
            "bits": self.bits,
            "gain_map": self.gain_map,
            "operations": [str(operation) for operation in self.operations],
            "size": str(self.size),
            "format": str(self.format),
            "settings": dict(self.settings),
            "max_kb": self.max_kb,
            "metadata": str(self.metadata),
        }


def check_request(spec: Spec, limits: Limits, watermarks: Collection[str] = ()) -> None:
    """Refuse what no original could make possible, before any storage is touched.

    Args:
        spec: what is asked for.
        limits: how large the derivative may be.
        watermarks: their names.

    Raises:
        InvalidSpec: an option is not available, or there is no watermark of that name.
        LimitExceeded: the size that is asked for is beyond the limits.
    """
    asked = spec.resolved
    for operation in asked.operations:
        if not isinstance(operation, PixelOperation):
            raise spec.error_at(operation.name, f"{operation.name} is not available")
        if isinstance(operation, Watermark) and operation.image_name not in watermarks:
            known = ", ".join(sorted(watermarks)) or "none is configured"
            raise spec.error_at(operation.name, f"unknown watermark {operation.image_name!r}; known: {known}")
    if isinstance(asked.dimensions, Bounds):
        side = max(asked.dimensions.width or 1, asked.dimensions.height or 1)
        if side > limits.output_side:
            raise LimitExceeded(f"expected a side of at most {limits.output_side} px, got {side}")


def make_plan(
    spec: Spec,
    header: ImageHeader,
    original_format: Format,
    *,
    formats: Mapping[str, Format] = known_formats.BUILTIN,
    accept: str = "",
    limits: Limits = Limits(),  # noqa: B008  a frozen value
    defaults: Defaults = Defaults(),  # noqa: B008  a frozen value
    content: Box | None = None,
    watermarks: Collection[str] = (),
) -> Plan:
    """Decide everything that is left to decide. Pure: no pixel is looked at.

    Args:
        spec: what is asked for.
        header: what the header of the original says.
        original_format: what its first bytes say.
        formats: what can be written.
        accept: the ``Accept`` header, for ``f-auto``.
        limits: how large the original and the derivative may be.
        defaults: what the configuration says where ``spec`` says nothing.
        content: what ``trim`` left of the upright picture after ``crop``; None if nothing is trimmed.
        watermarks: their names.

    Raises:
        InvalidSpec: an option cannot be answered for this original.
        LimitExceeded: the original or the derivative is beyond the limits.
    """
    check_request(spec, limits, watermarks)
    asked = spec.resolved
    page, pages, format = _pages_and_format(spec, asked, header, original_format, formats, accept, defaults)
    _check_original(header, original_format, pages, limits)

    upright_region = _region(spec, asked, header, content)
    region = header.orientation.inverse.turn_box(upright_region, header.upright)
    turn = header.orientation.then(asked.turn)
    shown = asked.turn.turn_size(upright_region.size)
    placement = _placement(asked, shown, limits)
    _check_scaled(placement.scaled, limits)

    background, padding = _background(asked, format)
    operations = _operations(asked, padding)
    deep = asked.hdr and format.high_bit_depth and header.bits > 8
    size = _measured(operations, _placed(header, placement, asked.profile, background, padding))
    _check_derivative(size, pages, format, limits)
    scaled = turn.inverse.turn_size(placement.scaled)
    return Plan(
        original=original_format,
        page=page,
        pages=pages,
        stored=header.size,
        shrink=_shrink(original_format, region.size, scaled),
        region=region,
        scaled=scaled,
        turn=turn,
        placement=placement,
        gravity=asked.gravity if isinstance(asked.gravity, Gravity) and asked.gravity.is_smart else None,
        profile=asked.profile,
        bits=16 if deep else 8,
        gain_map=_keeps_gain_map(spec, asked, header, format),
        operations=operations,
        background=background,
        padding=padding,
        size=size,
        format=format,
        settings=MappingProxyType(
            encoders.settings(
                format,
                header=header,
                original=original_format,
                animated=pages > 1,
                quality=asked.quality,
                lossless=asked.lossless,
                defaults=defaults,
                high_bit_depth=deep,
            )
        ),
        max_kb=asked.max_kb,
        max_quality=asked.quality or 100,
        metadata=asked.metadata,
    )


def wants_animation(spec: Spec) -> bool:
    """Whether ``spec`` takes every frame, as far as the output can hold them."""
    asked = spec.resolved
    return asked.page == 1 and not asked.still


def _pages_and_format(
    spec: Spec,
    asked: Spec,
    header: ImageHeader,
    original: Format,
    formats: Mapping[str, Format],
    accept: str,
    defaults: Defaults,
) -> tuple[int, int, Format]:
    """The first page from 0, the number of pages, and the format they are written in."""
    if asked.page > header.pages:
        raise spec.error_at("page", f"expected a page of 1 to {header.pages}, got {asked.page}")
    moves = header.animated and header.pages > 1 and wants_animation(spec)
    format = _format(asked, header, original, formats, accept, defaults, moves=moves)
    if asked.quality and not format.quality:
        raise spec.error_at("q", f"{format} is lossless and takes no quality")
    if asked.max_kb and not format.quality:
        raise spec.error_at("kb", f"{format} is lossless: its size cannot be chosen")
    if asked.lossless and not format.lossless:
        raise spec.error_at("ll", f"expected ll with webp or avif, got {format}")
    return asked.page - 1, header.pages if moves and format.animation else 1, format


def _keeps_gain_map(spec: Spec, asked: Spec, header: ImageHeader, format: Format) -> bool:
    """Whether ``hdr`` has a gain map to keep, in the one format that can."""
    if not (asked.hdr and header.gain_map and format.name == JPEG.name):
        return False
    for operation in asked.operations:
        if not isinstance(operation, _IN_PLACE):
            raise spec.error_at(
                "hdr",
                f"expected hdr without {operation.name}, which the gain map does not go with",
            )
    return True


def _format(
    asked: Spec,
    header: ImageHeader,
    original: Format,
    formats: Mapping[str, Format],
    accept: str,
    defaults: Defaults,
    *,
    moves: bool,
) -> Format:
    name = asked.format or defaults.format
    if name == AUTO:
        return negotiate(accept, formats, animated=moves)
    if name:
        return known_formats.named(name, formats)
    if original.browsers and original.writable:
        return original
    return formats[PNG.name] if header.has_alpha else formats[JPEG.name]


def _check_original(header: ImageHeader, original: Format, pages: int, limits: Limits) -> None:
    streams = original.decodes_by_line and not header.interlaced
    most = limits.input_pixels if streams else min(limits.input_pixels, limits.in_memory_pixels)
    if header.size.pixels > most:
        raise LimitExceeded(f"expected an original of at most {most} pixels, got {header.size} px")
    if pages > limits.frames:
        raise LimitExceeded(f"expected an animation of at most {limits.frames} frames, got {pages}")
    if pages > 1 and header.size.pixels * pages > limits.animation_pixels:
        raise LimitExceeded(
            f"expected an animation of at most {limits.animation_pixels} pixels in all, "
            f"got {pages} frames of {header.size} px"
        )


def _check_scaled(scaled: Size, limits: Limits) -> None:
    """What hangs over a crop is made all the same, and a turn or a smart gravity holds it in memory."""
    if scaled.pixels > limits.input_pixels:
        raise LimitExceeded(f"expected at most {limits.input_pixels} pixels before the crop, got {scaled} px")


def _check_derivative(size: Size, pages: int, format: Format, limits: Limits) -> None:
    longest = min(limits.output_side, format.max_side)
    if max(size.width, size.height) > longest:
        raise LimitExceeded(f"expected a result of at most {longest} px a side in {format}, got {size}")
    if size.pixels > limits.output_pixels:
        raise LimitExceeded(f"expected a result of at most {limits.output_pixels} pixels, got {size} px")
    if pages > 1 and size.pixels * pages > limits.animation_pixels:
        raise LimitExceeded(
            f"expected a result of at most {limits.animation_pixels} pixels in all, "
            f"got {pages} frames of {size} px"
        )


def crop_box(spec: Spec, header: ImageHeader) -> Box:
    """The part of the upright picture that ``crop`` leaves: where ``trim`` looks for a border.

    Raises:
        InvalidSpec: no pixel of the picture lies in it.
    """
    asked = spec.resolved
    if asked.crop is None:
        return whole(header.upright)
    try:
        return asked.crop.box(header.upright)
    except ValueError as error:
        raise spec.error_at("crop", str(error)) from error


def _region(spec: Spec, asked: Spec, header: ImageHeader, content: Box | None) -> Box:
    """The part of the upright picture that is used."""
    cropped = crop_box(spec, header)
    if asked.trim is None or content is None:
        return cropped
    return content.moved(left=cropped.left, top=cropped.top)


def _placement(asked: Spec, shown: Size, limits: Limits) -> Placement:
    dimensions = asked.dimensions
    bounds = dimensions if isinstance(dimensions, Bounds) else None
    percent = dimensions.value if isinstance(dimensions, Percent) else 100
    fit = asked.fit
    if asked.ratio:
        ratio = asked.ratio
        bounds = ratio_bounds(
            shown, ratio.width, ratio.height, bounds, percent=percent, enlarge=asked.enlarge
        )
        fit = Fit.COVER
        if max(bounds.width or 1, bounds.height or 1) > limits.output_side:
            raise LimitExceeded(f"expected a side of at most {limits.output_side} px, got {bounds}")
    elif bounds is None:
        bounds = percent_bounds(shown, percent)
        # Rounded on its own, a side may be a pixel off the ratio of the other: take both as they are.
        fit = Fit.FILL
    return place(shown, bounds, fit, gravity=asked.gravity, enlarge=asked.enlarge)


def _placed(
    header: ImageHeader, placement: Placement, profile: Profile, background: Colour | None, padding: Colour
) -> ImageHeader:
    """What the operations are handed: the page after its colours, its background and its canvas."""
    on_background = header.has_alpha and background is not None
    has_alpha = header.has_alpha and (background is None or not background.is_opaque)
    stays_gray = profile is Profile.KEEP or (profile is Profile.SRGB and not header.profile)
    return ImageHeader(
        size=placement.canvas,
        has_alpha=has_alpha or (placement.pads and not padding.is_opaque),
        bands=1 if header.bands == 1 and stays_gray and not (on_background or placement.pads) else 3,
    )


def _operations(asked: Spec, background: Colour) -> tuple[PixelOperation, ...]:
    """What is carried out, told what is behind the picture."""
    given = (
        op.with_background(background) if isinstance(op, ShowsBackground) else op for op in asked.operations
    )
    return tuple(op for op in given if isinstance(op, PixelOperation))


def _measured(operations: tuple[PixelOperation, ...], header: ImageHeader) -> Size:
    """The size of the output: what each operation says that it makes of the page."""
    for operation in operations:
        header = operation.measure(header)
    return header.size


def _shrink(original: Format, region: Size, scaled: Size) -> float:
    """How many times smaller the original can be decoded without being seen to."""
    factor = min(region.width / scaled.width, region.height / scaled.height)
    if original.name == SVG.name:
        return factor  # drawn at its final size
    if original.name == JPEG.name:
        return next((shrink for shrink in _JPEG_SHRINKS if factor >= shrink * JPEG_SHRINK_MARGIN), 1)
    return 1


def _background(asked: Spec, format: Format) -> tuple[Colour | None, Colour]:
    """What is put behind the picture, and what a canvas is filled with."""
    if format.alpha:
        return asked.background, asked.background or TRANSPARENT
    opaque = _over_white(asked.background) if asked.background else WHITE
    return opaque, opaque


def _over_white(colour: Colour) -> Colour:
    """The same colour as it is seen on white paper."""
    share = colour.alpha / 255
    red, green, blue = (
        round(part * share + 255 * (1 - share)) for part in (colour.red, colour.green, colour.blue)
    )
    return Colour(red=red, green=green, blue=blue)
