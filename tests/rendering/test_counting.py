"""Test that the parts of a file are counted, and refused before a decoder goes through them."""

from __future__ import annotations

import struct

import pytest
import pyvips

from resizer_core import CorruptImage, LimitExceeded, Limits, ResizerError, detect, resize
from resizer_core.model import Buffer
from resizer_core.rendering.counting import (
    BLOCKS,
    CHUNKS,
    COMPARISONS,
    CUT,
    EXTENSIONS,
    FRAMES,
    PAGES,
    SCANS,
    check_parts,
    gif_parts,
    jpeg_parts,
    tiff_parts,
    webp_parts,
)
from resizer_core.rendering.libvips import integer_field
from resizer_core.rendering.reading import open_image
from resizer_core.site import Site
from tests.pictures import animation, encoded, gradient, quarters, solid

FOUR = [solid((40 * n, 0, 0)) for n in range(4)]
GIF_HEAD = b"GIF89a" + bytes((1, 0, 1, 0, 0, 0, 0))
GIF_IMAGE = b"\x2c" + bytes((0, 0, 0, 0, 1, 0, 1, 0, 0)) + b"\x02\x02\x44\x01\x00"


def tiff(order: str, big: bool, *links: int, fields: int = 1) -> bytes:
    """Directories one behind the other, of empty fields; each has its link to the next, counted from 1."""
    count, offset = ("Q", "Q") if big else ("H", "I")
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    head += struct.pack(order + "HH", 8, 0) if big else b""
    first = len(head) + struct.calcsize("=" + offset)
    entries = bytes((20 if big else 12) * fields)
    step = struct.calcsize("=" + count + offset) + len(entries)
    places = [0, *(first + step * number for number in range(len(links)))]
    directories = (
        struct.pack(order + count, fields) + entries + struct.pack(order + offset, places[link])
        for link in links
    )
    return head + struct.pack(order + offset, first) + b"".join(directories)


