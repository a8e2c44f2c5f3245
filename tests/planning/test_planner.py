"""The plan: which part of a frame becomes which size, and what else a plan knows."""

from __future__ import annotations

import json

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.formats import BUILTIN
from resizer_core.gravity import Gravity
from resizer_core.model import TRANSPARENT, UPRIGHT, WHITE, Box, Colour, ImageHeader, Orientation, Size, whole
from resizer_core.option_values import Metadata, Profile
from resizer_core.planning.planner import crop_box
from tests.planning.plans import LANDSCAPE, SEE_THROUGH, box, plan, spec_of, underlined

SIZES = {
    "width": ("200x", Size(200, 150)),
    "height": ("x150", Size(200, 150)),
    "inside": ("200x200", Size(200, 150)),
    "not enlarged": ("800x800", Size(400, 300)),
    "enlarged": ("800x800_up", Size(800, 600)),
    "cover": ("200x200_fit-cover", Size(200, 200)),
    "cover, not enlarged": ("350x350_fit-cover", Size(300, 300)),
    "fill, not enlarged": ("350x700_fit-fill", Size(150, 300)),
    "contain": ("800x800_fit-contain", Size(800, 800)),
    "fill": ("100x200_fit-fill", Size(100, 200)),
    "outside": ("200x200_fit-outside", Size(267, 200)),
    "percent": ("50p", Size(200, 150)),
    "1 percent": ("1p", Size(4, 3)),
    "the original": ("orig", Size(400, 300)),
    "the original never grows": ("orig_up", Size(400, 300)),
    "ratio by width": ("160x_ar-16-9", Size(160, 90)),
    "ratio by height": ("x90_ar-16-9", Size(160, 90)),
    "ratio of percent": ("50p_ar-1-1", Size(150, 150)),
    "ratio of the original": ("orig_ar-1-1", Size(300, 300)),
    "turned": ("150x_rot-90", Size(150, 200)),
    "turned original": ("orig_rot-90", Size(300, 400)),
    "turned to the other side": ("orig_rot-180", Size(400, 300)),
    "turned ratio": ("orig_rot-90_ar-3-4", Size(300, 400)),
    "crop": ("orig_crop-100-100-50-40", Size(50, 40)),
    "crop, percent": ("50p_crop-0p-0p-50p-50p", Size(100, 75)),
    "crop over the edge": ("orig_crop-390-290-50-50", Size(10, 10)),
    "crop and turn": ("orig_crop-100-100-50-40_rot-90", Size(40, 50)),
    "preset": ("p-thumb", Size(100, 100)),
    "preset for a screen": ("p-thumb_dpr-2", Size(200, 200)),
}


@pytest.mark.parametrize(("text", "size"), SIZES.values(), ids=SIZES)
def test_the_size_is_known_before_a_pixel_is_decoded(text: str, size: Size) -> None:
    assert plan(text).size == size


@pytest.mark.parametrize("value", range(1, 9))
def test_what_is_asked_for_is_the_upright_size(value: int) -> None:
    orientation = Orientation.from_exif(value)
    header = ImageHeader(size=orientation.turn_size(Size(400, 300)), orientation=orientation)
    made = plan("200x", header)
    assert made.size == Size(200, 150)
    assert made.turn == orientation
    assert made.region == whole(header.size)
    assert made.scaled == orientation.turn_size(Size(200, 150))


# --------------------------------------------------------------------- region

#: A crop of the top left 100x50 of the upright 400x300, as it lies in the stored picture.
REGIONS = {
    1: box(0, 0, 100, 50),
    2: box(300, 0, 100, 50),
    3: box(300, 250, 100, 50),
    4: box(0, 250, 100, 50),
    5: box(0, 0, 50, 100),
    6: box(0, 300, 50, 100),
    7: box(250, 300, 50, 100),
    8: box(250, 0, 50, 100),
}


@pytest.mark.parametrize(("value", "region"), REGIONS.items())
def test_a_crop_is_found_in_the_stored_picture(value: int, region: Box) -> None:
    orientation = Orientation.from_exif(value)
    header = ImageHeader(size=orientation.turn_size(Size(400, 300)), orientation=orientation)
    made = plan("50x_crop-0-0-100-50", header)
    assert made.region == region
    assert made.size == Size(50, 25)
    assert made.scaled == orientation.turn_size(Size(50, 25))


