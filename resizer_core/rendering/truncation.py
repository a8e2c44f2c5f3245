"""Whether a file ends before its picture does, for the one format whose decoder does not say so."""

from __future__ import annotations

from typing import Final

_TRAILER: Final = 0x3B


def gif_is_cut(data: bytes | bytearray | memoryview) -> bool:
    """Whether a GIF ends in the middle of a block.

    libvips' GIF decoder paints what is missing in the background's colour and reports no error, whatever
    ``fail_on`` says. A file that ends after a whole block, without the trailer, is complete: many are.

    Source: GIF89a specification, sections 18 to 23.
    """
    at = 13  # header and logical screen descriptor
    if len(data) < at:
        return True
    at += _colour_table(data[10])
    while at < len(data) and data[at] != _TRAILER:
        match data[at]:
            case 0x21:  # an extension: a label, then sub-blocks
                at += 2
            case 0x2C:  # an image: its descriptor, a colour table, the code size, then sub-blocks
                if at + 10 > len(data):
                    return True
                at += 11 + _colour_table(data[at + 9])
            case _:  # no block begins like this: what follows is not part of the picture
                return False
        while at < len(data) and data[at]:
            at += data[at] + 1
        if at >= len(data):
            return True
        at += 1
    return at > len(data)  # in the colour table that the header announced


def _colour_table(flags: int) -> int:
    """The bytes of the colour table that ``flags`` announces."""
    return 3 * 2 ** ((flags & 0b111) + 1) if flags & 0b1000_0000 else 0
