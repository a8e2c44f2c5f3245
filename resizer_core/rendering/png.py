"""Read what a PNG states about its colours, where libvips does not pass it on.

Source: PNG specification, third edition, sections 5.3 (chunks), 4.3 (which one counts) and 11.3.2 (colours).
Where it leaves a choice, we do as Chromium. ``cHRM`` counts only together with ``gAMA``. Without ``cHRM``, a
gamma near that of sRGB means the curve of sRGB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from resizer_core.model import Buffer
from resizer_core.rendering.apng import chunks
from resizer_core.rendering.heif import Nclx
from resizer_core.rendering.profiles import SRGB, Primaries

#: The gamma of sRGB as gAMA spells it, and how far from it programs may write it.
_SRGB_GAMMA: Final = 45_455
_NEAR: Final = 500


class Colours(NamedTuple):
    """Hold the colours that a PNG states, from the chunk that counts.

    Attributes:
        cicp: ``cICP``, which counts before a profile.
        gamma: the exponent that turns values into light; None if ``gAMA`` does not count.
        primaries: the primaries that go with a gamma.
    """

    cicp: Nclx | None = None
    gamma: float | None = None
    primaries: Primaries = SRGB


def colours(data: Buffer) -> Colours:
    """Read the chunks about colour. They come before the pixels."""
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
    """Go through the chunks before the pixels. Yield each type, and as many bytes as a palette may have."""
    for kind, start, end in chunks(data):
        if kind == b"IDAT":
            return
        yield kind, bytes(data[start : min(end, start + 768)])
