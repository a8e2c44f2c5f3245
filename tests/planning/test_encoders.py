"""The settings of the encoders."""

from __future__ import annotations

from collections.abc import Callable
from math import exp

import pytest

from resizer_core.formats import BUILTIN
from resizer_core.model import ImageHeader, Size
from resizer_core.planning.encoders import (
    LEAST_QUALITY,
    highest_quality,
    is_graphic,
    palette_settings,
    settings,
)
from resizer_core.site import Defaults

PHOTO = ImageHeader(size=Size(400, 300))


def chosen(
    name: str,
    *,
    header: ImageHeader = PHOTO,
    original: str = "jpg",
    size: Size = PHOTO.size,
    animated: bool = False,
    quality: int | None = None,
    lossless: bool = False,
    defaults: Defaults | None = None,
) -> dict[str, int | str | bool]:
    return dict(
        settings(
            BUILTIN[name],
            header=header,
            original=BUILTIN[original],
            size=size,
            animated=animated,
            quality=quality,
            lossless=lossless,
            defaults=defaults or Defaults(),
        )
    )


#: Source: bench/README.md.
USUAL: dict[str, dict[str, int | str | bool]] = {
    "jpg": {"Q": 75, "quant_table": 3},
    "png": {"compression": 3, "filter": "sub"},
    "webp": {"Q": 80, "effort": 2},
    "avif": {"Q": 63, "effort": 1, "compression": "av1", "bitdepth": 8},
    "gif": {"reuse": True, "effort": 1},
    "tif": {"compression": "deflate", "predictor": "horizontal"},
}


@pytest.mark.parametrize(("name", "wanted"), USUAL.items(), ids=USUAL)
def test_a_photograph_is_coded_like_this(name: str, wanted: dict[str, int | str | bool]) -> None:
    assert chosen(name) == wanted


def test_every_format_that_is_written_has_a_row() -> None:
    assert set(USUAL) == {name for name, format in BUILTIN.items() if format.writable}


@pytest.mark.parametrize(("size", "effort"), [(Size(1920, 1080), 1), (Size(1920, 1081), 0)], ids=str)
@pytest.mark.parametrize("lossless", [False, True])
def test_a_large_avif_is_coded_fast_with_the_same_quality(size: Size, effort: int, *, lossless: bool) -> None:
    small, large = (chosen("avif", size=each, lossless=lossless) for each in (PHOTO.size, size))
    assert large == {**small, "effort": effort}


@pytest.mark.parametrize("name", sorted(set(USUAL) - {"avif"}))
def test_another_format_is_coded_alike_at_every_size(name: str) -> None:
    assert chosen(name, size=Size(8000, 5000)) == USUAL[name]


GRAPHICS = {
    "a palette": (ImageHeader(size=Size(4, 3), palette=True), "png", True),
    "transparency": (ImageHeader(size=Size(4, 3), has_alpha=True), "webp", True),
    "GIF": (PHOTO, "gif", True),
    "SVG": (PHOTO, "svg", True),
    "a photograph": (PHOTO, "jpg", False),
    "a photograph without loss": (PHOTO, "png", False),
}


@pytest.mark.parametrize(("header", "original", "graphic"), GRAPHICS.values(), ids=GRAPHICS)
def test_a_drawing_is_told_from_a_photograph(header: ImageHeader, original: str, *, graphic: bool) -> None:
    assert is_graphic(header, BUILTIN[original]) is graphic
    unfiltered = chosen("png", header=header, original=original) == {"compression": 6, "filter": "none"}
    assert unfiltered is graphic


INDEXED = ImageHeader(size=Size(4, 3), palette=True)
PALETTES = {
    "an indexed PNG": ("png", "png", INDEXED, False, 84),
    "an indexed PNG that keeps its size": ("png", "png", INDEXED, True, 100),
    "a PNG of all colours": ("png", "png", PHOTO, True, None),
    "a GIF": ("png", "gif", INDEXED, True, None),
    "another output": ("webp", "png", INDEXED, True, None),
}


@pytest.mark.parametrize(("name", "original", "header", "same", "quality"), PALETTES.values(), ids=PALETTES)
def test_an_indexed_png_stays_one(
    name: str, original: str, header: ImageHeader, *, same: bool, quality: int | None
) -> None:
    made = palette_settings(BUILTIN[name], header=header, original=BUILTIN[original], same_size=same)
    assert made.get("Q") == quality
    assert bool(made) is (quality is not None)


