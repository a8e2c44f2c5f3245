"""The eight orientations: what they do to pictures, sizes and boxes."""

from __future__ import annotations

import itertools

import pytest

from resizer_core.model import (
    UPRIGHT,
    Box,
    Orientation,
    Size,
)

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
