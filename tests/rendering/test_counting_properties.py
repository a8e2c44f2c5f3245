"""The walks answer for any bytes, and miss nothing that libvips goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from resizer_core.errors import CorruptImage
from resizer_core.formats import BUILTIN
from resizer_core.model import Buffer
from resizer_core.rendering.counting import FRAMES, PAGES, gif_parts, jpeg_parts, tiff_parts, webp_parts
from resizer_core.rendering.libvips import integer_field
from resizer_core.rendering.reading import open_image
from tests.pictures import animation, encoded, gradient, solid

WALKS: dict[str, Callable[[Buffer], Iterator[str]]] = {
    "gif": gif_parts,
    "webp": webp_parts,
    "tif": tiff_parts,
    "jpg": jpeg_parts,
}
BEGINNINGS = (
    b"",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBP",
    b"II*\0",
    b"MM\0*",
    b"II+\0\x08\0\0\0",
    b"MM\0+\0\x08\0\0",
    b"\xff\xd8",
)


@cache
def whole(format: str) -> bytes:
    """A small file of several pages, or scans."""
    if format == "jpg":
        return encoded(gradient(32, 24), "jpg", interlace=True)
    frames = [solid((40 * n, 0, 0), 8, 6) for n in range(5)]
    if format != "tif":
        return animation(frames, format)
    roll = pyvips.Image.arrayjoin(frames, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", 6)
    return bytes(roll.write_to_buffer(".tif"))


@st.composite
def damaged(draw: st.DrawFn, format: str) -> bytes:
    """Such a file, some bytes of which are others, with a piece more or less."""
    data = bytearray(whole(format))
    # Most of what steers a walk stands near the beginning, or anywhere.
    for at in draw(st.lists(st.integers(2, 64) | st.integers(2, len(data) - 1), max_size=6)):
        data[at] = draw(st.integers(0, 255))
    if draw(st.booleans()):  # a piece of it twice
        start, end = sorted(draw(st.tuples(*[st.integers(2, len(data))] * 2)))
        data[start:start] = data[start:end]
    return bytes(data[: draw(st.just(len(data)) | st.integers(0, len(data)))])


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400))
@pytest.mark.parametrize("format", WALKS)
def test_any_bytes_end_a_walk(format: str, beginning: bytes, data: bytes) -> None:
    parts = list(WALKS[format](beginning + data))
    assert len(parts) <= len(beginning + data) + 1


@given(st.data())
@pytest.mark.parametrize("format", WALKS)
def test_a_damaged_file_ends_a_walk(format: str, data: st.DataObject) -> None:
    body = data.draw(damaged(format))
    assert len(list(WALKS[format](body))) <= len(body) + 1


@given(st.data())
@pytest.mark.parametrize("format", ["gif", "webp", "tif"])
def test_libvips_finds_no_page_that_was_not_counted(format: str, data: st.DataObject) -> None:
    body = data.draw(damaged(format))
    try:
        pages = integer_field(open_image(body, BUILTIN[format]), "n-pages", 1)
    except (pyvips.Error, CorruptImage):
        return
    parts = list(WALKS[format](body))
    # A WebP that stands still has no chunk for its frame.
    assert pages <= max(1, parts.count(FRAMES) + parts.count(PAGES))
