"""Gravities: words of the compass, points, and those that look at the pixels."""

from __future__ import annotations

import pytest

from resizer_core.gravity import FocalPoint, Gravity, gravity_at

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
