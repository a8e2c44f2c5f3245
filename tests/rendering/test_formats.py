"""Formats of their own kind: SVG, and those that no browser shows."""

from __future__ import annotations

import pytest
import pyvips

from resizer_core import FORMATS, UnsupportedFormat, resize
from resizer_core.site import Site
from tests.pictures import (
    CORNERS,
    corners,
    decoded,
    disc,
    encoded,
    pixel,
    quarters,
    size_of,
)

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">'
    b'<rect width="32" height="24" fill="#dc2828"/><rect x="32" width="32" height="24" fill="#28b43c"/>'
    b'<rect y="24" width="32" height="24" fill="#2846d2"/>'
    b'<rect x="32" y="24" width="32" height="24" fill="#e6c828"/></svg>'
)


def test_svg_is_not_read_unless_it_is_switched_on() -> None:
    with pytest.raises(UnsupportedFormat, match=r"known: jpg, png, webp, avif, gif, tif, heic$"):
        resize(SVG, "32x")


@pytest.mark.parametrize("spec", ["32x", "640x_up", "24x24_fit-cover", "32x_crop-16-12-32-24", "48x_rot-180"])
def test_svg_is_drawn_at_its_final_size(spec: str) -> None:
    result = resize(SVG, spec, site=Site(formats=FORMATS))
    assert result.format.name == "png"
    image = decoded(result.body)
    wanted = CORNERS[::-1] if "rot-180" in spec else CORNERS
    assert (size_of(image), corners(image)) == (str(result.size), wanted)
    # Drawn, not enlarged: between two colours lies no blur.
    y = image.height // 4
    exact = {pixel(image, x, y)[:3] for x in range(image.width)}
    assert len(exact) <= 3


@pytest.mark.parametrize("spec", ["333x111_fit-fill_up", "37x_up", "20x20_fit-cover", "33x_crop-1-1-61-43"])
def test_svg_ends_at_the_edge_of_the_derivative(spec: str) -> None:
    alpha = decoded(resize(SVG, spec, site=Site(formats=FORMATS)).body).extract_band(3)
    assert alpha.min() == 255


def test_svg_is_cut_between_its_pixels() -> None:
    image = decoded(resize(SVG, "20x_crop-13-12-37-24_f-png", site=Site(formats=FORMATS)).body)
    # The colours meet at 19 of 37 px: ten pixels are of the first, 27 hundredths of the next one.
    share = (pixel(image, 10, 3)[0] - 40) / (220 - 40)
    assert share == pytest.approx(19 / 37 * 20 - 10, abs=0.1)


def test_an_original_that_browsers_show_keeps_its_format() -> None:
    for format in ("jpg", "png", "webp", "avif", "gif"):
        assert resize(encoded(quarters(), format), "20x").format.name == format


@pytest.mark.parametrize(
    ("picture", "format"), [(quarters(), "jpg"), (disc(), "png")], ids=["opaque", "alpha"]
)
def test_an_original_that_browsers_do_not_show_becomes_jpeg_or_png(
    picture: pyvips.Image, format: str
) -> None:
    assert resize(encoded(picture, "tif"), "20x").format.name == format
