"""Originals that are cut off or damaged: refused, or made as if they were whole."""

from __future__ import annotations

from typing import Any

import pytest

from resizer_core import CorruptImage, UnsupportedFormat, resize
from tests.pictures import (
    apart,
    encoded,
    gradient,
    made,
    quarters,
)

CODED: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("jpg", {}),
    "jpeg-progressive": ("jpg", {"interlace": True}),
    "png": ("png", {}),
    "png-interlaced": ("png", {"interlace": True}),
    "webp": ("webp", {"lossless": False}),
    "webp-lossless": ("webp", {}),
    "avif": ("avif", {}),
    "gif": ("gif", {}),
    "tiff": ("tif", {}),
    "tiff-deflate": ("tif", {"compression": "deflate"}),
    "tiff-jpeg": ("tif", {"compression": "jpeg"}),
    "tiff-tiles": ("tif", {"compression": "lzw", "tile": True}),
}


@pytest.mark.parametrize("spec", ["orig_f-png", "40x_f-png", "40x_rot-90_f-jpg", "orig_trim_f-webp"])
@pytest.mark.parametrize(("format", "options"), CODED.values(), ids=CODED)
def test_a_cut_original_is_damaged(format: str, options: dict[str, Any], spec: str) -> None:
    data = encoded(gradient(), format, **options)
    for share in (0.99, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05):
        with pytest.raises(CorruptImage):
            resize(data[: int(len(data) * share)], spec)


@pytest.mark.parametrize("spec", ["orig_f-png", "40x_f-png", "160x20_crop-0-0-160-20_f-png"])
@pytest.mark.parametrize(("format", "options"), CODED.values(), ids=CODED)
def test_no_cut_ever_changes_the_picture(format: str, options: dict[str, Any], spec: str) -> None:
    """Only what does not matter may be missing: a trailer, or rows that a crop never reads."""
    data = encoded(gradient(), format, **options)
    whole = made(data, spec)
    lengths = {*range(0, len(data), len(data) // 12), *(len(data) - n for n in (1, 2, 4, 8, 12, 20, 40, 100))}
    refused = 0
    for length in lengths:
        try:
            image = made(data[:length], spec)
        except (CorruptImage, UnsupportedFormat):
            refused += 1
        else:
            assert apart(image, whole) == (0, 0), length
    assert refused


@pytest.mark.parametrize(("format", "options"), CODED.values(), ids=CODED)
def test_damage_inside_is_no_crash(format: str, options: dict[str, Any]) -> None:
    data = bytearray(encoded(gradient(), format, **options))
    outcomes = set()
    for start in range(0, len(data), len(data) // 24):
        damaged = (
            bytes(data[:start])
            + bytes(byte ^ 0xA5 for byte in data[start : start + 24])
            + bytes(data[start + 24 :])
        )
        try:
            made(damaged, "40x_f-png")
            outcomes.add("made")
        except (CorruptImage, UnsupportedFormat) as error:
            outcomes.add(type(error).__name__)
    # Uncompressed pixels and those of a JPEG are pixels whatever they are.
    assert "CorruptImage" in outcomes or format in ("jpg", "tif")


def test_the_buffer_may_be_any_of_bytes() -> None:
    data = encoded(quarters(), "png")
    bodies = {resize(buffer, "20x").body for buffer in (data, bytearray(data), memoryview(data))}
    assert len(bodies) == 1
