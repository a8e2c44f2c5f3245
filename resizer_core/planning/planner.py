"""Make a plan from a SPEC and the header of an original. The plan leaves nothing to decide.

``make_plan`` is longer than other functions, since a plan has two dozen fields, and each takes a line.
"""

from __future__ import annotations

from typing import Final

from resizer_core import formats as known_formats
from resizer_core.formats import AUTO, JPEG, PNG, Format
from resizer_core.gravity import Gravity
from resizer_core.model import (
    TRANSPARENT,
    WHITE,
    Bounds,
    Box,
    Colour,
    Fit,
    ImageHeader,
    Size,
    whole,
)
from resizer_core.operations import PixelOperation
from resizer_core.operations.base import is_applicable, shows_background
from resizer_core.operations.padding import Padding
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.option_values import InvalidField, Percent, Profile
from resizer_core.planning import encoders
from resizer_core.planning.accept import negotiate
from resizer_core.planning.cost import check_cost, total_seconds
from resizer_core.planning.geometry import Placement, percent_bounds, place, ratio_bounds
from resizer_core.planning.limits import check_derivative, check_original, check_request, check_scaled
from resizer_core.planning.plan import Plan
from resizer_core.planning.shrinking import shrink_of
from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.spec import KEYS, Spec
from resizer_core.value import replace

#: The operations that move nothing in the picture, so that a gain map still fits.
_IN_PLACE: Final = (Sharpen, Brightness, Contrast, Saturation, Grayscale)


def make_plan(
    spec: Spec,
    header: ImageHeader,
    original: Format,
    *,
    accept: str = "",
    content: Box | None = None,
    site: Site = DEFAULT_SITE,
) -> Plan:
    """Decide everything that is left to decide. The function is pure, and reads no pixel.

    Args:
        spec: the request.
        header: the header of the original.
        original: the format of the original, from its first bytes.
        accept: the ``Accept`` header, for ``f-auto``.
        content: the part of the upright picture that ``trim`` keeps after ``crop``; None without ``trim``.
        site: the configuration. Only the names of its watermarks are read.

    Raises:
        InvalidSpec: an option cannot be answered for this original.
        LimitExceeded: the original or the derivative is beyond the limits.
    """
    check_request(spec, site)
    asked = spec.resolved
    pages, output = _pages_and_output(spec, header, original, accept, site)
    check_original(header, original, asked.page - 1, pages, site.limits)

    upright_region = _region(spec, header, content)
    region = header.orientation.inverse.turn_box(upright_region, header.upright)
    turn = header.orientation.then(asked.turn)
    placed = placement(asked, asked.turn.turn_size(upright_region.size))
    check_scaled(placed.scaled, site.limits)
    scaled = turn.inverse.turn_size(placed.scaled)

    background, padding = _background(asked, output)
    operations = _operations(asked, background or TRANSPARENT, padding)
    profile = _profile(spec, header, output)
    made = _measured(operations, _placed(header, placed, profile, background, padding))
    check_derivative(made.size, pages, output, site.limits)
    high_bit_depth = asked.hdr and output.high_bit_depth and header.bits > 8
    plan = Plan(
        original=original,
        page=asked.page - 1,
        pages=pages,
        original_pages=header.pages,
        stored=header.size,
        shrink=shrink_of(original, header.size, region, scaled),
        region=region,
        scaled=scaled,
        turn=turn,
        placement=placed,
        gravity=asked.gravity if isinstance(asked.gravity, Gravity) and asked.gravity.is_smart else None,
        profile=profile,
        bits=16 if high_bit_depth else 8,
        gain_map=_keeps_gain_map(spec, header, output),
        operations=operations,
        background=background,
        padding=padding,
        size=made.size,
        format=output,
        settings=encoders.settings(
            output,
            header=header,
            original=original,
            size=made.size,
            animated=pages > 1,
            quality=asked.quality,
            lossless=asked.lossless,
            defaults=site.defaults,
            high_bit_depth=high_bit_depth,
        ),
        palette=encoders.NO_PALETTE,
        max_kb=asked.max_kb,
        max_quality=asked.quality or 100,
        max_bytes=site.limits.output_bytes,
        cpu_seconds=site.limits.cpu_seconds,
        metadata=asked.metadata,
    )
    check_cost(plan, header, made, site.limits)
    palette = encoders.palette_settings(
        output, header=header, original=original, same_size=scaled == region.size
    )
    if not palette:
        return plan
    indexed = replace(plan, palette=palette)
    return indexed if total_seconds(indexed, header, made) <= site.limits.cpu_seconds else plan


def wants_animation(spec: Spec) -> bool:
    """Say whether ``spec`` takes every frame, as far as the output can hold them."""
    asked = spec.resolved
    return asked.page == 1 and not asked.still


def crop_box(spec: Spec, header: ImageHeader) -> Box:
    """Find the part of the upright picture that ``crop`` keeps. ``trim`` looks for a border there.

    Raises:
        InvalidSpec: no pixel of the picture lies inside the crop.
    """
    crop = spec.resolved.crop
    if crop is None:
        return whole(header.upright)
    try:
        return crop.box(header.upright)
    except ValueError as error:
        raise spec.error_at("crop", str(error)) from error


