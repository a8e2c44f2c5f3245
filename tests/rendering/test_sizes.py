"""Every size is the one that was planned, and decoding smaller shows the same."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from resizer_core import parse_spec, plan_for, resize
from tests.pictures import (
    apart,
    decoded,
    encoded,
    gradient,
    made,
    quarters,
    size_of,
    solid,
    waves,
)

BLACK = (0, 0, 0)


@pytest.mark.parametrize(("spec", "most"), [("100x", 0.1), ("160x", 0.25), ("300x", 0.1)])
def test_a_picture_with_alpha_grows_neither_darker_nor_brighter(spec: str, most: float) -> None:
    """Noise, so that half a level cut off each pixel would show in the average."""
    noise = pyvips.Image.gaussnoise(400, 300, mean=128, sigma=40, seed=1).cast("uchar")
    gray = noise.copy(interpretation="b-w").bandjoin(254)  # an opaque one is resized without alpha
    result = decoded(resize(encoded(gray, "png"), spec).body)
    assert abs(result.extract_band(0).avg() - noise.avg()) < most


# --- sizes -------------------------------------------------------------------------------------------

SOURCES = {
    "landscape": gradient(101, 67),
    "portrait": gradient(53, 97),
    "1-wide": gradient(1, 300),
    "1-high": gradient(300, 1),
    "1x1": gradient(1, 1),
}
SPECS = (
    *(
        "orig",
        "50p",
        "1p",
        "33x",
        "x21",
        "1x1",
        "40x30",
        "1000x1000",
        "orig_ar-16-9",
        "40x_ar-1-1",
        "x30_ar-3-2",
    ),
    *("50p_ar-1-3", "40x30_fit-cover", "40x30_fit-contain", "40x30_fit-fill", "40x30_fit-outside"),
    *("300x200_up", "300x200_fit-cover_up", "300x200_fit-contain_up", "300x200_fit-fill_up", "21x_up"),
    *(
        "3x2_fit-outside_up",
        "300x200_fit-cover",
        "300x200_fit-contain",
        "40x30_rot-90",
        "31x_rot-270_flip-v",
    ),
    *("40x30_fit-cover_g-sm", "40x30_fit-cover_g-en", "40x30_fit-cover_g-90-10_rot-90", "40x30_dpr-2"),
    *("77x_crop-10p-10p-75.5p-75.5p", "20x20_crop-0-0-1-1_up", "40x30_trim"),
)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("name", SOURCES)
def test_the_size_is_exactly_what_was_planned(name: str, spec: str) -> None:
    for format, orientation in (("png", 1), ("jpg", 1), ("jpg", 6)):
        data = encoded(SOURCES[name], format, orientation=orientation)
        plan = plan_for(data, parse_spec(f"{spec}_f-png"))
        assert size_of(made(data, f"{spec}_f-png")) == str(plan.size)


@pytest.mark.parametrize("format", ["jpg", "webp", "avif", "gif", "tif"])
@pytest.mark.parametrize("spec", ["1x1", "1x", "x1", "3x5_fit-fill", "17x31_fit-contain", "64x1_fit-fill"])
def test_every_format_holds_a_picture_of_any_size(spec: str, format: str) -> None:
    made(encoded(quarters(), "png"), f"{spec}_f-{format}")


SHRUNK = ("100x", "150x", "33x", "77x77_fit-fill", "90x70_fit-cover_g-nw", "100x_crop-100-60-400-300")


@pytest.mark.parametrize("spec", [*SHRUNK, "60x_crop-25p-20p-50p-40p", "80x60_fit-cover_g-se_rot-90"])
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_decoding_smaller_shows_the_same_as_decoding_in_full(spec: str, orientation: int) -> None:
    picture = waves(816, 600)
    data = encoded(picture, "jpg", orientation=orientation)
    assert plan_for(data, parse_spec(spec)).shrink > 1
    full = made(encoded(picture, "png"), f"{spec}_f-png")
    worst, average = apart(made(data, f"{spec}_f-png"), full)
    assert worst <= 8, (worst, average)
    assert average < 2, (worst, average)


@pytest.mark.parametrize("spec", SHRUNK)
def test_decoding_smaller_moves_nothing(spec: str) -> None:
    """The centre of a bright spot lies where it lies when decoded in full, to a twentieth of a pixel."""
    picture = solid(BLACK, 816, 600).draw_circle([255, 255, 255], 301, 211, 40, fill=True)
    one = centre(made(encoded(picture, "jpg"), f"{spec}_f-png"))
    other = centre(made(encoded(picture, "png"), f"{spec}_f-png"))
    assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 0.05, (one, other)


def centre(image: pyvips.Image) -> tuple[float, float]:
    """Find the middle of the light; px."""
    at, light = pyvips.Image.xyz(image.width, image.height), image.extract_band(0)
    brightness: Any = light.avg()
    across: Any = (at.extract_band(0) * light).avg()
    down: Any = (at.extract_band(1) * light).avg()
    return across / brightness, down / brightness


def test_nothing_grows_unless_it_is_asked_to() -> None:
    data = encoded(quarters(), "png")
    for fit in ("inside", "cover", "fill", "outside"):
        assert size_of(made(data, f"640x480_fit-{fit}")) == "64x48"
        assert size_of(made(data, f"640x480_fit-{fit}_up")) == "640x480"
