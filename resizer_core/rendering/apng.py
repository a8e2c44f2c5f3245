"""Find the frames of an animated PNG, and make a PNG of each.

Source: PNG specification, third edition, sections 4.9 (APNG), 5.3 (chunks), 11.3.6 (acTL, fcTL and fdAT).
Where the specification leaves a choice, we do as Chromium 156: it does not show a still picture that is no
frame, and no frames beyond the number in acTL.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from resizer_core.errors import CorruptImage
from resizer_core.model import Box, Buffer, Size, half_up, whole
from resizer_core.rendering.animation import Animation, Disposal, Frame, leaves_gaps

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
#: The chunks before the pixels that say what the pixels mean. Each frame needs them.
_COLOURS: Final = frozenset((b"PLTE", b"tRNS", b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT"))
#: The colour types with an alpha channel.
_WITH_ALPHA: Final = (4, 6)
_DISPOSALS: Final = (Disposal.KEEP, Disposal.CLEAR, Disposal.RESTORE)
_BLENDS: Final = (False, True)
#: The longest delay that a GIF can state, ms.
_LONGEST: Final = 655_350


class Chunk(NamedTuple):
    """Describe a chunk by its type and the place of its content, bytes. ``end`` may be beyond the file."""

    kind: bytes
    start: int
    end: int


class _Control(NamedTuple):
    """Hold the fields of an fcTL, and the chunks with pixels that follow it."""

    box: Box
    delay: int
    disposal: Disposal
    blends: bool
    pixels: list[Chunk]


def chunks(data: Buffer) -> Iterator[Chunk]:
    """Go through the chunks of a PNG, up to IEND."""
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IEND":
            return
        yield Chunk(kind, at + 8, at + 8 + size)
        at += 12 + size


def apng_animation(data: Buffer) -> Animation | None:
    """Find the frames of an animated PNG by its chunks. Return None for any other PNG. Decode no pixel.

    Raises:
        CorruptImage: a chunk of the animation is damaged or missing.
    """
    frames: list[_Control] = []
    promised = plays = sequence = 0
    meaning, opaque, head = b"", True, b""
    size, end = Size(1, 1), 0
    for chunk in chunks(data):
        end = chunk.end + 4
        match chunk.kind:
            case b"IHDR":
                width, height, head = struct.unpack(">II5s", _content(data, chunk, 13))
                if not (width and height):
                    return None  # the decoder reports what is wrong
                size, opaque = Size(width, height), head[1] not in _WITH_ALPHA
            case b"acTL":
                promised, plays = struct.unpack(">II", _content(data, chunk, 8))
            case b"IDAT" if not promised:
                return None
            case b"IDAT" if frames:
                frames[-1].pixels.append(chunk)
            case b"fcTL" | b"fdAT" if promised:
                if int.from_bytes(data[chunk.start : chunk.start + 4], "big") != sequence:
                    raise CorruptImage("a frame of the original is missing")
                sequence += 1
                if chunk.kind == b"fcTL":
                    frames.append(_control(_content(data, chunk, 26), size))
                elif frames:
                    frames[-1].pixels.append(chunk)
            case kind if kind in _COLOURS and not frames:
                meaning += bytes(data[chunk.start - 8 : chunk.end + 4])
                opaque = opaque and kind != b"tRNS"
    if not promised:
        return None
    frames = frames[:promised]
    if len(frames) < promised or not all(frame.pixels for frame in frames) or end > len(data):
        raise CorruptImage("the original is cut short")
    starts_with_still = frames[0].pixels[0].kind == b"IDAT"
    if starts_with_still and frames[0].box != whole(size):
        raise CorruptImage("the first frame of the original has another size than the picture")
    drawn = [
        Frame(
            box=frame.box,
            size=frame.box.size,
            file=partial(_still, data, frame, head, meaning),
            opaque=opaque,
            blends=frame.blends,
            disposal=frame.disposal,
        )
        for frame in frames
    ]
    return Animation(
        size=size,
        frames=drawn,
        shows_through=not opaque or leaves_gaps(drawn, whole(size)),
        starts_with_still=starts_with_still,
        delays=tuple(frame.delay for frame in frames),
        loop=plays,
    )


def _control(content: bytes, canvas: Size) -> _Control:
    """Read an fcTL."""
    _, width, height, left, top, count, unit, disposal, blend = struct.unpack(">5I2H2B", content)
    if not (width and height and disposal < len(_DISPOSALS) and blend < len(_BLENDS)):
        raise CorruptImage("a frame of the original has values that make no sense")
    box = Box(left=left, top=top, size=Size(width, height))
    if not box.lies_inside(canvas):
        raise CorruptImage("a frame of the original is larger than its canvas")
    return _Control(
        box=box,
        delay=min(half_up(1000 * count / (unit or 100)), _LONGEST),
        disposal=_DISPOSALS[disposal],
        blends=_BLENDS[blend],
        pixels=[],
    )


def _still(data: Buffer, frame: _Control, head: bytes, meaning: bytes) -> bytes:
    """Make a PNG of one frame."""
    size = frame.box.size
    parts = [_SIGNATURE, _chunk(b"IHDR", struct.pack(">II", size.width, size.height) + head), meaning]
    for chunk in frame.pixels:
        content = _content(data, chunk)
        parts.append(_chunk(b"IDAT", content if chunk.kind == b"IDAT" else content[4:]))
    return b"".join((*parts, _chunk(b"IEND", b"")))


def _content(data: Buffer, chunk: Chunk, size: int | None = None) -> bytes:
    """Read the content of a chunk, and check its size in bytes and its CRC."""
    content = bytes(data[chunk.start : chunk.end])
    if size not in (None, len(content)) or data[chunk.end : chunk.end + 4] != _check(chunk.kind, content):
        raise CorruptImage("the original is damaged")
    return content


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content), kind) + content + _check(kind, content)


def _check(kind: bytes, content: bytes) -> bytes:
    return zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big")
