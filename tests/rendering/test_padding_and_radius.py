"""Test the pixels after pad and round."""

from __future__ import annotations

from itertools import pairwise
from math import pi
from typing import Any

import pytest

from resizer_core import LimitExceeded, Limits, resize
from resizer_core.operations.radius import Radius
from resizer_core.site import Site
from tests.pictures import (
    BLUE,
    GREEN,
    RED,
    Colour,
    apart,
    disc,
    encoded,
    gradient,
    made,
    pixel,
    quarters,
    size_of,
    solid,
)

PADDED = {
    "transparent": ("orig_pad-4-3-2-1", "png", (0, 0, 0, 0)),
    "a colour": ("orig_pad-4-3-2-1_bg-ff0080", "png", (255, 0, 128)),
    "a faint colour": ("orig_pad-4-3-2-1_bg-ff008040", "png", (255, 0, 128, 64)),
    "white in JPEG": ("orig_pad-4-3-2-1_f-jpg_q-98", "png", (255, 255, 255)),
    "a colour in JPEG": ("orig_pad-4-3-2-1_bg-2846d2_f-jpg_q-98", "jpg", BLUE),
    "transparent in WebP": ("orig_pad-4-3-2-1_f-webp_ll", "jpg", (0, 0, 0, 0)),
}


@pytest.mark.parametrize(("spec", "format", "colour"), PADDED.values(), ids=PADDED)
def test_a_margin_has_the_background_on_each_side(spec: str, format: str, colour: Colour) -> None:
    image = made(encoded(quarters(), format), spec)
    assert size_of(image) == "68x54"  # 64x48 and right 3, left 1, top 4, bottom 2
    for x, y in ((30, 0), (30, -1), (0, 30), (-1, 30)):
        seen = pixel(image, x, y)
        assert len(seen) == len(colour)
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 30 * (format == "jpg") + 24 * (
            "jpg" in spec
        )
    inner = image.crop(1, 4, 64, 48).extract_band(0, n=3)
    assert apart(inner, quarters())[1] < 3


def test_a_gray_picture_gets_a_coloured_margin() -> None:
    image = made(encoded(solid([90]), "png"), "orig_pad-5_bg-ff0080")
    assert (pixel(image, 2, 2), pixel(image, 30, 30)) == ((255, 0, 128), (90, 90, 90))


def test_a_margin_counts_for_the_limits_before_a_pixel_is_decoded() -> None:
    data = encoded(gradient(), "jpg")
    cut = data[: len(data) // 2]  # whoever decoded it would say that it is damaged
    with pytest.raises(LimitExceeded, match="at most 4000 px a side in jpg, got 4160x4120"):
        resize(cut, "orig_pad-2000", site=Site(limits=Limits(output_side=4000)))


# --- round -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("radius", [1, 2, 5, 10, 23])
def test_a_corner_covers_a_quarter_of_a_circle(radius: int) -> None:
    image = Radius(radius).apply(solid(RED, 64, 48))
    missing: Any = 64 * 48 - image.extract_band(3).avg() / 255 * 64 * 48
    assert abs(missing - (4 - pi) * radius**2) < max(0.5, radius / 20)


SHAPES = {"square": (48, 48), "odd": (47, 47), "wide": (90, 31), "high": (20, 77), "line": (60, 1)}


@pytest.mark.parametrize(("width", "height"), SHAPES.values(), ids=SHAPES)
def test_as_far_as_it_goes_is_a_circle_or_a_pill(width: int, height: int) -> None:
    alpha = Radius(None).apply(solid(RED, width, height)).extract_band(3).copy_memory()
    short, long = sorted((width, height))
    area: Any = alpha.avg() / 255 * width * height
    assert area == pytest.approx(pi * (short / 2) ** 2 + (long - short) * short, rel=0.02)
    assert apart(alpha, alpha.fliphor()) == apart(alpha, alpha.flipver()) == (0, 0)
    # Opaque in the middle, and to the ends of both axes.
    for x, y in ((width // 2, height // 2), (width // 2, 0), (0, height // 2)):
        assert pixel(alpha, x, y)[0] >= 120


def test_the_edge_of_a_circle_is_smooth() -> None:
    alpha = Radius(None).apply(solid(RED, 64, 64)).extract_band(3).copy_memory()
    edge = [pixel(alpha, x, 5)[0] for x in range(32)]
    assert edge == sorted(edge)
    assert {edge[0], edge[-1]} == {0, 255}
    assert len(set(edge)) >= 4
    # No step is larger than what lies between one row of pixels and the next.
    assert all(after - before <= 200 for before, after in pairwise(edge))


ROUNDED = {
    "transparent": ("orig_round-max", (0, 0, 0, 0)),
    "a colour": ("orig_round-max_bg-ff0080", (255, 0, 128)),
    "a faint colour": ("orig_round-max_bg-ff008040", (255, 0, 128, 64)),
    "white in JPEG": ("orig_round-max_f-jpg_q-98", (255, 255, 255)),
}


@pytest.mark.parametrize(("spec", "colour"), ROUNDED.values(), ids=ROUNDED)
def test_what_lies_beyond_a_corner_is_the_background(spec: str, colour: Colour) -> None:
    for picture in (solid(GREEN), disc(GREEN), solid([90])):
        image = made(encoded(picture, "png"), spec)
        for x, y in ((0, 0), (-1, 0), (0, -1), (-1, -1)):
            seen = pixel(image, x, y)
            assert (
                seen[-1] == 0
                if colour[-1] == 0
                else max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 12
            )


def test_an_edge_on_a_colour_runs_from_the_one_to_the_other() -> None:
    image = made(encoded(solid((255, 0, 0), 60, 60), "png"), "orig_round-max_bg-0000ff")
    for x in range(30):
        red, green, blue = pixel(image, x, 3)
        assert (green, abs(red + blue - 255) <= 1) == (0, True)


def test_what_was_transparent_stays_so_under_a_corner() -> None:
    image = Radius(20).apply(disc())
    worst: Any = (image.extract_band(3) - disc().extract_band(3)).max()
    assert worst <= 0
