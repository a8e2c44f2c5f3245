"""Make ICC profiles of colours that a file states in numbers: primaries, and a curve.

With a profile, all code that converts or keeps colours works the same way. PQ and HLG become a curve that
ends at the white of a screen. Diffuse white, 203 nits, is a little below it, and brighter light fills the
rest.

Source: ICC.1:2001-04, sections 6.1, 6.3.1 and 6.5; ITU-T H.273, tables 2 and 3; ITU-R BT.2100 (PQ and HLG);
ITU-R BT.2408, section 2.1 (203 nits); PNG specification, third edition, sections 11.3.2.1 and 11.3.2.2.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import exp
from typing import Final, NamedTuple

#: x and y of a colour. Source: CIE 1931.
Chromaticity = tuple[float, float]
#: Light, 0 to 1, from a value, 0 to 1.
Curve = Callable[[float], float]


class Primaries(NamedTuple):
    """Hold the chromaticities of a picture's primary colours, and of its white."""

    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity
    white: Chromaticity


_D65: Final = (0.3127, 0.3290)
_C: Final = (0.310, 0.316)
SRGB: Final = Primaries((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
#: The primaries by the code points of H.273. Code point 1, and all that are not here, count as sRGB.
PRIMARIES: Final[Mapping[int, Primaries]] = {
    4: Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    8: Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    22: Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
#: Diffuse white, and the peak that HLG is made for; nits.
_DIFFUSE_WHITE: Final = 203
_HLG_PEAK: Final = 1000
#: A share of diffuse white. Light below it stays as it is.
_SHOULDER: Final = 0.75
#: How many values of a curve a profile holds.
_POINTS: Final = 4096


def _srgb_light(value: float) -> float:
    """Turn a value of sRGB into light. Source: IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _pq_light(value: float) -> float:
    power = value ** (32 / 2523)
    nits = 10_000 * (max(power - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * power)) ** (16384 / 2610)
    return _on_a_screen(nits / _DIFFUSE_WHITE)


def _hlg_light(value: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = value**2 / 3 if value <= 0.5 else (exp((value - c) / a) + b) / 12
    return _on_a_screen(_HLG_PEAK * scene**1.2 / _DIFFUSE_WHITE)


def _on_a_screen(light: float) -> float:
    """Compress light of any brightness to below 1. Before, 1 is diffuse white."""
    if light <= _SHOULDER:
        return light
    rest = 1 - _SHOULDER
    return _SHOULDER + rest * (1 - exp((_SHOULDER - light) / rest))


#: The curves by the code points of H.273. All that are not here count as that of sRGB, 13. So do the curves
#: of cameras (1, 6, 14 and 15): screens show such video with a curve of their own, and so does Chromium.
CURVES: Final[Mapping[int, Curve]] = {
    4: lambda value: value**2.2,
    5: lambda value: value**2.8,
    8: lambda value: value,
    16: _pq_light,
    17: lambda value: min(1, 52.37 / 48 * value**2.6),
    18: _hlg_light,
}


@lru_cache(maxsize=16)
def of_code_points(primaries: int, transfer: int, *, gray: bool) -> bytes | None:
    """Make the profile for these code points of H.273. Return None if they mean sRGB."""
    if primaries not in PRIMARIES and transfer not in CURVES:
        return None
    return _profile(PRIMARIES.get(primaries, SRGB), CURVES.get(transfer, _srgb_light), gray=gray)


@lru_cache(maxsize=16)
def of_gamma(gamma: float, primaries: Primaries, *, gray: bool) -> bytes | None:
    """Make the profile for a gamma. Return None if the primaries enclose no colours."""
    try:
        return _profile(primaries, lambda value: value**gamma, gray=gray)
    except ValueError:
        return None


def _profile(primaries: Primaries, curve: Curve, *, gray: bool) -> bytes:
    table = struct.pack(
        f">{_POINTS}H", *(round(65_535 * min(max(curve(at / (_POINTS - 1)), 0), 1)) for at in range(_POINTS))
    )
    curved = b"curv" + bytes(4) + struct.pack(">I", _POINTS) + table
    if gray:
        return _icc(b"GRAY", {b"wtpt": _xyz(_D50), b"kTRC": curved})
    columns = zip((b"rXYZ", b"gXYZ", b"bXYZ"), _columns(primaries), strict=True)
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curved)
    return _icc(b"RGB ", {b"wtpt": _xyz(_D50), **{name: _xyz(column) for name, column in columns}, **curves})


_Vector = Sequence[float]
_Matrix = Sequence[_Vector]
_D50: Final = (0.9642, 1.0, 0.8249)
#: Source: ICC.1:2022-05, annex E (Bradford).
_CONES: Final = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


def _columns(primaries: Primaries) -> _Matrix:
    """Work out X, Y and Z of each primary, adapted from the picture's white to D50."""
    mixed = _transposed([_of(one) for one in primaries[:3]])
    white = _of(primaries.white)
    shares = _solved(mixed, white)
    cones = [_dot(_CONES, white), _dot(_CONES, _D50)]
    adapted = []
    for number, share in enumerate(shares):
        seen = _dot(_CONES, [row[number] * share for row in mixed])
        adapted.append(_solved(_CONES, [cone * to / by for cone, by, to in zip(seen, *cones, strict=True)]))
    return adapted


def _of(chromaticity: Chromaticity) -> _Vector:
    x, y = chromaticity
    if y <= 0:
        raise ValueError(f"a chromaticity has y above 0, got {y}")
    return x / y, 1.0, (1 - x - y) / y


def _dot(matrix: _Matrix, vector: _Vector) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _transposed(matrix: _Matrix) -> _Matrix:
    return list(zip(*matrix, strict=True))


def _solved(matrix: _Matrix, vector: _Vector) -> list[float]:
    """Solve by Cramer's rule."""
    whole = _determinant(matrix)
    if not whole:
        raise ValueError("the primaries lie on a line")
    replaced = (
        [[*row[:at], value, *row[at + 1 :]] for row, value in zip(matrix, vector, strict=True)]
        for at in range(3)
    )
    return [_determinant(one) / whole for one in replaced]


def _determinant(matrix: _Matrix) -> float:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _xyz(values: _Vector) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65_536) for value in values))


def _icc(space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """Write a profile. Tags with the same content share it."""
    begin = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    for content in tags.values():
        places.setdefault(content, begin + sum(map(len, places)))
    table = b"".join(
        struct.pack(">4sII", name, places[content], len(content)) for name, content in tags.items()
    )
    body = struct.pack(">I", len(tags)) + table + b"".join(places)
    header = bytearray(128)
    header[0:4] = struct.pack(">I", len(header) + len(body))
    header[8:12] = bytes([2, 0x10, 0, 0])
    header[12:24] = b"mntr" + space + b"XYZ "
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", *(round(value * 65_536) for value in _D50))
    return bytes(header) + body
