"""The values that every module speaks in."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from resizer_core.gravity import FocalPoint, Gravity, gravity_at
from resizer_core.model import (
    TRANSPARENT,
    UPRIGHT,
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

#: A picture of 3x2 px in which every pixel is different.
Picture = list[str]
PICTURE: Picture = ["abc", "def"]


def clockwise(picture: Picture) -> Picture:
    return ["".join(column) for column in zip(*picture[::-1], strict=True)]


def mirrored(picture: Picture) -> Picture:
    return [row[::-1] for row in picture]


def turned(picture: Picture, orientation: Orientation) -> Picture:
    for _ in range(orientation.quarter_turns):
        picture = clockwise(picture)
    return mirrored(picture) if orientation.mirrored else picture


def cut(picture: Picture, box: Box) -> Picture:
    return [row[box.left : box.right] for row in picture[box.top : box.bottom]]


def size_of(picture: Picture) -> Size:
    return Size(len(picture[0]), len(picture))


ORIENTATIONS = [Orientation(quarter_turns=n, mirrored=m) for m in (False, True) for n in range(4)]
BOXES = [
    Box(left=left, top=top, size=Size(width, height))
    for left, top in itertools.product(range(3), range(2))
    for width, height in itertools.product(range(1, 4 - left), range(1, 3 - top))
]


def test_the_eight_orientations_are_different() -> None:
    assert len({tuple(turned(PICTURE, orientation)) for orientation in ORIENTATIONS}) == 8


@pytest.mark.parametrize("first", ORIENTATIONS, ids=repr)
@pytest.mark.parametrize("second", ORIENTATIONS, ids=repr)
def test_one_turn_after_another_is_one_turn(first: Orientation, second: Orientation) -> None:
    assert turned(PICTURE, first.then(second)) == turned(turned(PICTURE, first), second)


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=repr)
def test_the_inverse_undoes_a_turn(orientation: Orientation) -> None:
    assert turned(turned(PICTURE, orientation), orientation.inverse) == PICTURE
    assert orientation.then(orientation.inverse) == orientation.inverse.then(orientation) == UPRIGHT


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=repr)
def test_a_size_is_turned_as_the_picture_is(orientation: Orientation) -> None:
    assert orientation.turn_size(size_of(PICTURE)) == size_of(turned(PICTURE, orientation))
    assert orientation.transposes == (orientation.turn_size(Size(3, 2)) == Size(2, 3))


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=repr)
@pytest.mark.parametrize("box", BOXES, ids=str)
def test_a_box_is_turned_as_the_picture_is(orientation: Orientation, box: Box) -> None:
    moved = orientation.turn_box(box, size_of(PICTURE))
    assert cut(turned(PICTURE, orientation), moved) == turned(cut(PICTURE, box), orientation)


#: On which side of the upright picture the first row and the first column are stored.
#: Source: EXIF 2.32 (CIPA DC-008), tag 0x0112.
EXIF = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def stored(upright: Picture, row_side: str, column_side: str) -> Picture:
    """The picture as a camera stores it: its rows begin at one side, the pixels of a row at the other."""
    rows = (
        upright
        if row_side in ("top", "bottom")
        else ["".join(column) for column in zip(*upright, strict=True)]
    )
    rows = rows[::-1] if row_side in ("bottom", "right") else rows
    return mirrored(rows) if column_side in ("right", "bottom") else rows


@pytest.mark.parametrize(("value", "sides"), EXIF.items())
def test_an_exif_orientation_makes_the_picture_upright(value: int, sides: tuple[str, str]) -> None:
    assert turned(stored(PICTURE, *sides), Orientation.from_exif(value)) == PICTURE


@pytest.mark.parametrize("value", [-1, 0, 9, 65535])
def test_an_unknown_exif_orientation_is_upright(value: int) -> None:
    assert Orientation.from_exif(value) == UPRIGHT


@pytest.mark.parametrize("turns", [-1, 4])
def test_an_orientation_has_0_to_3_turns(turns: int) -> None:
    with pytest.raises(ValueError, match=f"0 to 3 quarter turns, got {turns}"):
        Orientation(quarter_turns=turns)


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


#: The focal point of each word, in percent from the left and from the top.
COMPASS = {
    "nw": (0, 0),
    "n": (50, 0),
    "ne": (100, 0),
    "w": (0, 50),
    "c": (50, 50),
    "e": (100, 50),
    "sw": (0, 100),
    "s": (50, 100),
    "se": (100, 100),
}


@pytest.mark.parametrize(("word", "point"), COMPASS.items())
def test_a_word_of_the_compass_is_a_focal_point(word: str, point: tuple[int, int]) -> None:
    assert Gravity(word).focus == FocalPoint(*point)
    assert gravity_at(FocalPoint(*point)) is Gravity(word)
    assert not Gravity(word).is_smart


@pytest.mark.parametrize("gravity", [Gravity.ATTENTION, Gravity.ENTROPY])
def test_a_smart_gravity_stands_at_the_centre_until_the_pixels_are_known(gravity: Gravity) -> None:
    assert gravity.is_smart
    assert gravity.focus == FocalPoint(50, 50)


def test_every_gravity_is_of_the_compass_or_smart() -> None:
    assert {str(gravity) for gravity in Gravity} == {*COMPASS, "sm", "en"}


def test_any_other_point_stays_a_point() -> None:
    point = FocalPoint(33, 67)
    assert gravity_at(point) is point
    assert (point.focus, point.is_smart, str(point)) == (point, False, "33-67")


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (101, 0), (0, 101)])
def test_a_focal_point_is_0_to_100_percent(point: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="0 to 100 percent"):
        FocalPoint(*point)


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


@pytest.mark.parametrize("name", Limits.__slots__)
def test_a_limit_is_at_least_1(name: str) -> None:
    assert getattr(Limits(**{name: 1}), name) == 1
    with pytest.raises(ValueError, match=f"{name} is at least 1, got 0"):
        Limits(**{name: 0})


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
        setattr(value, type(value).__slots__[0], None)  # type: ignore[attr-defined]
