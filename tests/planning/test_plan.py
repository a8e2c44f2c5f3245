"""The plan: a SPEC and a frame brought together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from resizer_core.errors import InvalidSpec, LimitExceeded
from resizer_core.formats import BUILTIN
from resizer_core.gravity import Gravity
from resizer_core.model import TRANSPARENT, UPRIGHT, WHITE, Box, Colour, ImageHeader, Orientation, Size, whole
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation
from resizer_core.option_values import Metadata, Profile
from resizer_core.planning.limits import check_request
from resizer_core.planning.plan import Plan
from resizer_core.planning.planner import crop_box, make_plan, wants_animation
from resizer_core.site import Defaults, Limits, Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec

PRESETS: Mapping[str, Spec] = {
    "thumb": parse_spec("100x100_fit-cover"),
    "marked": parse_spec("100x_wm-logo"),
    "third": parse_spec("100x_page-3"),
    "good": parse_spec("100x_q-90"),
}
LANDSCAPE = ImageHeader(size=Size(400, 300))
SEE_THROUGH = ImageHeader(size=Size(400, 300), has_alpha=True)
ANIMATION = ImageHeader(size=Size(400, 300), pages=10, animated=True)
DOCUMENT = ImageHeader(size=Size(400, 300), pages=10)


def spec_of(text: str) -> Spec:
    return parse_spec(text, site=Site(presets=PRESETS))


def plan(text: str, header: ImageHeader = LANDSCAPE, original: str = "jpg", **options: Any) -> Plan:
    of_plan = {name: options.pop(name) for name in ("accept", "content") if name in options}
    return make_plan(spec_of(text), header, BUILTIN[original], site=Site(**options), **of_plan)


def box(left: int, top: int, width: int, height: int) -> Box:
    return Box(left=left, top=top, size=Size(width, height))


# ----------------------------------------------------------------------- size

SIZES = {
    "width": ("200x", Size(200, 150)),
    "height": ("x150", Size(200, 150)),
    "inside": ("200x200", Size(200, 150)),
    "not enlarged": ("800x800", Size(400, 300)),
    "enlarged": ("800x800_up", Size(800, 600)),
    "cover": ("200x200_fit-cover", Size(200, 200)),
    "cover, not enlarged": ("350x350_fit-cover", Size(350, 300)),
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


def underlined(error: InvalidSpec) -> str:
    return error.source[error.start : error.end]


# --------------------------------------------------------------------- shrink

SHRINKS = {
    "an eighth, at the margin": ("jpg", Size(1200, 1200), "100x", 8),
    "just below": ("jpg", Size(1199, 1199), "100x", 4),
    "a quarter": ("jpg", Size(600, 600), "100x", 4),
    "a half": ("jpg", Size(300, 300), "100x", 2),
    "not at all": ("jpg", Size(299, 299), "100x", 1),
    "the same size": ("jpg", Size(100, 100), "100x", 1),
    "enlarged": ("jpg", Size(100, 100), "800x_up", 1),
    "the side that shrinks less counts": ("jpg", Size(1200, 300), "100x100_fit-fill", 2),
    "the crop counts": ("jpg", Size(4000, 4000), "100x_crop-0-0-300-300", 2),
    "PNG": ("png", Size(1200, 1200), "100x", 1),
    "WebP": ("webp", Size(1200, 1200), "100x", 1),
    "SVG is drawn at its size": ("svg", Size(100, 100), "250x_up", 0.4),
}


@pytest.mark.parametrize(("original", "size", "text", "shrink"), SHRINKS.values(), ids=SHRINKS)
def test_an_original_is_decoded_as_small_as_it_can_be(
    original: str, size: Size, text: str, shrink: float
) -> None:
    assert plan(text, ImageHeader(size=size), original).shrink == shrink


def test_a_turned_original_shrinks_as_an_upright_one_does() -> None:
    header = ImageHeader(size=Size(1200, 2400), orientation=Orientation.from_exif(6))
    assert plan("200x", header).shrink == 8


# ---------------------------------------------------------------------- pages

#: text, header, original, output; the first page from 0, and how many.
PAGES = {
    "an animation stays one": ("100x", ANIMATION, "gif", "gif", 0, 10),
    "from GIF to WebP": ("100x_f-webp", ANIMATION, "gif", "webp", 0, 10),
    "from WebP to GIF": ("100x_f-gif", ANIMATION, "webp", "gif", 0, 10),
    "a still format takes the first": ("100x_f-jpg", ANIMATION, "gif", "jpg", 0, 1),
    "AVIF is still": ("100x_f-avif", ANIMATION, "gif", "avif", 0, 1),
    "still": ("100x_still", ANIMATION, "gif", "gif", 0, 1),
    "page 1 is still": ("100x_page-1", ANIMATION, "gif", "gif", 0, 1),
    "page 3": ("100x_page-3", ANIMATION, "gif", "gif", 2, 1),
    "the last page": ("100x_page-10", ANIMATION, "gif", "gif", 9, 1),
    "a preset's page": ("p-third", ANIMATION, "gif", "gif", 2, 1),
    "pages that are no frames": ("100x_f-webp", DOCUMENT, "tif", "webp", 0, 1),
    "a page of a document": ("100x_page-2_f-png", DOCUMENT, "tif", "png", 1, 1),
    "one frame": ("100x", ImageHeader(size=Size(4, 3), animated=True), "gif", "gif", 0, 1),
}


@pytest.mark.parametrize(("text", "header", "original", "output", "page", "pages"), PAGES.values(), ids=PAGES)
def test_the_pages_that_are_taken(
    text: str, header: ImageHeader, original: str, output: str, page: int, pages: int
) -> None:
    made = plan(text, header, original)
    assert (made.format.name, made.page, made.pages) == (output, page, pages)


@pytest.mark.parametrize(
    ("text", "marked"), [("100x_page-11_up", "page-11"), ("100x_q-5_page-11", "page-11")]
)
def test_a_page_that_is_not_there_is_refused(text: str, marked: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        plan(text, ANIMATION, "gif", defaults=Defaults(format="webp"))
    assert caught.value.reason == "expected a page of 1 to 10, got 11"
    assert underlined(caught.value) == marked


def test_a_page_of_a_preset_that_is_not_there_underlines_the_preset() -> None:
    with pytest.raises(InvalidSpec, match="expected a page of 1 to 1, got 3") as caught:
        plan("p-third")
    assert underlined(caught.value) == "p-third"


WANTS = {"100x": True, "100x_still": False, "100x_page-2": False, "p-thumb": True, "p-third": False}


@pytest.mark.parametrize(("text", "wanted"), WANTS.items())
def test_a_spec_takes_all_frames_or_one(text: str, *, wanted: bool) -> None:
    assert wants_animation(spec_of(text)) is wanted


# --------------------------------------------------------------------- format

#: text, original, header, what the configuration says; the output.
FORMATS: dict[str, tuple[str, str, ImageHeader, str | None, str]] = {
    "JPEG stays": ("100x", "jpg", LANDSCAPE, None, "jpg"),
    "PNG stays": ("100x", "png", LANDSCAPE, None, "png"),
    "WebP stays": ("100x", "webp", LANDSCAPE, None, "webp"),
    "AVIF stays": ("100x", "avif", LANDSCAPE, None, "avif"),
    "GIF stays": ("100x", "gif", LANDSCAPE, None, "gif"),
    "TIFF becomes JPEG": ("100x", "tif", LANDSCAPE, None, "jpg"),
    "TIFF with alpha becomes PNG": ("100x", "tif", SEE_THROUGH, None, "png"),
    "SVG becomes JPEG": ("100x", "svg", LANDSCAPE, None, "jpg"),
    "SVG with alpha becomes PNG": ("100x", "svg", SEE_THROUGH, None, "png"),
    "the spec comes first": ("100x_f-tif", "jpg", LANDSCAPE, "webp", "tif"),
    "the configuration comes second": ("100x", "jpg", LANDSCAPE, "webp", "webp"),
    "the configuration by an alias": ("100x", "png", LANDSCAPE, "jpeg", "jpg"),
    "a preset's own": ("p-thumb_f-gif", "jpg", LANDSCAPE, None, "gif"),
}


@pytest.mark.parametrize(
    ("text", "original", "header", "configured", "output"), FORMATS.values(), ids=FORMATS
)
def test_the_format_is_that_of_the_spec_the_configuration_or_the_original(
    text: str, original: str, header: ImageHeader, configured: str | None, output: str
) -> None:
    assert plan(text, header, original, defaults=Defaults(format=configured)).format.name == output


AVIF_AND_WEBP = "image/avif,image/webp,*/*"
NEGOTIATED = {
    "AVIF": ("100x_f-auto", LANDSCAPE, AVIF_AND_WEBP, None, "avif", 1),
    "nothing named": ("100x_f-auto", LANDSCAPE, "*/*", None, "jpg", 1),
    "an animation": ("100x_f-auto", ANIMATION, AVIF_AND_WEBP, None, "webp", 10),
    "the first frame": ("100x_f-auto_still", ANIMATION, AVIF_AND_WEBP, None, "avif", 1),
    "by configuration": ("100x", LANDSCAPE, AVIF_AND_WEBP, "auto", "avif", 1),
}


@pytest.mark.parametrize(
    ("text", "header", "accept", "configured", "output", "pages"), NEGOTIATED.values(), ids=NEGOTIATED
)
def test_auto_takes_what_the_browser_shows(
    text: str, header: ImageHeader, accept: str, configured: str | None, output: str, pages: int
) -> None:
    made = plan(text, header, "gif", accept=accept, defaults=Defaults(format=configured))
    assert (made.format.name, made.pages) == (output, pages)


#: What the format of the original makes impossible: the text, the original, what is underlined, the reason.
IMPOSSIBLE = {
    "quality of PNG": ("100x_q-5_dl", "png", "q-5", "png is lossless and takes no quality"),
    "quality of GIF": ("100x_q-5", "gif", "q-5", "gif is lossless and takes no quality"),
    "a preset's quality": ("p-good", "png", "p-good", "png is lossless and takes no quality"),
    "a ceiling for PNG": ("100x_kb-5_dl", "png", "kb-5", "png is lossless: its size cannot be chosen"),
    "a ceiling for GIF": ("100x_kb-5", "gif", "kb-5", "gif is lossless: its size cannot be chosen"),
    "JPEG without loss": ("100x_ll", "jpg", "ll", "expected ll with webp or avif, got jpg"),
    "PNG without loss": ("100x_ll_v-1", "png", "ll", "expected ll with webp or avif, got png"),
}


@pytest.mark.parametrize(("text", "original", "marked", "reason"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_the_format_cannot_do_is_refused(text: str, original: str, marked: str, reason: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        plan(text, original=original)
    assert (underlined(caught.value), caught.value.reason) == (marked, reason)


def test_the_settings_are_those_of_the_encoder() -> None:
    assert plan("100x_f-webp_q-5").settings == {"Q": 5, "effort": 2}
    assert plan("100x", ANIMATION, "webp").settings == {"Q": 75, "effort": 2}
    assert plan("100x_still", ANIMATION, "webp").settings == {"Q": 80, "effort": 2}
    assert plan("100x", defaults=Defaults(quality={"jpg": 6})).settings["Q"] == 6


def test_a_ceiling_leaves_the_quality_open_up_to_what_is_asked_for() -> None:
    free, bound = plan("100x_kb-90"), plan("100x_kb-90_q-40")
    assert (free.max_kb, free.max_quality, free.settings["Q"]) == (90, 100, 75)
    assert (bound.max_kb, bound.max_quality, bound.settings["Q"]) == (90, 40, 40)
    assert plan("100x").max_kb is None


DEEP = {
    "png": (16, "png", {}),
    "tif": (12, "tif", {}),
    "avif of ten": (10, "avif", {"bitdepth": 10}),
    "avif of nine": (9, "avif", {"bitdepth": 10}),
    "avif of twelve": (12, "avif", {"bitdepth": 12}),
    "avif of sixteen": (16, "avif", {"bitdepth": 12}),
}


@pytest.mark.parametrize(("bits", "format", "settings"), DEEP.values(), ids=DEEP)
def test_more_than_eight_bits_are_kept_where_it_is_asked_for(
    bits: int, format: str, settings: dict[str, int]
) -> None:
    header = ImageHeader(size=Size(400, 300), bits=bits)
    kept = plan(f"100x_hdr_f-{format}", header)
    assert (kept.bits, {**kept.settings, **settings}) == (16, kept.settings)
    assert plan(f"100x_f-{format}", header).bits == 8
    assert plan("100x_hdr_f-webp", header).bits == 8
    assert plan(f"100x_hdr_f-{format}", LANDSCAPE).bits == 8


def test_a_gain_map_is_kept_where_it_is_asked_for_in_jpeg_alone() -> None:
    header = ImageHeader(size=Size(400, 300), gain_map=True)
    assert plan("100x_hdr", header).gain_map
    assert not plan("100x", header).gain_map
    assert not plan("100x_hdr_f-avif", header).gain_map
    assert not plan("100x_hdr", LANDSCAPE).gain_map


# ----------------------------------------------------------------- operations


@dataclass(frozen=True, slots=True)
class Wish:
    """An operation that can be read and not carried out."""

    name: ClassVar[str] = "acme.wish"
    long_name: ClassVar[str] = "acme.wish"
    order: ClassVar[int] = 5

    @classmethod
    def parse(cls, text: str) -> Wish:  # noqa: ARG003
        return cls()

    def __str__(self) -> str:
        return self.name


def test_what_is_not_available_is_refused_and_never_ignored() -> None:
    spec = parse_spec("100x_up_acme.wish_v-1", site=Site(operations={"acme.wish": Wish}))
    with pytest.raises(InvalidSpec) as caught:
        check_request(spec, Site())
    assert (underlined(caught.value), caught.value.reason) == ("acme.wish", "acme.wish is not available")
    with pytest.raises(InvalidSpec, match="acme.wish is not available"):
        make_plan(spec, LANDSCAPE, BUILTIN["jpg"])


def test_what_is_not_available_in_a_preset_underlines_the_preset() -> None:
    with pytest.raises(InvalidSpec, match="unknown watermark 'logo'") as caught:
        check_request(spec_of("p-marked_q-5"), Site())
    assert underlined(caught.value) == "p-marked"


def test_a_watermark_is_one_of_those_with_a_name() -> None:
    check_request(spec_of("100x_wm-logo"), Site(watermarks={"logo": b""}))
    with pytest.raises(InvalidSpec) as caught:
        check_request(spec_of("100x_wm-lgo-c_v-1"), Site(watermarks={"mark": b"", "logo": b""}))
    assert underlined(caught.value) == "wm-lgo-c"
    assert caught.value.reason == "unknown watermark 'lgo'; known: logo, mark"
    with pytest.raises(InvalidSpec, match="unknown watermark 'logo'; known: none is configured"):
        plan("100x_wm-logo")
    assert plan("100x_wm-logo", watermarks={"logo": b""}).size == Size(100, 75)


@dataclass(frozen=True, slots=True)
class Frill:
    """An operation that can be carried out: it adds ``width`` px on the right."""

    name: ClassVar[str] = "acme.frill"
    long_name: ClassVar[str] = "acme.frill"
    order: ClassVar[int] = 5
    width: int

    @classmethod
    def parse(cls, text: str) -> Frill:
        return cls(int(text))

    def __str__(self) -> str:
        return f"{self.name}-{self.width}"

    def measure(self, header: ImageHeader) -> ImageHeader:
        return ImageHeader(size=Size(header.size.width + self.width, header.size.height))

    def apply(self, image: Any) -> Any:
        return image


WITH_FRILL: Mapping[str, type[Operation]] = {**OPERATIONS, "acme.frill": Frill}


def test_an_operation_that_can_be_carried_out_says_how_large_its_result_is() -> None:
    spec = parse_spec("200x_acme.frill-30", site=Site(operations=WITH_FRILL))
    made = make_plan(spec, LANDSCAPE, BUILTIN["jpg"])
    assert made.operations == (Frill(30),)
    assert made.placement.canvas == Size(200, 150)
    assert made.size == Size(230, 150)


def test_what_an_operation_adds_counts_for_the_limits() -> None:
    spec = parse_spec("200x_acme.frill-30", site=Site(operations=WITH_FRILL))
    with pytest.raises(LimitExceeded, match="expected a result of at most 229 px a side in jpg, got 230x150"):
        make_plan(spec, LANDSCAPE, BUILTIN["jpg"], site=Site(limits=Limits(output_side=229)))


# --------------------------------------------------------------------- limits

LIMITS: dict[str, tuple[str, ImageHeader, str, dict[str, int], str]] = {
    "the pixels of the original": (
        "100x",
        LANDSCAPE,
        "jpg",
        {"input_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an original that is decoded whole": (
        "100x",
        LANDSCAPE,
        "avif",
        {"in_memory_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an interlaced PNG, which is decoded whole": (
        "100x",
        ImageHeader(size=Size(400, 300), interlaced=True),
        "png",
        {"in_memory_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of an original that is decoded whole, as of any other": (
        "100x",
        LANDSCAPE,
        "webp",
        {"input_pixels": 119_999},
        "expected an original of at most 119999 pixels, got 400x300 px",
    ),
    "what is made before the crop": (
        "500x500_fit-cover_up",
        ImageHeader(size=Size(1, 300)),
        "png",
        {"input_pixels": 500 * 150_000 - 1},
        "expected at most 74999999 pixels before the crop, got 500x150000 px",
    ),
    "the frames of an animation": (
        "100x",
        ANIMATION,
        "gif",
        {"frames": 9},
        "expected an animation of at most 9 frames, got 10",
    ),
    "the pixels of an animation": (
        "100x",
        ANIMATION,
        "gif",
        {"animation_pixels": 1_199_999},
        "expected an animation of at most 1199999 pixels in all, got 10 frames of 400x300 px",
    ),
    "the pixels of an animation that grows": (
        "800x_up",
        ANIMATION,
        "gif",
        {"animation_pixels": 4_799_999},
        "expected a result of at most 4799999 pixels in all, got 10 frames of 800x600 px",
    ),
    "the width that is asked for": (
        "500x",
        LANDSCAPE,
        "jpg",
        {"output_side": 499},
        "expected a side of at most 499 px, got 500",
    ),
    "the height that is asked for": (
        "x500",
        LANDSCAPE,
        "jpg",
        {"output_side": 499},
        "expected a side of at most 499 px, got 500",
    ),
    "a side of a preset": (
        "p-thumb_dpr-2",
        LANDSCAPE,
        "jpg",
        {"output_side": 199},
        "expected a side of at most 199 px, got 200",
    ),
    "a side that a ratio makes": (
        "x100_ar-5-1_up",
        LANDSCAPE,
        "jpg",
        {"output_side": 499},
        "expected a side of at most 499 px, got 500x100",
    ),
    "a side that follows": (
        "x300",
        LANDSCAPE,
        "jpg",
        {"output_side": 399},
        "expected a result of at most 399 px a side in jpg, got 400x300",
    ),
    "a side of the original": (
        "orig",
        LANDSCAPE,
        "jpg",
        {"output_side": 399},
        "expected a result of at most 399 px a side in jpg, got 400x300",
    ),
    "a side that the encoder does not take": (
        "orig_f-webp",
        ImageHeader(size=Size(16_384, 1)),
        "jpg",
        {"output_side": 99_999},
        "expected a result of at most 16383 px a side in webp, got 16384x1",
    ),
    "the pixels of the result": (
        "orig",
        LANDSCAPE,
        "jpg",
        {"output_pixels": 119_999},
        "expected a result of at most 119999 pixels, got 400x300 px",
    ),
    "the pixels of a canvas": (
        "500x500_fit-contain",
        LANDSCAPE,
        "jpg",
        {"output_pixels": 249_999},
        "expected a result of at most 249999 pixels, got 500x500 px",
    ),
}


@pytest.mark.parametrize(("text", "header", "original", "limits", "reason"), LIMITS.values(), ids=LIMITS)
def test_a_limit_is_kept(
    text: str, header: ImageHeader, original: str, limits: dict[str, int], reason: str
) -> None:
    with pytest.raises(LimitExceeded) as caught:
        plan(text, header, original, limits=Limits(**limits))
    assert str(caught.value) == reason


@pytest.mark.parametrize(("text", "header", "original", "limits", "reason"), LIMITS.values(), ids=LIMITS)
def test_what_just_reaches_a_limit_is_answered(
    text: str, header: ImageHeader, original: str, limits: dict[str, int], reason: str
) -> None:
    del reason
    if "16384" in str(header.size):
        header = ImageHeader(size=Size(16_383, 1))
    one_more = {name: value + 1 for name, value in limits.items()}
    assert isinstance(plan(text, header, original, limits=Limits(**one_more)), Plan)


def test_what_is_decoded_line_by_line_may_be_larger_than_what_is_decoded_whole() -> None:
    assert isinstance(plan("100x", LANDSCAPE, "jpg", limits=Limits(in_memory_pixels=1)), Plan)


def test_a_still_output_of_a_long_animation_is_answered() -> None:
    limits = Limits(frames=9, animation_pixels=1)
    assert plan("100x_f-jpg", ANIMATION, "gif", limits=limits).pages == 1
    assert plan("100x_still", ANIMATION, "gif", limits=limits).pages == 1


def test_a_size_beyond_the_limits_is_refused_before_anything_is_known_of_the_original() -> None:
    with pytest.raises(LimitExceeded, match="expected a side of at most 8192 px, got 8193"):
        check_request(spec_of("8193x"), Site())
    check_request(spec_of("8192x8192"), Site())
    check_request(spec_of("orig"), Site())


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
        "max_kb": None,
        "bits": 8,
        "gain_map": False,
        "metadata": "none",
    }


def test_a_padded_plan_explains_its_canvas() -> None:
    explained = plan("100x100_fit-contain_f-png").explained()
    assert (explained["canvas"], explained["crop"], explained["background"]) == ("100x100", None, None)
