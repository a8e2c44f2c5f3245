"""Test the pixels after bri, con, sat and gray."""

from __future__ import annotations

import pytest

from resizer_core import PixelOperation
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from tests.pictures import (
    Colour,
    apart,
    encoded,
    field,
    made,
    pixel,
    quarters,
    solid,
)

#: Worked out by hand from the functions of CSS: the operation, the colour before, the colour after.
TONES: dict[str, tuple[PixelOperation, Colour, Colour]] = {
    "brighter by half": (Brightness(50), (100, 40, 180), (150, 60, 255)),
    "half as bright": (Brightness(-50), (100, 41, 180), (50, 20, 90)),
    "no light": (Brightness(-100), (100, 40, 180), (0, 0, 0)),
    "twice as bright": (Brightness(100), (100, 40, 180), (200, 80, 255)),
    "harder": (Contrast(50), (100, 40, 180), (86, 0, 206)),
    "softer": (Contrast(-50), (100, 40, 180), (114, 84, 154)),
    "all one gray": (Contrast(-100), (100, 40, 180), (128, 128, 128)),
    "gray by saturation": (Saturation(-100), (100, 40, 180), (63, 63, 63)),
    "more colour": (Saturation(100), (100, 40, 180), (137, 17, 255)),
    "gray": (Grayscale(), (100, 40, 180), (63, 63, 63)),
    "white stays white": (Saturation(70), (255, 255, 255), (255, 255, 255)),
    "gray of white": (Grayscale(), (255, 255, 255), (255, 255, 255)),
}


@pytest.mark.parametrize(("operation", "before", "after"), TONES.values(), ids=TONES)
@pytest.mark.parametrize("alpha", [None, 0, 77, 255])
def test_tones_are_those_of_css_whatever_shines_through(
    operation: PixelOperation, before: Colour, after: Colour, alpha: int | None
) -> None:
    behind = () if alpha is None else (alpha,)
    seen = pixel(operation.apply(solid((*before, *behind), 3, 2)), 1, 1)
    assert max(abs(a - b) for a, b in zip(seen, (*after, *behind), strict=True)) <= 1
    assert seen[3:] == behind


def test_a_gray_picture_stays_one_of_gray() -> None:
    gray = solid([90, 128])
    assert apart(Grayscale().apply(gray), gray) == apart(Saturation(80).apply(gray), gray) == (0, 0)
    assert pixel(Brightness(100).apply(gray), 3, 3) == (180, 128)


@pytest.mark.parametrize("profile", ["srgb", "p3", "keep"])
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "tif"])
def test_gray_goes_with_every_profile(format: str, profile: str) -> None:
    data = encoded(quarters().icc_transform("p3", input_profile="srgb"), "png")
    image = made(data, f"orig_gray_icc-{profile}_f-{format}")
    embedded = field(image, "icc-profile-data")
    assert (embedded is None) == (profile == "srgb")
    assert embedded is None or embedded[16:20] == b"RGB "
    red, green, blue = pixel(image, 8, 8)[:3]
    assert max(red, green, blue) - min(red, green, blue) <= 3


def test_ink_is_converted_before_it_is_made_gray() -> None:
    data = encoded(quarters().icc_transform("cmyk", input_profile="srgb"), "tif")
    wanted = made(data, "orig_f-png").extract_band(0, n=3)
    image = made(data, "orig_gray_f-png")
    assert apart(image, Grayscale().apply(wanted)) == (0, 0)
