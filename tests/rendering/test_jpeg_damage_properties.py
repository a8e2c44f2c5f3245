"""JPEGs: whatever is missing, the picture is refused, or it is the same."""

from __future__ import annotations

from functools import cache

import pyvips
from hypothesis import given
from hypothesis import strategies as st

from resizer_core import CorruptImage
from resizer_core.rendering.jpeg import opened
from tests.pictures import apart, solid
from tests.rendering.jpegs import CODINGS, END, OF_ONE_SCAN, jpeg, pixels_at, with_hole

#: The most lines of a row of blocks.
ROW = 16

shrinks = st.sampled_from([1, 2, 4, 8])


@cache
def whole(coding: str) -> bytes:
    return jpeg(coding)


@cache
def pixels(coding: str, shrink: int) -> pyvips.Image:
    return pyvips.Image.jpegload_buffer(whole(coding), shrink=shrink).copy_memory()


def is_refused_or_the_same(data: bytes, coding: str, shrink: int, *, but: int = 0) -> None:
    """``but`` for so many lines of the original at the bottom."""
    try:
        image = opened(data, shrink).copy_memory()
    except (CorruptImage, pyvips.Error):
        return
    height = max(1, image.height - -(-but // shrink))
    one, other = (each.crop(0, 0, image.width, height) for each in (image, pixels(coding, shrink)))
    assert apart(one, other) == (0, 0)


@given(st.data(), st.sampled_from(list(CODINGS)), shrinks)
def test_no_cut_changes_the_picture(data: st.DataObject, coding: str, shrink: int) -> None:
    original = whole(coding)
    length = data.draw(st.integers(2, len(original)))
    is_refused_or_the_same(original[:length], coding, shrink)


@given(st.integers(0, 40), st.sampled_from(list(CODINGS)), shrinks)
def test_no_short_cut_changes_the_picture(missing: int, coding: str, shrink: int) -> None:
    original = whole(coding)
    is_refused_or_the_same(original[: len(original) - missing], coding, shrink)


@given(st.data(), st.sampled_from(list(CODINGS)), shrinks)
def test_no_cut_changes_the_picture_with_an_end_marker_behind_it(
    data: st.DataObject, coding: str, shrink: int
) -> None:
    """But for its last block: libjpeg may make that up of what it reads ahead."""
    original = whole(coding)
    longest = len(original) - len(END)
    length = data.draw(st.integers(2, longest) | st.integers(longest - 60, longest))
    is_refused_or_the_same(original[:length] + END, coding, shrink, but=ROW)


@given(st.data(), st.sampled_from(OF_ONE_SCAN), shrinks)
def test_no_hole_changes_the_picture(data: st.DataObject, coding: str, shrink: int) -> None:
    original = whole(coding)
    length = data.draw(st.integers(64, 6000))
    start = data.draw(st.integers(pixels_at(original), len(original) - 2 - 64))
    is_refused_or_the_same(with_hole(original, start, length), coding, shrink)


@given(
    st.tuples(*[st.integers(0, 255)] * 3),
    st.integers(8, 300),
    st.integers(8, 300),
    st.integers(1, 100),
    st.sampled_from(list(CODINGS)),
    st.booleans(),
)
def test_every_picture_of_one_colour_is_made(
    colour: tuple[int, ...], width: int, height: int, quality: int, coding: str, own_tables: bool
) -> None:
    data = jpeg(coding, solid(colour, width, height), Q=quality, optimize_coding=own_tables)
    image = pyvips.Image.jpegload_buffer(data).copy_memory()
    for cut in (data, data[:-2]):
        assert apart(opened(cut).copy_memory(), image) == (0, 0)
