"""Read the boxes of an AVIF or HEIC, and find where its pictures lie in the file.

Source: ISO/IEC 14496-12, sections 4.2 (boxes), 8.11.3 (``iloc``) and 8.11.6 (``iinf``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from resizer_core.model import Buffer

#: The bytes of version and flags. They open the content of some boxes, such as ``meta`` and ``iloc``.
FULL: Final = 4
#: Where ``iloc`` counts an extent from: the start of the file, or the content of ``idat``.
_FROM_FILE: Final = 0
_FROM_IDAT: Final = 1


class Box(NamedTuple):
    """Describe a box by its type and the place of its content, bytes.

    ``end`` may lie behind the end of the box around it.
    """

    kind: bytes
    start: int
    end: int


class Extent(NamedTuple):
    """Describe a piece of an item, from ``start`` to ``end``, bytes.

    The file or the box around it ends at ``limit``.
    """

    item: int
    start: int
    end: int
    limit: int


def boxes(data: Buffer, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Go through the boxes from ``start`` to ``end``, or to the end of the file.

    Bytes that are too few for a box end the walk. So does a box that ends behind ``end``; it is the last one.
    """
    end = len(data) if end is None else end
    at = start
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        content = at + 8
        if size == 1 and at + 16 <= end:
            size, content = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        at = end if size == 0 else at + size
        if at < content:
            return
        yield Box(kind, content, at)


def find(data: Buffer, *path: bytes) -> Box | None:
    """Find the first box at the end of ``path``, such as ``b"meta", b"iprp", b"ipco"``."""
    start, end, found = 0, len(data), None
    for kind in path:
        found = next((box for box in boxes(data, start, end) if box.kind == kind), None)
        if found is None:
            return None
        start, end = found.start + (FULL if kind == b"meta" else 0), min(found.end, end)
    return found


def extents(data: Buffer) -> Iterator[Extent]:
    """Go through the pieces of all items, in the order of ``iloc``. Leave out those in other files."""
    if (iloc := find(data, b"meta", b"iloc")) is None:
        return
    idat = find(data, b"meta", b"idat")
    try:
        for item, method, start, size in _located(data, iloc):
            if method == _FROM_FILE:
                yield Extent(item, start, start + size, len(data))
            elif method == _FROM_IDAT and idat is not None:
                yield Extent(item, idat.start + start, idat.start + start + size, min(idat.end, len(data)))
    except struct.error:  # the box ends too early
        return


def items(data: Buffer, kind: bytes) -> set[int]:
    """Find the numbers of the items of this type, such as ``av01``."""
    if (iinf := find(data, b"meta", b"iinf")) is None:
        return set()
    found = set()
    content = bytes(data[iinf.start : iinf.end])
    for entry in boxes(content, FULL + (2 if content[:1] == b"\0" else 4)):
        told = content[entry.start : entry.end]
        wide = 2 if told[:1] == b"\3" else 0  # how many bytes longer the number is
        if entry.kind == b"infe" and told[8 + wide : 12 + wide] == kind:
            found.add(int.from_bytes(told[4 : 6 + wide], "big"))
    return found


def alone(data: Buffer, item: int, coded: bytes) -> bytes:
    """Make a file whose only picture is ``coded``, an ``av01`` of ``data``, with its properties."""
    properties = find(data, b"meta", b"iprp")
    belongs = bytes(data[properties.start : properties.end]) if properties else b""

    def meta(at: int) -> bytes:
        return _box(
            b"meta",
            bytes(FULL),
            _box(b"hdlr", bytes(FULL + 4), b"pict", bytes(13)),
            _box(b"pitm", b"\1", bytes(3), struct.pack(">I", item)),
            _box(b"iloc", b"\2", bytes(3), b"\x44\0", struct.pack(">IIIHII", 1, item, 0, 1, at, len(coded))),
            _box(
                b"iinf",
                bytes(FULL),
                b"\0\1",
                _box(b"infe", b"\3", bytes(3), struct.pack(">IH5s", item, 0, b"av01")),
            ),
            _box(b"iprp", belongs),
        )

    head = _box(b"ftyp", b"avif", bytes(4), b"avifmif1")
    return head + meta(len(head) + len(meta(0)) + 8) + _box(b"mdat", coded)


def _box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _located(data: Buffer, iloc: Box) -> Iterator[tuple[int, int, int, int]]:
    """Read ``iloc``. Yield for each extent its item, where it is counted from, its start, and its bytes."""
    content = memoryview(data)[iloc.start : iloc.end]
    if len(content) < 6:
        return
    version, sizes = content[0], int.from_bytes(content[4:6], "big")
    wide = 4 if version == 2 else 2  # bytes of an item's number
    at = 6

    def take(width: int) -> int:
        nonlocal at
        at += width
        if at > len(content):
            raise struct.error
        return int.from_bytes(content[at - width : at], "big")

    for _ in range(take(wide)):
        item = take(wide)
        method = take(2) & 15 if version else _FROM_FILE
        elsewhere = take(2)
        base = take(sizes >> 4 & 15)
        for _ in range(take(2)):
            take(sizes & 15 if version else 0)  # the number of the extent
            start, size = base + take(sizes >> 12), take(sizes >> 8 & 15)
            if not elsewhere:
                yield item, method, start, size
