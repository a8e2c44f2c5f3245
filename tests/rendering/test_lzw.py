"""The pixels that coded data of a GIF hold are counted as a decoder counts them."""

from __future__ import annotations

from random import Random

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from resizer_core.rendering.lzw import holds

#: Code size 2: the clear code (4), two pixels, and the end (5), of 3 bits each.
TWO = b"\x02\x02\x44\x0a\x00"


@st.composite
def pictures(draw: st.DrawFn) -> tuple[bytes, int]:
    """A GIF as libvips writes it, and how many pixels it has: noise, which fills the table, or one colour."""
    width, height = draw(st.tuples(st.integers(1, 200), st.integers(1, 120)))
    levels = Random(draw(st.integers(0, 99))).choices(range(draw(st.integers(1, 255))), k=width * height)
    image = pyvips.Image.new_from_memory(bytes(levels), width, height, 1, "uchar")
    return bytes(image.copy(interpretation="b-w").gifsave_buffer(interframe_maxerror=0)), width * height


def data_of(gif: bytes) -> int:
    """Find where the code size of its one image stands."""
    at = 13 + (3 * 2 ** ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0)
    while gif[at] == 0x21:
        at += 2
        while gif[at]:
            at += gif[at] + 1
        at += 1
    flags = gif[at + 9]
    return at + 10 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)


@settings(max_examples=60)
@given(pictures())
def test_a_picture_holds_its_pixels_and_not_one_more(picture: tuple[bytes, int]) -> None:
    data, pixels = picture
    at = data_of(data)
    assert holds(data, at, pixels)
    assert not holds(data, at, pixels + 1)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_can_be_asked(kind: type[bytes] | type[bytearray] | type[memoryview]) -> None:
    assert [holds(kind(TWO), 0, pixels) for pixels in (0, 1, 2, 3)] == [False, True, True, False]


def test_data_that_end_early_hold_less() -> None:
    assert not holds(TWO[:3], 0, 2)
    assert not holds(b"\x02\x00", 0, 1)
    assert not holds(TWO, len(TWO), 1)


def test_a_code_that_is_not_in_the_table_ends_the_count() -> None:
    assert not holds(b"\x02\x02\xc4\x07\x00", 0, 2)  # clear, 0, 7, 7


@given(st.binary(max_size=300), st.integers(0, 300), st.integers(-1, 10_000))
def test_any_bytes_get_an_answer(data: bytes, at: int, pixels: int) -> None:
    assert holds(data, at, pixels) in (True, False)


@given(st.binary(max_size=300), st.integers(1, 2000))
def test_what_holds_more_holds_less(data: bytes, pixels: int) -> None:
    if holds(b"\x03" + data, 0, pixels + 1):
        assert holds(b"\x03" + data, 0, pixels)
