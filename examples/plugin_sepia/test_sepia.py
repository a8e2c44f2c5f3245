"""Check that the plugin keeps the contract, and that it does what it says."""

from __future__ import annotations

import pytest
import pyvips
from resizer_sepia import Sepia

from resizer_core import Plugins, parse_spec, resize
from resizer_core.site import Site
from resizer_core.testing import check_operation

COLOUR = pyvips.Image.black(8, 4).new_from_image([200, 100, 50]).copy(interpretation="srgb")
GRAY = pyvips.Image.black(8, 4).new_from_image([120]).copy(interpretation="b-w")
DEEP = COLOUR.colourspace("rgb16")
PICTURES = {
    "colour": COLOUR,
    "translucent": COLOUR.bandjoin(128),
    "gray": GRAY,
    "gray, translucent": GRAY.bandjoin(128),
    "of 16 bits": DEEP,
    "of 16 bits, translucent": DEEP.bandjoin(32_768),
}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize("percent", [1, 60, 100])
def test_it_keeps_the_contract(percent: int, picture: pyvips.Image) -> None:
    check_operation(Sepia(percent), picture)


def test_it_tones_brown() -> None:
    red, green, blue = Sepia().apply(COLOUR)(0, 0)
    assert red > green > blue


def test_sixteen_bits_are_toned_as_eight_are() -> None:
    assert [level // 257 for level in Sepia().apply(DEEP)(0, 0)] == pytest.approx(
        Sepia().apply(COLOUR)(0, 0), abs=1
    )


def test_alpha_stays_as_it_was() -> None:
    assert Sepia().apply(COLOUR.bandjoin(128))(0, 0)[3] == 128


def test_it_is_installed_under_its_name() -> None:
    plugins = Plugins(["acme.sepia"])
    plugins.load()
    assert plugins.operations["acme.sepia"] is Sepia
    spec = parse_spec("300x_acme.brown-60_pad-5", site=Site(operations=plugins.operations))
    assert str(spec) == "300x_pad-5_acme.sepia-60"


def test_a_picture_is_made_with_it() -> None:
    data = COLOUR.write_to_buffer(".png")
    result = resize(data, "orig_acme.sepia_f-png", site=Site(operations=Plugins().operations))
    red, green, blue = pyvips.Image.new_from_buffer(result.body, "")(0, 0)
    assert red > green > blue


@pytest.mark.parametrize("text", ["0", "101", "060", "²", "x", "1-2", "9" * 5000])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected 1 to 100 percent, got "):
        Sepia.parse(text)
