"""An indexed PNG stays one where that is smaller and looks the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import pyvips

from resizer_core import parse_spec, plan_for, resize
from resizer_core.rendering.render import render
from resizer_core.rendering.writing import looks_like
from tests.pictures import (
    apart,
    decoded,
    disc,
    encoded,
    gradient,
    pixel,
    quarters,
    size_of,
    solid,
    waves,
)

TRUECOLOUR, INDEXED, WITH_ALPHA = 2, 3, 6


def depth_and_type(body: bytes) -> tuple[int, int]:
    """Source: PNG (third edition), section 11.2.1: what IHDR says after the size."""
    return body[24], body[25]


def indexed(picture: pyvips.Image, **options: Any) -> bytes:
    """Make an indexed PNG, whose bits for a pixel ``bitdepth`` says."""
    return encoded(picture, "png", palette=True, **options)


def truecolour(data: bytes, spec: str) -> bytes:
    """Make what is made where a palette is not tried."""
    return render(data, replace(plan_for(data, parse_spec(spec)), palette={}))


def drawing() -> pyvips.Image:
    """Draw round shapes, whose edges have many colours once they are made smaller."""
    sheet = quarters(1300, 900)
    for number, colour in enumerate(((255, 0, 0), (0, 0, 0), (255, 255, 255), (90, 10, 200))):
        sheet = sheet.draw_circle(list(colour), 160 + 320 * number, 450, 120, fill=True)
    return sheet


def text() -> pyvips.Image:
    lines = pyvips.Image.text("Every picture\nin its colours\n" * 8, dpi=144)
    ink = lines.embed(100, 100, 1300, 900)
    return ink.ifthenelse([20, 30, 60], [240, 240, 250], blend=True).cast("uchar").copy(interpretation="srgb")


def photograph() -> pyvips.Image:
    """Draw slow waves with a grain of a few pixels."""
    picture = waves(600, 400)
    for seed in (1, 2):
        picture = picture + pyvips.Image.gaussnoise(600, 400, mean=0, sigma=24, seed=seed).gaussblur(
            1.5 * seed
        )
    return picture.cast("uchar").copy(interpretation="srgb")


PICTURES = {"a drawing": drawing(), "text": text(), "a photograph": waves(1300, 900), "alpha": disc(side=900)}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("spec", ["1100x", "50p", "25p_f-png", "400x300_fit-cover_rot-90"])
def test_it_stays_indexed_when_it_is_made_smaller(spec: str, picture: pyvips.Image) -> None:
    data = indexed(picture)
    result = resize(data, spec)
    other = truecolour(data, spec)
    assert depth_and_type(result.body)[1] == INDEXED
    assert depth_and_type(other)[1] == (WITH_ALPHA if picture.hasalpha() else TRUECOLOUR)
    assert len(result.body) < len(other)
    image = decoded(result.body)
    assert size_of(image) == str(result.size)
    assert looks_like(image, decoded(other))


@pytest.mark.parametrize("spec", ["500x", "83p", "70p_f-png", "50p_rot-90"])
def test_a_photograph_takes_no_more_bytes_than_its_original(spec: str) -> None:
    data = indexed(photograph(), Q=70, effort=7)
    assert depth_and_type(data) == (8, INDEXED)
    assert len(resize(data, spec).body) < len(data) < len(truecolour(data, spec)) / 1.2


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_what_keeps_its_size_keeps_its_colours_and_its_bits(bits: int) -> None:
    data = indexed(noise(), bitdepth=bits)
    body = resize(data, "orig").body
    assert (depth_and_type(body), apart(decoded(body), decoded(data))) == ((bits, INDEXED), (0, 0))
    assert len(body) <= len(data) * 1.01
    turned = resize(data, "orig_rot-180").body
    assert (depth_and_type(turned), apart(decoded(turned), decoded(data).rot180())) == (
        (bits, INDEXED),
        (0, 0),
    )


def test_transparency_is_in_the_palette() -> None:
    data = indexed(disc(side=300))
    assert b"tRNS" in data
    body = resize(data, "orig").body
    assert b"tRNS" in body
    difference: Any = decoded(body).premultiply() - decoded(data).premultiply()
    assert difference.abs().max() == 0
    small = decoded(resize(data, "100x").body)
    assert [pixel(small, *at)[3] for at in ((0, 0), (50, 50), (99, 99))] == [0, 255, 0]


def test_a_profile_and_the_text_of_the_original_stay_where_they_are_asked_for() -> None:
    data = indexed(drawing(), profile="p3")
    body = resize(data, "50p_icc-keep").body
    assert (depth_and_type(body)[1], b"iCCP" in body) == (INDEXED, True)
    assert b"iCCP" not in resize(data, "50p").body


def noise() -> pyvips.Image:
    one, two, three = (pyvips.Image.gaussnoise(400, 400, mean=128, sigma=60, seed=seed) for seed in (1, 2, 3))
    return one.bandjoin(two).bandjoin(three).cast("uchar").copy(interpretation="srgb")


def test_what_would_look_another_way_takes_all_colours() -> None:
    data = indexed(noise())
    body = resize(data, "83p").body
    assert depth_and_type(body)[1] == TRUECOLOUR
    assert body == truecolour(data, "83p")


def test_what_would_be_larger_takes_all_colours() -> None:
    data = indexed(solid((200, 100, 50), 4, 3))
    assert len(resize(data, "2x").body) <= len(truecolour(data, "2x"))


@pytest.mark.parametrize(
    "spec", ["50p_blur-2", "50p_sat-40", "50p_gray", "50p_pad-9", "300x300_fit-contain_bg-00ff0088"]
)
def test_operations_and_padding_are_no_exception(spec: str) -> None:
    data = indexed(drawing())
    body = resize(data, spec).body
    assert depth_and_type(body)[1] == INDEXED
    assert looks_like(decoded(body), decoded(truecolour(data, spec)))


OTHERS = {
    "a PNG of all colours": (encoded(drawing(), "png"), "50p", TRUECOLOUR),
    "a gray PNG": (encoded(solid([90]), "png"), "50p", 0),
    "a gray PNG of one bit": (encoded(solid([255]), "png", bitdepth=1), "50p", 0),
    "a GIF": (encoded(drawing(), "gif"), "50p_f-png", None),
    "another output": (indexed(drawing()), "50p_f-webp", None),
}


@pytest.mark.parametrize(("data", "spec", "type"), OTHERS.values(), ids=OTHERS)
def test_all_others_are_written_as_they_were(data: bytes, spec: str, type: int | None) -> None:
    assert plan_for(data, parse_spec(spec)).palette == {}
    if type is not None:
        assert depth_and_type(resize(data, spec).body)[1] == type


def test_the_same_request_makes_the_same_bytes() -> None:
    data = indexed(waves(1300, 900))
    assert len({resize(data, "83p").body for _ in range(4)}) == 1


def test_the_plan_says_so() -> None:
    data = indexed(drawing())
    smaller, same = (plan_for(data, parse_spec(spec)).explained() for spec in ("50p", "orig_gray"))
    assert smaller["palette"] == {
        "palette": True,
        "Q": 84,
        "dither": 0.5,
        "effort": 4,
        "compression": 6,
        "filter": "none",
    }
    assert same["palette"] == smaller["palette"] | {"Q": 100}


# --- what looks the same -----------------------------------------------------------------------------


def test_what_cannot_be_seen_is_the_same() -> None:
    assert looks_like(disc(), disc(hidden=(255, 255, 255)))
    assert looks_like(solid([90], 9, 9), solid([90, 90, 90, 255], 9, 9))
    assert looks_like(gradient(), (gradient() + 2).cast("uchar"))


SEEN = {
    "another colour": solid([120, 120, 120]).draw_rect([132, 120, 120], 8, 8, 16, 16, fill=True),
    "a line that is gone": solid([120, 120, 120]).draw_line([200, 120, 120], 0, 20, 63, 20),
    "a point that is gone": solid([120, 120, 120]).draw_rect([220, 120, 120], 5, 5, 1, 1),
    "transparency": solid([120, 120, 120, 243]),
    "noise all over": solid([120, 120, 120]) + pyvips.Image.gaussnoise(64, 48, mean=0, sigma=6),
}


@pytest.mark.parametrize("other", SEEN.values(), ids=SEEN)
def test_what_can_be_seen_is_not_the_same(other: pyvips.Image) -> None:
    assert not looks_like(solid([120, 120, 120]), other.cast("uchar").copy(interpretation="srgb"))
