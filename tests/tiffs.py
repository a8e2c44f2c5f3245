"""Make TIFF files field by field, since libvips writes only a few kinds.

Source: TIFF 6.0, section 2.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Final

#: Values of a field: numbers of a type, or text.
Value = tuple[str, Sequence[float]] | bytes

SIDE: Final = 8
_TYPES: Final = {"B": 1, "H": 3, "I": 4}
GRAY, RGB, CMYK, YCBCR, CIELAB, ICCLAB, CFA, LINEAR_RAW = 1, 2, 5, 6, 8, 9, 32803, 34892
UNSIGNED, SIGNED, FLOATING = 1, 2, 3
UNSPECIFIED, PREMULTIPLIED, ALPHA = 0, 1, 2
THUMBNAIL: Final[Mapping[int, Value]] = {254: ("I", [1])}


def tiff(
    code: str,
    pixel: Sequence[float],
    photometric: int,
    *,
    form: int = UNSIGNED,
    extra: Sequence[int] = (),
    order: str = "<",
    side: int = SIDE,
    more: Mapping[int, Value] = {},
    below: Sequence[bytes] = (),
    after: bytes = b"",
) -> bytes:
    """Make a square of one colour.

    Args:
        code: the letters of ``struct`` for the samples, one each, or one for all.
        pixel: the samples of a pixel.
        photometric, form, extra: their meaning: PhotometricInterpretation, SampleFormat, ExtraSamples.
        more: further fields by tag. They replace others.
        below: files whose directories hang from this one (SubIFDs).
        after: a file whose directory comes next in the chain.
    """
    samples = struct.pack(order + (code * len(pixel) if len(code) == 1 else code), *pixel)
    fields: dict[int, Value] = {
        256: ("H", [side]),
        257: ("H", [side]),
        258: ("H", [len(samples) * 8 // len(pixel)] * len(pixel)),
        259: ("H", [1]),
        262: ("H", [photometric]),
        273: ("I", [8]),
        277: ("H", [len(pixel)]),
        278: ("H", [side]),
        279: ("I", [len(samples) * side**2]),
        339: ("H", [form] * len(pixel)),
    }
    fields |= {338: ("H", extra)} if extra else {}
    body = bytearray(8) + samples * side**2
    places = [_appended(body, file) for file in below]
    fields |= {330: ("I", places)} if places else {}
    following = _appended(body, after) if after else 0
    entries = b""
    for tag, value in sorted((fields | dict(more)).items()):
        kind, count, raw = _packed(value, order)
        if len(raw) > 4:
            body += raw + bytes(len(raw) % 2)
            raw = struct.pack(order + "I", len(body) - len(raw) - len(raw) % 2)
        entries += struct.pack(order + "HHI", tag, kind, count) + raw.ljust(4, b"\0")
    start = len(body)
    body[:8] = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, start)
    body += struct.pack(order + "H", len(entries) // 12) + entries + struct.pack(order + "I", following)
    return bytes(body)


def _packed(value: Value, order: str) -> tuple[int, int, bytes]:
    if isinstance(value, bytes):
        return 2, len(value) + 1, value + b"\0"
    code, numbers = value
    return _TYPES[code], len(numbers), struct.pack(f"{order}{len(numbers)}{code}", *numbers)


def _appended(body: bytearray, file: bytes) -> int:
    """Append another file of this module with the byte order II. Return where its directory is now."""
    moved = len(body)
    other = bytearray(file)
    start = struct.unpack_from("<I", other, 4)[0]
    for at in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", other, start)[0], 12):
        tag, kind, count, value = struct.unpack_from("<HHII", other, at)
        if tag == 273 or count * {2: 1, 3: 2, 4: 4}.get(kind, 1) > 4:
            struct.pack_into("<I", other, at + 8, value + moved)
    body += other + bytes(len(other) % 2)
    return moved + int(start)
