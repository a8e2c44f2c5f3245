"""``hdr``: the gain map of an Ultra HDR JPEG."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from resizer_core import CorruptImage, InvalidSpec, LimitExceeded, parse_spec, plan_for, resize
from resizer_core.rendering.gain_map import no_gain
from resizer_core.site import Site
from tests.pictures import (
    ORIENTATIONS,
    Colour,
    apart,
    decoded,
    disc,
    encoded,
    field,
    pixel,
    quarters,
    size_of,
    solid,
    stored,
    tagged,
    waves,
)
from tests.rendering.jpegs import scene

#: How bright the corners of the gain map are, line by line.
GAINS = (0, 80, 160, 240)


def gain_map(width: int = 80, height: int = 60) -> pyvips.Image:
    image = solid([GAINS[0]], width, height)
    left, top = width // 2, height // 2
    image = image.draw_rect([GAINS[1]], left, 0, left, top, fill=True)
    image = image.draw_rect([GAINS[2]], 0, top, left, top, fill=True)
    return image.draw_rect([GAINS[3]], left, top, left, top, fill=True)


def ultra(
    picture: pyvips.Image | None = None,
    *,
    orientation: int = 1,
    lowest: float = 1,
    gain: pyvips.Image | None = None,
    **options: Any,
) -> bytes:
    """An Ultra HDR JPEG: a picture of 320x240 and a gain map of a quarter of its sides."""
    image = stored(picture or quarters(320, 240), orientation)
    if orientation != 1:
        image = tagged(image, orientation=orientation)
    image = image.copy()
    for name, value in (("max-content-boost", 8.0), ("min-content-boost", lowest), ("gamma", 1.0)):
        image.set_type(pyvips.GValue.array_double_type, f"gainmap-{name}", [value] * 3)
    for name in ("offset-sdr", "offset-hdr"):
        image.set_type(pyvips.GValue.array_double_type, f"gainmap-{name}", [0.0] * 3)
    image.set_type(pyvips.GValue.gdouble_type, "gainmap-hdr-capacity-min", 1.0)
    image.set_type(pyvips.GValue.gdouble_type, "gainmap-hdr-capacity-max", 8.0)
    image.set_type(pyvips.GValue.gint_type, "gainmap-use-base-cg", 1)
    image.set_type(pyvips.GValue.image_type, "gainmap", stored(gain or gain_map(), orientation))
    return bytes(image.uhdrsave_buffer(**{"Q": 95, **options}))


def gain_of(body: bytes) -> pyvips.Image:
    header = pyvips.Image.uhdrload_buffer(body)
    data: Any = header.get("gainmap-data")
    return decoded(data)


def seen(gain: pyvips.Image) -> tuple[int, ...]:
    """The levels near the corners, line by line, as those of ``GAINS``."""
    x, y = gain.width // 5, gain.height // 5
    places = ((x, y), (-1 - x, y), (x, -1 - y), (-1 - x, -1 - y))
    return tuple(min(GAINS, key=lambda level: abs(level - pixel(gain, *place)[0])) for place in places)


def test_without_it_the_gain_map_goes() -> None:
    for spec in ("160x", "160x_hdr_f-webp", "160x_hdr_f-png", "160x_hdr_f-avif"):
        body = resize(ultra(), spec).body
        assert not [mark for mark in (b"hdrgm", b"hdr-gain-map", b"MPF\0") if mark in body]


def test_with_it_the_gain_map_stays_and_keeps_its_share() -> None:
    body = resize(ultra(), "160x_hdr").body
    header = pyvips.Image.uhdrload_buffer(body)
    assert (size_of(header), size_of(gain_of(body))) == ("160x120", "40x30")
    assert seen(gain_of(body)) == GAINS
    original = pyvips.Image.uhdrload_buffer(ultra())
    for name in ("max-content-boost", "min-content-boost", "gamma", "offset-sdr", "hdr-capacity-max"):
        assert header.get(f"gainmap-{name}") == pytest.approx(original.get(f"gainmap-{name}"), rel=1e-3)
    assert apart(decoded(body), decoded(resize(ultra(), "160x").body))[1] < 2


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_it_comes_out_upright(orientation: int) -> None:
    assert seen(gain_of(resize(ultra(orientation=orientation), "160x_hdr").body)) == GAINS


A, B, C, D = GAINS
TURNED = {
    "orig_rot-90": (C, A, D, B),
    "160x_rot-180": (D, C, B, A),
    "orig_flip-h": (B, A, D, C),
    "80x_rot-90_flip-v": (D, B, C, A),
    "orig_crop-0-0-160-120": (A, A, A, A),
    "80x_crop-50p-50p-50p-50p": (D, D, D, D),
    "60x120_fit-cover_g-e": (B, B, D, D),
    "100x20_fit-cover_g-10-90": (C, D, C, D),
    "160x_sharp_bri-5_con-5_sat-5_gray": GAINS,
    "160x_icc-p3": GAINS,
    "160x_kb-8": GAINS,
}


@pytest.mark.parametrize(("spec", "levels"), TURNED.items(), ids=TURNED)
def test_it_goes_where_its_picture_goes(spec: str, levels: Colour) -> None:
    assert seen(gain_of(resize(ultra(), f"{spec}_hdr").body)) == levels


@pytest.mark.parametrize("left", [3, 5, 7, 12])
def test_it_is_cut_where_its_picture_is(left: int) -> None:
    """On a slope of three levels a pixel, four of the picture's, the level says what was cut off."""
    slope = (pyvips.Image.xyz(80, 60).extract_band(0) * 3).cast("uchar").copy(interpretation="b-w")
    data = ultra(gain=slope, Q=100)
    cut, even = (gain_of(resize(data, f"orig_crop-{x}-0-240-240_hdr_q-100").body) for x in (left, 8))
    difference: Any = (cut - even).avg()
    assert difference == pytest.approx((left - 8) / 4 * 3, abs=0.25)


