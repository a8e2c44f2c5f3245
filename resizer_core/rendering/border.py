"""Find the border of one colour that ``trim`` cuts off."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Final

from resizer_core.errors import CorruptImage
from resizer_core.formats import Format
from resizer_core.model import Box, Buffer, ImageHeader, Orientation, Size, whole
from resizer_core.rendering.colours import in_bits
from resizer_core.rendering.libvips import pyvips, translating_vips_errors
from resizer_core.rendering.page import cut, turned
from resizer_core.rendering.reading import frame_of, open_pages

#: How large a picture ``trim`` looks at as it is, all its frames together; px. A larger one is looked at
#: reduced, or it would take longer than a viewer waits: a second for 4 MP (bench/limits.py).
_TRIM_PIXELS: Final = 12_000_000


def find_content(
    data: Buffer,
    format: Format,
    header: ImageHeader,
    crop: Box,
    threshold: int,
    *,
    page: int = 0,
    pages: int = 1,
) -> Box:
    """Find what is left of a picture when a border of one colour is cut off. Decodes every pixel.

    Args:
        data, format, header: the original.
        crop: the part of the upright picture that is looked at; px.
        threshold: how far a pixel may differ from the one in the corner and still be border; 0 to 255.
        page: the first page that is looked at, from 0.
        pages: how many are looked at; none of them loses anything.

    Returns:
        A part of ``crop``, counted from its corner; all of it if nothing but border is there.

    Raises:
        CorruptImage: the pixels cannot be decoded.
    """
    region = header.orientation.inverse.turn_box(crop, header.upright)
    with translating_vips_errors(CorruptImage, "the original is damaged"):
        strip = open_pages(data, format, header.size, page=page, pages=pages)
        shown = (cut(frame_of(strip, number, header.size), region) for number in range(pages))
        found = [_without_border(one, header.orientation, threshold, pages) for one in shown]
    return _union([box for box in found if box]) or whole(crop.size)


def _without_border(image: pyvips.Image, orientation: Orientation, threshold: int, pages: int) -> Box | None:
    """Find what of a page is no border, once it is upright: the corner is the one that a person sees."""
    size = orientation.turn_size(Size(image.width, image.height))
    factor = ceil(sqrt(size.pixels * pages / _TRIM_PIXELS))
    if factor > 1:
        image = image.shrink(factor, factor, ceil=True)
    # In 8 bits, since the threshold is in levels of 255; in memory, since it is looked at more than once.
    found = _content(turned(in_bits(image, 8).copy_memory(), orientation), threshold)
    return found.grown(factor, size) if found and factor > 1 else found


def _content(image: pyvips.Image, threshold: int) -> Box | None:
    corner = image.getpoint(0, 0)
    if not image.hasalpha():
        return _differing_area(image, corner, threshold)
    # On the corner's own colour, what is transparent has no colour of its own that could differ.
    colour = _differing_area(image.flatten(background=corner[:-1]), corner[:-1], threshold)
    # A black drawing on transparent black differs in nothing but this.
    alpha = _differing_area(image.extract_band(image.bands - 1), corner[-1:], threshold)
    return _union([box for box in (colour, alpha) if box])


def _differing_area(image: pyvips.Image, border: list[float], threshold: int) -> Box | None:
    # libvips takes out specks first, with a median of 3x3 px, which does not fit into less.
    thin = min(image.width, image.height) < 3
    left, top, width, height = image.find_trim(threshold=threshold, background=border, line_art=thin)
    return Box(left=left, top=top, size=Size(width, height)) if width and height else None


def _union(boxes: list[Box]) -> Box | None:
    """Bound all the boxes by one; None of none."""
    if not boxes:
        return None
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left=left, top=top, size=Size(right - left, bottom - top))
