"""The values of options: percent, ratio and crop."""

from __future__ import annotations

import pytest

from resizer_core.model import Box, Size
from resizer_core.option_values import Crop, Percent, Ratio


@pytest.mark.parametrize("value", [0, 101, -1])
def test_a_percentage_is_1_to_100(value: int) -> None:
    with pytest.raises(ValueError, match=f"a percentage is 1 to 100, got {value}"):
        Percent(value)


@pytest.mark.parametrize("sides", [(0, 1), (1, 0), (1000, 1), (1, 1000), (2000, 1000)])
def test_a_ratio_is_made_of_1_to_999(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a ratio is made of 1 to 999"):
        Ratio(*sides)


def test_a_ratio_is_reduced() -> None:
    assert (Ratio(32, 18), str(Ratio(998, 2))) == (Ratio(16, 9), "499-1")


@pytest.mark.parametrize("sides", [(0, 1), (1, 0)])
def test_a_crop_has_a_width_and_a_height(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="expected a crop with a width and a height above 0"):
        Crop(left=0, top=0, width=sides[0], height=sides[1])


#: The crop, the size of the picture, what is left.
CROPPED = {
    "inside": (Crop(left=1, top=2, width=3, height=4), Size(10, 10), (1, 2, 3, 4)),
    "over the edge": (Crop(left=8, top=9, width=30, height=40), Size(10, 10), (8, 9, 2, 1)),
    "nearly all percent": (
        Crop(left=0.1, top=99.9, width=99.9, height=9, percent=True),
        Size(1000, 201),
        (1, 200, 999, 1),
    ),
    "percent": (Crop(left=10, top=20, width=30, height=40, percent=True), Size(200, 100), (20, 20, 60, 40)),
    "percent, half up": (Crop(left=10, top=0, width=50, height=50, percent=True), Size(5, 5), (1, 0, 2, 3)),
    "percent, over the edge": (
        Crop(left=90, top=0, width=90, height=100, percent=True),
        Size(10, 10),
        (9, 0, 1, 10),
    ),
    "percent, never empty": (
        Crop(left=0, top=0, width=0.1, height=0.1, percent=True),
        Size(10, 10),
        (0, 0, 1, 1),
    ),
}


@pytest.mark.parametrize(("crop", "size", "numbers"), CROPPED.values(), ids=CROPPED)
def test_a_crop_is_a_box_of_the_picture(crop: Crop, size: Size, numbers: tuple[int, int, int, int]) -> None:
    left, top, width, height = numbers
    assert crop.box(size) == Box(left=left, top=top, size=Size(width, height))


OUTSIDE = {
    "to the right": Crop(left=10, top=0, width=1, height=1),
    "below": Crop(left=0, top=10, width=1, height=1),
    "by percent": Crop(left=100, top=0, width=1, height=1, percent=True),
}


@pytest.mark.parametrize("crop", OUTSIDE.values(), ids=OUTSIDE)
def test_a_crop_that_begins_outside_is_refused(crop: Crop) -> None:
    with pytest.raises(ValueError, match="the crop begins outside the original, which is 10x10 px"):
        crop.box(Size(10, 10))
