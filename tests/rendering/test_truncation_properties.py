"""GIF files: a proper prefix is cut unless it ends with a block."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from resizer_core.rendering.counting import CUT, gif_parts

sub_blocks = st.lists(st.binary(min_size=1, max_size=255), max_size=3).map(
    lambda blocks: b"".join(bytes((len(block),)) + block for block in blocks) + b"\x00"
)


@st.composite
def colour_tables(draw: st.DrawFn) -> tuple[int, bytes]:
    """The flags that announce a table, and the table."""
    if not draw(st.booleans()):
        return 0, b""
    power = draw(st.integers(0, 7))
    return 0x80 | power, draw(st.binary(min_size=3, max_size=3)) * 2 ** (power + 1)


@st.composite
def screens(draw: st.DrawFn) -> bytes:
    flags, table = draw(colour_tables())
    return draw(st.sampled_from([b"GIF87a", b"GIF89a"])) + bytes((1, 0, 1, 0, flags, 0, 0)) + table


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    flags, table = draw(colour_tables())
    return b"\x2c" + bytes((0, 0, 0, 0, 1, 0, 1, 0, flags)) + table + b"\x08" + draw(sub_blocks)


@st.composite
def extensions(draw: st.DrawFn) -> bytes:
    label = draw(st.binary(min_size=1, max_size=1))
    blocks = draw(sub_blocks)
    # An empty one is a comment: libvips goes astray behind any other.
    return b"\x21" + (b"\xfe" if blocks == b"\0" else label) + blocks


files = st.tuples(screens(), st.lists(st.one_of(pictures(), extensions()), max_size=5)).map(
    lambda parts: [parts[0], *parts[1], b"\x3b"]
)


@given(files)
def test_a_file_is_whole_after_every_block(blocks: Sequence[bytes]) -> None:
    for count in range(1, len(blocks) + 1):
        assert CUT not in gif_parts(b"".join(blocks[:count]))


@given(files, st.data())
def test_a_file_is_cut_inside_every_block(blocks: Sequence[bytes], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(blocks) - 2))
    inside = data.draw(st.integers(0 if count == 0 else 1, len(blocks[count]) - 1))
    assert CUT in gif_parts(b"".join(blocks[:count]) + blocks[count][:inside])


@given(st.binary(max_size=400))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    assert (CUT in gif_parts(b"GIF89a" + data)) in (True, False)
