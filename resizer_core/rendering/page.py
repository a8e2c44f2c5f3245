"""Make one page, step by step, in the order that the plan states.

A strip of frames takes the same steps. Those that mix the pixels of neighbours get each frame alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from resizer_core.errors import RenderError
from resizer_core.gravity import Gravity
from resizer_core.model import Box, Colour, Orientation, Size
from resizer_core.operations.channels import in_colour, levels, rounded, with_alpha
from resizer_core.planning.plan import Plan
from resizer_core.rendering.colours import converted, in_bits
from resizer_core.rendering.libvips import integer_field, pyvips, translating_vips_errors
from resizer_core.rendering.reading import decoded
from resizer_core.rendering.resampling import cut, part_of, resized, strip_of
from resizer_core.rendering.watch import watched

_INTERESTING: Final[Mapping[Gravity, str]] = {Gravity.ATTENTION: "attention", Gravity.ENTROPY: "entropy"}
_ROTATIONS: Final = (None, "d90", "d180", "d270")


def upright_page(image: pyvips.Image, plan: Plan, frames: int = 1) -> pyvips.Image:
    """Bring a page, or each of ``frames`` in a strip, to its final scale and colours, the right way up."""
    image = decoded(image) if frames > 1 else image
    with translating_vips_errors(RenderError, "the picture could not be made"):
        size = Size(image.width, image.height // frames)
        region = plan.region.shrunk(plan.shrink, size)
        if not region.covers(size):
            image = _apart(image, frames, lambda frame: cut(frame, region))
        deep = plan.bits == 16 and image.format == "ushort"
        image = _resized_finely(image, plan.scaled) if deep else resized(image, plan.scaled, frames)
        image = converted(image, plan.profile, plan.bits)
    if plan.turn != Orientation():
        image = _apart(image, frames, lambda frame: turned(frame, plan.turn))
    # A smart gravity reads the pixels twice, so they go into memory if anything is cut off.
    return decoded(image) if plan.gravity and plan.placement.crops else image


def crop_of(image: pyvips.Image, plan: Plan) -> Box:
    """Find the part of an upright page that is kept.

    The plan states it. With a smart gravity, the pixels decide instead.
    """
    crop = plan.placement.crop
    if plan.gravity is None or not plan.placement.crops:
        return crop
    with translating_vips_errors(RenderError, "the picture could not be made"):
        # smartcrop counts how often each level occurs, so it gets 8 bits.
        image = in_bits(image, 8).copy(xoffset=0, yoffset=0)
        # The offsets of a crop hold its position in the larger picture, negated.
        found = image.smartcrop(crop.size.width, crop.size.height, interesting=_INTERESTING[plan.gravity])
        return Box(left=-found.xoffset, top=-found.yoffset, size=crop.size)


def finished_page(image: pyvips.Image, plan: Plan, crop: Box, frames: int = 1) -> pyvips.Image:
    """Put an upright page on its background, crop it, put it on its canvas, and apply the operations.

    With a strip, do so with each of its ``frames``.
    """
    if plan.background:
        with translating_vips_errors(RenderError, "the picture could not be made"):
            image = _over(image, plan.background)
    if not (plan.placement.crops or plan.placement.pads or plan.operations):
        return image
    return _apart(image, frames, lambda page: _cropped_and_changed(page, plan, crop))


def _apart(strip: pyvips.Image, frames: int, work: Callable[[pyvips.Image], pyvips.Image]) -> pyvips.Image:
    """Do ``work`` on each frame of a strip alone, and put them together again. Decode several into memory."""
    if frames == 1:
        return work(strip)
    strip = decoded(strip)
    return strip_of([work(part_of(strip, frames, number)) for number in range(frames)])


def _cropped_and_changed(image: pyvips.Image, plan: Plan, crop: Box) -> pyvips.Image:
    with translating_vips_errors(RenderError, "the picture could not be made"):
        image = cut(image, crop)
        if plan.placement.pads:
            image = _padded(image, plan)
    if plan.operations:
        # Operations may read the pixels in any order and more than once.
        image = decoded(image)
    with translating_vips_errors(RenderError, "the picture could not be made"):
        for operation in plan.operations:
            # Without a copy in memory, the next operation would compute this one again for each neighbour.
            image = watched(operation.apply(image).copy_memory())
        return image


def turned(image: pyvips.Image, turn: Orientation) -> pyvips.Image:
    """Turn a picture clockwise and mirror it. A picture that is turned is decoded into memory."""
    if turn == Orientation():
        return image
    # A turn reads bottom up or by columns. A file that is decoded line by line does not allow that.
    image = decoded(image)
    if rotation := _ROTATIONS[turn.quarter_turns]:
        image = image.rot(rotation)
    return image.fliphor() if turn.mirrored else image


def on_canvas(image: pyvips.Image, plan: Plan, background: list[float]) -> pyvips.Image:
    """Place a page on the plan's canvas, in the colour ``background``."""
    left, top = plan.placement.at
    canvas = plan.placement.canvas
    return image.embed(left, top, canvas.width, canvas.height, extend="background", background=background)


def _resized_finely(image: pyvips.Image, size: Size) -> pyvips.Image:
    """Resize in 16 bits, and spread the levels over all of them.

    For originals of 10 or 12 bits, the decoder leaves the lowest bits at 0, so white is not yet the highest
    level. The resize is in floating point: for whole numbers libvips uses weights of 12 bits, which make
    white a little gray.
    """
    bits = integer_field(image, "bits-per-sample", 16)
    white = 65_536 - 2 ** (16 - bits) if 8 < bits < 16 else 65_535
    spread = (image * (65_535 / white)).copy(interpretation=image.interpretation)
    return rounded(resized(spread, size), image)


def _over(image: pyvips.Image, background: Colour) -> pyvips.Image:
    """Put the picture on a sheet of ``background``. The sheet may be translucent itself."""
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
