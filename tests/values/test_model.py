"""The values that every module speaks in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resizer_core.gravity import FocalPoint
from resizer_core.model import (
    TRANSPARENT,
    WHITE,
    Bounds,
    Box,
    Colour,
    Fit,
    ImageHeader,
    Orientation,
    Size,
    half_up,
    whole,
)
from resizer_core.site import Limits


@pytest.mark.parametrize("sides", [(0, 1), (1, 0), (-1, 1)])
def test_a_size_has_at_least_one_pixel(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at least 1x1 px"):
        Size(*sides)


def test_a_size_knows_its_area_and_its_other_way_round() -> None:
    assert (Size(3, 2).pixels, Size(3, 2).transposed, str(Size(3, 2))) == (6, Size(2, 3), "3x2")


BOUNDS = {"both": (300, 200, "300x200"), "width": (300, None, "300x"), "height": (None, 200, "x200")}


@pytest.mark.parametrize(("width", "height", "text"), BOUNDS.values(), ids=BOUNDS)
def test_bounds_are_written_as_in_the_grammar(width: int | None, height: int | None, text: str) -> None:
    assert str(Bounds(width, height)) == text


def test_bounds_have_a_side() -> None:
    with pytest.raises(ValueError, match="got neither"):
        Bounds(None, None)


@pytest.mark.parametrize("sides", [(0, None), (None, 0), (-1, 5), (5, 0)])
def test_bounds_have_at_least_one_pixel(sides: tuple[int | None, int | None]) -> None:
    with pytest.raises(ValueError, match="at least 1 px"):
        Bounds(*sides)


def test_a_box_knows_its_edges() -> None:
    box = Box(left=1, top=2, size=Size(3, 4))
    assert (box.right, box.bottom, str(box)) == (4, 6, "1-2-3-4")


@pytest.mark.parametrize("corner", [(-1, 0), (0, -1)])
def test_a_box_starts_inside(corner: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="starts at 0,0"):
        Box(left=corner[0], top=corner[1], size=Size(1, 1))


INSIDE = {
    "all of it": (Box(left=0, top=0, size=Size(3, 2)), True, True),
    "a corner": (Box(left=2, top=1, size=Size(1, 1)), True, False),
    "too far right": (Box(left=1, top=0, size=Size(3, 2)), False, False),
    "too far down": (Box(left=0, top=1, size=Size(3, 2)), False, False),
    "too large": (Box(left=0, top=0, size=Size(4, 2)), False, False),
}


@pytest.mark.parametrize(("box", "inside", "covers"), INSIDE.values(), ids=INSIDE)
def test_a_box_lies_inside_a_picture_or_not(box: Box, *, inside: bool, covers: bool) -> None:
    assert (box.lies_inside(Size(3, 2)), box.covers(Size(3, 2))) == (inside, covers)


def test_a_box_is_seen_from_further_out() -> None:
    box = Box(left=1, top=2, size=Size(3, 4))
    assert box.moved(left=10, top=20) == Box(left=11, top=22, size=Size(3, 4))


def test_the_whole_is_a_box() -> None:
    assert whole(Size(3, 2)) == Box(left=0, top=0, size=Size(3, 2))


SHRUNK = {
    "exactly": (Box(left=8, top=16, size=Size(80, 40)), 8, Size(100, 50), (1, 2, 10, 5)),
    "rounded": (Box(left=3, top=5, size=Size(10, 10)), 2, Size(50, 50), (2, 3, 5, 5)),
    "by a fraction": (Box(left=10, top=10, size=Size(10, 10)), 1.5, Size(50, 50), (7, 7, 6, 6)),
    "not at all": (Box(left=3, top=5, size=Size(10, 10)), 1, Size(50, 50), (3, 5, 10, 10)),
    "never empty": (Box(left=9, top=9, size=Size(1, 1)), 8, Size(50, 50), (1, 1, 1, 1)),
    "kept inside": (Box(left=97, top=97, size=Size(3, 3)), 8, Size(12, 12), (11, 11, 1, 1)),
}


@pytest.mark.parametrize(("box", "factor", "size", "numbers"), SHRUNK.values(), ids=SHRUNK)
def test_a_box_shrinks_with_its_picture(
    box: Box, factor: float, size: Size, numbers: tuple[int, int, int, int]
) -> None:
    left, top, width, height = numbers
    assert box.shrunk(factor, size) == Box(left=left, top=top, size=Size(width, height))


HALVES = {0.5: 1, 1.5: 2, 2.5: 3, 2.4: 2, -0.5: 0, -1.5: -1, 7.0: 7}


@pytest.mark.parametrize(("value", "rounded"), HALVES.items())
def test_a_half_goes_up(value: float, rounded: int) -> None:
    assert half_up(value) == rounded


def test_the_fits_are_the_words_of_css_and_sharp() -> None:
    assert [str(fit) for fit in Fit] == ["inside", "cover", "contain", "fill", "outside"]


COLOURS = {
    "opaque": (Colour(red=255, green=0, blue=10), "ff000a", True),
    "half": (Colour(red=0, green=1, blue=2, alpha=128), "00010280", False),
    "white": (WHITE, "ffffff", True),
    "transparent": (TRANSPARENT, "00000000", False),
}


@pytest.mark.parametrize(("colour", "text", "opaque"), COLOURS.values(), ids=COLOURS)
def test_a_colour_is_written_as_in_the_grammar(colour: Colour, text: str, *, opaque: bool) -> None:
    assert (str(colour), colour.is_opaque) == (text, opaque)


@pytest.mark.parametrize("part", ["red", "green", "blue", "alpha"])
@pytest.mark.parametrize("value", [-1, 256])
def test_a_part_of_a_colour_is_0_to_255(part: str, value: int) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        Colour(**{"red": 0, "green": 0, "blue": 0, part: value})


def test_a_frame_is_upright_by_its_orientation() -> None:
    assert ImageHeader(size=Size(3, 2)).upright == Size(3, 2)
    assert ImageHeader(size=Size(3, 2), orientation=Orientation.from_exif(6)).upright == Size(2, 3)


def test_a_frame_has_a_page() -> None:
    with pytest.raises(ValueError, match="at least 1 page, got 0"):
        ImageHeader(size=Size(3, 2), pages=0)


VALUES: dict[str, Callable[[], object]] = {
    "Size": lambda: Size(3, 2),
    "Bounds": lambda: Bounds(3, None),
    "Box": lambda: whole(Size(3, 2)),
    "Colour": lambda: Colour(red=1, green=2, blue=3),
    "FocalPoint": lambda: FocalPoint(1, 2),
    "Orientation": lambda: Orientation(quarter_turns=1),
    "ImageHeader": lambda: ImageHeader(size=Size(3, 2), delays=(1, 2)),
    "Limits": Limits,
}


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
def test_values_with_equal_parts_are_equal_and_unchangeable(make: Callable[[], object]) -> None:
    value = make()
    assert value == make()
    assert hash(value) == hash(make())
    with pytest.raises(AttributeError):
        setattr(value, next(iter(vars(value))), None)
