"""Test originals that are stored gzipped, and those with another Content-Encoding."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

import resizer_core as core
from tests.doubles import Encoded, filled, picture
from tests.resizer.bench import bench, measured

PACKED = gzip.compress(picture())
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="9" height="9"/></svg>'


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_gzipped_original_is_what_is_in_it(suffix: str) -> None:
    plain = picture(suffix)
    for packed in (gzip.compress(plain), memoryview(gzip.compress(plain))):
        assert core.resize(packed, "30x") == core.resize(plain, "30x")
        spec = core.parse_spec("30x_trim")
        assert core.plan_for(packed, spec) == core.plan_for(plain, spec)


def test_a_gzipped_svg_is_read_where_svg_is() -> None:
    packed = gzip.compress(SVG)
    made = core.resize(packed, "45x_f-png", site=core.Site(formats=core.FORMATS))
    assert measured(made.body) == (45, 30)
    with pytest.raises(core.UnsupportedFormat, match="known: jpg, png, webp, avif, gif, tif, heic$"):
        core.resize(packed, "45x_f-png")


def test_bytes_behind_the_end_are_left_out() -> None:
    assert core.resize(PACKED + bytes(9), "30x") == core.resize(picture(), "30x")
    assert core.resize(PACKED + b"more", "30x") == core.resize(picture(), "30x")


def flipped(data: bytes, at: int) -> bytes:
    """Make a copy in which every bit of one byte is another."""
    changed = bytearray(data)
    changed[at] ^= 0xFF
    return bytes(changed)


DAMAGED = {
    "two bytes": PACKED[:2],
    "a header alone": PACKED[:10],
    "half of it": PACKED[: len(PACKED) // 2],
    "without its last byte": PACKED[:-1],
    "another method": flipped(PACKED, 2),
    "a byte in the middle": flipped(PACKED, len(PACKED) // 2),
    "the checksum": flipped(PACKED, -8),
    "the length": flipped(PACKED, -4),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_gzip_that_is_damaged_or_cut_short_is_refused(data: bytes) -> None:
    with pytest.raises(core.CorruptImage, match="gzip of the original is"):
        core.resize(data, "30x")


SEVERAL = {
    "gzip in gzip": gzip.compress(PACKED),
    "two parts": gzip.compress(picture()[:500]) + gzip.compress(picture()[500:]),
}


@pytest.mark.parametrize("data", SEVERAL.values(), ids=SEVERAL)
def test_what_is_gzipped_more_than_once_is_refused(data: bytes) -> None:
    with pytest.raises(core.UnsupportedFormat, match="gzip in gzip, or gzip of several parts"):
        core.resize(data, "30x")
    loop = bench({"cat.jpg": data})
    with pytest.raises(core.UnsupportedFormat):
        loop.resizer.produce("/30x20/cat.jpg")


def test_the_limit_of_bytes_is_that_of_what_is_unpacked() -> None:
    most = len(picture())
    exact = core.Site(limits=core.Limits(input_bytes=most))
    assert core.resize(PACKED, "30x", site=exact) == core.resize(picture(), "30x")
    with pytest.raises(core.LimitExceeded, match=f"at most {most - 1} bytes, got gzip of more"):
        core.resize(PACKED, "30x", site=core.Site(limits=core.Limits(input_bytes=most - 1)))


def test_no_more_than_the_limit_is_unpacked() -> None:
    packing = zlib.compressobj(wbits=31)
    bomb = b"".join([*(packing.compress(bytes(1_000_000)) for _ in range(100)), packing.flush()])
    tracemalloc.start()
    try:
        with pytest.raises(core.LimitExceeded, match="got gzip of more"):
            core.resize(bomb, "30x", site=core.Site(limits=core.Limits(input_bytes=1_000_000)))
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_gzipped_original_is_made_and_its_size_is_that_which_is_stored() -> None:
    loop = bench({"cat.jpg": PACKED})
    made = loop.resizer.produce("/30x20/cat.jpg")
    assert (made.outcome, made.original_size) == (core.Outcome.MADE, len(PACKED))
    assert measured(loop.stored("30x20/cat.jpg").body) == (30, 20)


def test_a_stored_derivative_is_served_whatever_became_of_its_original() -> None:
    loop = bench({"cat.jpg": PACKED[:-1]}, filled({"30x20/cat.jpg": b"stored"}))
    assert loop.resizer.produce("/30x20/cat.jpg").outcome is core.Outcome.ALREADY_STORED


def test_a_watermark_may_be_gzipped() -> None:
    spec = "40x_wm-logo_f-png"
    plain, packed = (
        core.resize(picture(), spec, site=core.Site(watermarks={"logo": data}))
        for data in (picture(".png", 9, 9), gzip.compress(picture(".png", 9, 9)))
    )
    assert plain == packed


def test_a_header_is_read_of_what_is_packed() -> None:
    format, header = core.read_header(PACKED)
    assert (format.name, header.size) == ("jpg", core.read_header(picture())[1].size)
    with pytest.raises(core.LimitExceeded):
        core.read_header(PACKED, site=core.Site(limits=core.Limits(input_bytes=10)))
    with pytest.raises(core.UnsupportedFormat):
        core.read_header(picture(), site=core.Site(formats={"png": core.FORMATS["png"]}))


def made_of(body: bytes, encoding: str) -> core.Outcome:
    """Ask for a derivative of an original with this Content-Encoding."""
    originals = Encoded(filled({"cat.jpg": body}), encoding)
    return core.Resizer(originals, core.open_store("memory:")).produce("/30x20/cat.jpg").outcome


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd"])
def test_another_encoding_is_refused_by_its_name(encoding: str) -> None:
    with pytest.raises(core.UnsupportedFormat, match=f"'{encoding}', and gzip alone is decoded"):
        made_of(zlib.compress(picture()), encoding)


@pytest.mark.parametrize("encoding", ["", "identity", "gzip"])
def test_an_encoding_that_is_decoded_is_not_to_blame(encoding: str) -> None:
    with pytest.raises(core.UnsupportedFormat, match="known: jpg, png, webp, avif, gif, tif, heic$"):
        made_of(b"no picture", encoding)


@pytest.mark.parametrize("encoding", ["gzip", "br", "aws-chunked"])
def test_the_bytes_say_whether_an_original_is_encoded(encoding: str) -> None:
    assert made_of(picture(), encoding) is core.Outcome.MADE
    assert made_of(PACKED, encoding) is core.Outcome.MADE
