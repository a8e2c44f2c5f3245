"""``hdr``: more than eight bits where the output can."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

from resizer_core import resize
from resizer_core.site import Site
from tests.pictures import (
    apart,
    decoded,
    deep,
    disc,
    encoded,
    field,
    gradient,
    pixel,
    quarters,
    solid,
)

DEEP = ("png", "avif", "tif")


def fine(width: int = 600, height: int = 40) -> pyvips.Image:
    """A gradient of 16 bits so slow that 8 bits show steps."""
    at: Any = pyvips.Image.xyz(width, height)[0] * (6_000 / width) + 20_000
    image: pyvips.Image = at.bandjoin([at + 3_000, 60_000 - at])
    return image.cast("ushort").copy(interpretation="rgb16")


def levels_of(image: pyvips.Image) -> int:
    """Count the different levels of red in a line."""
    return len({pixel(image, x, image.height // 2)[0] for x in range(image.width)})


@pytest.mark.parametrize("format", DEEP)
@pytest.mark.parametrize("source", DEEP)
def test_more_than_eight_bits_are_kept(source: str, format: str) -> None:
    options = {"bitdepth": 12} if source == "avif" else {}
    data = encoded(fine(), source, **options)
    lossless = "_ll" if format == "avif" else ""
    image = decoded(resize(data, f"orig_hdr_f-{format}{lossless}").body)
    assert (image.format, image.interpretation) == ("ushort", "rgb16")
    assert levels_of(image) > 250  # 24 levels of 255
    assert apart(image, fine())[0] <= 60
    shallow = decoded(resize(data, f"orig_f-{format}").body)
    assert (shallow.format, levels_of(shallow) < 40) == ("uchar", True)


@pytest.mark.parametrize(("bits", "kept"), [(8, 8), (10, 10), (12, 12)])
def test_an_avif_keeps_as_many_as_it_has(bits: int, kept: int) -> None:
    picture = fine() if bits > 8 else gradient()
    data = encoded(picture, "avif", bitdepth=bits)
    assert field(decoded(resize(data, "orig_hdr").body), "bits-per-sample", 8) == kept


def test_sixteen_bits_become_the_twelve_that_avif_can() -> None:
    body = resize(encoded(fine(), "png"), "orig_hdr_f-avif").body
    assert field(decoded(body), "bits-per-sample") == 12


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("spec", ["orig", "30x", "30x_icc-p3"])
def test_white_of_fewer_bits_is_white(spec: str, bits: int) -> None:
    white = (solid((255, 255, 255)).cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    data = encoded(white, "avif", bitdepth=bits)
    assert min(pixel(decoded(resize(data, f"{spec}_hdr_f-png").body), 10, 10)) >= 65_500


@pytest.mark.parametrize("format", ["jpg", "webp", "gif"])
def test_where_the_format_cannot_it_changes_nothing(format: str) -> None:
    data = encoded(fine(), "png")
    assert resize(data, f"60x_hdr_f-{format}").body == resize(data, f"60x_f-{format}").body


@pytest.mark.parametrize("format", DEEP)
@pytest.mark.parametrize("source", ["jpg", "png", "webp", "gif"])
def test_where_there_are_no_more_than_eight_it_changes_nothing(source: str, format: str) -> None:
    data = encoded(quarters(), source)
    assert resize(data, f"40x_hdr_f-{format}").body == resize(data, f"40x_f-{format}").body


PICTURES = {
    "colour": quarters(96, 72),
    "alpha": disc(),
    "gray": quarters(96, 72).colourspace("b-w"),
    "gray-alpha": disc().colourspace("b-w"),
}
SPECS = (
    "40x_rot-90",
    "40x40_fit-cover_g-sm",
    "40x40_fit-cover_g-en",
    "40x40_fit-contain",
    "40x40_fit-contain_bg-ff008080",
    "40x_bg-ff0080",
    "40x_bg-ff008080",
    "40x_trim_crop-10p-10p-80p-80p",
    "40x_icc-p3",
    "40x_icc-keep",
    "40x_blur-2_sharp_pix-3_bri-10_con-10_sat-20_pad-3_round-9",
    "40x_gray_round-max_bg-00ff00",
    "40x_wm-mark",
)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_it_looks_the_same_as_in_eight_bits(picture: pyvips.Image, spec: str) -> None:
    marks = {"mark": encoded(disc((0, 0, 255)), "png")}
    shallow = decoded(resize(encoded(picture, "png"), f"{spec}_f-png", site=Site(watermarks=marks)).body)
    image = decoded(
        resize(encoded(deep(picture), "png"), f"{spec}_hdr_f-png", site=Site(watermarks=marks)).body
    )
    assert image.format == "ushort"
    same = (image / 257).rint().cast("uchar").copy(interpretation=shallow.interpretation)
    if same.hasalpha():
        same, shallow = same.premultiply(), shallow.premultiply()
    assert apart(same, shallow)[0] <= 4