def pages_of_tiff(number: int, **options: object) -> bytes:
    roll = pyvips.Image.arrayjoin([solid((9, 9, 9), 16, 12)] * number, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", 12)
    return bytes(roll.write_to_buffer(".tif", **options))


def progressive(extra: int = 0) -> bytes:
    """A JPEG of ten scans, and its last one so many times more."""
    data = encoded(gradient(), "jpg", interlace=True, keep="none")
    return data[:-2] + data[data.rindex(b"\xff\xda") : -2] * extra + data[-2:]


def pages_of(data: Buffer) -> int:
    """Count the pages that libvips finds."""
    return integer_field(open_image(data, detect(bytes(data))), "n-pages", 1)


# --- the walks ---------------------------------------------------------------------------------------

ORDERS = [(order, big) for order in "<>" for big in (False, True)]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_frame_of_an_animation_is_counted(kind: type[Buffer]) -> None:
    assert list(gif_parts(kind(animation(FOUR, "gif")))).count(FRAMES) == 4
    assert list(webp_parts(kind(animation(FOUR, "webp")))).count(FRAMES) == 4


def test_the_extensions_and_blocks_of_a_gif_are_counted() -> None:
    comment = b"\x21\xfe" + b"\x01a" * 2500 + b"\x00"
    parts = list(gif_parts(GIF_HEAD + comment + comment + GIF_IMAGE + b";"))
    assert [parts.count(part) for part in (EXTENSIONS, BLOCKS, FRAMES, CUT)] == [2, 5, 1, 0]


def test_the_chunks_of_a_webp_are_counted_to_the_last() -> None:
    odd = b"JUNK\x03\0\0\0abc\0"
    frame = b"ANMF\x1c\0\0\0" + bytes(16) + odd
    assert list(webp_parts(b"RIFF\0\0\0\0WEBP" + odd + frame + odd)) == [
        CHUNKS,
        CHUNKS,
        FRAMES,
        CHUNKS,
        CHUNKS,
    ]


def test_zeros_instead_of_a_chunk_cut_a_webp() -> None:
    """Unless the pixels of a still are there: what is lost then is metadata, or nothing."""
    still = encoded(gradient(), "webp")
    moving = animation(FOUR, "webp")
    for data in (still, moving):
        assert CUT not in list(webp_parts(data))
        assert CUT not in list(webp_parts(data + bytes(100)))
        longer = data[:4] + struct.pack("<I", len(data) + 92) + data[8:] + bytes(100)
        assert (CUT in list(webp_parts(longer))) == (data is moving)
        assert CUT in list(webp_parts(data[:12] + bytes(8) + data[20:]))
    at = moving.rindex(b"ANMF")
    assert list(webp_parts(moving[:at] + bytes(len(moving) - at)))[-2:] == [CHUNKS, CUT]


def test_a_frame_of_a_webp_hides_no_other_behind_a_length_that_is_too_large() -> None:
    data = bytearray(animation(FOUR, "webp"))
    at = data.index(b"ANMF")
    data[at + 4 : at + 8] = struct.pack("<I", (len(data) - at - 8) // 2 * 2)
    assert pages_of(data) == list(webp_parts(data)).count(FRAMES) == 4


@pytest.mark.parametrize("label", [b"\x01", b"\xf9", b"\xff"])
def test_an_empty_extension_of_a_gif_hides_no_frame(label: bytes) -> None:
    """libvips takes what follows for a block of it, and the terminator of that for its end."""
    data = GIF_HEAD + b"\x21" + label + b"\0" + b"\x01a\0" + GIF_IMAGE * 3 + b";"
    assert pages_of(data) == list(gif_parts(data)).count(FRAMES) == 3


@pytest.mark.parametrize("end", [b"", b";"])
def test_an_empty_extension_at_the_end_of_a_gif_does_not_cut_it(end: bytes) -> None:
    assert CUT not in list(gif_parts(GIF_HEAD + GIF_IMAGE + b"\x21\x01\0" + end))


@pytest.mark.parametrize(("order", "big"), ORDERS)
def test_every_directory_of_a_tiff_is_counted(order: str, big: bool) -> None:
    assert list(tiff_parts(tiff(order, big, 2, 3, 0))) == [PAGES] * 3


@pytest.mark.parametrize("bigtiff", [False, True])
def test_every_page_of_a_tiff_as_libtiff_writes_it_is_counted(bigtiff: bool) -> None:
    assert list(tiff_parts(pages_of_tiff(3, bigtiff=bigtiff))) == [PAGES] * 3


@pytest.mark.parametrize("links", [(1,), (2, 1), (2, 3, 2)], ids=str)
@pytest.mark.parametrize(("order", "big"), ORDERS)
def test_a_chain_that_comes_back_to_where_it_was_ends_there(
    order: str, big: bool, links: tuple[int, ...]
) -> None:
    assert list(tiff_parts(tiff(order, big, *links))) == [PAGES] * len(links)


@pytest.mark.parametrize(("fields", "comparisons"), {31: 0, 32: 1, 64: 4, 320: 100}.items())
def test_many_fields_of_a_directory_count_by_what_they_are_compared_with(
    fields: int, comparisons: int
) -> None:
    assert list(tiff_parts(tiff("<", False, 0, fields=fields))) == [PAGES] + [COMPARISONS] * comparisons


@pytest.mark.parametrize("extra", [0, 3])
def test_every_scan_of_a_progressive_jpeg_is_counted(extra: int) -> None:
    assert list(jpeg_parts(progressive(extra))).count(SCANS) == 10 + extra


def test_a_baseline_jpeg_has_one_scan_whatever_its_restarts_and_metadata() -> None:
    data = encoded(gradient(), "jpg", restart_interval=1, keep="none")
    thumbnail = b"\xff\xe1\x00\x0aExif" + b"\xff\xda" * 2
    assert b"\xff\xd0" in data
    assert list(jpeg_parts(data[:2] + thumbnail + data[2:])).count(SCANS) == 1


def test_what_follows_the_end_of_a_jpeg_does_not_count() -> None:
    assert list(jpeg_parts(progressive() + progressive())).count(SCANS) == 10


# --- what is refused ---------------------------------------------------------------------------------

LOW = Limits(pages=3, scans=9)
TOO_MANY = {
    "frames of a GIF": (animation(FOUR, "gif"), LOW, "3 frames, got a gif of more"),
    "frames of a WebP": (animation(FOUR, "webp"), LOW, "3 frames, got a webp of more"),
    "pages of a TIFF": (pages_of_tiff(4), LOW, "3 pages, got a tif of more"),
    "scans of a JPEG": (progressive(), LOW, "9 scans, got a jpg of more"),
    "scans of a JPEG, by default": (progressive(41), Limits(), "50 scans, got"),
    "pages of a TIFF, by default": (
        tiff("<", False, *range(2, 10_002), 0),
        Limits(),
        "10000 pages, got",
    ),
    "extensions of a GIF": (GIF_HEAD + b"\x21\xfe\0" * 40_001 + GIF_IMAGE, Limits(), "40000 extensions, got"),
    "blocks of a GIF": (
        GIF_HEAD + b"\x21\xfe" + b"\x01a" * 1_001_000,
        Limits(),
        "1000 thousand blocks of data, got",
    ),
    "chunks of a WebP": (b"RIFF\0\0\0\0WEBP" + b"JUNK\0\0\0\0" * 50_001, Limits(), "50000 chunks, got"),
    "fields of a TIFF": (tiff("<", False, 0, fields=3232), Limits(), "10000 comparisons of 32 fields, got"),
    "segments of a JPEG": (b"\xff\xd8" + b"\xff\xfe\0\2" * 10_001, Limits(), "10000 segments, got"),
}


@pytest.mark.parametrize(("data", "limits", "told"), TOO_MANY.values(), ids=TOO_MANY)
@pytest.mark.parametrize("spec", ["10x", "10x_still", "10x_page-2"])
def test_what_has_too_many_parts_is_refused_unread(data: bytes, limits: Limits, told: str, spec: str) -> None:
    """Some of these files are no pictures: libvips would call them damaged."""
    with pytest.raises(LimitExceeded, match=f"expected an original of at most {told}"):
        resize(data, spec, site=Site(limits=limits))


JUST_ENOUGH = {
    "gif": (animation(FOUR, "gif"), Limits(pages=4)),
    "webp": (animation(FOUR, "webp"), Limits(pages=4)),
    "tiff": (pages_of_tiff(4), Limits(pages=4)),
    "jpeg": (progressive(), Limits(scans=10)),
    "png": (encoded(quarters(), "png"), Limits(pages=1, scans=1)),
    "a still, whatever its fields, blocks and segments": (
        encoded(quarters(), "tif"),
        Limits(pages=1, scans=1),
    ),
}


@pytest.mark.parametrize(("data", "limits"), JUST_ENOUGH.values(), ids=JUST_ENOUGH)
def test_what_has_as_many_parts_as_it_may_have_is_made(data: bytes, limits: Limits) -> None:
    assert resize(data, "10x_still", site=Site(limits=limits)).size.width == 10


def test_a_walk_goes_no_further_than_its_limit() -> None:
    """Five bytes are looked at for each extension, of which the file has five times too many."""
    data = GIF_HEAD + b"\x21\xfe\0" * 200_000
    read: list[int] = []

    class Noting(bytearray):
        def __getitem__(self, at: object) -> object:  # type: ignore[override]
            read.append(0)
            return super().__getitem__(at)  # type: ignore[call-overload]

    with pytest.raises(LimitExceeded):
        check_parts(Noting(data), detect(data), Limits())
    assert len(read) < 10 * 40_000


def test_a_damaged_chain_is_left_to_the_decoder() -> None:
    data = tiff("<", False, 0)
    for end in range(8, len(data)):
        with pytest.raises(CorruptImage):
            resize(data[:end], "10x")
    with pytest.raises(ResizerError):
        resize(data[:4] + b"\xff" * 4, "10x")
