"""Test the pixels after blur, sharp and pix."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from resizer_core.operations.blur import Blur
from resizer_core.operations.pixelate import Pixelate
from resizer_core.operations.sharpen import Sharpen
from tests.pictures import (
    RED,
    Colour,
    apart,
    deep,
    disc,
    encoded,
    gradient,
    made,
    pixel,
    quarters,
    solid,
)


def spread(image: pyvips.Image) -> float:
    """The standard deviation of a light round spot on black, in one direction; px."""
    at = pyvips.Image.xyz(image.width, image.height)[0] - (image.width - 1) / 2
    light = image.extract_band(0).cast("double")
    whole: Any = light.avg()
    weighted: Any = (light * at * at).avg()
    return float((weighted / whole) ** 0.5)


@pytest.mark.parametrize("sigma", [1, 2.5, 4.9, 5, 7, 10.4, 20, 40])
def test_a_point_becomes_a_gaussian_of_that_width(sigma: float) -> None:
    side = 2 * int(4 * sigma) + 31
    middle = side // 2
    # So bright that what is left of it has levels to be measured by.
    point = deep(solid((0, 0, 0), side, side))
    size = max(1, int(sigma / 2)) // 2 * 2 + 1
    point = point.draw_rect([65535] * 3, middle - size // 2, middle - size // 2, size, size, fill=True)
    before = (size**2 - 1) / 12
    after = spread(Blur(sigma).apply(point).copy_memory()) ** 2 - before
    assert after**0.5 == pytest.approx(sigma, rel=0.05)


def test_the_least_blur_is_one() -> None:
    assert 0 < apart(Blur(0.3).apply(quarters()), quarters())[0] < 10


@pytest.mark.parametrize("sigma", [3, 9, 30])
def test_blur_moves_nothing(sigma: float) -> None:
    spot = solid((0, 0, 0), 301, 241).draw_circle([255, 255, 255], 150, 120, 30, fill=True)
    soft = Blur(sigma).apply(spot).copy_memory()
    for turned in (soft.fliphor(), soft.flipver()):
        assert apart(soft, turned)[0] <= 1


@pytest.mark.parametrize("sigma", [0.3, 2, 15, 100])
def test_what_is_even_stays_even_under_blur_and_sharp(sigma: float) -> None:
    for colour in ((*RED,), (*RED, 90), (7,), (7, 200)):
        sheet = solid(colour, 50, 40)
        assert apart(Blur(sigma).apply(sheet), sheet) == (0, 0)
        assert apart(Sharpen(min(sigma, 10)).apply(sheet), sheet) == (0, 0)


def test_sharp_brings_out_an_edge_on_both_sides_and_leaves_the_rest() -> None:
    edge = solid((100, 100, 100), 60, 20).draw_rect([150, 150, 150], 30, 0, 30, 20, fill=True)
    sharp = Sharpen(1).apply(edge)
    assert pixel(sharp, 29, 10)[0] < 90
    assert pixel(sharp, 30, 10)[0] > 160
    assert (pixel(sharp, 10, 10), pixel(sharp, 50, 10)) == ((100, 100, 100), (150, 150, 150))


HIDDEN = [(0, 0, 0), (255, 255, 255), (0, 255, 0)]


@pytest.mark.parametrize("hidden", HIDDEN, ids=["black", "white", "green"])
@pytest.mark.parametrize("spec", ["blur-3", "blur-12", "sharp-2", "pix-9", "round-max"])
def test_what_is_hidden_never_shows_in_what_is_mixed(spec: str, hidden: Colour) -> None:
    image = made(encoded(disc(RED, hidden), "png"), f"orig_{spec}_f-png")
    visible = image.extract_band(3) > 32
    off: Any = visible.ifthenelse((image.extract_band(0, n=3) - list(RED)).abs(), [0, 0, 0])
    assert off.max() <= 4


def test_sharp_leaves_the_outline_alone() -> None:
    image = made(encoded(disc(), "png"), "orig_sharp-3_f-png")
    assert apart(image.extract_band(3), disc().extract_band(3)) == (0, 0)


# --- pix ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [2, 7, 16, 50, 200])
def test_every_block_has_one_colour_which_is_its_average(side: int) -> None:
    picture = gradient(53, 41)
    image = Pixelate(side).apply(picture).copy_memory()
    for top in range(0, 41, side):
        for left in range(0, 53, side):
            box = (left, top, min(side, 53 - left), min(side, 41 - top))
            block, was = image.crop(*box), picture.crop(*box)
            for band in range(3):
                assert block.extract_band(band).min() == block.extract_band(band).max()
                assert abs(block.extract_band(band).avg() - was.extract_band(band).avg()) <= 0.5
