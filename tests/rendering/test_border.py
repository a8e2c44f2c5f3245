"""Test the border that trim finds and cuts off."""

from __future__ import annotations

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from resizer_core.formats import PNG
from resizer_core.model import Box, ImageHeader, Size, whole
from resizer_core.rendering.border import find_content
from tests.pictures import (
    RED,
    encoded,
    framed,
    made,
    size_of,
    solid,
)

BORDERS = {
    "white": encoded(framed(), "png"),
    "black": encoded(framed((0, 0, 0)), "png"),
    "a-colour": encoded(framed((12, 200, 190)), "png"),
    "white-jpeg": encoded(framed(), "jpg"),
    "transparent": encoded(framed((0, 0, 0, 0)), "png"),
    "gray": encoded(framed().colourspace("b-w"), "png"),
    "gray-with-alpha": encoded(framed((255, 255, 255, 0)).colourspace("b-w"), "png"),
    "16-bit": encoded((framed().cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16"), "png"),
    "cmyk": encoded(framed().icc_transform("cmyk", input_profile="srgb"), "tif"),
}


@pytest.mark.parametrize("data", BORDERS.values(), ids=BORDERS)
def test_a_border_of_one_colour_is_trimmed(data: bytes) -> None:
    assert size_of(made(data, "orig_trim_f-png")) == "40x30"


def test_a_dark_drawing_on_what_is_transparent_is_no_border() -> None:
    """The colour under what is transparent is black as a rule, like the drawing."""
    sheet = solid((0, 0, 0, 0)).draw_rect([0, 0, 0, 255], 10, 12, 20, 16, fill=True)
    assert size_of(made(encoded(sheet, "png"), "orig_trim")) == "20x16"


def test_a_hole_in_a_border_is_no_border() -> None:
    sheet = solid((255, 255, 255, 255)).draw_rect([255, 255, 255, 0], 10, 12, 20, 16, fill=True)
    assert size_of(made(encoded(sheet, "png"), "orig_trim")) == "20x16"


def test_hidden_colours_are_no_picture() -> None:
    sheet = solid((255, 255, 255, 0)).draw_rect([200, 0, 0, 0], 2, 2, 50, 40, fill=True)
    sheet = sheet.draw_rect([200, 0, 0, 255], 10, 12, 20, 16, fill=True)
    assert size_of(made(encoded(sheet, "png"), "orig_trim")) == "20x16"


THRESHOLDS = {"orig_trim-19": "40x30", "orig_trim-21": "64x48"}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("spec", "size"), THRESHOLDS.items())
def test_the_threshold_is_in_levels_of_255_whatever_the_depth(spec: str, size: str, bits: int) -> None:
    sheet = solid((100, 100, 100)).draw_rect([120, 120, 120], 10, 12, 40, 30, fill=True)
    if bits == 16:
        sheet = (sheet.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    assert size_of(made(encoded(sheet, "png"), spec)) == size


@pytest.mark.parametrize(("width", "height"), [(1, 40), (2, 40), (40, 1), (1, 1)])
def test_what_is_too_thin_for_a_median_is_trimmed_as_well(width: int, height: int) -> None:
    sheet = solid((255, 255, 255), width, height)
    sheet = sheet.draw_rect([0, 0, 0], 0, 0, max(width // 2, 1), max(height // 2, 1), fill=True)
    sheet = sheet.rot180()
    wanted = f"{max(width // 2, 1)}x{max(height // 2, 1)}" if width * height > 1 else "1x1"
    assert size_of(made(encoded(sheet, "png"), "orig_trim")) == wanted


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_corner_of_a_border_is_the_one_that_is_seen(orientation: int) -> None:
    """Black in another corner: were that one looked at, nothing would be cut off but the black."""
    sheet = solid((255, 255, 255), 80, 60).draw_rect([0, 0, 0], 65, 0, 15, 10, fill=True)
    sheet = sheet.draw_rect([200, 0, 0], 15, 20, 30, 25, fill=True)
    assert size_of(made(encoded(sheet, "png", orientation=orientation), "orig_trim")) == "65x45"


def test_what_is_nothing_but_border_keeps_its_size() -> None:
    assert size_of(made(encoded(solid(RED), "png"), "orig_trim")) == "64x48"


def content_of(image: pyvips.Image, threshold: int) -> Box:
    size = Size(image.width, image.height)
    return find_content(encoded(image, "png"), PNG, ImageHeader(size=size), whole(size), threshold)


@settings(max_examples=60)
@given(
    st.integers(1, 24),
    st.integers(1, 24),
    st.sampled_from([1, 3]),
    st.sampled_from([2, 8, 40]),
    st.sampled_from([0, 5, 20, 60]),
    st.integers(0, 1000),
)
def test_it_is_what_libvips_finds_by_sorting(
    width: int, height: int, bands: int, sigma: int, threshold: int, seed: int
) -> None:
    noise = [
        pyvips.Image.gaussnoise(width, height, mean=120, sigma=sigma, seed=seed + band).cast("uchar")
        for band in range(bands)
    ]
    image = noise[0]
    for band in noise[1:]:
        image = image.bandjoin(band)
    image = image.copy(interpretation="srgb" if bands > 1 else "b-w").copy_memory()
    thin = min(width, height) < 3
    left, top, across, down = image.find_trim(
        threshold=threshold, background=image.getpoint(0, 0), line_art=thin
    )
    found = content_of(image, threshold)
    if across and down:
        assert found == Box(left=left, top=top, size=Size(across, down))
    else:
        assert found == whole(Size(width, height))


@pytest.mark.parametrize(("left", "top"), [(1001, 777), (4495, 2996)], ids=["inside", "at the far corner"])
def test_a_large_picture_is_trimmed_to_the_pixel(left: int, top: int) -> None:
    """It was looked at reduced, and kept up to three pixels of its border on each side."""
    image = pyvips.Image.black(4500, 3000, bands=3).copy(interpretation="srgb")
    image = image.draw_rect([255, 0, 0], left, top, 3, 3, fill=True)
    assert content_of(image, 10) == Box(left=left, top=top, size=Size(3, 3))
