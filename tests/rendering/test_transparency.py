"""Test transparency: edges, hidden colours, and what stands behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pictures import (
    BLUE,
    CORNERS,
    RED,
    Colour,
    corners,
    disc,
    encoded,
    made,
    nearest,
    pixel,
    quarters,
    solid,
)

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)


@pytest.mark.parametrize("hidden", [BLACK, WHITE, (0, 255, 0)], ids=["black", "white", "green"])
@pytest.mark.parametrize("spec", ["24x", "40x_rot-90", "200x_up", "20x20_crop-3-3-80-80"])
def test_what_is_hidden_never_bleeds_into_what_is_seen(hidden: Colour, spec: str) -> None:
    image = made(encoded(disc(RED, hidden), "png"), f"{spec}_f-png")
    # Where next to nothing is seen, eight bits of colour mean next to nothing as well.
    off: Any = (image.extract_band(0, n=3) - list(RED)).abs() * image.extract_band(3) / 255
    assert off.max() <= 3


@pytest.mark.parametrize("format", ["jpg_q-98", "png", "webp_ll"])
def test_an_edge_on_white_runs_from_the_one_colour_to_the_other(format: str) -> None:
    image = made(encoded(disc(RED, BLACK), "png"), f"32x_bg-ffffff_f-{format}")
    assert image.bands == 3
    darkest: Any = image.extract_band(0).min()
    assert darkest >= RED[0] - 7
    assert max(abs(a - b) for a, b in zip(pixel(image, 0, 0), WHITE, strict=True)) <= 2


def test_a_translucent_colour_keeps_its_levels() -> None:
    for colour in ((200, 100, 50, 128), (3, 250, 127, 10), (255, 255, 255, 254)):
        *levels, alpha = pixel(made(encoded(solid(colour), "png"), "16x"), 8, 6)
        assert abs(alpha - colour[3]) <= 1
        assert max(abs(a - b) for a, b in zip(levels, colour[:3], strict=True)) * alpha / 255 <= 1


def test_transparency_in_jpeg_is_seen_on_white_or_on_what_is_asked_for() -> None:
    data = encoded(solid((200, 100, 50, 0)), "png")
    assert pixel(made(data, "16x_f-jpg"), 8, 6) == WHITE
    assert nearest(pixel(made(data, "16x_bg-2846d2_f-jpg"), 8, 6)) == BLUE


def test_a_translucent_background_adds_to_what_shines_through() -> None:
    image = made(encoded(solid((255, 0, 0, 128)), "png"), "16x_bg-0000ff80")
    red, green, blue, alpha = pixel(image, 8, 6)
    # Source: Porter and Duff, "over": 128/255 of red, and half of what is left of blue.
    assert (abs(alpha - 192), abs(red - 170), green, abs(blue - 85)) < (2, 3, 1, 3)


def test_gray_with_alpha_stays_gray() -> None:
    image = made(encoded(solid([90, 128]), "png"), "16x")
    assert (image.bands, pixel(image, 8, 6)) == (2, (90, 128))
    assert (
        max(abs(level - 172) for level in pixel(made(encoded(solid([90, 128]), "png"), "16x_f-jpg"), 8, 6))
        <= 2
    )


@pytest.mark.parametrize("bands", [5, 6, 9])
@pytest.mark.parametrize(
    "spec", ["16x_f-jpg", "16x_f-png", "16x_trim_f-webp", "16x16_fit-contain_bg-ff000080_f-png"]
)
def test_what_a_tiff_holds_beside_colour_and_alpha_is_left_out(bands: int, spec: str) -> None:
    picture = quarters().bandjoin([255] * (bands - 3)).copy(interpretation="srgb")
    image = made(encoded(picture, "tif"), spec)
    assert corners(image.crop(0, (image.height - 12) // 2, 16, 12)) == CORNERS
