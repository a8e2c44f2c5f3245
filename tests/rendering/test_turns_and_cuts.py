"""Orientation, rotation and crop, against doing one thing after the other at full size."""

from __future__ import annotations

import pytest
import pyvips

from resizer_core import InvalidSpec, resize
from tests.pictures import (
    CORNERS,
    ORIENTATIONS,
    ORIENTED,
    apart,
    corners,
    encoded,
    framed,
    made,
    quarters,
    size_of,
)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("format", ORIENTED)
@pytest.mark.parametrize("spec", ["orig_f-png", "32x_f-png", "24x24_fit-fill_f-png", "orig_f-jpg"])
def test_every_orientation_comes_out_upright(format: str, orientation: int, spec: str) -> None:
    image = made(encoded(quarters(), format, orientation=orientation), spec)
    assert corners(image) == CORNERS


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("format", ORIENTED)
def test_a_derivative_is_not_turned_a_second_time(format: str, orientation: int) -> None:
    data = encoded(quarters(), format, orientation=orientation)
    once = resize(data, f"orig_f-{format}").body
    assert corners(made(once, "orig_f-png")) == CORNERS


# --- against doing one thing after the other ---------------------------------------------------------

TURNS = {
    "nothing": (),
    "rot-90": ("rot90",),
    "rot-180": ("rot180",),
    "rot-270": ("rot270",),
    "flip-h": ("fliphor",),
    "flip-v": ("flipver",),
    "rot-90_flip-h": ("rot90", "fliphor"),
    "rot-90_flip-v": ("rot90", "flipver"),
}
CUTS: dict[str, tuple[int, int, int, int] | None] = {
    "nothing": None,
    "crop-3-2-50-41": (3, 2, 50, 41),
    "crop-0-0-20-48": (0, 0, 20, 48),
    "trim": (7, 5, 40, 30),
    # What trim finds is counted from the corner of the crop.
    "crop-2-3-60-40_trim": (7, 5, 40, 30),
}


def one_after_the_other(cut: str, turn: str) -> pyvips.Image:
    """Crop or trim, then rotate, then flip the upright picture."""
    image = framed()
    if box := CUTS[cut]:
        image = image.crop(*box)
    for step in TURNS[turn]:
        image = getattr(image, step)()
    return image


def spelt(head: str, *options: str) -> str:
    return "_".join((head, *(option for option in options if option != "nothing")))


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_cuts_and_turns_are_those_of_the_upright_picture(orientation: int, turn: str, cut: str) -> None:
    data = encoded(framed(), "png", orientation=orientation)
    assert apart(made(data, spelt("orig", cut, turn)), one_after_the_other(cut, turn)) == (0, 0)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_turning_after_the_resize_shows_the_same_as_before_it(orientation: int, turn: str, cut: str) -> None:
    data = encoded(framed(), "png", orientation=orientation)
    image = made(data, spelt("18x18", cut, turn, "fit-fill"))
    wanted = one_after_the_other(cut, turn)
    wanted = wanted.resize(18 / wanted.width, vscale=18 / wanted.height)
    worst, average = apart(image, wanted)
    assert worst <= 8, (worst, average)
    assert average < 0.2, (worst, average)


@pytest.mark.parametrize("format", ["jpg", "webp", "avif", "tif"])
def test_the_same_holds_for_the_other_formats(format: str) -> None:
    data = encoded(framed(), format, orientation=7)
    image = made(data, "orig_crop-2-3-60-40_trim-30_rot-90_flip-h_f-png")
    worst, average = apart(image, one_after_the_other("trim", "rot-90_flip-h"))
    assert worst <= 60, (worst, average)  # JPEG rings at hard edges
    assert average < 3, (worst, average)


# --- crop --------------------------------------------------------------------------------------------


def test_a_crop_in_percent_is_that_part_of_the_upright_picture() -> None:
    data = encoded(quarters(), "png", orientation=6)
    image = made(data, "orig_crop-50p-50p-50p-50p")
    assert apart(image, quarters().crop(32, 24, 32, 24)) == (0, 0)


def test_a_crop_that_hangs_over_the_edge_is_cut_off_there() -> None:
    assert size_of(made(encoded(quarters(), "png"), "orig_crop-60-40-100-100")) == "4x8"


def test_a_crop_beyond_the_edge_is_refused() -> None:
    with pytest.raises(InvalidSpec, match="begins outside the original, which is 64x48 px"):
        resize(encoded(quarters(), "png"), "orig_crop-64-0-1-1")
