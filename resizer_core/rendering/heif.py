"""Read the properties of the first picture of an AVIF or HEIC that libvips does not pass on.

Source: ISO/IEC 14496-12, section 12.1.5 (``colr``); ISO/IEC 23008-12, sections 6.5.5 to 6.5.8, 9.3 (``ipma``)
and 6.4.9.3 (``prem``); AV1 in ISOBMFF, section 2.3 (``av1C``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from resizer_core.model import Buffer
from resizer_core.rendering.boxes import FULL, boxes, find


class Nclx(NamedTuple):
    """Say what the pixel values mean, by the code points of ITU-T H.273."""

    primaries: int
    transfer: int
    full_range: bool


class Coding(NamedTuple):
    """Say how the first picture is coded.

    Attributes:
        nclx: its colours, if the file states them by code points.
        monochrome: whether it holds brightness only.
        premultiplied: whether its colours are weighted by its alpha.
    """

    nclx: Nclx | None
    monochrome: bool
    premultiplied: bool


def coding(data: Buffer) -> Coding:
    """Read how the first picture of an AVIF or HEIC is coded."""
    nclx, monochrome = None, False
    for kind, content in _properties(data):
        if kind == b"colr" and content[:4] == b"nclx" and len(content) >= 11:
            primaries, transfer, _, full = struct.unpack_from(">HHHB", content, 4)
            nclx = Nclx(primaries, transfer, bool(full >> 7))
        elif kind == b"av1C" and len(content) >= 3:
            monochrome = bool(content[2] >> 4 & 1)
        elif kind == b"hvcC" and len(content) >= 17:
            monochrome = content[16] & 3 == 0
        elif kind == b"pixi" and len(content) >= 5:
            monochrome = monochrome or content[4] == 1
    return Coding(nclx, monochrome, premultiplied=b"prem" in _references(data))


def _references(data: Buffer) -> set[bytes]:
    """Find the kinds of references from one picture of the file to another."""
    iref = find(data, b"meta", b"iref")
    return {box.kind for box in boxes(data, iref.start + FULL, iref.end)} if iref else set()


def _properties(data: Buffer) -> Iterator[tuple[bytes, bytes]]:
    """Go through the properties of the first picture. Yield the type and the content of each."""
    pitm, ipma = find(data, b"meta", b"pitm"), find(data, b"meta", b"iprp", b"ipma")
    ipco = find(data, b"meta", b"iprp", b"ipco")
    if pitm is None or ipma is None or ipco is None:
        return
    known = [(box.kind, bytes(data[box.start : box.end])) for box in boxes(data, ipco.start, ipco.end)]
    named = pitm.start + FULL
    first = int.from_bytes(data[named : named + (4 if data[pitm.start] else 2)], "big")
    for number in _associated(bytes(data[ipma.start : ipma.end]), first):
        if 0 < number <= len(known):
            yield known[number - 1]


def _associated(ipma: bytes, item: int) -> list[int]:
    """Read the numbers of the properties of ``item``, from 1. Return none if they cannot be read."""
    wide, flags = ("I" if ipma[:1] > b"\0" else "H"), ipma[3:4]
    number, most = ("H", 0x7FFF) if flags and flags[0] & 1 else ("B", 0x7F)
    try:
        (entries,), at = struct.unpack_from(">I", ipma, FULL), FULL + 4
        for _ in range(entries):
            found, count = struct.unpack_from(f">{wide}B", ipma, at)
            at += struct.calcsize(f">{wide}B")
            numbers = struct.unpack_from(f">{count}{number}", ipma, at)
            at += struct.calcsize(f">{count}{number}")
            if found == item:
                return [value & most for value in numbers]
    except struct.error:  # the box ends too early
        pass
    return []
