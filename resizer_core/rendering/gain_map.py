"""Keep the gain map of an Ultra HDR JPEG. It says how much brighter a screen may show each part."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf, log2
from typing import Any

from resizer_core.errors import CorruptImage, RenderError
from resizer_core.formats import JPEG
from resizer_core.model import Box, Buffer, Size
from resizer_core.operations.channels import in_colour
from resizer_core.planning.plan import Plan
from resizer_core.rendering import jpeg
from resizer_core.rendering.counting import check_parts
from resizer_core.rendering.libvips import loaded, pyvips, translating_vips_errors
from resizer_core.rendering.page import on_canvas, turned
from resizer_core.rendering.resampling import cut, cut_between, resized
from resizer_core.site import DEFAULT_SITE


def with_gain_map(page: pyvips.Image, data: Buffer, plan: Plan, crop: Box) -> pyvips.Image:
    """Give a finished page the gain map of its original, after the same crop, turn and resize.

    Raises:
        CorruptImage: the gain map is damaged, missing, or larger than its picture.
        LimitExceeded: it has more scans than a picture may have.
        RenderError: libvips refused one of our steps.
    """
    header, described, gain = _read(data, plan)
    with translating_vips_errors(RenderError, "the gain map could not be made"):
        smaller = plan.stored.width / gain.width
        gain = cut(turned(resized(_region(gain, plan), plan.scaled), plan.turn), crop)
        if plan.placement.pads:
            gain = on_canvas(gain, plan, no_gain(described, gain.bands))
        size = Size(ceil(page.width / max(1, smaller)), ceil(page.height / max(1, smaller)))
        gain = resized(gain, size).copy_memory()
        # The encoder of gain maps takes only red, green and blue.
        page = in_colour(page).copy()
        for name, value in described.items():
            page.set_type(header.get_typeof(name), name, value)
        page.set_type(pyvips.GValue.image_type, "gainmap", gain)
        return page


def _read(data: Buffer, plan: Plan) -> tuple[pyvips.Image, dict[str, Any], pyvips.Image]:
    """Read the header, its fields that describe the gain map, and the gain map itself."""
    with translating_vips_errors(CorruptImage, "the gain map of the original is damaged or missing"):
        header = loaded(data, "uhdrload")
        described: dict[str, Any] = {
            name: header.get(name) for name in header.get_fields() if name.startswith("gainmap-")
        }
        coded = described.pop("gainmap-data")
        check_parts(coded, JPEG, DEFAULT_SITE.limits)  # the gain map is a JPEG with scans of its own
        gain = loaded(coded, "jpegload")
        if gain.width > plan.stored.width or gain.height > plan.stored.height or gain.bands not in (1, 3):
            # Nothing else checks its size, and a large one could fill the memory.
            raise CorruptImage("the gain map of the original is larger than its picture, or no gain map")
        return header, described, jpeg.opened(coded).copy_memory()


def _region(gain: pyvips.Image, plan: Plan) -> pyvips.Image:
    """Cut out the part under the plan's region. Its edges seldom lie on edges of the gain map's pixels."""
    region = plan.region
    if region.covers(plan.stored):
        return gain
    across, down = gain.width / plan.stored.width, gain.height / plan.stored.height
    return cut_between(
        gain, region.left * across, region.top * down, region.size.width * across, region.size.height * down
    )


def no_gain(described: Mapping[str, Any], bands: int) -> list[float]:
    """Work out, for each band, the level that leaves a pixel as bright as it is.

    Raises:
        CorruptImage: the values that describe the gain map make no sense.

    Source: Ultra HDR Image Format v1.1, "Encode".
    """
    background = []
    for lowest, highest, gamma in zip(
        *(described[f"gainmap-{name}"] for name in ("min-content-boost", "max-content-boost", "gamma")),
        strict=True,
    ):
        if not (0 < lowest <= highest < inf and 0 < gamma < inf):
            raise CorruptImage("the gain map of the original has values that make no sense")
        width = log2(highest) - log2(lowest)
        share = min(max(-log2(lowest) / width, 0), 1) if width else 0
        background.append(255 * share**gamma)
    return background[:bands]
