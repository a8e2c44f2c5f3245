"""Formats of their own kind: SVG, and those that no browser shows."""

from __future__ import annotations

import pytest
import pyvips

from resizer_core import FORMATS, CorruptImage, UnsupportedFormat, resize
from resizer_core.site import Site
from tests.pictures import (
    CORNERS,
    apart,
    corners,
    decoded,
    disc,
    encoded,
    made,
    pixel,
    quarters,
    size_of,
    solid,
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


# --- the size of an SVG ------------------------------------------------------------------------------


def drawing(attributes: str, width: str = "40", height: str = "20", before: str = "") -> str:
    """Write an SVG of one rectangle."""
    rectangle = f'<rect width="{width}" height="{height}" fill="#c83232"/>'
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{rectangle}</svg>'


def drawn(text: str | bytes, spec: str = "orig_f-png") -> pyvips.Image:
    data = text.encode() if isinstance(text, str) else text
    return made(data, spec, site=Site(formats=FORMATS))


def is_red_all_over(image: pyvips.Image) -> bool:
    return apart(image, solid((200, 50, 50, 255), image.width, image.height)) == (0, 0)


@pytest.mark.parametrize(
    ("length", "pixels"),
    [("25.4mm", 96), ("2.54cm", 96), ("0.5in", 48), ("72pt", 96), ("6pc", 96), ("101.6Q", 96), ("96px", 96)],
)
def test_there_are_96_pixels_in_an_inch(length: str, pixels: int) -> None:
    """Source: CSS Values and Units 3, section 6.2."""
    image = drawn(drawing(f'width="{length}" height="{length}"', "500", "500"))
    assert (size_of(image), is_red_all_over(image)) == (f"{pixels}x{pixels}", True)


def test_what_is_drawn_in_millimetres_has_96_pixels_in_an_inch_too() -> None:
    image = drawn(drawing('width="100" height="100"', "12.7mm", "6.35mm"))
    assert pixel(image, 47, 23) == (200, 50, 50, 255)
    assert (pixel(image, 48, 23)[3], pixel(image, 47, 24)[3]) == (0, 0)


UNSIZED = {
    "from the corner on": ('<rect width="40" height="20"/>', "40x20"),
    "away from the corner": ('<rect x="10" y="5" width="40" height="20"/>', "50x25"),
    "a fraction of a pixel": ('<rect width="40.4" height="20.6"/>', "40x21"),
    "in percent": ('<rect width="100%" height="100%"/>', "300x150"),
}


@pytest.mark.parametrize(("body", "size"), UNSIZED.values(), ids=UNSIZED)
@pytest.mark.parametrize("prefix", ["", "s:"])
def test_an_svg_that_says_no_size_is_as_large_as_what_is_drawn(prefix: str, body: str, size: str) -> None:
    text = f'<svg xmlns{prefix and ":s"}="http://www.w3.org/2000/svg" >{body}</svg>'
    text = text.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
    image = drawn(text)
    assert (size_of(image), pixel(image, -1, -1)[3]) == (size, 255)
    larger = drawn(text, "600x_up_f-png")
    assert pixel(larger, -1, -1)[3] == 255


def test_a_side_that_is_not_said_ends_where_the_drawing_does() -> None:
    assert size_of(drawn(drawing('width="30"'))) == "30x20"
    assert size_of(drawn(drawing('height="10"'))) == "40x10"


def test_an_svg_of_no_size_with_nothing_in_it_is_refused() -> None:
    for text in ("<svg xmlns='http://www.w3.org/2000/svg'/>", drawing("", "0", "0")):
        with pytest.raises(CorruptImage):
            drawn(text)


FRACTIONS = {
    "a size": 'width="100.5" height="50.3"',
    "a size and a viewBox": 'width="100.5" height="50.3" viewBox="0 0 100.5 50.3"',
    "a viewBox": 'viewBox="0 0 100.5 50.3"',
    "a width and a viewBox": "width='100.5' viewBox='0,0 100.5,50.3'",
    "a height and a viewBox": 'width="100%" height="50.3" viewBox="0 0 100.5 50.3"',
    "points": 'width="75.375pt" height="37.725pt" viewBox="0 0 100.5 50.3"',
    "what is in most files": (
        'id="a" width="100.5px" height="50.3px" viewBox="0 0 100.5 50.3" '
        'preserveAspectRatio="xMidYMid meet" style="stroke-width:2" xml:space="preserve"'
    ),
}


@pytest.mark.parametrize("attributes", FRACTIONS.values(), ids=FRACTIONS)
@pytest.mark.parametrize("spec", ["orig", "333x_up", "37x", "20x20_fit-cover", "33x_crop-1-1-61-43"])
def test_an_svg_fills_its_last_pixels(attributes: str, spec: str) -> None:
    assert size_of(drawn(drawing(attributes, "100.5", "50.3"))) == "101x50"
    assert is_red_all_over(drawn(drawing(attributes, "100.5", "50.3"), f"{spec}_f-png"))


@pytest.mark.parametrize("side", ["100", "100.3"])
def test_margins_that_the_author_wants_stay(side: str) -> None:
    image = drawn(drawing(f'width="{side}" height="{side}" viewBox="0 0 40 20"'))
    assert [pixel(image, 50, y)[3] for y in (20, 30, 70, 80)] == [0, 255, 255, 0]
    image = drawn(
        drawing(f'width="{side}" height="{side}" viewBox="0 0 40 20" preserveAspectRatio="xMinYMin"')
    )
    assert [pixel(image, 50, y)[3] for y in (5, 45, 55)] == [255, 255, 0]


def test_a_size_in_its_style_comes_first() -> None:
    style = 'width="10.5" height="10.5" style="width:80px;height:40px" viewBox="0 0 40 20"'
    assert size_of(drawn(drawing(style))) == "80x40"


ENCODINGS = {
    "UTF-8 with a byte order mark": ("utf-8", "\ufeff"),
    "UTF-16, little-endian": ("utf-16-le", "\ufeff"),
    "UTF-16, big-endian": ("utf-16-be", "\ufeff"),
    "UTF-16, declared": ("utf-16-le", '<?xml version="1.0" encoding="UTF-16"?>'),
    "Latin-1": ("latin-1", '<?xml version="1.0" encoding="ISO-8859-1"?>'),
    "Windows": ("cp1252", '<?xml version="1.0" encoding="windows-1252"?>'),
}


@pytest.mark.parametrize(("encoding", "before"), ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("attributes", ["", 'width="40" height="20"', 'width="40.3" height="19.8"'])
def test_an_svg_is_read_in_every_encoding(attributes: str, encoding: str, before: str) -> None:
    text = drawing(attributes, "40.3", "20", before + "<!-- d\u00e9j\u00e0 -->")
    image = drawn(text.encode(encoding))
    assert (size_of(image), is_red_all_over(image)) == ("40x20", True)


def test_an_svg_may_open_late() -> None:
    text = drawing('width="40.3" height="20"', "40.3", before=f"<!--{'x' * 5000}-->")
    assert is_red_all_over(drawn(text))


# --- formats that no browser shows -------------------------------------------------------------------


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
