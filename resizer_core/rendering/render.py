"""Carry out a plan: read the bytes of the original, and write those of the derivative."""

from __future__ import annotations

from math import inf
from time import process_time
from typing import Final

from resizer_core.errors import LimitExceeded, RenderError
from resizer_core.model import Box, Buffer
from resizer_core.operations.channels import in_colour, with_alpha
from resizer_core.planning.plan import Plan
from resizer_core.rendering.composing import each_strip
from resizer_core.rendering.libvips import pyvips, translating_vips_errors
from resizer_core.rendering.page import crop_of, finished_page, upright_page
from resizer_core.rendering.reading import decoded
from resizer_core.rendering.resampling import part_of
from resizer_core.rendering.watch import Watch
from resizer_core.rendering.writing import encoded, encoded_below, joined, with_metadata

#: Wall-clock seconds for each CPU second. Lambda gives 0.87 of a processor at 1536 MB.
_CLOCK: Final = 1.15
#: How many pixels of frames are worked on together. Fewer cost time for each frame, and more cost memory.
_TOGETHER: Final = 500_000


def render(data: Buffer, plan: Plan, *, seconds: float = inf) -> bytes:
    """Carry out ``plan``, in at most ``seconds`` by the clock, and in the time that the plan allows.

    Raises:
        CorruptImage: the original is cut short or damaged. Half a picture is never made.
        RenderError: libvips refused a step of the plan.
        LimitExceeded: the work takes too long, or the file is larger than the plan allows. With ``kb``, also:
            no quality makes the file small enough, or there is no time to find one.
    """
    begun = process_time()
    with Watch(min(seconds, plan.cpu_seconds * _CLOCK)):
        image = _made(data, plan)
        with translating_vips_errors(RenderError, "the picture could not be made"):
            image = with_metadata(image, plan)
        body = encoded(image, plan) if plan.max_kb is None else encoded_below(image, plan, plan.max_kb, begun)
    if len(body) > plan.max_bytes:
        raise LimitExceeded(
            f"expected a result of at most {plan.max_bytes} bytes in {plan.format}, got {len(body)}"
        )
    return body


def render_watermark(data: Buffer, plan: Plan) -> pyvips.Image:
    """Carry out ``plan``, but encode nothing. Return red, green, blue and alpha, decoded in memory.

    Raises:
        CorruptImage, RenderError: for the reasons of ``render``.
    """
    return decoded(with_alpha(in_colour(_made(data, plan))))


def _made(data: Buffer, plan: Plan) -> pyvips.Image:
    if plan.pages > 1:
        return joined(_strips(data, plan), plan)
    (only,) = each_strip(data, plan.original, plan.stored, page=plan.page, shrink=plan.shrink)
    upright = upright_page(only, plan)
    crop = crop_of(upright, plan)
    page = finished_page(upright, plan, crop)
    if not plan.gain_map:
        return page
    from resizer_core.rendering.gain_map import with_gain_map  # few requests need it

    return with_gain_map(page, data, plan, crop)


def _strips(data: Buffer, plan: Plan) -> list[pyvips.Image]:
    """Make the frames, several together. Nothing mixes the pixels of one with those of another."""
    strips = []
    crop: Box | None = None
    together = max(1, _TOGETHER // plan.stored.pixels)
    for strip in each_strip(
        data, plan.original, plan.stored, page=plan.page, pages=plan.pages, together=together
    ):
        frames = strip.height // plan.stored.height
        upright = upright_page(strip, plan, frames)
        # All frames take the crop of the first. With a crop of their own each, the picture would jump.
        crop = crop or crop_of(part_of(upright, frames, 0), plan)
        made = finished_page(upright, plan, crop, frames)
        # Frames that grow are larger than what they are made of. So they are made while they are written.
        strips.append(made if plan.size.pixels > plan.stored.pixels else decoded(made))
    return strips
