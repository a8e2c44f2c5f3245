"""What the operations of the grammar do to pixels."""

from __future__ import annotations

from itertools import pairwise
from math import pi
from typing import Any

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from resizer_core import Colour as Sheet
from resizer_core import LimitExceeded, Limits, PixelOperation, resize
from resizer_core.operations import BUILTIN
from resizer_core.operations.blur import Blur
from resizer_core.operations.padding import Padding
from resizer_core.operations.pixelate import Pixelate
from resizer_core.operations.radius import Radius
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.operations.watermark import Watermark
from resizer_core.site import Site
from resizer_core.testing import check_operation
from tests.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Colour,
    animation,
    apart,
    decoded,
    disc,
    encoded,
    field,
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


def deep(image: pyvips.Image) -> pyvips.Image:
    """The same in 16 bits."""
    space = "grey16" if image.bands < 3 else "rgb16"
    return (image.cast("ushort") * 257).cast("ushort").copy(interpretation=space)


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
    "wm": Watermark(image_name="logo", picture=MARK),
    "wm, all over": Watermark(image_name="logo", position="tile", opacity=40, picture=MARK),
    "wm, larger than the page": Watermark(image_name="logo", scale=100, picture=MARK),
    "wm, small": Watermark(image_name="logo", position="n", scale=1, picture=MARK),
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
            value = value.of(MARK)
        image = image.copy_memory()
        check_operation(value, image)
        image = value.apply(image)


# --- blur and sharp ----------------------------------------------------------------------------------


def spread(image: pyvips.Image) -> float:
    """The standard deviation of a light round spot on black, in one direction; px."""
    at = pyvips.Image.xyz(image.width, image.height)[0] - (image.width - 1) / 2
    light = image.extract_band(0).cast("double")
    whole: Any = light.avg()
    weighted: Any = (light * at * at).avg()
    return float((weighted / whole) ** 0.5)


@pytest.mark.parametrize("sigma", [1, 2.5, 4.9, 5, 7, 10.4, 20, 40])
def test_a_point_becomes_a_gaussian_of_that_width(sigma: float) -> None:
    side = 2 * int(4 * sigma) + 31
    middle = side // 2
    # So bright that what is left of it has levels to be measured by.
    point = deep(solid((0, 0, 0), side, side))
    size = max(1, int(sigma / 2)) // 2 * 2 + 1
    point = point.draw_rect([65535] * 3, middle - size // 2, middle - size // 2, size, size, fill=True)
    before = (size**2 - 1) / 12
    after = spread(Blur(sigma).apply(point).copy_memory()) ** 2 - before
    assert after**0.5 == pytest.approx(sigma, rel=0.05)


def test_the_least_blur_is_one() -> None:
    assert 0 < apart(Blur(0.3).apply(quarters()), quarters())[0] < 10


@pytest.mark.parametrize("sigma", [3, 9, 30])
def test_blur_moves_nothing(sigma: float) -> None:
    spot = solid((0, 0, 0), 301, 241).draw_circle([255, 255, 255], 150, 120, 30, fill=True)
    soft = Blur(sigma).apply(spot).copy_memory()
    for turned in (soft.fliphor(), soft.flipver()):
        assert apart(soft, turned)[0] <= 1


@pytest.mark.parametrize("sigma", [0.3, 2, 15, 100])
def test_what_is_even_stays_even_under_blur_and_sharp(sigma: float) -> None:
    for colour in ((*RED,), (*RED, 90), (7,), (7, 200)):
        sheet = solid(colour, 50, 40)
        assert apart(Blur(sigma).apply(sheet), sheet) == (0, 0)
        assert apart(Sharpen(min(sigma, 10)).apply(sheet), sheet) == (0, 0)


def test_sharp_brings_out_an_edge_on_both_sides_and_leaves_the_rest() -> None:
    edge = solid((100, 100, 100), 60, 20).draw_rect([150, 150, 150], 30, 0, 30, 20, fill=True)
    sharp = Sharpen(1).apply(edge)
    assert pixel(sharp, 29, 10)[0] < 90
    assert pixel(sharp, 30, 10)[0] > 160
    assert (pixel(sharp, 10, 10), pixel(sharp, 50, 10)) == ((100, 100, 100), (150, 150, 150))


HIDDEN = [(0, 0, 0), (255, 255, 255), (0, 255, 0)]


@pytest.mark.parametrize("hidden", HIDDEN, ids=["black", "white", "green"])
@pytest.mark.parametrize("spec", ["blur-3", "blur-12", "sharp-2", "pix-9", "round-max"])
def test_what_is_hidden_never_shows_in_what_is_mixed(spec: str, hidden: Colour) -> None:
    image = made(encoded(disc(RED, hidden), "png"), f"orig_{spec}_f-png")
    visible = image.extract_band(3) > 32
    off: Any = visible.ifthenelse((image.extract_band(0, n=3) - list(RED)).abs(), [0, 0, 0])
    assert off.max() <= 4


def test_sharp_leaves_the_outline_alone() -> None:
    image = made(encoded(disc(), "png"), "orig_sharp-3_f-png")
    assert apart(image.extract_band(3), disc().extract_band(3)) == (0, 0)


# --- pix ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [2, 7, 16, 50, 200])
def test_every_block_has_one_colour_which_is_its_average(side: int) -> None:
    picture = gradient(53, 41)
    image = Pixelate(side).apply(picture).copy_memory()
    for top in range(0, 41, side):
        for left in range(0, 53, side):
            box = (left, top, min(side, 53 - left), min(side, 41 - top))
            block, was = image.crop(*box), picture.crop(*box)
            for band in range(3):
                assert block.extract_band(band).min() == block.extract_band(band).max()
                assert abs(block.extract_band(band).avg() - was.extract_band(band).avg()) <= 0.5


# --- tone --------------------------------------------------------------------------------------------

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


# --- pad ---------------------------------------------------------------------------------------------

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
