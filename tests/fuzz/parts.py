"""Take a file apart as its format puts it together: where its names, lengths, counts and offsets stand.

A walk never fails: where a file is no longer what its format says, it ends.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

#: Boxes of ISO/IEC 14496-12 that hold boxes, with the bytes that stand before those.
_CONTAINERS: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"iinf": 6, b"moov": 0, b"trak": 0, b"iref": 4}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file: a chunk, box, segment, block or directory entry.

    Attributes:
        start, end: where it lies, bytes.
        fields: where its name, its length, its counts and offsets lie: pairs of offset and bytes.
        body: where its content begins.
    """

    start: int
    end: int
    fields: tuple[tuple[int, int], ...]
    body: int


def png_parts(data: bytes) -> Iterator[Part]:
    """Walk the chunks: length, name, content, check sum."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        end = min(at + 12 + size, len(data))
        yield Part(at, end, ((at, 4), (at + 4, 4), (at + 8, min(4, size)), (at + 12, min(4, size))), at + 8)
        at += 12 + size


def riff_parts(data: bytes) -> Iterator[Part]:
    """Walk the chunks of a WebP: name, length, content."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = min(at + 8 + size + size % 2, len(data))
        yield Part(at, end, ((at, 4), (at + 4, 4), (at + 8, 3), (at + 14, 3), (at + 17, 3)), at + 8)
        at += 8 + size + size % 2


def jpeg_parts(data: bytes) -> Iterator[Part]:
    """Walk the segments: marker, length, content; coded pixels belong to the scan before them."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + size
        if data[at + 1] == 0xDA:
            while (found := data.find(b"\xff", end)) >= 0 and found + 1 < len(data):
                end = found + 2
                if data[found + 1] not in (0, *range(0xD0, 0xD8)):
                    end = found
                    break
            else:
                end = len(data)
        end = min(end, len(data))
        yield Part(
            at, end, ((at + 1, 1), (at + 2, 2), (at + 4, 1), (at + 5, 2), (at + 7, 2), (at + 9, 1)), at + 4
        )
        at = end


def box_parts(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Part]:
    """Walk the boxes of an AVIF or HEIC, and those inside of them: length, name, content."""
    at, end = start, len(data) if end is None else end
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        last = min(at + size, end) if size >= 8 else end
        yield Part(at, last, ((at, 4), (at + 4, 4), (at + 8, 4), (at + 12, 2), (at + 14, 2)), at + 8)
        if name in _CONTAINERS:
            yield from box_parts(data, at + 8 + _CONTAINERS[name], last)
        at = last


def gif_parts(data: bytes) -> Iterator[Part]:
    """Walk the extensions and images, each with its blocks of data; the screen comes first."""
    if len(data) < 13:
        return
    at = 13 + _colour_table(data[10])
    yield Part(0, min(at, len(data)), ((6, 2), (8, 2), (10, 1), (11, 1)), 13)
    while at + 10 < len(data) and data[at] in (0x21, 0x2C):
        start, image = at, data[at] == 0x2C
        at += 11 + _colour_table(data[at + 9]) if image else 2
        body = at
        while at < len(data) and data[at]:
            at += data[at] + 1
        at += 1
        counts = (
            (start + 1, 2),
            (start + 3, 2),
            (start + 5, 2),
            (start + 7, 2),
            (start + 9, 1),
            (body - 1, 1),
        )
        yield Part(
            start, min(at, len(data)), counts if image else ((start + 1, 1), (body, 1), (body + 1, 3)), body
        )


def _colour_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def tiff_parts(data: bytes) -> Iterator[Part]:
    """Walk the directories and their entries: tag, type, count, value or offset."""
    order = "<" if data[:2] == b"II" else ">"
    seen: set[int] = set()
    link = 4
    try:
        while 0 < (at := struct.unpack_from(order + "I", data, link)[0]) < len(data) and at not in seen:
            seen.add(at)
            count = struct.unpack_from(order + "H", data, at)[0]
            yield Part(link, min(at + 2 + 12 * count + 4, len(data)), ((link, 4), (at, 2)), at + 2)
            for entry in range(at + 2, min(at + 2 + 12 * count, len(data) - 12), 12):
                yield Part(
                    entry, entry + 12, ((entry, 2), (entry + 2, 2), (entry + 4, 4), (entry + 8, 4)), entry + 8
                )
            link = at + 2 + 12 * count
    except struct.error:  # the file ends before what should be there
        return


#: What takes a file apart, by its format.
WALKS: Final[Mapping[str, Callable[[bytes], Iterator[Part]]]] = {
    "jpg": jpeg_parts,
    "png": png_parts,
    "webp": riff_parts,
    "avif": box_parts,
    "heic": box_parts,
    "gif": gif_parts,
    "tif": tiff_parts,
}
