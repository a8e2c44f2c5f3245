"""Sizes: what holds for every original and everything that can be asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resizer_core.gravity import FocalPoint, Gravity, aligned_offset
from resizer_core.model import Bounds, Box, Fit, Orientation, Size
from resizer_core.planning.geometry import percent_bounds, place, ratio_bounds
from tests.strategies import bounds, focal_points, gravities, orientations, sizes

boxes = sizes().map(lambda size: Bounds(size.width, size.height))
fits = st.sampled_from(Fit)
COMPASS = [gravity for gravity in Gravity if not gravity.is_smart]


def box_of(asked: Bounds) -> Size:
    assert asked.width
    assert asked.height
    return Size(asked.width, asked.height)


def is_within(inner: Size, outer: Size) -> bool:
    return inner.width <= outer.width and inner.height <= outer.height


@given(sizes(), bounds(), fits, gravities, st.booleans())
def test_the_parts_of_a_placement_lie_in_one_another(
    original: Size, asked: Bounds, fit: Fit, gravity: Gravity | FocalPoint, enlarge: bool
) -> None:
    placement = place(original, asked, fit, gravity=gravity, enlarge=enlarge)
    assert placement.crop.lies_inside(placement.scaled)
    left, top = placement.at
    assert Box(left=left, top=top, size=placement.crop.size).lies_inside(placement.canvas)
    assert not (placement.crops and placement.pads)


@given(sizes(), boxes, st.sampled_from([Fit.INSIDE, Fit.COVER, Fit.CONTAIN, Fit.FILL]), st.booleans())
def test_the_result_lies_within_the_box(original: Size, asked: Bounds, fit: Fit, enlarge: bool) -> None:
    assert is_within(place(original, asked, fit, enlarge=enlarge).canvas, box_of(asked))


@given(sizes(), bounds(), st.booleans())
def test_a_side_that_was_given_alone_is_exact_or_the_original(
    original: Size, asked: Bounds, enlarge: bool
) -> None:
    made = place(original, Bounds(asked.width, None) if asked.width else asked, Fit.INSIDE, enlarge=enlarge)
    wanted = asked.width or asked.height or 0
    side, stored = (
        (made.canvas.width, original.width) if asked.width else (made.canvas.height, original.height)
    )
    assert side == (wanted if enlarge else min(wanted, stored))


@given(sizes(), bounds(), fits)
def test_no_side_grows_without_enlarge(original: Size, asked: Bounds, fit: Fit) -> None:
    placement = place(original, asked, fit)
    assert is_within(placement.scaled, original)
    if fit is not Fit.CONTAIN or None in (asked.width, asked.height):
        assert is_within(placement.canvas, original)


@given(sizes(), bounds(), st.sampled_from([Fit.INSIDE, Fit.COVER, Fit.CONTAIN, Fit.OUTSIDE]), st.booleans())
def test_the_ratio_is_kept_to_half_a_pixel(original: Size, asked: Bounds, fit: Fit, enlarge: bool) -> None:
    scaled = place(original, asked, fit, enlarge=enlarge).scaled
    by_width = original.height * scaled.width / original.width
    by_height = original.width * scaled.height / original.height
    # One side is what was asked for; the other is off by its own rounding, unless it is kept at 1.
    apart = min(
        abs(by_width - scaled.height) if scaled.height > 1 else max(by_width - 1.5, 0),
        abs(by_height - scaled.width) if scaled.width > 1 else max(by_height - 1.5, 0),
    )
    assert apart <= 0.5 + 1e-6


@given(sizes(), boxes, st.booleans())
def test_inside_is_never_larger_than_outside(original: Size, asked: Bounds, enlarge: bool) -> None:
    inside = place(original, asked, Fit.INSIDE, enlarge=enlarge).canvas
    assert is_within(inside, place(original, asked, Fit.OUTSIDE, enlarge=enlarge).canvas)


@given(sizes(), boxes)
def test_inside_touches_the_box_or_keeps_the_original(original: Size, asked: Bounds) -> None:
    inside, box = place(original, asked, Fit.INSIDE).canvas, box_of(asked)
    assert inside == original or inside.width == box.width or inside.height == box.height


@given(sizes(), boxes, gravities, st.booleans())
def test_contain_gives_exactly_the_box(
    original: Size, asked: Bounds, gravity: Gravity | FocalPoint, enlarge: bool
) -> None:
    placement = place(original, asked, Fit.CONTAIN, gravity=gravity, enlarge=enlarge)
    assert placement.canvas == box_of(asked)
    assert placement.scaled == place(original, asked, Fit.INSIDE, enlarge=enlarge).scaled


@given(sizes(), boxes, st.sampled_from([Fit.COVER, Fit.CONTAIN, Fit.FILL]))
def test_with_enlarge_the_box_is_exact(original: Size, asked: Bounds, fit: Fit) -> None:
    assert place(original, asked, fit, enlarge=True).canvas == box_of(asked)


@given(sizes(), boxes, st.sampled_from([Fit.COVER, Fit.FILL]))
def test_a_box_keeps_its_ratio_to_half_a_pixel(original: Size, asked: Bounds, fit: Fit) -> None:
    made, box = place(original, asked, fit).canvas, box_of(asked)
    factor = min(1, original.width / box.width, original.height / box.height)
    assert abs(made.width - box.width * factor) <= 0.5 or made.width == 1
    assert abs(made.height - box.height * factor) <= 0.5 or made.height == 1


@given(sizes(), boxes, st.sampled_from([Fit.COVER, Fit.FILL]))
def test_a_box_is_as_large_as_the_original_fills(original: Size, asked: Bounds, fit: Fit) -> None:
    made, box = place(original, asked, fit).canvas, box_of(asked)
    assert is_within(made, original)
    assert is_within(made, box)
    assert made == box or made.width == original.width or made.height == original.height


@given(sizes(), boxes)
def test_outside_covers_the_box_when_it_may_grow(original: Size, asked: Bounds) -> None:
    made, box = place(original, asked, Fit.OUTSIDE, enlarge=True).canvas, box_of(asked)
    assert is_within(box, made)
    assert made.width == box.width or made.height == box.height


@given(sizes(), boxes, st.booleans())
def test_cover_is_cut_out_of_outside(original: Size, asked: Bounds, enlarge: bool) -> None:
    cover = place(original, asked, Fit.COVER, enlarge=enlarge)
    assert cover.scaled == place(original, asked, Fit.OUTSIDE, enlarge=enlarge).canvas


@given(sizes(), bounds(), fits)
def test_what_has_the_right_size_stays(original: Size, asked: Bounds, fit: Fit) -> None:
    made = place(original, asked, fit).canvas
    assert place(made, Bounds(made.width, made.height), fit).canvas == made


@given(sizes(), bounds(), fits, st.booleans())
def test_a_picture_and_its_other_way_round_are_placed_alike(
    original: Size, asked: Bounds, fit: Fit, enlarge: bool
) -> None:
    made = place(original, asked, fit, enlarge=enlarge)
    turned = place(original.transposed, Bounds(asked.height, asked.width), fit, enlarge=enlarge)
    assert turned.canvas == made.canvas.transposed
    assert turned.scaled == made.scaled.transposed


@pytest.mark.parametrize("gravity", COMPASS)
@given(sizes(), sizes())
def test_the_compass_puts_the_smaller_flush_with_the_named_side(
    gravity: Gravity, one: Size, other: Size
) -> None:
    inner = Size(min(one.width, other.width), min(one.height, other.height))
    outer = Size(max(one.width, other.width), max(one.height, other.height))
    left, top = aligned_offset(inner, outer, gravity)
    right, bottom = outer.width - inner.width - left, outer.height - inner.height - top
    across = {"w": left, "e": right}.get(gravity.value[-1], left - right)
    down = {"n": top, "s": bottom}.get(gravity.value[0], top - bottom)
    # What is centred may be off by the odd pixel.
    assert across in ((0,) if gravity.value[-1] in "we" else (0, 1))
    assert down in ((0,) if gravity.value[0] in "ns" else (0, 1))


@given(sizes(), sizes(), focal_points)
def test_a_focal_point_stays_in_view(one: Size, other: Size, point: FocalPoint) -> None:
    inner = Size(min(one.width, other.width), min(one.height, other.height))
    outer = Size(max(one.width, other.width), max(one.height, other.height))
    left, top = aligned_offset(inner, outer, point)
    assert Box(left=left, top=top, size=inner).lies_inside(outer)
    assert left - 1 <= outer.width * point.x / 100 <= left + inner.width + 1
    assert top - 1 <= outer.height * point.y / 100 <= top + inner.height + 1


@given(sizes(), sizes(), focal_points)
def test_a_focal_point_comes_to_the_middle_where_there_is_room(
    one: Size, other: Size, point: FocalPoint
) -> None:
    inner = Size(min(one.width, other.width), min(one.height, other.height))
    outer = Size(max(one.width, other.width), max(one.height, other.height))
    left, _ = aligned_offset(inner, outer, point)
    if 0 < left < outer.width - inner.width:
        assert abs(left + inner.width / 2 - outer.width * point.x / 100) <= 0.5


@given(sizes(), st.integers(1, 999), st.integers(1, 999), st.integers(1, 100))
def test_the_largest_part_of_a_ratio_lies_inside_the_original(
    original: Size, width: int, height: int, percent: int
) -> None:
    asked = box_of(ratio_bounds(original, width, height, None, percent=percent))
    assert is_within(asked, original)
    if percent == 100:
        assert asked.width == original.width or asked.height >= original.height - 1


@given(sizes(), st.integers(1, 999), st.integers(1, 999), bounds())
def test_a_ratio_keeps_the_side_that_was_given(
    original: Size, width: int, height: int, asked: Bounds
) -> None:
    one_side = Bounds(asked.width, None) if asked.width else asked
    box = ratio_bounds(original, width, height, one_side, enlarge=True)
    assert (box.width if one_side.width else box.height) == (one_side.width or one_side.height)
    across, down = box_of(box).width, box_of(box).height
    follows, exact = (down, across * height / width) if one_side.width else (across, down * width / height)
    assert abs(follows - exact) <= 0.5 or follows == 1


@given(sizes(), st.integers(1, 999), st.integers(1, 999), bounds())
def test_without_enlargement_a_ratio_lies_inside_the_original(
    original: Size, width: int, height: int, asked: Bounds
) -> None:
    one_side = Bounds(asked.width, None) if asked.width else asked
    free = box_of(ratio_bounds(original, width, height, one_side, enlarge=True))
    kept = box_of(ratio_bounds(original, width, height, one_side))
    assert is_within(kept, original)
    assert is_within(kept, free)
    assert kept == free or kept == box_of(ratio_bounds(original, width, height, None))


@given(sizes(), st.integers(1, 100))
def test_a_percentage_never_enlarges_and_is_never_empty(original: Size, percent: int) -> None:
    made = box_of(percent_bounds(original, percent))
    assert is_within(made, original)
    assert abs(made.width - original.width * percent / 100) <= 0.5 or made.width == 1


@st.composite
def boxes_in(draw: st.DrawFn, size: Size) -> Box:
    left, top = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
    width, height = draw(st.integers(1, size.width - left)), draw(st.integers(1, size.height - top))
    return Box(left=left, top=top, size=Size(width, height))


@given(st.data(), sizes(), st.sampled_from([1, 2, 4, 8, 1.5, 3.7]))
def test_a_box_stays_inside_when_its_picture_shrinks(data: st.DataObject, size: Size, factor: float) -> None:
    box = data.draw(boxes_in(size))
    # Decoders round the size of what they shrink up or down.
    rounded_down = Size(max(1, int(size.width / factor)), max(1, int(size.height / factor)))
    for small in (rounded_down, Size(-int(-size.width // factor), -int(-size.height // factor))):
        assert box.shrunk(factor, small).lies_inside(small)


@given(st.data(), sizes(), orientations)
def test_a_turned_box_lies_in_the_turned_picture_and_turns_back(
    data: st.DataObject, size: Size, orientation: Orientation
) -> None:
    box = data.draw(boxes_in(size))
    turned = orientation.turn_box(box, size)
    assert turned.lies_inside(orientation.turn_size(size))
    assert orientation.inverse.turn_box(turned, orientation.turn_size(size)) == box
