"""TIFF: a page is read alone, what is wrong with its tiles is refused, and what is odd beside them is not."""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest
import pyvips

from resizer_core import CorruptImage, detect, resize
from resizer_core.model import Buffer
from resizer_core.rendering.libvips import integer_field
from resizer_core.rendering.reading import open_image
from resizer_core.rendering.tiff import alone, directories, directory_of, is_tiled, pieces, values
from tests.pictures import apart, decoded, gradient, made, quarters

WIDTH, HEIGHT = 32, 16
PIXELS = bytes(range(256)) * 2
SHORT, LONG, ASCII = 3, 4, 2
#: The fields of a page: width, height, bits, compression, black is zero, samples.
PAGE = {256: WIDTH, 257: HEIGHT, 258: 8, 259: 1, 262: 1, 277: 1}


def page(
    at: int,
    *others: tuple[int, int, int, bytes],
    tiled: bool = False,
    compression: int = 1,
    more: bool = False,
) -> bytes:
    """A page at this place of a file: its pixels, then its directory; ``others`` are fields, in this order.

    Source: TIFF 6.0, section 2.
    """
    own = {322: 16, 323: 16, 324: 0, 325: 0} if tiled else {273: at, 278: HEIGHT, 279: len(PIXELS)}
    fields = [(tag, LONG, 1, struct.pack("<I", value)) for tag, value in (PAGE | own).items()]
    fields[3] = (259, SHORT, 1, struct.pack("<I", compression))
    table = at + len(PIXELS)
    if tiled:
        fields[-2:] = [(324, LONG, 2, struct.pack("<I", table)), (325, LONG, 2, struct.pack("<I", table + 8))]
        table += 16
    content = PIXELS + (struct.pack("<4I", at, at + 256, 256, 256) if tiled else b"")
    entries = b"".join(struct.pack("<HHI", *field[:3]) + field[3] for field in (*fields, *others))
    count = len(fields) + len(others)
    end = table + 2 + 12 * count + 4
    following = end + len(PIXELS) + (16 if tiled else 0) if more else 0
    return content + struct.pack("<H", count) + entries + struct.pack("<I", following)


def file(*pages: bytes, tiled: bool = False) -> bytes:
    first = 8 + len(PIXELS) + (16 if tiled else 0)
    return b"II*\0" + struct.pack("<I", first) + b"".join(pages)


ODD = {
    "unsorted": (254, LONG, 1, bytes(4)),
    "text without an end": (305, ASCII, 4, b"abcd"),
    "text with an end within": (305, ASCII, 4, b"a\0b\0"),
    "text outside the file": (305, ASCII, 400, b"\xff\xff\xff\0"),
    "private": (65000, 7, 4, b"abcd"),
    "count": (296, SHORT, 2, b"\2\0\2\0"),
}


@pytest.mark.parametrize("tiled", [False, True])
@pytest.mark.parametrize("field", ODD.values(), ids=ODD)
def test_what_libtiff_warns_of_beside_the_pixels_does_no_harm(
    field: tuple[int, int, int, bytes], tiled: bool
) -> None:
    plain = made(file(page(8, tiled=tiled), tiled=tiled), "orig_f-png")
    assert apart(made(file(page(8, field, tiled=tiled), tiled=tiled), "orig_f-png"), plain) == (0, 0)


@pytest.mark.parametrize("tiled", [False, True])
@pytest.mark.parametrize("compression", [34999, 50000, 34712])
@pytest.mark.parametrize("first", [False, True])
def test_a_page_beside_one_of_an_unknown_codec_is_made(first: bool, compression: int, tiled: bool) -> None:
    """Neither it nor the other page is what libvips says it is."""
    codecs = (1, compression) if first else (compression, 1)
    one = page(8, tiled=tiled, compression=codecs[0], more=True)
    other = page(8 + len(one), tiled=tiled, compression=codecs[1])
    data = file(one, other, tiled=tiled)
    plain = made(file(page(8, tiled=tiled), tiled=tiled), "orig_f-png")
    good, bad = ("page-1", "page-2") if first else ("page-2", "page-1")
    assert apart(made(data, f"orig_{good}_f-png"), plain) == (0, 0)
    with pytest.raises(CorruptImage):
        resize(data, f"orig_{bad}_f-png")


@pytest.mark.parametrize("compression", ["lzw", "deflate", "jpeg", "webp"])
def test_a_tile_that_cannot_be_read_is_refused(compression: str) -> None:
    data = bytes(
        gradient(256, 192).tiffsave_buffer(compression=compression, tile=True, tile_width=64, tile_height=64)
    )
    directory = directory_of(data, 0)
    assert directory
    for start, end in pieces(data, directory)[::3]:
        damaged = data[: start + 2] + Random(1).randbytes(end - start - 2) + data[end:]
        with pytest.raises(CorruptImage):
            resize(damaged, "orig_f-png")


def pages_of(data: Buffer) -> int:
    return integer_field(open_image(data, detect(bytes(data))), "n-pages", 1)


def several(**options: Any) -> bytes:
    roll = pyvips.Image.arrayjoin([quarters(), quarters().rot180(), quarters().fliphor()], across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", 48)
    return bytes(roll.tiffsave_buffer(**options))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("bigtiff", [False, True])
def test_each_page_is_read_alone(bigtiff: bool, kind: type[Buffer]) -> None:
    data = several(bigtiff=bigtiff)
    for number in range(3):
        single = alone(kind(data), number)
        assert pages_of(single) == 1
        assert apart(decoded(bytes(single)), decoded(data, page=number)) == (0, 0)


def test_a_single_page_is_read_as_it_is() -> None:
    data = bytes(quarters().tiffsave_buffer())
    assert alone(data, 0) is data
    assert alone(data, 3) is data
    assert alone(b"II*\0\x08\0\0\0\xff\xff", 0) == b"II*\0\x08\0\0\0\xff\xff"


@pytest.mark.parametrize("bigtiff", [False, True])
def test_strips_and_tiles_are_found(bigtiff: bool) -> None:
    strips = bytes(gradient(128, 96).tiffsave_buffer(compression="lzw", bigtiff=bigtiff))
    tiles = bytes(
        gradient(128, 96).tiffsave_buffer(tile=True, tile_width=64, tile_height=64, bigtiff=bigtiff)
    )
    assert [is_tiled(data, 0) for data in (strips, tiles)] == [False, True]
    directory = next(directories(tiles))
    assert values(tiles, directory, 256) == (128,)
    assert values(tiles, directory, 65_000) == ()
    found = pieces(tiles, directory)
    assert [end - start for start, end in found] == [64 * 64 * 3] * 4
    assert len(pieces(strips, next(directories(strips)))) >= 1


def test_a_directory_that_ends_outside_the_file_has_no_values() -> None:
    data = b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 256, LONG, 1, 7)
    directory = directory_of(data, 0)
    assert directory
    assert values(data, directory, 256) == ()
    assert not is_tiled(data, 0)
