"""Compare pictures with alpha, as they are seen, with the same reduced in floating point."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import pyvips

from resizer_core.model import Size
from resizer_core.rendering.resampling import resized
from tests.pictures import apart, solid

SIDE = 240
AT = pyvips.Image.xyz(SIDE, SIDE)
AWAY = ((AT[0] - SIDE / 2) ** 2 + (AT[1] - SIDE / 2) ** 2) ** 0.5


def noise(seed: int) -> pyvips.Image:
    return pyvips.Image.gaussnoise(SIDE, SIDE, mean=128, sigma=80, seed=seed)


#: What is hidden and what is seen: by the name, one band of levels from 0 to 255.
ALPHAS: dict[str, Callable[[], pyvips.Image]] = {
    "edge": lambda: (100 - AWAY) * 128 + 128,
    "shadow": lambda: (110 - AWAY) * 2.5,
    "low": lambda: (110 - AWAY) / 10,
    "text": lambda: pyvips.Image.text("as Seen " * 80, width=SIDE, dpi=90).gravity("north", SIDE, SIDE),
    "noise": lambda: noise(1),
    "cut noise": lambda: noise(2) > 128,
}
COLOURS: dict[str, Callable[[], pyvips.Image]] = {
    "noise": lambda: noise(3).bandjoin(noise(4)).bandjoin(noise(5)),
    "tiles": lambda: ((AT[0] // 8 + AT[1] // 8) % 2 * 255).bandjoin([0, 255]),
    "flat": lambda: pyvips.Image.black(SIDE, SIDE).new_from_image([20, 90, 230]),
}


def picture(colours: str, alpha: str) -> pyvips.Image:
    image = COLOURS[colours]().bandjoin(ALPHAS[alpha]())
    return image.cast("uchar").copy(interpretation="srgb").copy_memory()


def reference(image: pyvips.Image, size: Size) -> pyvips.Image:
    """Reduce in floating point, weighted by alpha."""
    weighted = image.cast("float").copy(interpretation=image.interpretation).premultiply()
    reduced = weighted.resize(size.width / image.width, vscale=size.height / image.height)
    return reduced.unpremultiply().rint().cast(image.format)


def seen_apart(image: pyvips.Image, wanted: pyvips.Image) -> tuple[float, float]:
    """Measure the difference on black and on white. Return the worst and the mean one, levels of 255."""
    unit = 257 if image.format == "ushort" else 1
    off: Any = [(shown(image, level * unit) - shown(wanted, level * unit)).abs() / unit for level in (0, 255)]
    return max(each.max() for each in off), max(each.avg() for each in off)


def shown(image: pyvips.Image, level: int) -> pyvips.Image:
    weighted = image.premultiply()
    share = weighted.extract_band(image.bands - 1) / (65_535 if image.format == "ushort" else 255)
    return weighted.extract_band(0, n=image.bands - 1) + (1 - share) * level


@pytest.mark.parametrize("size", [Size(120, 120), Size(85, 85), Size(31, 31), Size(100, 40), Size(160, 160)])
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("colours", COLOURS)
def test_a_reduced_picture_looks_as_in_floating_point(colours: str, alpha: str, size: Size) -> None:
    image = picture(colours, alpha)
    made = resized(image, size)
    assert (made.width, made.height, made.format) == (size.width, size.height, "uchar")
    worst, mean = seen_apart(made, reference(image, size))
    assert worst <= 4
    assert mean <= 1.25


@pytest.mark.parametrize("alpha", ALPHAS)
def test_gray_with_alpha_looks_as_in_floating_point(alpha: str) -> None:
    image = picture("noise", alpha)
    gray = image.extract_band(0).bandjoin(image.extract_band(3)).copy(interpretation="b-w")
    worst, mean = seen_apart(resized(gray, Size(85, 85)), reference(gray, Size(85, 85)))
    assert worst <= 4
    assert mean <= 1.25


@pytest.mark.parametrize("alpha", ALPHAS)
def test_sixteen_bits_stay_exact(alpha: str) -> None:
    image = (picture("noise", alpha) * 257).cast("ushort").copy(interpretation="rgb16")
    assert seen_apart(resized(image, Size(85, 85)), reference(image, Size(85, 85))) == (0, 0)


@pytest.mark.parametrize("size", [Size(85, 85), Size(31, 31), Size(300, 300)])
def test_an_opaque_picture_with_alpha_is_resized_as_without(size: Size) -> None:
    image = picture("noise", "edge").extract_band(0, n=3)
    made = resized(image.bandjoin(255), size)
    assert made.extract_band(3).min() == 255
    assert apart(made.extract_band(0, n=3), resized(image, size)) == (0, 0)


@pytest.mark.parametrize("level", range(0, 256, 5))
def test_black_white_opaque_and_transparent_stay_exact_and_a_flat_level_moves_by_one(level: int) -> None:
    half = solid((0, 255, level, 255), 64, 48).insert(solid((0, 0, 0, 0), 24, 48), 0, 0)
    black, white, blue, alpha = resized(half, Size(24, 18)).getpoint(18, 9)
    assert (black, white, alpha) == (0, 255, 255)
    assert abs(blue - level) <= 1
    clear: Any = resized(solid((0, 255, level, 0), 64, 48), Size(16, 12))
    assert clear.max() == 0


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 3), Size(3, 1), Size(2, 2)])
def test_a_picture_becomes_one_pixel_or_comes_from_one(size: Size) -> None:
    colour = (255, 0, 0, 128)
    for image in (solid(colour, 64, 48), solid(colour, 1, 1)):
        made = resized(image, size)
        assert (made.width, made.height) == (size.width, size.height)
        assert all(abs(a - b) <= 1 for a, b in zip(made.getpoint(0, 0), colour, strict=True))
