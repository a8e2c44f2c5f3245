"""Assemble AVIF and HEIC files by hand: a grid of tiles, which no encoder of these tests writes."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import pyvips

from resizer_core.rendering.boxes import FULL, boxes, extents, find
from tests.pictures import encoded

#: The sides of a tile, px.
TILE = 64


def box(kind: bytes, *parts: bytes) -> bytes:
    """Write a box. Source: ISO/IEC 14496-12, section 4.2."""
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def full(kind: bytes, version: int, *parts: bytes) -> bytes:
    """Write a box with a version, and with no flag set."""
    return box(kind, bytes([version]), bytes(FULL - 1), *parts)


def grid(picture: pyvips.Image) -> bytes:
    """Make an AVIF of ``picture`` in tiles of 64x64 px."""
    across, down = picture.width // TILE, picture.height // TILE
    tiles = [picture.crop(x * TILE, y * TILE, TILE, TILE) for y in range(down) for x in range(across)]
    return joined([encoded(tile, "avif", lossless=False, Q=90, keep="none") for tile in tiles], across)


def joined(files: Sequence[bytes], across: int, *, brand: bytes = b"avif", kind: bytes = b"av01") -> bytes:
    """Make a grid of the first pictures of ``files``, each of 64x64 px, ``across`` in a row.

    Source: ISO/IEC 23008-12, section 6.6.2.3 (grid), ISO/IEC 14496-12, section 8.11 (meta, iloc, iinf).
    """
    down = len(files) // across
    firsts = [next(extents(file)) for file in files]
    codes = [file[first.start : first.end] for file, first in zip(files, firsts, strict=True)]
    ipco = find(files[0], b"meta", b"iprp", b"ipco")
    assert ipco
    set_up = next(
        entry for entry in boxes(files[0], ipco.start, ipco.end) if entry.kind in (b"av1C", b"hvcC")
    )
    properties = (
        full(b"ispe", 0, struct.pack(">II", across * TILE, down * TILE)),
        full(b"ispe", 0, struct.pack(">II", TILE, TILE)),
        files[0][set_up.start - 8 : set_up.end],
    )
    numbers = range(2, 2 + len(codes))
    entries = [_entry(1, b"grid"), *(_entry(number, kind) for number in numbers)]
    belongs = [struct.pack(">HBB", 1, 1, 0x81), *(struct.pack(">HBBB", n, 2, 0x82, 0x83) for n in numbers)]
    tiles = struct.pack(f">HH{len(codes)}H", 1, len(codes), *numbers)
    layout = struct.pack(">BBBBHH", 0, 0, down - 1, across - 1, across * TILE, down * TILE)

    def meta(at: int) -> bytes:
        places = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(layout))
        for number, code in zip(numbers, codes, strict=True):
            places += struct.pack(">HHHHII", number, 0, 0, 1, at, len(code))
            at += len(code)
        return full(
            b"meta",
            0,
            full(b"hdlr", 0, bytes(4), b"pict", bytes(13)),
            full(b"pitm", 0, struct.pack(">H", 1)),
            full(b"iloc", 1, b"\x44\0", struct.pack(">H", len(entries)), places),
            full(b"iinf", 0, struct.pack(">H", len(entries)), *entries),
            full(b"iref", 0, box(b"dimg", tiles)),
            box(
                b"iprp",
                box(b"ipco", *properties),
                full(b"ipma", 0, struct.pack(">I", len(belongs)), *belongs),
            ),
            box(b"idat", layout),
        )

    head = box(b"ftyp", brand, bytes(4), brand + b"mif1miaf")
    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *codes)


def _entry(number: int, kind: bytes) -> bytes:
    return full(b"infe", 2, struct.pack(">HH4sx", number, 0, kind))
