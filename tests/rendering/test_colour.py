"""Colours: through the profile of the original to sRGB, or to what is asked for, in eight bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pyvips

from resizer_core import resize
from resizer_core.rendering.colours import in_bits
from tests.pictures import (
    RED,
    Colour,
    apart,
    decoded,
    disc,
    encoded,
    field,
    gradient,
    gray_profile,
    pixel,
    profile,
    quarters,
    size_of,
    solid,
    tagged,
)

ROOT = Path(__file__).parents[2]
#: Adobe RGB (1998): its primaries adapted to D50, and its gamma. Source: that specification, section 4.3.5.2.
ADOBE_RGB = profile(
    (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457), 2.2
)
#: sRGB's primaries with red and blue exchanged: whoever ignores it sees red for blue.
SWAPPED = profile(red=(0.14307, 0.06061, 0.71410), blue=(0.43607, 0.22249, 0.01392))


def with_profile(image: pyvips.Image, icc: bytes) -> pyvips.Image:
    return tagged(image, icc_profile_data=icc)


def p3(image: pyvips.Image) -> pyvips.Image:
    """The same picture in Display P3, with that profile."""
    return image.icc_transform("p3", input_profile="srgb")


def made(data: bytes, spec: str) -> pyvips.Image:
    return decoded(resize(data, spec).body)


def close(seen: Colour, wanted: Colour, levels: int) -> bool:
    return len(seen) == len(wanted) and all(abs(a - b) <= levels for a, b in zip(seen, wanted, strict=True))


# --- to sRGB -----------------------------------------------------------------------------------------

PROFILED = {
    "adobe-rgb": with_profile(gradient(), ADOBE_RGB),
    "display-p3": p3(gradient()),
    "red-and-blue-exchanged": with_profile(gradient(), SWAPPED),
    "gamma-1": with_profile(gradient(), profile(gamma=1.0)),
}


@pytest.mark.parametrize("spec", ["orig_f-png", "40x_f-png", "40x_f-png_rot-90"])
@pytest.mark.parametrize("format", ["png", "tif", "webp", "avif", "jpg"])
@pytest.mark.parametrize("name", PROFILED)
def test_colours_are_those_of_a_conversion_before_the_resize(name: str, format: str, spec: str) -> None:
    data = encoded(PROFILED[name], format)
    converted = decoded(data).icc_transform(
        "srgb", embedded=True, intent="relative", black_point_compensation=True
    )
    wanted = made(encoded(converted.copy(), "png", keep="none"), spec)
    worst, average = apart(made(data, spec), wanted)
    assert worst <= 12, (worst, average)  # at the dark ends, where a curve is steep
    assert average < 1, (worst, average)


def test_a_profile_is_not_ignored() -> None:
    data = encoded(with_profile(solid(RED), SWAPPED), "png")
    assert close(pixel(made(data, "20x"), 10, 7), RED[::-1], 8)


def test_what_is_in_srgb_already_is_left_alone() -> None:
    assert apart(made(encoded(quarters(), "png"), "orig"), quarters()) == (0, 0)


def test_a_profile_of_srgb_changes_no_level() -> None:
    srgb = gradient().icc_transform("srgb", input_profile="srgb")
    for alpha in (srgb, srgb.bandjoin(200)):
        assert apart(made(encoded(alpha, "png"), "orig"), alpha) == (0, 0)
    # The one in most photographs has a table for the curve. Its conversion moves some levels by one.
    tables = decoded((ROOT / "examples" / "originals" / "cat.jpg").read_bytes())
    unchanged = tagged(gradient(), icc_profile_data=field(tables, "icc-profile-data"))
    assert apart(made(encoded(unchanged, "png"), "orig"), gradient()) == (0, 0)


@pytest.mark.parametrize(
    "icc",
    [profile(), profile(red=(0.43, 0.22249, 0.01392))],
    ids=["another curve", "another red"],
)
def test_a_profile_near_srgb_is_converted(icc: bytes) -> None:
    image = with_profile(gradient(), icc)
    converted = image.icc_transform("srgb", embedded=True, intent="relative", black_point_compensation=True)
    assert apart(made(encoded(image, "png"), "orig"), converted) == (0, 0)
    assert apart(converted, gradient()) != (0, 0)


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "avif", "tif"])
def test_after_the_conversion_no_profile_is_stored(format: str) -> None:
    for image in PROFILED.values():
        assert field(made(encoded(image, "png"), f"20x_f-{format}"), "icc-profile-data") is None


def test_alpha_is_no_colour() -> None:
    picture = with_profile(solid((*RED, 100)), SWAPPED)
    assert close(pixel(made(encoded(picture, "png"), "20x"), 10, 7), (*RED[::-1], 100), 8)


BROKEN = {
    "garbage": b"this is no profile " * 20,
    "gray-in-a-colour-picture": gray_profile(2.2),
    "cut": ADOBE_RGB[:200],
}


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("icc", BROKEN.values(), ids=BROKEN)
def test_a_profile_of_no_use_counts_as_none(icc: bytes, format: str) -> None:
    data = encoded(with_profile(solid(RED), icc), format)
    image = made(data, "20x_f-png")
    assert close(pixel(image, 10, 7), RED, 2)
    assert field(image, "icc-profile-data") is None


# --- to what is asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "avif", "tif"])
def test_p3_is_converted_to_and_embedded(format: str) -> None:
    image = made(encoded(gradient(), "png"), f"40x_icc-p3_f-{format}")
    embedded = field(image, "icc-profile-data")
    assert embedded == field(p3(gradient()), "icc-profile-data")
    # Through what is embedded the colours are those of the original again.
    back = image.icc_transform("srgb", embedded=True)
    worst, average = apart(back.extract_band(0, n=3), made(encoded(gradient(), "png"), "40x"))
    assert average < 3, (worst, average)


def test_colours_outside_srgb_survive_in_p3() -> None:
    green = solid((0, 255, 0)).copy(interpretation="srgb")
    data = encoded(with_profile(green, field(p3(green), "icc-profile-data")), "png")
    assert close(pixel(made(data, "20x_icc-p3"), 10, 7), (0, 255, 0), 1)


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "avif", "tif"])
def test_keep_changes_no_colour_and_embeds_the_profile_of_the_original(format: str) -> None:
    for icc in (ADOBE_RGB, SWAPPED):
        data = encoded(with_profile(solid(RED), icc), "png")
        image = made(data, f"20x_icc-keep_f-{format}")
        assert field(image, "icc-profile-data") == icc
        assert close(pixel(image, 10, 7), RED, 5)


def test_keep_without_a_profile_embeds_none() -> None:
    image = made(encoded(solid(RED), "png"), "20x_icc-keep")
    assert (pixel(image, 10, 7), field(image, "icc-profile-data")) == (RED, None)


# --- gray --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["png", "jpg", "tif"])
@pytest.mark.parametrize("spec", ["20x", "20x_rot-90", "20x20_fit-cover", "20x_f-png", "20x_f-jpg"])
def test_gray_stays_gray(format: str, spec: str) -> None:
    image = made(encoded(solid([90]), format), spec)
    assert (image.bands, close(pixel(image, 5, 5), (90,), 1)) == (1, True)


@pytest.mark.parametrize("format", ["webp", "avif", "gif"])
def test_gray_is_right_where_there_is_only_colour(format: str) -> None:
    assert close(pixel(made(encoded(solid([90]), "png"), f"20x_f-{format}"), 10, 7)[:3], (90, 90, 90), 3)


def test_a_gray_profile_is_not_ignored() -> None:
    picture = with_profile(solid([64]), gray_profile(1.0))
    level = pixel(made(encoded(picture, "png"), "20x"), 10, 7)[0]
    # Source: IEC 61966-2-1: a quarter of the light is 137 of 255 levels.
    assert abs(level - 137) <= 2


@pytest.mark.parametrize("icc", ["icc-keep", "icc-p3", "icc-srgb"])
@pytest.mark.parametrize("spec", ["20x", "20x20_fit-contain_bg-ff0000", "20x20_fit-contain"])
def test_a_gray_profile_and_a_coloured_sheet_go_together(spec: str, icc: str) -> None:
    picture = with_profile(solid([90]), gray_profile(2.2))
    image = made(encoded(picture, "png"), f"{spec}_{icc}_f-png")
    embedded = field(image, "icc-profile-data")
    spaces = {1: b"GRAY", 2: b"GRAY", 3: b"RGB ", 4: b"RGB "}
    assert embedded is None or embedded[16:20] == spaces[image.bands]
    assert close(pixel(image, 10, 10)[:1], (90,), 4)


# --- CMYK --------------------------------------------------------------------------------------------


def cmyk() -> pyvips.Image:
    """``quarters`` in inks, with the profile of the press."""
    return quarters().icc_transform("cmyk", input_profile="srgb")


@pytest.mark.parametrize("keep", ["icc", "none"])
@pytest.mark.parametrize("format", ["jpg", "tif"])
@pytest.mark.parametrize(
    "spec", ["orig_f-png", "32x_f-png", "32x_f-jpg", "32x_icc-keep_f-png", "32x_icc-p3_f-png"]
)
def test_cmyk_comes_out_in_the_colours_that_are_seen(format: str, spec: str, keep: str) -> None:
    data = encoded(cmyk(), format, keep=keep)
    image = made(data, spec)
    if embedded := field(image, "icc-profile-data"):
        assert embedded[16:20] == b"RGB "
        image = image.icc_transform("srgb", embedded=True)
    assert image.bands == 3
    x, y = image.width // 8, image.height // 8
    for place, wanted in (((x, y), RED), ((-1 - x, y), (40, 180, 60)), ((x, -1 - y), (40, 70, 210))):
        # Inks reach neither this green nor this blue.
        assert close(pixel(image, *place), wanted, 64), (place, pixel(image, *place))


def test_cmyk_with_a_profile_of_three_colours_is_read_without_it() -> None:
    data = encoded(tagged(cmyk(), icc_profile_data=SWAPPED), "jpg")
    assert close(pixel(made(data, "32x_f-png"), 4, 3), RED, 40)


@pytest.mark.parametrize(
    "spec",
    ["orig_f-png", "orig_icc-p3_f-png", "orig_icc-keep_f-png", "orig_trim_f-png", "9x9_fit-cover_g-sm_f-png"],
)
@pytest.mark.parametrize("format", ["jpg", "tif"])
def test_cmyk_with_a_profile_that_converts_nothing_is_read_without_it(format: str, spec: str) -> None:
    """Its header and its table of tags are right, so that it is taken; its tables of colours are not."""
    press = field(cmyk(), "icc-profile-data")
    broken = tagged(cmyk(), icc_profile_data=press.replace(b"mft1", b"none").replace(b"mft2", b"none"))
    image, wanted = (
        made(encoded(picture, format, keep=keep), spec)
        for picture, keep in ((broken, "icc"), (cmyk(), "none"))
    )
    assert size_of(image) == size_of(wanted)
    assert apart(image, wanted) == (0, 0)
    assert field(image, "icc-profile-data") == field(wanted, "icc-profile-data")


def test_cmyk_with_alpha_keeps_it() -> None:
    picture = solid(RED).icc_transform("cmyk", input_profile="srgb").bandjoin(128)
    data = encoded(picture.copy(interpretation="cmyk"), "tif")
    seen = pixel(made(data, "20x_f-png"), 10, 7)
    assert close(seen, (*RED, 128), 40), seen


# --- depth -------------------------------------------------------------------------------------------


def sixteen(image: pyvips.Image) -> pyvips.Image:
    kind = "grey16" if image.bands < 3 else "rgb16"
    return (image.cast("ushort") * 257).cast("ushort").copy(interpretation=kind)


DEEP: dict[str, pyvips.Image] = {
    "colour": gradient(),
    "alpha": disc(),
    "gray": gradient().colourspace("b-w"),
    "gray-alpha": disc().colourspace("b-w"),
}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("name", DEEP)
def test_a_picture_that_has_its_bits_costs_nothing_more(name: str, bits: int) -> None:
    shallow = DEEP[name].copy(interpretation="b-w") if "gray" in name else DEEP[name]
    image = shallow if bits == 8 else sixteen(shallow)
    assert in_bits(image, bits) is image
    assert in_bits(image, 24 - bits) is not image


@pytest.mark.parametrize("bands", [1, 2])
def test_gray_that_is_called_colour_becomes_colour(bands: int) -> None:
    gray = solid([90, 128][:bands]).copy(interpretation="srgb")
    assert in_bits(gray, 8).bands == bands + 2


@pytest.mark.parametrize("spec", ["orig_f-png", "40x_f-png", "40x_icc-keep_f-png", "40x40_fit-contain_f-png"])
@pytest.mark.parametrize("format", ["png", "tif"])
@pytest.mark.parametrize("name", DEEP)
def test_sixteen_bits_become_eight(name: str, format: str, spec: str) -> None:
    shallow = made(encoded(DEEP[name], "png"), spec)
    image = made(encoded(sixteen(DEEP[name]), format), spec)
    assert image.format == "uchar"
    if image.hasalpha():  # where nothing is seen, the colour is anything
        image, shallow = image.flatten(), shallow.flatten()
    worst, _ = apart(image, shallow)
    # The last bit is rounded at another step. With alpha, 8 bits are reduced in 8 bits (docs/adr/0006).
    assert worst <= (4 if name == "alpha" else 2)


@pytest.mark.parametrize("bits", [10, 12])
def test_the_bits_of_an_avif_become_eight(bits: int) -> None:
    data = encoded(sixteen(gradient()), "avif", bitdepth=bits)
    for format in ("png", "avif"):
        image = made(data, f"orig_f-{format}")
        assert image.format == "uchar"
        assert apart(image, gradient())[1] < 2


def test_sixteen_bits_with_a_profile_are_converted() -> None:
    data = encoded(with_profile(sixteen(solid((*RED, 100))), SWAPPED), "png")
    image: Any = made(data, "20x")
    assert close(pixel(image, 10, 7), (*RED[::-1], 100), 8)
