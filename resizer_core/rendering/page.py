"""Make one page, step by step, in the order that a plan states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resizer_core.errors import RenderError
from resizer_core.gravity import Gravity
from resizer_core.model import Box, Colour, Orientation, Size
from resizer_core.operations.channels import in_colour, levels, rounded, with_alpha
from resizer_core.planning.plan import Plan
from resizer_core.rendering.colours import converted, in_bits
from resizer_core.rendering.libvips import integer_field, pyvips, translating_vips_errors
from resizer_core.rendering.reading import decoded
from resizer_core.rendering.resampling import cut, resized
from resizer_core.rendering.watch import watched

_INTERESTING: Final[Mapping[Gravity, str]] = {Gravity.ATTENTION: "attention", Gravity.ENTROPY: "entropy"}
_ROTATIONS: Final = (None, "d90", "d180", "d270")


def upright_page(image: pyvips.Image, plan: Plan) -> pyvips.Image:
    """Bring one page to its final scale, to its final colours, and the right way up."""
    with translating_vips_errors(RenderError, "the picture could not be made"):
        image = cut(image, plan.region.shrunk(plan.shrink, Size(image.width, image.height)))
        deep = plan.bits == 16 and image.format == "ushort"
        image = _resized_finely(image, plan.scaled) if deep else resized(image, plan.scaled)
        image = converted(image, plan.profile, plan.bits)
    image = turned(image, plan.turn)
    # A smart gravity looks at it twice, where there is anything to cut off.
    return decoded(image) if plan.gravity and plan.placement.crops else image


def crop_of(image: pyvips.Image, plan: Plan) -> Box:
    """Find what is kept of an upright page: what the plan says, or its pixels where the plan asks them."""
    crop = plan.placement.crop
    if plan.gravity is None or not plan.placement.crops:
        return crop
    with translating_vips_errors(RenderError, "the picture could not be made"):
        # In 8 bits, since it counts how often each level is there.
        image = in_bits(image, 8).copy(xoffset=0, yoffset=0)
        # A crop notes, negated, where it lies in the picture that it was cut from.
        found = image.smartcrop(crop.size.width, crop.size.height, interesting=_INTERESTING[plan.gravity])
        return Box(left=-found.xoffset, top=-found.yoffset, size=crop.size)


def finished_page(image: pyvips.Image, plan: Plan, crop: Box) -> pyvips.Image:
    """Crop an upright page, put it on its background and canvas, and carry the operations out."""
    with translating_vips_errors(RenderError, "the picture could not be made"):
        image = cut(image, crop)
        if plan.background:
            image = _over(image, plan.background)
        if plan.placement.pads:
            image = _padded(image, plan)
    if plan.operations:
        # They may look at it in any order and more than once.
        image = decoded(image)
    with translating_vips_errors(RenderError, "the picture could not be made"):
        for operation in plan.operations:
            # Worked out before the next one, or it would be again for each neighbour that it looks at.
            image = watched(operation.apply(image).copy_memory())
        return image


def turned(image: pyvips.Image, turn: Orientation) -> pyvips.Image:
    """Turn clockwise and mirror; a picture that is turned is decoded in memory."""
    if turn == Orientation():
        return image
    # Read bottom up or by columns, which a file that is decoded line by line cannot be.
    image = decoded(image)
    if rotation := _ROTATIONS[turn.quarter_turns]:
        image = image.rot(rotation)
    return image.fliphor() if turn.mirrored else image


def on_canvas(image: pyvips.Image, plan: Plan, background: list[float]) -> pyvips.Image:
    """Place a page on the plan's canvas of this colour."""
    left, top = plan.placement.at
    canvas = plan.placement.canvas
    return image.embed(left, top, canvas.width, canvas.height, extend="background", background=background)


def _resized_finely(image: pyvips.Image, size: Size) -> pyvips.Image:
    """Resize in 16 bits, all of which white fills: of 10 or 12 the decoder leaves the last ones at 0.

    In floating point, since libvips weights whole numbers with 12 bits, which makes white a little gray.
    """
    bits = integer_field(image, "bits-per-sample", 16)
    white = 65_536 - 2 ** (16 - bits) if 8 < bits < 16 else 65_535
    spread = (image * (65_535 / white)).copy(interpretation=image.interpretation)
    return rounded(resized(spread, size), image)


def _over(image: pyvips.Image, background: Colour) -> pyvips.Image:
    """Put the picture on a sheet of ``background``, which may be translucent itself."""
    if not image.hasalpha():
        return image
    image = in_colour(image)
    if background.is_opaque:
        return image.flatten(background=levels(background, image)[:3])
    sheet = image.new_from_image(levels(background, image)).copy(interpretation=image.interpretation)
    return sheet.cast(image.format).composite2(image, "over").cast(image.format)


def _padded(image: pyvips.Image, plan: Plan) -> pyvips.Image:
    image = in_colour(image)
    if not plan.padding.is_opaque:
        image = with_alpha(image)
    return on_canvas(image, plan, levels(plan.padding, image)[: image.bands])
