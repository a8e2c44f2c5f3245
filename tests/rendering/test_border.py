"""``trim``: the border that is found is exactly the one that is there."""

from __future__ import annotations

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from resizer_core.formats import PNG
from resizer_core.model import Box, ImageHeader, Size, whole
from resizer_core.rendering.border import find_content
from tests.pictures import encoded


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
