"""Find the border of one colour that ``trim`` cuts off."""

from __future__ import annotations

from typing import Final

from resizer_core.errors import CorruptImage
from resizer_core.formats import Format
from resizer_core.model import Box, Buffer, ImageHeader, Size, whole
from resizer_core.rendering.colours import in_bits
from resizer_core.rendering.composing import each_strip
from resizer_core.rendering.libvips import pyvips, translating_vips_errors
from resizer_core.rendering.resampling import cut

#: The median of 3x3 px is above (or below) a level if at least so many of the nine are.
_MOST: Final = 5
#: A pixel above the level counts 1, one below it 16. So the sum over 3x3 px holds both counts in 8 bits.
_ABOVE, _BELOW = 1, 16
_NEIGHBOURS: Final = pyvips.Image.new_from_array([[1, 1, 1]] * 3)


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
    """Find the part of a picture inside a border of one colour. Decode every pixel.

    The border has the colour of the corner that a viewer sees at the top left.

    Args:
        data, format, header: the original.
        crop: the part of the upright picture to search; px.
        threshold: how far a pixel may differ from the one in the corner and still be border; 0 to 255.
        page: the first page to search, from 0.
        pages: how many pages to search. The result holds the content of all of them.

    Returns:
        A part of ``crop``, counted from its corner. It is all of ``crop`` if there is only border.

    Raises:
        CorruptImage: the pixels cannot be decoded.
    """
    to_stored = header.orientation.inverse
    region = to_stored.turn_box(crop, header.upright)
    corner = to_stored.turn_box(Box(left=0, top=0, size=Size(1, 1)), crop.size)
    found = []
    with translating_vips_errors(CorruptImage, "the original is damaged"):
        for image in each_strip(data, format, header.size, page=page, pages=pages):
            # The threshold is in levels of 255, so use 8 bits. Keep the pixels: they are read twice.
            shown = in_bits(cut(image, region), 8).copy_memory()
            colour = shown.getpoint(corner.left, corner.top)
            found.append(_bounds_of(_differing(shown, colour, threshold)))
    content = _union([box for box in found if box])
    return header.orientation.turn_box(content, region.size) if content else whole(crop.size)


def _differing(image: pyvips.Image, corner: list[float], threshold: int) -> pyvips.Image:
    """Mask the pixels that differ from ``corner`` by more than ``threshold``. Ignore single specks."""
    if not image.hasalpha():
        return _beyond(image, corner, threshold)
    # Put the picture on the corner's colour. Transparent pixels then have no other colour.
    colour = _beyond(image.flatten(background=corner[:-1]), corner[:-1], threshold)
    # A black drawing on transparent black differs in alpha alone.
    return colour | _beyond(image.extract_band(image.bands - 1), corner[-1:], threshold)


def _beyond(image: pyvips.Image, border: list[float], threshold: int) -> pyvips.Image:
    """Mask the pixels whose median over 3x3 px is further from ``border`` than ``threshold`` in any band.

    The median of nine pixels is above a level if five of them are, so nothing has to be sorted. libvips' own
    ``find_trim`` sorts. It gives the same answer, and takes many times as long as the decoder.
    """
    marks = [[_side(value - level, threshold) for value in range(256)] for level in border]
    # In a picture under 3 px, the median would drop every line as a speck.
    thin = min(image.width, image.height) < 3
    most = 1 if thin else _MOST
    marked = image.maplut(_table(*marks))
    counted = marked if thin else marked.conv(_NEIGHBOURS, precision="integer")
    far = [255 if count % _BELOW >= most or count // _BELOW >= most else 0 for count in range(256)]
    return counted.maplut(_table(far)).bandor()


def _side(difference: float, threshold: int) -> int:
    if abs(difference) <= threshold:
        return 0
    return _ABOVE if difference > 0 else _BELOW


def _table(*bands: list[int]) -> pyvips.Image:
    """Make a look-up table of 256 values, one band for each list."""
    interleaved = bytes(value for values in zip(*bands, strict=True) for value in values)
    return pyvips.Image.new_from_memory(interleaved, 256, 1, len(bands), "uchar")


def _bounds_of(mask: pyvips.Image) -> Box | None:
    """Find the smallest box around all set pixels of a mask; None if none is set."""
    # libvips gives the sums in 32 bits. They are at most 255 times 2^24.
    across, down = (memoryview(sums.write_to_memory()).cast("I") for sums in mask.project())
    columns, rows = ([number for number, total in enumerate(sums) if total] for sums in (across, down))
    if not columns:
        return None
    size = Size(columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    return Box(left=columns[0], top=rows[0], size=size)


def _union(boxes: list[Box]) -> Box | None:
    """Find the smallest box around all boxes; None if there are none."""
    if not boxes:
        return None
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left=left, top=top, size=Size(right - left, bottom - top))
