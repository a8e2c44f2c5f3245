"""Make animated PNGs, chunk by chunk.

Source: PNG specification, third edition, sections 5.3 (chunks), 11.2 and 11.3.6.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from tests.pictures import Colour

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT, CLEARED, PUT_BACK = 0, 1, 2
REPLACED, BLENDED = 0, 1
#: The type of colour by the number of channels.
_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


@dataclass(frozen=True)
class Frame:
    """Describe a frame of one colour: left, top, width, height, and ``delay`` in seconds."""

    colour: Colour
    place: tuple[int, int, int, int] = (0, 0, 64, 48)
    disposal: int = KEPT
    blend: int = REPLACED
    delay: tuple[int, int] = (1, 10)


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", check)


def apng(
    *frames: Frame,
    still: Colour = (),
    size: tuple[int, int] = (64, 48),
    plays: int = 0,
    promised: int | None = None,
    before: Sequence[bytes] = (),
    bits: int = 8,
) -> bytes:
    """Make an animated PNG with as many channels as the first colour.

    Its ``still`` picture is the first frame if none is given. ``before`` are chunks to put before the pixels.
    """
    numbers = iter(range(10_000))

    def numbered(kind: bytes, content: bytes) -> bytes:
        return chunk(kind, struct.pack(">I", next(numbers)) + content)

    kind = _TYPES[len(frames[0].colour)]
    parts = [SIGNATURE, chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, 0))]
    parts.append(chunk(b"acTL", struct.pack(">II", len(frames) if promised is None else promised, plays)))
    parts += before
    if still:
        parts.append(chunk(b"IDAT", _pixels(still, *size, bits)))
    for number, frame in enumerate(frames):
        left, top, width, height = frame.place
        fields = struct.pack(">4I2H2B", width, height, left, top, *frame.delay, frame.disposal, frame.blend)
        parts.append(numbered(b"fcTL", fields))
        pixels = _pixels(frame.colour, width, height, bits)
        # Write two pieces, as encoders do for long data.
        for piece in (pixels[:9], pixels[9:]):
            parts.append(numbered(b"fdAT", piece) if number or still else chunk(b"IDAT", piece))
    return b"".join((*parts, chunk(b"IEND")))


def _pixels(colour: Colour, width: int, height: int, bits: int) -> bytes:
    pixel = b"".join(level.to_bytes(bits // 8, "big") for level in colour)
    return zlib.compress((b"\0" + pixel * width) * height)