@pytest.mark.parametrize("gravity", ["sm", "en"])
def test_a_smart_crop_is_one_for_both(gravity: str) -> None:
    scene = solid((128, 128, 128), 320, 240).insert(waves(90, 240).rot90().rot270(), 200, 0)
    bright = solid([0], 80, 60).draw_rect([240], 50, 0, 23, 60, fill=True)
    data = ultra(scene.insert(quarters(90, 240), 200, 0), gain=bright)
    gain = gain_of(resize(data, f"120x240_fit-cover_g-{gravity}_hdr").body)
    assert gain.avg() > 120


@pytest.mark.parametrize(("lowest", "level"), [(1.0, 0), (0.125, 127.5)])
def test_a_margin_is_as_bright_as_it_is(lowest: float, level: float) -> None:
    gain = gain_of(resize(ultra(lowest=lowest), "160x160_fit-contain_hdr").body)
    assert size_of(gain) == "40x40"
    assert abs(pixel(gain, 20, 1)[0] - level) <= 10
    assert seen(gain.crop(0, 5, 40, 30)) == GAINS


@pytest.mark.parametrize("option", ["blur-2", "pix-4", "pad-4", "round-4", "wm-logo"])
def test_what_a_gain_map_does_not_go_with_is_refused(option: str) -> None:
    marks = {"logo": encoded(disc(), "png")}
    with pytest.raises(InvalidSpec, match=f"expected hdr without {option.partition('-')[0]}") as caught:
        resize(ultra(), f"160x_{option}_hdr", site=Site(watermarks=marks))
    assert caught.value.source[caught.value.start : caught.value.end] == "hdr"
    resize(encoded(quarters(), "jpg"), f"60x_{option}_hdr", site=Site(watermarks=marks))


def test_a_gain_map_that_is_cut_off_is_no_gain_map() -> None:
    data = ultra()
    assert plan_for(data, parse_spec("orig_hdr")).gain_map
    with pytest.raises(CorruptImage, match="the gain map of the original is damaged or missing"):
        resize(data[:-200], "orig_hdr")


def test_a_gain_map_with_a_hole_is_no_gain_map() -> None:
    data = ultra(gain=scene(80, 60).colourspace("b-w"))
    assert resize(data, "orig_hdr").body
    hole = len(data) - 300
    with pytest.raises(CorruptImage):
        resize(data[:hole] + bytes(128) + data[hole + 128 :], "orig_hdr")


def test_a_gain_map_has_no_more_scans_than_a_picture() -> None:
    data = ultra()
    scan = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(LimitExceeded, match="expected an original of at most 50 scans, got a jpg of more"):
        resize(data[:-2] + scan * 50 + data[-2:], "orig_hdr")
    assert resize(data[:-2] + scan * 50 + data[-2:], "orig").body


def test_a_gain_map_that_is_larger_than_its_picture_is_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even to see whether it is whole, as one of many zeros is."""
    monkeypatch.setattr("resizer_core.rendering.jpeg._decodes", lambda *_, **__: pytest.fail("decoded"))
    data = ultra(quarters(60, 40), gain=gain_map(64, 40))
    start = data.rindex(b"\xff\xd8\xff")
    flat = encoded(solid([128], 1600, 1200), "jpg", optimize_coding=True)
    assert bytes(64) in flat
    tables = b"\xff\xdb"
    of_zeros = data[: data.index(tables, start)] + flat[flat.index(tables) :]
    for original in (data, of_zeros):
        with pytest.raises(CorruptImage, match="the gain map of the original is larger than its picture"):
            resize(original, "orig_hdr")


@pytest.mark.parametrize("highest", [0.5, float("inf")])
def test_a_gain_map_of_no_sense_is_refused_where_its_sense_matters(highest: float) -> None:
    described: dict[str, list[float]] = {
        "gainmap-min-content-boost": [1.0],
        "gainmap-max-content-boost": [highest],
        "gainmap-gamma": [1.0],
    }
    with pytest.raises(CorruptImage):
        no_gain(described, 1)


def test_a_plain_jpeg_has_none() -> None:
    data = encoded(quarters(), "jpg")
    assert not plan_for(data, parse_spec("orig_hdr")).gain_map
    assert resize(data, "40x_hdr").body == resize(data, "40x").body


@pytest.mark.parametrize("meta", ["none", "copyright", "keep"])
def test_the_metadata_are_those_that_are_asked_for(meta: str) -> None:
    place = "48 (48, ASCII, 2 components, 3 bytes)"
    picture = tagged(
        quarters(320, 240),
        exif_ifd0_Copyright="Ann (Ann, ASCII, 4 components, 4 bytes)",
        exif_ifd3_GPSLatitudeRef=place,
    )
    data = ultra(picture)
    image = decoded(resize(data, f"160x_hdr_meta-{meta}").body)
    assert seen(gain_of(resize(data, f"160x_hdr_meta-{meta}").body)) == GAINS
    assert bool(field(image, "exif-ifd0-Copyright")) == (meta != "none")
    assert bool(field(image, "exif-ifd3-GPSLatitudeRef")) == (meta == "keep")
