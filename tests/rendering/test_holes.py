"""Holes of zeros in originals are refused; zeros that a picture is coded as are not."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import pyvips

from resizer_core import CorruptImage, UnsupportedFormat, detect, resize
from resizer_core.model import Size
from resizer_core.rendering.holes import check_holes
from tests.avif import grid
from tests.pictures import animation, apart, decoded, gradient, made, solid


@cache
def noise(width: int = 192, height: int = 128) -> pyvips.Image:
    """As hard to code as a photograph: no decoder is in step again behind a hole."""
    grain, *more = (pyvips.Image.gaussnoise(width, height, mean=0, sigma=30, seed=seed) for seed in range(3))
    joined: Any = more
    image = (gradient(width, height) + grain.bandjoin(joined)).cast("uchar")
    return image.copy(interpretation="srgb").copy_memory()


def saved(format: str, **options: Any) -> Callable[[], bytes]:
    return cache(lambda: bytes(noise().write_to_buffer(f".{format}", **options)))


def translucent() -> bytes:
    """A WebP whose transparency is the larger part of the file."""
    return bytes(solid((90, 90, 90), 192, 128).bandjoin(noise()[0]).webpsave_buffer(Q=10))


def moving(format: str) -> bytes:
    return animation([noise().wrap(x=9 * number, y=5) for number in range(3)], format)


def tiled(**options: Any) -> Callable[[], bytes]:
    return saved("tif", tile=True, tile_width=64, tile_height=64, **options)


FILES: dict[str, Callable[[], bytes]] = {
    "webp": saved("webp", Q=95),
    "webp-lossless": saved("webp", lossless=True),
    "webp-alpha": cache(translucent),
    "webp-animated": cache(lambda: moving("webp")),
    "gif": saved("gif"),
    "gif-interlaced": saved("gif", interlace=True),
    "gif-animated": cache(lambda: moving("gif")),
    "avif": saved("avif", Q=95, effort=0),
    "avif-grid": cache(lambda: grid(noise())),
    "tiff-lzw": saved("tif", compression="lzw"),
    "tiff-deflate": saved("tif", compression="deflate"),
    "tiff-deflate-big": saved("tif", compression="deflate", bigtiff=True),
    "tiff-packbits": saved("tif", compression="packbits"),
    "tiff-jpeg": saved("tif", compression="jpeg", Q=95),
    "tiff-lzw-tiles": tiled(compression="lzw"),
    "tiff-deflate-tiles": tiled(compression="deflate"),
    "tiff-packbits-tiles": tiled(compression="packbits"),
    "tiff-jpeg-tiles": tiled(compression="jpeg", Q=95),
    "tiff-webp-tiles": tiled(compression="webp", Q=95),
}


#: All frames, where there are several.
SPEC = "orig_f-webp"


def holed(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + bytes(size) + data[at + size :]


def places(data: bytes, size: int) -> Iterator[int]:
    """Say where holes are punched: within the pixels, and before what a TIFF says of them at its end."""
    first, last = max(len(data) // 5, 1500), int(len(data) * 0.95) - size
    return iter(range(first, last, max((last - first) // 5, 1)))


@pytest.mark.parametrize("size", [512, 4096])
@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_hole_in_the_pixels_is_refused(file: Callable[[], bytes], size: int) -> None:
    data = file()
    for at in places(data, size):
        with pytest.raises(CorruptImage):
            resize(holed(data, at, size), SPEC)


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_file_whose_end_is_zeros_is_refused(file: Callable[[], bytes]) -> None:
    """So a download ends that was given its place before it came."""
    data = file()
    for missing in (len(data) // 2, len(data) // 4, 4096, 1024, 600):
        # Zeros in what describes the samples of a TIFF are samples that nobody knows.
        with pytest.raises((CorruptImage, UnsupportedFormat)):
            resize(holed(data, len(data) - missing, missing), SPEC)


@pytest.mark.parametrize("format", ["gif", "gif-interlaced", "gif-animated"])
def test_a_gif_that_lacks_its_trailer_may_be_filled_up_with_zeros(format: str) -> None:
    data = FILES[format]()
    whole = made(data, SPEC)
    for missing in (1, 2):  # the trailer, and the zero that ends the blocks
        assert apart(made(data[:-missing] + bytes(1000), SPEC), whole) == (0, 0)


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_bytes_behind_the_end_do_no_harm(file: Callable[[], bytes]) -> None:
    data = file()
    whole = made(data, SPEC)
    for behind in (bytes(5000), b"junk" * 50, b"\0\0\0\x09mdat" + bytes(3)):
        assert apart(made(data + behind, SPEC), whole) == (0, 0)


def sheet(**options: Any) -> bytes:
    """A small picture on a large sheet of one colour."""
    image = noise().embed(16, 16, 1800, 1400, extend="background", background=[200, 10, 60])
    return bytes(image.copy(interpretation="srgb").webpsave_buffer(**options))


def black(width: int, height: int) -> pyvips.Image:
    return pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")


def gray() -> pyvips.Image:
    return pyvips.Image.black(2000, 1500).copy(interpretation="b-w")


def strip(coded: bytes, width: int, height: int) -> bytes:
    """A TIFF of one strip, gray, coded as JPEG. Source: TIFF 6.0, section 2; TIFF Technical Note 2."""
    fields = {256: width, 257: height, 258: 8, 259: 7, 262: 1, 273: 8, 277: 1, 278: height, 279: len(coded)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields.items())
    return struct.pack("<4sI", b"II*", 8 + len(coded)) + coded + struct.pack("<H", 9) + entries + bytes(4)


NATURAL: dict[str, Callable[[], bytes]] = {
    "webp": lambda: bytes(black(4200, 4000).webpsave_buffer()),
    "webp-lossless": lambda: sheet(lossless=True, effort=0),
    "tiff": lambda: bytes(black(300, 200).tiffsave_buffer()),
    "tiff-jpeg": lambda: strip(gray().jpegsave_buffer(optimize_coding=True), 2000, 1500),
    "tiff-deflate": lambda: bytes(black(2000, 1500).tiffsave_buffer(compression="deflate", tile_height=2048)),
}


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("file", NATURAL.values(), ids=NATURAL)
def test_zeros_that_a_picture_is_coded_as_are_no_hole(
    file: Callable[[], bytes], kind: type[bytes] | type[bytearray] | type[memoryview]
) -> None:
    data = file()
    assert bytes(512) in data
    image = decoded(data)
    check_holes(kind(data), detect(data), Size(image.width, image.height), page=0, pages=1)


def test_a_hole_in_a_frame_that_nobody_asks_for_does_no_harm() -> None:
    data = FILES["webp-animated"]()
    damaged = holed(data, int(len(data) * 0.8), 4096)
    assert apart(made(damaged, "orig_still_f-png"), made(data, "orig_still_f-png")) == (0, 0)
    assert apart(made(damaged, "orig_page-2_f-png"), made(data, "orig_page-2_f-png")) == (0, 0)
    with pytest.raises(CorruptImage):
        resize(damaged, "orig_page-3_f-png")
