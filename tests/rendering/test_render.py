"""The pixels: what is cut, turned, resized and padded, and what becomes of damaged originals."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from resizer_core import FORMATS, CorruptImage, InvalidSpec, UnsupportedFormat, parse_spec, plan_for, resize
from resizer_core.site import Site
from tests.pictures import (
    BLUE,
    CORNERS,
    GREEN,
    ORIENTATIONS,
    ORIENTED,
    RED,
    YELLOW,
    Colour,
    apart,
    corners,
    decoded,
    disc,
    encoded,
    framed,
    gradient,
    nearest,
    pixel,
    quarters,
    size_of,
    solid,
    waves,
)

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)


def made(data: bytes, spec: str, **options: Any) -> pyvips.Image:
    """The derivative, decoded; its size is what the plan said."""
    result = resize(data, spec, **options)
    image = decoded(result.body)
    assert size_of(image) == str(result.size)
    return image


# --- upright -----------------------------------------------------------------------------------------


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
    """What crop or trim, then rot, then flip make of the upright picture."""
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


# --- crop and trim -----------------------------------------------------------------------------------


def test_a_crop_in_percent_is_that_part_of_the_upright_picture() -> None:
    data = encoded(quarters(), "png", orientation=6)
    image = made(data, "orig_crop-50p-50p-50p-50p")
    assert apart(image, quarters().crop(32, 24, 32, 24)) == (0, 0)


def test_a_crop_that_hangs_over_the_edge_is_cut_off_there() -> None:
    assert size_of(made(encoded(quarters(), "png"), "orig_crop-60-40-100-100")) == "4x8"


def test_a_crop_beyond_the_edge_is_refused() -> None:
    with pytest.raises(InvalidSpec, match="begins outside the original, which is 64x48 px"):
        resize(encoded(quarters(), "png"), "orig_crop-64-0-1-1")


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


def test_of_a_large_picture_at_most_a_few_pixels_of_border_are_left() -> None:
    sheet = solid((255, 255, 255), 5000, 4000).draw_rect([200, 0, 0], 1003, 707, 2001, 1503, fill=True)
    size = resize(encoded(sheet, "png"), "orig_trim").size
    assert 2001 <= size.width <= 2001 + 4 * 2
    assert 1503 <= size.height <= 1503 + 4 * 2


def test_what_is_nothing_but_border_keeps_its_size() -> None:
    assert size_of(made(encoded(solid(RED), "png"), "orig_trim")) == "64x48"


# --- rounding ----------------------------------------------------------------------------------------


def test_a_picture_with_alpha_does_not_grow_darker() -> None:
    """Noise, so that half a level cut off each pixel would show in the average."""
    noise = pyvips.Image.gaussnoise(400, 300, mean=128, sigma=40, seed=1).cast("uchar")
    gray = noise.copy(interpretation="b-w").addalpha()
    result = decoded(resize(encoded(gray, "png"), "100x").body)
    assert abs(result.extract_band(0).avg() - noise.avg()) < 0.1


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


@pytest.mark.parametrize("spec", [*SHRUNK, "60x_crop-13p-27p-41p-33p", "80x60_fit-cover_g-se_rot-90"])
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_decoding_smaller_shows_the_same_as_decoding_in_full(spec: str, orientation: int) -> None:
    picture = waves(804, 603)
    data = encoded(picture, "jpg", orientation=orientation)
    assert plan_for(data, parse_spec(spec)).shrink > 1
    full = made(encoded(picture, "png"), f"{spec}_f-png")
    worst, average = apart(made(data, f"{spec}_f-png"), full)
    assert worst <= 8, (worst, average)
    assert average < 2, (worst, average)


@pytest.mark.parametrize("spec", SHRUNK)
def test_decoding_smaller_moves_nothing(spec: str) -> None:
    """The centre of a bright spot lies within a fifth of a pixel of where it lies when decoded in full."""
    picture = solid(BLACK, 804, 603).draw_circle([255, 255, 255], 301, 211, 40, fill=True)
    one = centre(made(encoded(picture, "jpg"), f"{spec}_f-png"))
    other = centre(made(encoded(picture, "png"), f"{spec}_f-png"))
    assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 0.2, (one, other)


def centre(image: pyvips.Image) -> tuple[float, float]:
    """Where the middle of the light is; px."""
    at, light = pyvips.Image.xyz(image.width, image.height), image.extract_band(0)
    brightness: Any = light.avg()
    across: Any = (at.extract_band(0) * light).avg()
    down: Any = (at.extract_band(1) * light).avg()
    return across / brightness, down / brightness


# --- fits and gravities ------------------------------------------------------------------------------

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


def test_nothing_grows_unless_it_is_asked_to() -> None:
    data = encoded(quarters(), "png")
    for fit in ("inside", "cover", "fill", "outside"):
        assert size_of(made(data, f"640x480_fit-{fit}")) == "64x48"
        assert size_of(made(data, f"640x480_fit-{fit}_up")) == "640x480"


# --- alpha -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [BLACK, WHITE, (0, 255, 0)], ids=["black", "white", "green"])
@pytest.mark.parametrize("spec", ["24x", "40x_rot-90", "200x_up", "20x20_crop-3-3-80-80"])
def test_what_is_hidden_never_bleeds_into_what_is_seen(hidden: Colour, spec: str) -> None:
    image = made(encoded(disc(RED, hidden), "png"), f"{spec}_f-png")
    # Where next to nothing is seen, eight bits of colour mean next to nothing as well.
    visible = image.extract_band(3) > 32
    off: Any = visible.ifthenelse((image.extract_band(0, n=3) - list(RED)).abs(), [0, 0, 0])
    assert off.max() <= 4


@pytest.mark.parametrize("format", ["jpg_q-98", "png", "webp_ll"])
def test_an_edge_on_white_runs_from_the_one_colour_to_the_other(format: str) -> None:
    image = made(encoded(disc(RED, BLACK), "png"), f"32x_bg-ffffff_f-{format}")
    assert image.bands == 3
    darkest: Any = image.extract_band(0).min()
    assert darkest >= RED[0] - 6
    assert max(abs(a - b) for a, b in zip(pixel(image, 0, 0), WHITE, strict=True)) <= 2


def test_a_translucent_colour_keeps_its_levels() -> None:
    for colour in ((200, 100, 50, 128), (3, 250, 127, 10), (255, 255, 255, 254)):
        seen = pixel(made(encoded(solid(colour), "png"), "16x"), 8, 6)
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 1


def test_transparency_in_jpeg_is_seen_on_white_or_on_what_is_asked_for() -> None:
    data = encoded(solid((200, 100, 50, 0)), "png")
    assert pixel(made(data, "16x_f-jpg"), 8, 6) == WHITE
    assert nearest(pixel(made(data, "16x_bg-2846d2_f-jpg"), 8, 6)) == BLUE


def test_a_translucent_background_adds_to_what_shines_through() -> None:
    image = made(encoded(solid((255, 0, 0, 128)), "png"), "16x_bg-0000ff80")
    red, green, blue, alpha = pixel(image, 8, 6)
    # Source: Porter and Duff, "over": 128/255 of red, and half of what is left of blue.
    assert (abs(alpha - 192), abs(red - 170), green, abs(blue - 85)) < (2, 3, 1, 3)


def test_gray_with_alpha_stays_gray() -> None:
    image = made(encoded(solid([90, 128]), "png"), "16x")
    assert (image.bands, pixel(image, 8, 6)) == (2, (90, 128))
    assert (
        max(abs(level - 172) for level in pixel(made(encoded(solid([90, 128]), "png"), "16x_f-jpg"), 8, 6))
        <= 2
    )


@pytest.mark.parametrize("bands", [5, 6, 9])
@pytest.mark.parametrize(
    "spec", ["16x_f-jpg", "16x_f-png", "16x_trim_f-webp", "16x16_fit-contain_bg-ff000080_f-png"]
)
def test_what_a_tiff_holds_beside_colour_and_alpha_is_left_out(bands: int, spec: str) -> None:
    picture = quarters().bandjoin([255] * (bands - 3)).copy(interpretation="srgb")
    image = made(encoded(picture, "tif"), spec)
    assert corners(image.crop(0, (image.height - 12) // 2, 16, 12)) == CORNERS


# --- damaged originals -------------------------------------------------------------------------------

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


# --- formats of their own kind -----------------------------------------------------------------------

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">'
    b'<rect width="32" height="24" fill="#dc2828"/><rect x="32" width="32" height="24" fill="#28b43c"/>'
    b'<rect y="24" width="32" height="24" fill="#2846d2"/>'
    b'<rect x="32" y="24" width="32" height="24" fill="#e6c828"/></svg>'
)


def test_svg_is_not_read_unless_it_is_switched_on() -> None:
    with pytest.raises(UnsupportedFormat, match=r"known: jpg, png, webp, avif, gif, tif, heic$"):
        resize(SVG, "32x")


@pytest.mark.parametrize("spec", ["32x", "640x_up", "20x20_fit-cover", "32x_crop-16-12-32-24", "48x_rot-180"])
def test_svg_is_drawn_at_its_final_size(spec: str) -> None:
    result = resize(SVG, spec, site=Site(formats=FORMATS))
    assert result.format.name == "png"
    image = decoded(result.body)
    wanted = CORNERS[::-1] if "rot-180" in spec else CORNERS
    assert (size_of(image), corners(image)) == (str(result.size), wanted)
    # Drawn, not enlarged: between two colours lies no blur.
    y = image.height // 4
    exact = {pixel(image, x, y)[:3] for x in range(image.width)}
    assert len(exact) <= 3


def test_an_original_that_browsers_show_keeps_its_format() -> None:
    for format in ("jpg", "png", "webp", "avif", "gif"):
        assert resize(encoded(quarters(), format), "20x").format.name == format


@pytest.mark.parametrize(
    ("picture", "format"), [(quarters(), "jpg"), (disc(), "png")], ids=["opaque", "alpha"]
)
def test_an_original_that_browsers_do_not_show_becomes_jpeg_or_png(
    picture: pyvips.Image, format: str
) -> None:
    assert resize(encoded(picture, "tif"), "20x").format.name == format
