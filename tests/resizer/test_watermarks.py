"""Watermarks by name: where they are read, how often, and what becomes of one that is not there."""

from __future__ import annotations

import pytest
import pyvips

import resizer_core as core
from resizer_core.pipeline import WATERMARK_SIDE
from tests.doubles import Failing, Recording, filled, picture
from tests.handler.site import Site, message
from tests.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    animation,
    apart,
    decoded,
    encoded,
    frames_of,
    gradient,
    nearest,
    pixel,
    quarters,
    size_of,
    solid,
)

BLUE_MARK = encoded(solid((*BLUE, 255), 40, 20), "png")
WHITE = (255, 255, 255)


def marked(spec: str, *, page: pyvips.Image | None = None, mark: bytes = BLUE_MARK) -> pyvips.Image:
    data = encoded(solid(WHITE, 100, 80) if page is None else page, "png")
    return decoded(core.resize(data, f"{spec}_f-png", site=core.Site(watermarks={"logo": mark})).body)


def where(image: pyvips.Image) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is not white."""
    left, top, width, height = image.find_trim(background=[255], threshold=40, line_art=True)
    return left, top, width, height


def test_an_enlarged_watermark_is_as_symmetric_as_it_was() -> None:
    framed = solid((*BLUE, 255), 12, 12).draw_rect([255, 255, 255, 255], 2, 2, 8, 8, fill=True)
    image = marked("orig_wm-logo-c-100-80", mark=encoded(framed, "png")).crop(10, 0, 80, 80)
    assert apart(image, image.fliphor())[0] <= 1
    assert apart(image, image.flipver())[0] <= 1


PLACES = {
    "orig_wm-logo": (80, 70, 20, 10),
    "orig_wm-logo-nw": (0, 0, 20, 10),
    "orig_wm-logo-c": (40, 35, 20, 10),
    "orig_wm-logo-e": (80, 35, 20, 10),
    "orig_wm-logo-s-100-50": (25, 55, 50, 25),
    "orig_wm-logo-n-100-1": (50, 0, 1, 1),
    "orig_wm-logo-c-100-100": (0, 15, 100, 50),
    "50p_wm-logo": (40, 35, 10, 5),
    "orig_pad-10_bg-ffffff_wm-logo": (96, 90, 24, 10),
    "orig_wm-logo-tile": (0, 0, 100, 80),
}


@pytest.mark.parametrize(("spec", "place"), PLACES.items(), ids=PLACES)
def test_a_watermark_stands_where_it_is_put(spec: str, place: tuple[int, int, int, int]) -> None:
    left, top, width, height = where(marked(spec))
    assert max(abs(a - b) for a, b in zip((left, top, width, height), place, strict=True)) <= 2 * (
        "pad" in spec
    )


def test_one_that_would_be_higher_than_the_page_is_made_smaller() -> None:
    mark = encoded(solid((*BLUE, 255), 20, 200), "png")
    assert where(marked("orig_wm-logo-c-100-100", mark=mark)) == (46, 0, 8, 80)


def test_tiles_stand_side_by_side_from_the_top_left() -> None:
    mark = encoded(quarters(40, 20), "png")
    image = marked("orig_wm-logo-tile", mark=mark)
    for top in range(0, 80, 10):
        for left in range(0, 100, 20):
            seen = [pixel(image, left + x, top + y) for x, y in ((2, 1), (17, 1), (2, 8), (17, 8))]
            assert [nearest(colour) for colour in seen] == [RED, GREEN, BLUE, YELLOW]


@pytest.mark.parametrize("alpha", [255, 128])
@pytest.mark.parametrize("opacity", [1, 50, 100])
def test_opacity_is_multiplied_with_what_the_file_has(opacity: int, alpha: int) -> None:
    mark = encoded(solid((0, 0, 0, alpha), 40, 20), "png")
    level = pixel(marked(f"orig_wm-logo-se-{opacity}", mark=mark), 90, 75)[0]
    assert abs(level - 255 * (1 - alpha / 255 * opacity / 100)) <= 1


def test_it_is_seen_on_what_is_transparent() -> None:
    image = marked("orig_wm-logo", page=solid((0, 255, 0, 0), 100, 80))
    assert (pixel(image, 90, 75), pixel(image, 10, 10)[3]) == ((*BLUE, 255), 0)


def test_it_is_in_colour_on_a_gray_page() -> None:
    image = marked("orig_wm-logo", page=solid([90], 100, 80))
    assert (pixel(image, 90, 75), pixel(image, 10, 10)) == (BLUE, (90, 90, 90))


@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "gif", "tif"])
def test_a_file_of_any_format_is_one_the_right_way_up(format: str) -> None:
    mark = encoded(quarters(40, 20), format, **({} if format == "gif" else {"orientation": 6}))
    image = marked("orig_wm-logo-c-100-40", mark=mark)
    seen = [pixel(image, x, y) for x, y in ((34, 33), (66, 33), (34, 47), (66, 47))]
    assert [nearest(colour) for colour in seen] == [RED, GREEN, BLUE, YELLOW]


def test_its_colours_are_those_of_the_page() -> None:
    """In Display P3 the levels of a colour of sRGB are others."""
    page = encoded(solid(WHITE, 100, 80), "png")
    image = decoded(
        core.resize(page, "orig_wm-logo_icc-p3_f-png", site=core.Site(watermarks={"logo": BLUE_MARK})).body
    )
    assert pixel(image, 90, 75) != BLUE
    back = image.icc_transform("srgb", embedded=True)
    assert max(abs(a - b) for a, b in zip(pixel(back, 90, 75), BLUE, strict=True)) <= 2


def test_every_frame_has_it() -> None:
    frames = [solid(colour, 100, 80) for colour in (RED, GREEN, YELLOW)]
    body = core.resize(
        animation(frames, "webp"), "orig_wm-logo_ll", site=core.Site(watermarks={"logo": BLUE_MARK})
    ).body
    for frame, colour in zip(frames_of(body), (RED, GREEN, YELLOW), strict=True):
        assert (nearest(pixel(frame, 90, 75)[:3]), nearest(pixel(frame, 10, 10)[:3])) == (BLUE, colour)


def test_a_huge_file_is_kept_small() -> None:
    mark = encoded(gradient(3000, 30), "jpg")
    image = marked("orig_wm-logo-c-100-100", mark=mark)
    assert (size_of(image), WATERMARK_SIDE) == ("100x80", 2048)


# --- stores ------------------------------------------------------------------------------------------


def resizer(marks: core.ObjectStore, **keys: str) -> core.Resizer:
    originals = filled({"cat.jpg": picture(), "dog.jpg": picture(width=90)})
    watermarks = core.StoredWatermarks(marks, keys or {"logo": "marks/logo.png"})
    return core.Resizer(originals, core.open_store("memory:"), site=core.Site(watermarks=watermarks))


def test_a_watermark_is_read_once_and_only_when_it_is_asked_for() -> None:
    marks = Recording(filled({"marks/logo.png": BLUE_MARK}))
    site = resizer(marks)
    site.produce("/30x/cat.jpg")
    assert marks.calls == []
    for path in ("/30x_wm-logo/cat.jpg", "/30x_wm-logo-nw/cat.jpg", "/30x_wm-logo/dog.jpg"):
        assert site.produce(path).outcome is core.Outcome.MADE
    assert marks.calls == [("get", "marks/logo.png")]


def test_an_unknown_name_is_refused_before_any_store_is_touched() -> None:
    marks = Recording()
    with pytest.raises(core.InvalidSpec, match="unknown watermark 'lgo'; did you mean logo. known: logo"):
        resizer(marks).produce("/30x_wm-lgo/cat.jpg")
    assert marks.calls == []


UNUSABLE = {
    "missing": {},
    "no picture": {"marks/logo.png": b"no picture at all"},
    "cut": {"marks/logo.png": encoded(gradient(), "png")[:2000]},
    "too large": {"marks/logo.png": bytes(11 * 1024 * 1024)},
}


@pytest.mark.parametrize("objects", UNUSABLE.values(), ids=UNUSABLE)
def test_one_that_cannot_be_used_is_a_fault_of_the_configuration(objects: dict[str, bytes]) -> None:
    site = resizer(filled(objects))
    with pytest.raises(core.ConfigurationError, match="the watermark 'logo'"):
        site.produce("/30x_wm-logo/cat.jpg")


def test_a_key_that_no_store_holds_is_one_as_well() -> None:
    with pytest.raises(core.ConfigurationError, match="the watermark 'logo' cannot be read"):
        resizer(core.open_store("memory:"), logo="../logo.png").produce("/30x_wm-logo/cat.jpg")


def test_one_that_was_missing_is_looked_for_again() -> None:
    marks = core.open_store("memory:")
    site = resizer(marks)
    with pytest.raises(core.ConfigurationError):
        site.produce("/30x_wm-logo/cat.jpg")
    filled({"marks/logo.png": BLUE_MARK}, marks)
    assert site.produce("/30x_wm-logo/cat.jpg").outcome is core.Outcome.MADE


def test_a_store_of_watermarks_that_fails_is_no_fault_of_the_configuration() -> None:
    with pytest.raises(core.StorageError):
        resizer(Failing()).produce("/30x_wm-logo/cat.jpg")


def test_the_names_are_known_without_reading() -> None:
    marks = core.StoredWatermarks(Failing(), {"logo": "a", "mark": "b"})
    assert (set(marks), len(marks), "logo" in marks, "lgo" in marks) == ({"logo", "mark"}, 2, True, False)


# --- the function ------------------------------------------------------------------------------------


def test_the_function_takes_them_from_the_originals() -> None:
    site = Site.over({"cat.jpg": picture(), "logo.png": BLUE_MARK}, watermarks={"logo": "logo.png"})
    assert site.get("/30x_wm-logo/cat.jpg")["statusCode"] == 302
    stored = site.derivatives.get("30x_wm-logo/cat.jpg")
    assert stored
    wanted = core.resize(picture(), "30x_wm-logo", site=core.Site(watermarks={"logo": BLUE_MARK})).body
    assert bytes(stored.body) == wanted != core.resize(picture(), "30x").body


def test_the_function_answers_what_is_wrong_with_one() -> None:
    site = Site.over(watermarks={"logo": "logo.png"})
    unknown = site.get("/30x_wm-lgo/cat.jpg")
    assert (unknown["statusCode"], message(unknown)["error"]) == (400, "InvalidSpec")
    missing = site.get("/30x_wm-logo/cat.jpg")
    assert (missing["statusCode"], missing["headers"]["cache-control"]) == (500, "no-store")
    assert message(missing) == {"error": "ConfigurationError", "message": "a setting of this site is wrong"}
    assert "the watermark 'logo' is not in its store" in site.log()["exception"]
    assert site.stored() == []
