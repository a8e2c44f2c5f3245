"""Test every operation with whatever numbers; no pixel is looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resizer_core.model import Colour, ImageHeader, Size
from resizer_core.operations import PixelOperation, ShowsBackground
from resizer_core.operations.padding import Padding
from tests.strategies import colours, operations_of_pixels, sizes

headers = st.builds(ImageHeader, size=sizes(), has_alpha=st.booleans(), bands=st.sampled_from([1, 3]))


@given(operations_of_pixels, headers)
def test_nothing_but_a_margin_changes_the_size(operation: PixelOperation, header: ImageHeader) -> None:
    top, right, bottom, left = operation.sides if isinstance(operation, Padding) else (0, 0, 0, 0)
    wanted = Size(header.size.width + left + right, header.size.height + top + bottom)
    assert operation.measure(header).size == wanted


@given(operations_of_pixels, headers)
def test_what_may_shine_through_still_may(operation: PixelOperation, header: ImageHeader) -> None:
    assert operation.measure(header).has_alpha >= header.has_alpha
    assert operation.measure(header).bands >= header.bands


@given(operations_of_pixels, colours)
def test_what_is_behind_is_no_part_of_what_is_asked_for(
    operation: PixelOperation, background: Colour
) -> None:
    if isinstance(operation, ShowsBackground):
        told = operation.with_background(background)
        assert (told, str(told)) == (operation, str(operation))


@given(operations_of_pixels, headers)
def test_on_an_opaque_background_nothing_comes_to_shine_through(
    operation: PixelOperation, header: ImageHeader
) -> None:
    if isinstance(operation, ShowsBackground):
        told = operation.with_background(Colour(red=1, green=2, blue=3))
        assert told.measure(header).has_alpha == header.has_alpha
