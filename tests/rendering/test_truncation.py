"""Files that end before their picture does."""

from __future__ import annotations

import itertools

import pytest

from resizer_core.rendering.counting import CUT, gif_parts

SCREEN = b"GIF89a" + bytes((2, 0, 2, 0, 0b0111_0000, 0, 0))
SCREEN_WITH_TABLE = b"GIF89a" + bytes((2, 0, 2, 0, 0b1111_0001, 0, 0)) + bytes(range(12))
LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
DELAY = b"\x21\xf9\x04\x00\x0a\x00\x00\x00"
COMMENT = b"\x21\xfe\x05hello\x06;world\x00"
EMPTY_COMMENT = b"\x21\xfe\x00"
PICTURE = b"\x2c" + bytes((0, 0, 0, 0, 2, 0, 2, 0, 0)) + b"\x02\x03\x44\x02\x05\x00"
PICTURE_WITH_TABLE = (
    b"\x2c" + bytes((0, 0, 0, 0, 2, 0, 2, 0, 0x80)) + bytes(range(6)) + b"\x02\x02\x3b\x3b\x00"
)
TRAILER = b"\x3b"

FILES = {
    "a still": (SCREEN_WITH_TABLE, PICTURE, TRAILER),
    "without a colour table": (SCREEN, PICTURE, TRAILER),
    "with a colour table of its own": (SCREEN, PICTURE_WITH_TABLE, TRAILER),
    "an animation": (SCREEN_WITH_TABLE, LOOP, DELAY, PICTURE, DELAY, PICTURE_WITH_TABLE, TRAILER),
    "with comments": (SCREEN, COMMENT, EMPTY_COMMENT, PICTURE, COMMENT, TRAILER),
}


@pytest.mark.parametrize("blocks", FILES.values(), ids=FILES)
def test_a_whole_file_is_not_cut(blocks: tuple[bytes, ...]) -> None:
    assert CUT not in gif_parts(b"".join(blocks))


@pytest.mark.parametrize("blocks", FILES.values(), ids=FILES)
def test_a_file_is_cut_wherever_it_ends_inside_a_block(blocks: tuple[bytes, ...]) -> None:
    whole = b"".join(blocks)
    ends = set(itertools.accumulate(map(len, blocks)))
    wrong = [end for end in range(len(whole) + 1) if (CUT in gif_parts(whole[:end])) == (end in ends)]
    assert wrong == []


def test_what_follows_the_trailer_does_not_count() -> None:
    assert CUT not in gif_parts(SCREEN + PICTURE + TRAILER + b"\x2c")


def test_what_begins_like_no_block_is_not_part_of_the_picture() -> None:
    assert CUT not in gif_parts(SCREEN + PICTURE + b"\x00\x00")
    assert CUT not in gif_parts(SCREEN + LOOP + DELAY + PICTURE + b"junk")


@pytest.mark.parametrize("before", [SCREEN, SCREEN + DELAY + PICTURE + DELAY])
def test_zeros_instead_of_pixels_cut_a_file(before: bytes) -> None:
    """Also where something follows behind the hole."""
    for kept in range(len(PICTURE) - 4):  # up to the length of the block
        assert CUT in gif_parts(before + PICTURE[:kept] + bytes(300))
        assert CUT in gif_parts(before + PICTURE[:kept] + bytes(300) + PICTURE + TRAILER)


def test_zeros_behind_an_extension_cut_a_file() -> None:
    """They stand instead of the image that the extension announces."""
    for extension in (DELAY, LOOP, COMMENT):
        assert CUT in gif_parts(SCREEN + PICTURE + extension + bytes(300))


def test_fewer_pixels_than_the_image_has_cut_a_file_that_ends_strangely() -> None:
    larger = bytearray(PICTURE)
    larger[5] = 3  # its width
    assert CUT in gif_parts(SCREEN + larger + bytes(2))
    assert CUT not in gif_parts(SCREEN + larger + TRAILER)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_can_be_asked(kind: type[bytes] | type[bytearray] | type[memoryview]) -> None:
    assert CUT not in gif_parts(kind(SCREEN + PICTURE + TRAILER))
    assert CUT in gif_parts(kind(SCREEN + PICTURE[:-1]))
