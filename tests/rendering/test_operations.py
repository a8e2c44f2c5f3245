"""Test the pixels of every operation: alone, in a row, and in each frame of an animation."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from resizer_core import Colour as Sheet
from resizer_core import PixelOperation, resize
from resizer_core.operations import BUILTIN
from resizer_core.operations.blur import Blur
from resizer_core.operations.padding import Padding
from resizer_core.operations.pixelate import Pixelate
from resizer_core.operations.radius import Radius
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.operations.watermark import Watermark
from resizer_core.rendering.resampling import resized
from resizer_core.testing import check_operation
from tests.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    animation,
    apart,
    deep,
    disc,
    encoded,
    frames_of,
    gradient,
    made,
    pixel,
    quarters,
    size_of,
    solid,
)
from tests.strategies import operations_of_pixels

MAGENTA = Sheet(red=255, green=0, blue=255)
FAINT = Sheet(red=255, green=0, blue=255, alpha=64)


# --- the contract ------------------------------------------------------------------------------------

#: Half as wide as high, translucent, with a hole.
MARK = solid((*BLUE, 200), 20, 40).draw_rect([255, 255, 255, 0], 5, 10, 10, 10, fill=True)
VALUES: dict[str, PixelOperation] = {
    "blur": Blur(0.3),
    "blur, wide": Blur(21),
    "blur, widest": Blur(100),
    "sharp": Sharpen(),
    "sharp, least": Sharpen(0.1),
    "sharp, widest": Sharpen(10),
    "pix": Pixelate(7),
    "pix, larger than the picture": Pixelate(200),
    "bri": Brightness(40),
    "bri, black": Brightness(-100),
    "bri, nothing": Brightness(0),
    "con": Contrast(-60),
    "sat": Saturation(100),
    "gray": Grayscale(),
    "pad": Padding(top=1, right=2, bottom=3, left=4),
    "pad, in a colour": Padding(top=1, right=2, bottom=3, left=4, background=MAGENTA),
    "pad, in a faint colour": Padding(top=1, right=2, bottom=3, left=4, background=FAINT),
    "pad, nothing": Padding(top=0, right=0, bottom=0, left=0),
    "round": Radius(9),
    "round, on a colour": Radius(9, background=MAGENTA),
    "round, on a faint colour": Radius(9, background=FAINT),
    "round, too far": Radius(4096),
    "round, as far as it goes": Radius(None),
    "wm": Watermark(image_name="logo", picture=MARK, resize=resized),
    "wm, all over": Watermark(image_name="logo", position="tile", opacity=40, picture=MARK, resize=resized),
    "wm, larger than the page": Watermark(image_name="logo", scale=100, picture=MARK, resize=resized),
    "wm, small": Watermark(image_name="logo", position="n", scale=1, picture=MARK, resize=resized),
}
PICTURES = {
    "colour": quarters(41, 30),
    "alpha": disc(side=48).crop(0, 3, 48, 41),
    "gray": quarters(41, 30).colourspace("b-w"),
    "gray-alpha": disc(side=48).crop(0, 3, 48, 41).colourspace("b-w"),
    "one-pixel-high": quarters(41, 30).crop(0, 12, 41, 1),
    "one-pixel": solid(RED, 1, 1),
}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("operation", VALUES.values(), ids=VALUES)
def test_an_operation_keeps_its_contract(operation: PixelOperation, picture: pyvips.Image, bits: int) -> None:
    check_operation(operation, deep(picture) if bits == 16 else picture)


def test_every_operation_of_pixels_is_tried() -> None:
    assert {type(value).name for value in VALUES.values()} == set(BUILTIN)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("operation", VALUES.values(), ids=VALUES)
def test_sixteen_bits_give_the_same_as_eight(operation: PixelOperation, picture: pyvips.Image) -> None:
    shallow = operation.apply(picture).copy_memory()
    fine = operation.apply(deep(picture)).copy_memory()
    unit = (fine / 257).rint().cast("uchar").copy(interpretation=shallow.interpretation)
    if shallow.hasalpha():  # where nothing is seen, the colour is anything
        shallow, unit = shallow.premultiply(), unit.premultiply()
    assert apart(shallow, unit)[0] <= 2


@given(
    values=st.lists(operations_of_pixels, min_size=1, max_size=4),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    bands=st.integers(1, 4),
    seed=st.integers(0, 9999),
)
def test_any_operations_in_a_row_keep_it_as_well(
    values: list[PixelOperation], width: int, height: int, bands: int, seed: int
) -> None:
    noise: Any = [
        pyvips.Image.gaussnoise(width, height, mean=128, sigma=70, seed=seed + band) for band in range(bands)
    ]
    image = noise[0].bandjoin(noise[1:]).cast("uchar").copy(interpretation="b-w" if bands < 3 else "srgb")
    for value in values:
        if isinstance(value, Watermark):
            value = value.of(MARK, resized)
        image = image.copy_memory()
        check_operation(value, image)
        image = value.apply(image)


# --- together ----------------------------------------------------------------------------------------

EVERYTHING = "blur-1_sharp-1_pix-3_bri-10_con-10_sat-10_gray_pad-3_round-9"


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "gif", "tif"])
@pytest.mark.parametrize("name", PICTURES)
def test_all_of_them_go_together_in_every_format(name: str, format: str) -> None:
    picture = PICTURES[name]
    assert size_of(made(encoded(picture, "png"), f"orig_{EVERYTHING}_f-{format}")) == (
        f"{picture.width + 6}x{picture.height + 6}"
    )


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "tif"])
@pytest.mark.parametrize("spec", ["40x_rot-90_blur-9", "40x_pix-7_round-5", "30x20_fit-cover_sharp"])
def test_operations_work_on_a_picture_of_any_format_that_is_turned(format: str, spec: str) -> None:
    data = encoded(gradient(), format, orientation=6)
    upright = made(encoded(gradient(), "png"), f"{spec}_f-png")
    assert apart(made(data, f"{spec}_f-png"), upright)[1] < 2


def test_operations_run_in_the_order_of_the_grammar() -> None:
    data = encoded(quarters(), "png")
    image = made(data, "orig_round-4_pad-4_blur-2_bg-ffffff")
    # The margin came after the blur, and the corner after the margin.
    assert pixel(image, 30, 3) == (255, 255, 255)
    wanted = Blur(2).apply(quarters()).embed(4, 4, 72, 56, extend="background", background=[255])
    assert apart(image, wanted) == (0, 0)


def test_lengths_grow_with_the_screen() -> None:
    data = encoded(quarters(64, 48), "png")
    assert (
        resize(data, "32x_blur-2_pad-2_round-5_dpr-2").body == resize(data, "64x_blur-4_pad-4_round-10").body
    )


# --- animations --------------------------------------------------------------------------------------

FRAMES = [solid(colour, 32, 24) for colour in (RED, GREEN, BLUE, YELLOW)]


@pytest.mark.parametrize("format", ["gif", "webp"])
@pytest.mark.parametrize("spec", ["blur-40", "sharp-10", "pix-100", "sat-20", "bri-m20"])
def test_no_frame_shows_in_another(format: str, spec: str) -> None:
    exact = "_ll" if format == "webp" else ""
    frames = frames_of(resize(animation(FRAMES, format), f"orig_{spec}{exact}").body)
    assert len(frames) == 4
    for frame in frames:
        middle = solid(pixel(frame, 16, 12), 32, 24)
        assert apart(frame, middle)[0] <= 4


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_every_frame_gets_its_own_margin_and_corners(format: str) -> None:
    result = resize(animation(FRAMES, format), "orig_pad-4_round-max")
    frames = frames_of(result.body)
    assert [size_of(frame) for frame in frames] == [str(result.size)] * 4 == ["40x32"] * 4
    for frame in frames:
        assert [pixel(frame, x, y)[3] for x, y in ((0, 0), (-1, -1), (20, 16))] == [0, 0, 255]
