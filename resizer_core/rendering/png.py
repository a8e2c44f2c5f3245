"""Read what a PNG says of its colours, and libvips does not hand over.

Source: PNG specification, third edition, sections 5.3 (chunks), 4.3 (which one counts) and 11.3.2 (colours).
Where it leaves a choice, this is what Chromium shows: ``cHRM`` counts beside ``gAMA`` alone, and without it a
gamma near that of sRGB stands for sRGB's curve.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from resizer_core.model import Buffer
from resizer_core.rendering.apng import chunks
from resizer_core.rendering.heif import Nclx
from resizer_core.rendering.profiles import SRGB, Primaries

#: As gAMA spells that of sRGB, and how far from it programs write it.
_SRGB_GAMMA: Final = 45_455
_NEAR: Final = 500


class Colours(NamedTuple):
    """Say how a PNG says its colours, by the one of its chunks that counts.

    Attributes:
        cicp: ``cICP``, which counts before a profile.
        gamma: the exponent that makes light of the values; None where ``gAMA`` does not count.
        primaries: beside a gamma.
    """

    cicp: Nclx | None = None
    gamma: float | None = None
    primaries: Primaries = SRGB


def colours(data: Buffer) -> Colours:
    """Read the chunks of colour, which stand in front of the pixels."""
    found = dict(_chunks(data))
    if len(cicp := found.get(b"cICP", b"")) == 4:
        return Colours(cicp=Nclx(cicp[0], cicp[1], full_range=bool(cicp[3])))
    gama, chrm = found.get(b"gAMA", b""), found.get(b"cHRM", b"")
    if b"iCCP" in found or b"sRGB" in found or len(gama) != 4:
        return Colours()
    spelt = int.from_bytes(gama, "big")
    if len(chrm) != 32:
        near = not spelt or abs(spelt - _SRGB_GAMMA) <= _NEAR
        return Colours() if near else Colours(gamma=100_000 / spelt)
    x = [part / 100_000 for part in struct.unpack(">8I", chrm)]
    primaries = Primaries((x[2], x[3]), (x[4], x[5]), (x[6], x[7]), (x[0], x[1]))
    return Colours(gamma=100_000 / (spelt or _SRGB_GAMMA), primaries=primaries)


def colours_of_palette(data: Buffer) -> int:
    """Count the colours of an indexed PNG."""
    return len(dict(_chunks(data))[b"PLTE"]) // 3


def _chunks(data: Buffer) -> Iterator[tuple[bytes, bytes]]:
    """Go through the chunks in front of the pixels: their types, and as much as a palette has of each."""
    for kind, start, end in chunks(data):
        if kind == b"IDAT":
            return
        yield kind, bytes(data[start : min(end, start + 768)])