def test_rotation_comes_after_orientation_and_crop() -> None:
    header = ImageHeader(size=Size(300, 400), orientation=Orientation.from_exif(6))
    made = plan("orig_crop-0-0-100-50_rot-90_flip-h", header)
    assert made.region == REGIONS[6]
    assert made.turn == Orientation.from_exif(6).then(Orientation(quarter_turns=1, mirrored=True))
    assert made.size == Size(50, 100)


def test_what_trim_found_lies_in_the_crop() -> None:
    made = plan("orig_crop-100-100-200-100_trim", content=box(10, 20, 30, 40))
    assert made.region == box(110, 120, 30, 40)
    assert made.size == Size(30, 40)


def test_a_picture_that_is_all_border_is_not_trimmed() -> None:
    assert plan("orig_trim").region == whole(Size(400, 300))


def test_what_was_found_does_not_count_where_nothing_is_trimmed() -> None:
    assert plan("orig", content=box(10, 20, 30, 40)).region == whole(Size(400, 300))


def test_trim_looks_at_what_the_crop_leaves() -> None:
    assert crop_box(spec_of("orig_crop-100-100-900-900_trim"), LANDSCAPE) == box(100, 100, 300, 200)
    assert crop_box(spec_of("p-thumb"), LANDSCAPE) == whole(Size(400, 300))


def test_a_crop_that_begins_outside_is_refused() -> None:
    with pytest.raises(InvalidSpec) as caught:
        plan("300x_crop-400-0-10-10_q-5")
    assert caught.value.reason == "the crop begins outside the original, which is 400x300 px"
    assert underlined(caught.value) == "crop-400-0-10-10"


# --------------------------------------------------------------------- shrink

SHRINKS = {
    "an eighth, at the margin": ("jpg", Size(1200, 1200), "100x", 8),
    "just below": ("jpg", Size(1192, 1192), "100x", 4),
    "a quarter": ("jpg", Size(600, 600), "100x", 4),
    "a half": ("jpg", Size(300, 300), "100x", 2),
    "not at all": ("jpg", Size(299, 299), "100x", 1),
    "the same size": ("jpg", Size(100, 100), "100x", 1),
    "enlarged": ("jpg", Size(100, 100), "800x_up", 1),
    "the side that shrinks less counts": ("jpg", Size(1200, 300), "100x100_fit-fill", 2),
    "the crop counts": ("jpg", Size(4000, 4000), "100x_crop-0-0-300-300", 2),
    "cameras, 12 MP": ("jpg", Size(4032, 3024), "300x", 8),
    "cameras, 24 MP": ("jpg", Size(6000, 4000), "300x", 8),
    "a side that ends within an eighth, but not a quarter": ("jpg", Size(1204, 1200), "100x", 4),
    "an odd side": ("jpg", Size(1201, 1200), "100x", 1),
    "an odd side, too little to be seen": ("jpg", Size(2001, 2000), "100x", 8),
    "an odd side that the crop leaves out": ("jpg", Size(1207, 1205), "100x_crop-0-0-1200-1200", 8),
    "a crop that begins within an eighth": ("jpg", Size(4000, 4000), "100x_crop-4-8-1200-1200", 4),
    "a crop that begins within a half": ("jpg", Size(4000, 4000), "100x_crop-8-1-1200-1200", 1),
    "a crop that ends within an eighth": ("jpg", Size(4000, 4000), "100x_crop-8-8-1206-1200", 2),
    "PNG": ("png", Size(1200, 1200), "100x", 1),
    "WebP": ("webp", Size(1200, 1200), "100x", 1),
    "SVG is drawn at its size": ("svg", Size(100, 100), "250x_up", 0.4),
    "SVG whose edge would lie within a pixel": ("svg", Size(100, 50), "333x111_fit-fill_up", 0.25),
    "SVG whose crop would begin within a pixel": ("svg", Size(100, 50), "20x_crop-31-0-40-50", 1),
}


