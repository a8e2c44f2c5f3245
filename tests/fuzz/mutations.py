"""Damage a file as its format is put together, so that what is wrong lies deeper than its first bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import islice
from random import Random
from typing import Final

from tests.fuzz.parts import WALKS, Part

#: Values that lengths, counts and offsets are known to go wrong at.
_ODD: Final = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
#: Bytes of a name: of no alphabet, of none that is UTF-8, or nothing at all.
_NAMES: Final = (b"\x80", b"\xff", b"\x00", b"\xe9", b"%s", b"\n")
_MOST_PARTS: Final = 400
_MOST_BYTES: Final = 400_000


def mutated(data: bytes, format: str, others: list[bytes], random: Random) -> bytes:
    """Damage ``data`` in one to four ways; ``others`` are files of the same format to take parts from."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        parts = list(islice(WALKS[format](data), _MOST_PARTS))
        if parts and random.random() < 0.8:
            data = random.choice(_BY_PART)(data, random.choice(parts), random, others, format)
        else:
            data = _bytes_changed(data, random)
        data = data[:_MOST_BYTES]
    return _with_check_sums(data) if format == "png" and random.random() < 0.8 else data


def _field_changed(data: bytes, part: Part, random: Random, _o: list[bytes], _f: str) -> bytes:
    at, width = random.choice(part.fields)
    value = random.choice((random.choice(_ODD), random.getrandbits(8 * max(width, 1))))
    coded = int(value % 256**width).to_bytes(width, "big" if random.random() < 0.5 else "little")
    return data[:at] + coded + data[at + width :]


def _name_changed(data: bytes, part: Part, random: Random, _o: list[bytes], _f: str) -> bytes:
    at, width = random.choice(part.fields)
    at += random.randrange(max(width, 1))
    name = random.choice(_NAMES)
    return data[:at] + name + data[at + len(name) :]


def _repeated(data: bytes, part: Part, random: Random, _o: list[bytes], _f: str) -> bytes:
    times = random.choice((1, 2, 50, 1000))
    return data[: part.end] + data[part.start : part.end] * times + data[part.end :]


def _dropped(data: bytes, part: Part, _r: Random, _o: list[bytes], _f: str) -> bytes:
    return data[: part.start] + data[part.end :]


def _moved(data: bytes, part: Part, random: Random, _o: list[bytes], _f: str) -> bytes:
    rest = data[: part.start] + data[part.end :]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + data[part.start : part.end] + rest[at:]


def _body_changed(data: bytes, part: Part, random: Random, _o: list[bytes], _f: str) -> bytes:
    if part.end <= part.body:
        return data
    at = random.randrange(part.body, part.end)
    hole = random.choice((b"\0", b"\xff", random.randbytes(1))) * random.choice((1, 1, 4, 64, 4096))
    return data[:at] + hole + data[at + len(hole) :]


def _taken_from_another(data: bytes, part: Part, random: Random, others: list[bytes], format: str) -> bytes:
    other = random.choice(others)
    theirs = list(islice(WALKS[format](other), _MOST_PARTS))
    if not theirs:
        return data
    taken = random.choice(theirs)
    return data[: part.start] + other[taken.start : taken.end] + data[part.end :]


_BY_PART: Final[tuple[Callable[[bytes, Part, Random, list[bytes], str], bytes], ...]] = (
    _field_changed,
    _field_changed,
    _field_changed,
    _name_changed,
    _repeated,
    _dropped,
    _moved,
    _body_changed,
    _taken_from_another,
)


def _bytes_changed(data: bytes, random: Random) -> bytes:
    """Cut a file short, lengthen it, or change a few of its bytes, wherever they are."""
    if not data:
        return random.randbytes(16)
    match random.randrange(3):
        case 0:
            return data[: random.randrange(len(data))]
        case 1:
            return data + random.randbytes(random.choice((1, 16, 4096)))
        case _:
            changed = bytearray(data)
            for _ in range(random.choice((1, 4, 32))):
                changed[random.randrange(len(changed))] = random.getrandbits(8)
            return bytes(changed)


def _with_check_sums(data: bytes) -> bytes:
    """Give each chunk of a PNG its right check sum, or its reader would look no further."""
    fixed = bytearray(data)
    for part in islice(WALKS["png"](data), _MOST_PARTS):
        if part.end - part.start >= 12:
            fixed[part.end - 4 : part.end] = zlib.crc32(data[part.start + 4 : part.end - 4]).to_bytes(
                4, "big"
            )
    return bytes(fixed)
