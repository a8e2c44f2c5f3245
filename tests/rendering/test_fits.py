"""Fits and gravities: what is cut off, and where a picture stands on its sheet."""

from __future__ import annotations

import pytest

from tests.pictures import (
    BLUE,
    CORNERS,
    GREEN,
    RED,
    YELLOW,
    Colour,
    apart,
    corners,
    disc,
    encoded,
    made,
    nearest,
    pixel,
    quarters,
    size_of,
    solid,
)

#: What is left in the corners of ``quarters`` cut to its left or right, upper or lower half.
HALVES = {
    "n": (RED, GREEN, RED, GREEN),
    "s": (BLUE, YELLOW, BLUE, YELLOW),
    "w": (RED, RED, BLUE, BLUE),
    "e": (GREEN, GREEN, YELLOW, YELLOW),
    "nw": (RED, RED, BLUE, BLUE),
    "se": (GREEN, GREEN, YELLOW, YELLOW),
    "c": CORNERS,
    "10-50": (RED, RED, BLUE, BLUE),
    "95-5": (GREEN, GREEN, YELLOW, YELLOW),
}


@pytest.mark.parametrize(("gravity", "seen"), HALVES.items())
def test_cover_keeps_the_side_that_gravity_names(gravity: str, seen: tuple[Colour, ...]) -> None:
    narrow = "64x20" if gravity in ("n", "s") else "20x48"
    image = made(encoded(quarters(), "png"), f"{narrow}_fit-cover_g-{gravity}")
    assert (size_of(image), corners(image)) == (narrow, seen)


@pytest.mark.parametrize("gravity", ["n", "s", "w", "e", "nw", "ne", "sw", "se", "c", "30-80"])
@pytest.mark.parametrize("orientation", [1, 5, 8])
def test_gravity_is_that_of_the_picture_as_it_is_seen(gravity: str, orientation: int) -> None:
    spec = f"20x44_fit-cover_g-{gravity}_f-png"
    upright = made(encoded(quarters(), "png"), spec)
    assert apart(made(encoded(quarters(), "png", orientation=orientation), spec), upright)[1] < 0.5


@pytest.mark.parametrize("gravity", ["sm", "en"])
@pytest.mark.parametrize("at", [4, 110], ids=["left", "right"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_a_smart_gravity_keeps_what_is_worth_seeing(gravity: str, at: int, orientation: int) -> None:
    board = quarters(46, 46).replicate(1, 1)
    scene = solid((128, 128, 128), 160, 60).insert(board, at, 7)
    data = encoded(scene, "png", orientation=orientation)
    image = made(data, f"60x60_fit-cover_g-{gravity}")
    seen = {nearest(pixel(image, x, 30), (*CORNERS, (128, 128, 128))) for x in range(60)}
    assert len(seen - {(128, 128, 128)}) >= 2, seen


def test_contain_stands_where_gravity_says_on_a_transparent_sheet() -> None:
    image = made(encoded(quarters(), "png"), "64x64_fit-contain_g-s")
    assert pixel(image, 32, 2) == (0, 0, 0, 0)
    assert apart(image.crop(0, 16, 64, 48).extract_band(0, n=3), quarters()) == (0, 0)


PADDED = {
    "colour": ("64x64_fit-contain_bg-ff0080", "png", (255, 0, 128)),
    "translucent": ("64x64_fit-contain_bg-ff008040", "png", (255, 0, 128, 64)),
    "jpeg-is-white": ("64x64_fit-contain_f-jpg", "png", (255, 255, 255)),
    "jpeg-translucent-is-seen-on-white": ("64x64_fit-contain_bg-ff000080_f-jpg", "png", (255, 127, 127)),
    "webp": ("64x64_fit-contain_f-webp_ll", "png", (0, 0, 0, 0)),
    "of-jpeg": ("64x64_fit-contain_bg-00ff00", "jpg", (0, 255, 0)),
}


@pytest.mark.parametrize(("spec", "format", "colour"), PADDED.values(), ids=PADDED)
def test_the_sheet_has_the_background(spec: str, format: str, colour: Colour) -> None:
    image = made(encoded(quarters(), format), spec)
    assert size_of(image) == "64x64"
    seen = pixel(image, 32, 2)
    assert len(seen) == len(colour)
    assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 3


def test_a_gray_picture_stands_on_a_coloured_sheet() -> None:
    image = made(encoded(solid([90]), "png"), "64x64_fit-contain_bg-ff0080")
    assert (pixel(image, 32, 2), pixel(image, 32, 32)) == ((255, 0, 128), (90, 90, 90))


@pytest.mark.parametrize("spec", ["64x64_fit-contain", "pad-8"])
def test_bars_have_a_colour_while_the_picture_stays_transparent(spec: str) -> None:
    spec = spec if "x" in spec else f"64x48_{spec}"
    data = encoded(disc(side=64).crop(0, 8, 64, 48), "png")
    image = made(data, f"{spec}_bars-ff0080")
    assert pixel(image, 32, 2) == (255, 0, 128, 255)
    corner = (image.height - 48) // 2 + 1
    assert pixel(image, (image.width - 64) // 2, corner)[3] == 0
    behind = made(data, f"{spec}_bars-ff0080_bg-0000ff")
    assert pixel(behind, (image.width - 64) // 2, corner) == (0, 0, 255)
    assert pixel(behind, 32, 2) == (255, 0, 128)


def test_translucent_bars_of_a_jpeg_are_seen_on_its_background() -> None:
    image = made(encoded(quarters(), "png"), "64x64_fit-contain_bars-ff000080_bg-0000ff_f-jpg")
    assert pixel(image, 32, 2) == pytest.approx((128, 0, 127), abs=3)