LOSSY = ("jpg", "webp", "avif")


@pytest.mark.parametrize("name", LOSSY)
def test_the_quality_of_the_spec_comes_first(name: str) -> None:
    assert chosen(name, quality=5, defaults=Defaults(quality={name: 6}))["Q"] == 5


@pytest.mark.parametrize("name", LOSSY)
def test_the_quality_of_the_configuration_comes_second(name: str) -> None:
    assert chosen(name, defaults=Defaults(quality={name: 6}))["Q"] == 6
    assert chosen(name, defaults=Defaults(quality={"other": 6}))["Q"] == USUAL[name]["Q"]


def test_webp_without_loss_takes_no_effort_since_a_viewer_waits() -> None:
    chosen = settings(
        BUILTIN["webp"],
        header=ImageHeader(size=Size(4, 4)),
        original=BUILTIN["png"],
        size=Size(4, 4),
        animated=False,
        quality=None,
        lossless=True,
        defaults=Defaults(),
    )
    assert chosen == {"lossless": True, "effort": 0}


@pytest.mark.parametrize("name", ["png", "gif", "tif"])
def test_a_lossless_format_has_no_quality(name: str) -> None:
    assert "Q" not in chosen(name, defaults=Defaults(quality={name: 6}))


@pytest.mark.parametrize("name", ["webp", "avif"])
def test_without_loss_there_is_no_quality(name: str) -> None:
    made = chosen(name, lossless=True)
    assert made["lossless"] is True
    assert "Q" not in made


def test_the_frames_of_an_animation_take_a_lower_quality() -> None:
    assert chosen("webp", animated=True)["Q"] == 75
    assert chosen("webp", animated=True, quality=90)["Q"] == 90


def test_a_lossy_format_of_somebody_else_has_a_quality() -> None:
    assert settings(
        BUILTIN["jpg"].__class__(name="jxl", media_type="image/jxl", suffix=".jxl", quality=True),
        header=PHOTO,
        original=BUILTIN["jpg"],
        size=PHOTO.size,
        animated=False,
        quality=None,
        lossless=False,
        defaults=Defaults(),
    ) == {"Q": 75}


def test_the_table_is_not_changed_by_who_asks() -> None:
    chosen("jpg")["Q"] = 1
    assert chosen("jpg") == USUAL["jpg"]


@pytest.mark.parametrize("quality", [0, 101])
def test_a_configured_quality_is_1_to_100(quality: int) -> None:
    with pytest.raises(ValueError, match=f"the quality of jpg is 1 to 100, got {quality}"):
        Defaults(quality={"jpg": quality})


#: Bytes by quality: as pictures have them, and as no picture has.
SIZES: dict[str, Callable[[int], int]] = {
    "a photograph": lambda quality: round(30_000 * exp(quality / 40)),
    "steep at the end": lambda quality: 40_000 + 1_000_000 // (101 - quality),
    "steep at the start": lambda quality: 1_000_000 - 900_000 // quality,
    "even": lambda quality: 5_000 * quality,
    "in steps": lambda quality: 20_000 * (quality // 7 + 1),
    "always the same": lambda _: 50_000,
}


@pytest.mark.parametrize("size_of", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("most", [100, 80, 11, 10, 4])
def test_the_highest_quality_under_a_ceiling_is_found_with_few_trials(
    most: int, size_of: Callable[[int], int]
) -> None:
    sizes = {quality: size_of(quality) for quality in range(min(LEAST_QUALITY, most), most + 1)}
    for ceiling in {*sizes.values(), *(size - 1 for size in sizes.values()), 10**9}:
        tried: list[int] = []

        def size_at(quality: int, tried: list[int] = tried) -> int:
            tried.append(quality)
            return sizes[quality]

        wanted = max((quality for quality, size in sizes.items() if size <= ceiling), default=None)
        assert highest_quality(size_at, ceiling, first=min(75, most), most=most) == wanted
        assert len(tried) == len(set(tried)) <= 8


def test_a_quality_that_is_enough_and_may_not_be_higher_takes_one_trial() -> None:
    tried: list[int] = []

    def size_at(quality: int) -> int:
        tried.append(quality)
        return 100

    assert highest_quality(size_at, 100, first=60, most=60) == 60
    assert tried == [60]
