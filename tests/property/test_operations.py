"""What holds for every operation, whatever its numbers: no pixel is looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resizer_core.model import Colour, Frame, Size
from resizer_core.operations import OnSheet, PixelOperation
from resizer_core.operations.padding import Padding
from tests.property.strategies import colours, operations_of_pixels, sizes

frames = st.builds(Frame, size=sizes(), has_alpha=st.booleans(), bands=st.sampled_from([1, 3]))


@given(operations_of_pixels, frames)
def test_nothing_but_a_margin_changes_the_size(operation: PixelOperation, frame: Frame) -> None:
    top, right, bottom, left = operation.sides if isinstance(operation, Padding) else (0, 0, 0, 0)
    wanted = Size(frame.size.width + left + right, frame.size.height + top + bottom)
    assert operation.measure(frame).size == wanted


@given(operations_of_pixels, frames)
def test_what_may_shine_through_still_may(operation: PixelOperation, frame: Frame) -> None:
    assert operation.measure(frame).has_alpha >= frame.has_alpha
    assert operation.measure(frame).bands >= frame.bands


@given(operations_of_pixels, colours)
def test_what_is_behind_is_no_part_of_what_is_asked_for(operation: PixelOperation, sheet: Colour) -> None:
    if isinstance(operation, OnSheet):
        told = operation.on(sheet)
        assert (told, str(told)) == (operation, str(operation))


@given(operations_of_pixels, frames)
def test_on_an_opaque_sheet_nothing_comes_to_shine_through(operation: PixelOperation, frame: Frame) -> None:
    if isinstance(operation, OnSheet):
        told = operation.on(Colour(red=1, green=2, blue=3))
        assert told.measure(frame).has_alpha == frame.has_alpha
