"""Work out how many times smaller an original is decoded."""

from __future__ import annotations

from math import ceil
from typing import Final

from resizer_core.formats import JPEG, SVG, Format
from resizer_core.model import Box, Size, half_up

#: A JPEG is decoded at least so many times larger than its final size. At 1, the decoder's own box filter
#: does all the work, and fine lines alias. At 2, libvips' choice, more is decoded than can be seen.
#: Source: docs/adr/0007-decode-margin.md.
JPEG_SHRINK_MARGIN: Final = 1.5
#: How far an edge may move when the decoder shrinks, px of the result. Nobody can see so little.
_MOST_MOVED: Final = 0.05
#: How many times smaller libjpeg can decode. Source: libjpeg.txt of libjpeg-turbo, "scale_num, scale_denom".
_JPEG_SHRINKS: Final = (8, 4, 2)


def shrink_of(original: Format, stored: Size, region: Box, scaled: Size) -> float:
    """Work out how many times smaller the original can be decoded, so that nobody sees a difference."""
    factor = min(region.size.width / scaled.width, region.size.height / scaled.height)
    if original.name == SVG.name:
        drawn = Size(max(1, half_up(stored.width / factor)), max(1, half_up(stored.height / factor)))
        # Draw it at its final size. If that moves an edge, draw a whole multiple of its own size: there every
        # edge lies between pixels.
        return factor if _keeps_edges(region, scaled, factor, drawn) else 1 / max(1, ceil(1 / factor))
    if original.name == JPEG.name:
        for shrink in _JPEG_SHRINKS:
            if factor < shrink * JPEG_SHRINK_MARGIN:
                continue
            # At the right and at the bottom, the decoder drops a rest that fills no pixel of its own.
            decoded = Size(stored.width // shrink, stored.height // shrink)
            if _keeps_edges(region, scaled, shrink, decoded):
                return shrink
    return 1


def _keeps_edges(region: Box, scaled: Size, shrink: float, decoded: Size) -> bool:
    """Say whether every edge of ``region`` is also an edge of the ``decoded`` pixels, or close to one."""
    part = region.shrunk(shrink, decoded)
    across, down = region.size.width / scaled.width, region.size.height / scaled.height
    moved = (
        (part.left * shrink - region.left) / across,
        (part.right * shrink - region.right) / across,
        (part.top * shrink - region.top) / down,
        (part.bottom * shrink - region.bottom) / down,
    )
    return all(abs(by) <= _MOST_MOVED for by in moved)