@pytest.mark.parametrize(("original", "size", "text", "shrink"), SHRINKS.values(), ids=SHRINKS)
def test_an_original_is_decoded_as_small_as_it_can_be(
    original: str, size: Size, text: str, shrink: float
) -> None:
    assert plan(text, ImageHeader(size=size), original).shrink == shrink


def test_a_turned_original_shrinks_as_an_upright_one_does() -> None:
    header = ImageHeader(size=Size(1200, 2400), orientation=Orientation.from_exif(6))
    assert plan("200x", header).shrink == 8


# ----------------------------------------------------------------- background

HALF_RED = Colour(red=255, green=0, blue=0, alpha=128)
PINK = Colour(red=255, green=127, blue=127)
BLUE = Colour(red=0, green=0, blue=255)

#: What is put behind the picture, and what a canvas is filled with.
BACKGROUNDS: dict[str, tuple[str, Colour | None, Colour]] = {
    "transparent where it can be": ("500x500_fit-contain_f-png", None, TRANSPARENT),
    "white where it cannot": ("500x500_fit-contain_f-jpg", WHITE, WHITE),
    "a colour": ("500x500_fit-contain_bg-0000ff_f-png", BLUE, BLUE),
    "a colour in JPEG": ("500x500_fit-contain_bg-0000ff_f-jpg", BLUE, BLUE),
    "half a colour": ("500x500_fit-contain_bg-ff000080_f-webp", HALF_RED, HALF_RED),
    "half a colour on white in JPEG": ("500x500_fit-contain_bg-ff000080_f-jpg", PINK, PINK),
    "no colour in JPEG": ("500x500_fit-contain_bg-00000000_f-jpg", WHITE, WHITE),
}


@pytest.mark.parametrize(("text", "behind", "canvas"), BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_the_background_is_what_the_format_can_show(text: str, behind: Colour | None, canvas: Colour) -> None:
    made = plan(text, SEE_THROUGH)
    assert (made.background, made.padding) == (behind, canvas)


# -------------------------------------------------------------------- the rest

SMART = {
    "g-sm": Gravity.ATTENTION,
    "g-en": Gravity.ENTROPY,
    "g-n": None,
    "g-30-30": None,
    "g-c": None,
}


@pytest.mark.parametrize(("option", "gravity"), SMART.items())
def test_a_smart_gravity_is_left_to_the_pixels(option: str, gravity: Gravity | None) -> None:
    assert plan(f"100x100_fit-cover_{option}").gravity == gravity


def test_metadata_and_profile_are_carried_over() -> None:
    made = plan("100x_meta-keep_icc-p3")
    assert (made.metadata, made.profile) == (Metadata.KEEP, Profile.P3)
    made = plan("100x")
    assert (made.metadata, made.profile) == (Metadata.NONE, Profile.SRGB)


def test_a_plan_knows_what_is_stored() -> None:
    made = plan("100x", ImageHeader(size=Size(300, 400), orientation=Orientation.from_exif(6)))
    assert (made.original, made.stored) == (BUILTIN["jpg"], Size(300, 400))


def test_a_plain_plan_turns_nothing() -> None:
    assert plan("100x").turn == UPRIGHT


def test_a_plan_is_explained_in_plain_values() -> None:
    header = ImageHeader(size=Size(3000, 4000), orientation=Orientation.from_exif(6))
    explained = plan("100x100_fit-cover_g-sm_q-5", header).explained()
    assert json.loads(json.dumps(explained)) == {
        "original": {"format": "jpg", "stored": "3000x4000"},
        "pages": {"first": 1, "count": 1},
        "shrink_on_load": 8,
        "region": "0-0-3000-4000",
        "scaled": "100x133",
        "turn": {"quarter_turns": 1, "mirrored": False},
        "crop": "17-0-100-100",
        "smart_gravity": "sm",
        "canvas": None,
        "background": "ffffff",
        "profile": "srgb",
        "operations": [],
        "size": "100x100",
        "format": "jpg",
        "settings": {"Q": 5, "quant_table": 3},
        "palette": {},
        "max_kb": None,
        "bits": 8,
        "gain_map": False,
        "metadata": "none",
    }


def test_a_padded_plan_explains_its_canvas() -> None:
    explained = plan("100x100_fit-contain_f-png").explained()
    assert (explained["canvas"], explained["crop"], explained["background"]) == ("100x100", None, None)
