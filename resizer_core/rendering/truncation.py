"""Tell whether a file ends before its picture does, for the one format whose decoder does not say so."""

from __future__ import annotations

from resizer_core.model import Buffer
from resizer_core.rendering.counting import CUT, gif_parts


def gif_is_cut(data: Buffer) -> bool:
    """Tell whether a GIF ends in the middle of a block.

    libvips' GIF decoder paints what is missing in the background's colour and reports no error, whatever
    ``fail_on`` says. A file that ends after a whole block, without the trailer, is complete: many are.
    """
    return CUT in gif_parts(data)
