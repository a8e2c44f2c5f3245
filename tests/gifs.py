"""Assemble GIFs block by block, of kinds that no encoder makes.

Source: GIF89a specification, sections 18 to 23 and appendix F.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.pictures import BLUE, GREEN, RED, Colour

KEPT, CLEARED, PUT_BACK = 1, 2, 3
WHITE = (255, 255, 255)


def gif(
    *frames: bytes,
    screen: tuple[int, int] = (64, 48),
    colours: Sequence[Colour] = (RED, GREEN, BLUE, WHITE),
    background: int = 3,
) -> bytes:
    """Make a GIF of these frames, with one table of 4 to 256 colours."""
    size = len(colours).bit_length() - 2
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80 | size, background, 0)
    return head + _table(colours) + b"".join(frames) + b";"


def frame(
    pixels: int | Sequence[int],
    place: tuple[int, int, int, int] = (0, 0, 64, 48),
    *,
    disposal: int | None = KEPT,
    transparent: int | None = None,
    interlaced: bool = False,
    colours: Sequence[Colour] = (),
    bits: int = 2,
) -> bytes:
    """Make a frame of one index, or of these indices, at left, top, width, height. It shows for 100 ms.

    Without ``disposal`` it has no graphic control extension.
    """
    _, _, width, height = place
    indices = [pixels] * (width * height) if isinstance(pixels, int) else list(pixels)
    control = b""
    if disposal is not None:
        flags = disposal << 2 | (transparent is not None)
        control = b"\x21\xf9\x04" + struct.pack("<BHBB", flags, 10, transparent or 0, 0)
    flags = interlaced << 6 | (0x80 | len(colours).bit_length() - 2 if colours else 0)
    return control + b"\x2c" + struct.pack("<4HB", *place, flags) + _table(colours) + lzw(indices, bits)


def lzw(indices: Sequence[int], bits: int = 2) -> bytes:
    """Code indices as GIF's LZW. Clear so often that a code always has one bit more than an index."""
    clear, most = 2**bits, 2**bits - 2
    codes = [code for at in range(0, len(indices), most) for code in (clear, *indices[at : at + most])] + [
        clear + 1
    ]
    joined = sum(code << ((bits + 1) * at) for at, code in enumerate(codes))
    packed = joined.to_bytes(((bits + 1) * len(codes) + 7) // 8, "little")
    blocks = [packed[at : at + 255] for at in range(0, len(packed), 255)]
    return bytes([bits]) + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def _table(colours: Sequence[Colour]) -> bytes:
    return b"".join(bytes(colour) for colour in colours)
