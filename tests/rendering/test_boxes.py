"""The boxes of an AVIF: found, and refused where what they point to is not in the file."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resizer_core import CorruptImage, resize
from resizer_core.rendering.boxes import Box, Extent, alone, boxes, extents, find, items
from resizer_core.rendering.counting import CUT, EXTENTS, item_parts
from tests.avif import box, full, grid
from tests.pictures import apart, decoded, encoded, gradient, made


def located(version: int, *places: bytes, sizes: bytes = b"\x44\0") -> bytes:
    """A file of an ``iloc``, and of an ``idat`` of ten bytes."""
    count = struct.pack(">I" if version == 2 else ">H", len(places))
    return full(b"meta", 0, full(b"iloc", version, sizes, count, *places), box(b"idat", bytes(10)))


def test_boxes_follow_each_other() -> None:
    data = box(b"ftyp", b"avif") + box(b"free") + box(b"mdat", bytes(5))
    assert list(boxes(data)) == [Box(b"ftyp", 8, 12), Box(b"free", 20, 20), Box(b"mdat", 28, 33)]


def test_a_box_may_have_a_long_size_or_reach_to_the_end() -> None:
    data = struct.pack(">I4sQ", 1, b"wide", 20) + bytes(4) + struct.pack(">I4s", 0, b"mdat") + bytes(7)
    assert list(boxes(data)) == [Box(b"wide", 16, 20), Box(b"mdat", 28, 35)]


def test_what_is_no_box_ends_the_walk() -> None:
    assert list(boxes(box(b"free") + b"\0\0\0\x03junk")) == [Box(b"free", 8, 8)]
    assert list(boxes(box(b"free") + b"junk")) == [Box(b"free", 8, 8)]
    assert list(boxes(b"\0\0\0\x63mdat")) == [Box(b"mdat", 8, 99)]


def test_a_path_leads_through_boxes() -> None:
    data = box(b"free") + full(b"meta", 0, box(b"iprp", box(b"ipco", b"abc")))
    found = find(data, b"meta", b"iprp", b"ipco")
    assert found
    assert data[found.start : found.end] == b"abc"
    assert find(data, b"meta", b"idat", b"ipco") is None


def test_extents_of_every_version_are_read() -> None:
    old = struct.pack(">HHHII", 7, 0, 1, 20, 5)
    assert list(extents(located(0, old))) == [Extent(7, 20, 25, len(located(0, old)))]
    data = located(1, struct.pack(">HHHHIIII", 7, 1, 0, 2, 2, 3, 4, 4))
    idat = find(data, b"meta", b"idat")
    assert idat
    ends = [(idat.start + 2, idat.start + 5), (idat.start + 4, idat.start + 8)]
    assert list(extents(data)) == [Extent(7, *end, idat.end) for end in ends]
    newest = located(2, struct.pack(">IHHIHQQQ", 70_000, 0, 0, 100, 1, 1, 20, 5), sizes=b"\x88\x48")
    assert list(extents(newest)) == [Extent(70_000, 120, 125, len(newest))]


def test_what_lies_in_another_file_is_left_out() -> None:
    assert list(extents(located(0, struct.pack(">HHHII", 7, 1, 1, 20, 5)))) == []


@pytest.mark.parametrize("method", [0, 1])
def test_an_extent_that_ends_behind_what_it_lies_in_is_cut(method: int) -> None:
    for size in range(8, 14):
        data = located(1, struct.pack(">HHHHII", 7, method, 0, 1, 0, size))
        data += bytes(max(10 - len(data), 0))
        most = 10 if method else len(data)
        assert (CUT in item_parts(data)) == (size > most)
    whole = located(1, struct.pack(">HHHHII", 7, 0, 0, 1, 0, 0))
    assert list(item_parts(whole)) == [EXTENTS]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_grid_is_read(kind: type[bytes] | type[bytearray] | type[memoryview]) -> None:
    data = kind(grid(gradient(128, 64)))
    assert items(data, b"av01") == {2, 3}
    assert items(data, b"grid") == {1}
    assert [extent.item for extent in extents(data)] == [1, 2, 3]


def test_a_tile_is_made_a_picture_of_its_own() -> None:
    data = grid(gradient(128, 64))
    for extent, left in zip(list(extents(data))[1:], (0, 64), strict=True):
        tile = decoded(alone(data, extent.item, data[extent.start : extent.end]))
        assert apart(tile, decoded(data).crop(left, 0, 64, 64))[0] <= 1


def test_a_grid_that_is_cut_is_refused_wherever() -> None:
    data = grid(gradient(128, 128))
    assert made(data, "orig_f-png").width == 128
    for length in range(len(data) // 4, len(data), 40):
        with pytest.raises(CorruptImage):
            resize(data[:length], "orig_f-png")


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    for file in (data, box(b"meta", data), full(b"meta", 0, box(b"iloc", data), box(b"iinf", data))):
        assert all(part in (EXTENTS, CUT) for part in item_parts(file))
        assert isinstance(items(file, b"av01"), set)


def test_an_avif_is_cut_wherever_it_ends_within_its_pixels() -> None:
    data = encoded(gradient(), "avif")
    first = next(extents(data)).start
    last = max(extent.end for extent in extents(data))
    assert all(
        (CUT in item_parts(data[:length])) == (length < last) for length in range(first, len(data) + 1)
    )
