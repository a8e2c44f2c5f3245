"""The pages that a plan takes, the format it writes, and the settings of its encoder."""

from __future__ import annotations

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.model import ImageHeader, Size
from resizer_core.planning.planner import wants_animation
from resizer_core.site import Defaults
from tests.planning.plans import ANIMATION, DOCUMENT, LANDSCAPE, SEE_THROUGH, plan, spec_of, underlined

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