def placement(asked: Spec, shown: Size) -> Placement:
    """Work out how a picture gets its size.

    Args:
        asked: the request, without a preset.
        shown: the size of the picture after its crop and its turn; px.
    """
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
    elif bounds is None:
        bounds = percent_bounds(shown, percent)
        # Each side is rounded on its own, so the ratio may be a pixel off. Take both sides as they are.
        fit = Fit.FILL
    return place(shown, bounds, fit, gravity=asked.gravity, enlarge=asked.enlarge)


def _pages_and_output(
    spec: Spec, header: ImageHeader, original: Format, accept: str, site: Site
) -> tuple[int, Format]:
    """Choose how many pages to take, and the format to write."""
    asked = spec.resolved
    if asked.page > header.pages:
        raise spec.error_at("page", f"expected a page of 1 to {header.pages}, got {asked.page}")
    moves = header.animated and header.pages > 1 and wants_animation(spec)
    output = _output(asked, header, original, accept, site, moves=moves)
    try:
        asked.check_format(output)
    except InvalidField as error:
        raise spec.error_at(KEYS[error.fields[0]], str(error)) from error
    return header.pages if moves and output.animation else 1, output


def _output(
    asked: Spec, header: ImageHeader, original: Format, accept: str, site: Site, *, moves: bool
) -> Format:
    name = asked.format or site.defaults.format
    if name == AUTO:
        return negotiate(accept, site.formats, animated=moves)
    if name:
        return known_formats.named(name, site.formats)
    if original.browsers and original.writable:
        return original
    return site.formats[PNG.name] if header.has_alpha else site.formats[JPEG.name]


def _profile(spec: Spec, header: ImageHeader, output: Format) -> Profile:
    """Choose the colours: those that were asked for, if the derivative can carry a profile."""
    asked = spec.resolved
    if asked.hdr and header.high_dynamic_range:
        reason = (
            "expected hdr with another original: one in PQ or HLG is tone-mapped to the white of a screen"
        )
        raise spec.error_at("hdr", reason)
    # An encoder or an operation may turn a gray picture into colour. Then its gray profile no longer fits.
    gray = asked.profile is Profile.KEEP and header.profile and header.bands == 1
    return asked.profile if output.profiles and not gray else Profile.SRGB


def _keeps_gain_map(spec: Spec, header: ImageHeader, output: Format) -> bool:
    """Say whether ``hdr`` keeps a gain map. Only JPEG can hold one."""
    asked = spec.resolved
    if not (asked.hdr and header.gain_map and output.name == JPEG.name):
        return False
    for operation in asked.operations:
        if not isinstance(operation, _IN_PLACE):
            reason = f"expected hdr without {operation.name}, which the gain map does not go with"
            raise spec.error_at("hdr", reason)
    return True


def _region(spec: Spec, header: ImageHeader, content: Box | None) -> Box:
    """Find the part of the upright picture that is used."""
    cropped = crop_box(spec, header)
    if spec.resolved.trim is None or content is None:
        return cropped
    return content.moved(left=cropped.left, top=cropped.top)


def _placed(
    header: ImageHeader, placement: Placement, profile: Profile, background: Colour | None, padding: Colour
) -> ImageHeader:
    """Describe the page that the operations get, with its final colours, background and canvas."""
    on_background = header.has_alpha and background is not None
    has_alpha = header.has_alpha and (background is None or not background.is_opaque)
    stays_gray = profile is Profile.KEEP or (profile is Profile.SRGB and not header.profile)
    return ImageHeader(
        size=placement.canvas,
        has_alpha=has_alpha or (placement.pads and not padding.is_opaque),
        bands=1 if header.bands == 1 and stays_gray and not (on_background or placement.pads) else 3,
    )


def _operations(asked: Spec, background: Colour, padding: Colour) -> tuple[PixelOperation, ...]:
    """List the operations to apply. Give them the colour behind the picture, or the colour around it."""
    given = (
        op.with_background(padding if isinstance(op, Padding) else background) if shows_background(op) else op
        for op in asked.operations
    )
    return tuple(op for op in given if is_applicable(op))


def _measured(operations: tuple[PixelOperation, ...], header: ImageHeader) -> ImageHeader:
    """Work out the header of the output: each operation changes the header in turn."""
    for operation in operations:
        header = operation.measure(header)
    return header


def _background(asked: Spec, format: Format) -> tuple[Colour | None, Colour]:
    """Choose the colour behind the picture, and the colour of a canvas."""
    if format.alpha:
        return asked.background, asked.bars or asked.background or TRANSPARENT
    opaque = _over(WHITE, asked.background) if asked.background else WHITE
    return opaque, _over(opaque, asked.bars) if asked.bars else opaque


def _over(sheet: Colour, colour: Colour) -> Colour:
    """Mix a colour with the opaque colour behind it."""
    share = colour.alpha / 255
    red, green, blue = (
        round(part * share + behind * (1 - share))
        for part, behind in zip(
            (colour.red, colour.green, colour.blue), (sheet.red, sheet.green, sheet.blue), strict=True
        )
    )
    return Colour(red=red, green=green, blue=blue)
