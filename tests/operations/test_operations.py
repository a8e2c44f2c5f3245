"""The effects of the grammar as values. What they do to pixels is not asked here."""

from __future__ import annotations

import pytest

from resizer_core.operations import BUILTIN, Operation, PixelOperation, Scalable, ShowsBackground
from resizer_core.operations.base import arguments, is_applicable, is_scalable, shows_background
from resizer_core.operations.blur import Blur
from resizer_core.operations.padding import Padding
from resizer_core.operations.pixelate import Pixelate
from resizer_core.operations.radius import Radius
from resizer_core.operations.sharpen import Sharpen
from resizer_core.operations.tone import Brightness, Contrast, Grayscale, Saturation
from resizer_core.operations.watermark import Watermark


def padding(top: int, right: int, bottom: int, left: int) -> Padding:
    return Padding(top=top, right=right, bottom=bottom, left=left)


#: What follows the name, the value, its canonical spelling.
READ: dict[str, tuple[str, Operation, str]] = {
    "blur": ("2.5", Blur(2.5), "blur-2.5"),
    "blur, least": ("0.3", Blur(0.3), "blur-0.3"),
    "blur, most": ("100", Blur(100), "blur-100"),
    "sharp": ("", Sharpen(1), "sharp"),
    "sharp, by name": ("1", Sharpen(1), "sharp"),
    "sharp, least": ("0.1", Sharpen(0.1), "sharp-0.1"),
    "sharp, most": ("10", Sharpen(10), "sharp-10"),
    "pix, least": ("2", Pixelate(2), "pix-2"),
    "pix, most": ("200", Pixelate(200), "pix-200"),
    "bri": ("m100", Brightness(-100), "bri-m100"),
    "bri, nothing": ("0", Brightness(0), ""),
    "con": ("100", Contrast(100), "con-100"),
    "sat": ("m5", Saturation(-5), "sat-m5"),
    "gray": ("", Grayscale(), "gray"),
    "pad": ("2000", padding(2000, 2000, 2000, 2000), "pad-2000"),
    "pad, four": ("1-2-3-4", padding(1, 2, 3, 4), "pad-1-2-3-4"),
    "pad, four equal": ("5-5-5-5", padding(5, 5, 5, 5), "pad-5"),
    "pad, one side": ("0-0-0-4", padding(0, 0, 0, 4), "pad-0-0-0-4"),
    "pad, nothing": ("0", padding(0, 0, 0, 0), ""),
    "round": ("1", Radius(1), "round-1"),
    "round, most": ("4096", Radius(4096), "round-4096"),
    "round, as far as it goes": ("max", Radius(None), "round-max"),
    "wm": ("logo", Watermark(image_name="logo"), "wm-logo"),
    "wm, place": ("logo-nw", Watermark(image_name="logo", position="nw"), "wm-logo-nw"),
    "wm, all over": ("logo-tile", Watermark(image_name="logo", position="tile"), "wm-logo-tile"),
    "wm, opacity": ("logo-se-50", Watermark(image_name="logo", opacity=50), "wm-logo-se-50"),
    "wm, scale": ("logo-se-100-5", Watermark(image_name="logo", scale=5), "wm-logo-se-100-5"),
    "wm, defaults": ("logo-se-100-20", Watermark(image_name="logo"), "wm-logo"),
    "wm, a default in the middle": ("logo-c-100-20", Watermark(image_name="logo", position="c"), "wm-logo-c"),
    "wm, called like a place": ("se-se", Watermark(image_name="se"), "wm-se"),
}


@pytest.mark.parametrize(("text", "value", "canonical"), READ.values(), ids=READ)
def test_an_operation_is_read_and_written(text: str, value: Operation, canonical: str) -> None:
    assert type(value).parse(text) == value
    assert str(value) == canonical


@pytest.mark.parametrize(("value", "canonical"), [(v, c) for _, v, c in READ.values() if c], ids=str)
def test_what_is_written_is_read_back(value: Operation, canonical: str) -> None:
    assert type(value).parse(canonical.removeprefix(value.name).removeprefix("-")) == value


def test_every_operation_has_a_row() -> None:
    assert {type(value) for _, value, _ in READ.values()} == set(BUILTIN.values())


PLACES = ["c", "n", "ne", "e", "se", "s", "sw", "w", "nw", "tile"]


@pytest.mark.parametrize("place", PLACES)
def test_a_watermark_takes_every_place(place: str) -> None:
    assert Watermark.parse(f"logo-{place}").position == place


REFUSED: dict[str, tuple[type[Operation], str, str]] = {
    "blur, nothing": (Blur, "", "expected 0.3 to 100 px, got nothing"),
    "blur, too little": (Blur, "0.2", "expected 0.3 to 100 px, got '0.2'"),
    "blur, too much": (Blur, "100.1", "expected 0.3 to 100 px, got '100.1'"),
    "blur, twice": (Blur, "2-2", "expected 0.3 to 100 px, got '2-2'"),
    "sharp, too little": (Sharpen, "0", "expected 0.1 to 10 px, got '0'"),
    "sharp, too much": (Sharpen, "10.1", "expected 0.1 to 10 px, got '10.1'"),
    "pix, one": (Pixelate, "1", "expected 2 to 200 px, got '1'"),
    "pix, too large": (Pixelate, "201", "expected 2 to 200 px, got '201'"),
    "pix, nothing": (Pixelate, "", "expected 2 to 200 px, got nothing"),
    "bri, too much": (Brightness, "101", "expected m100 to 100 %, got '101'"),
    "bri, too little": (Brightness, "m101", "expected m100 to 100 %, got 'm101'"),
    "bri, nothing": (Brightness, "", "expected m100 to 100 %, got nothing"),
    "con, a fraction": (Contrast, "1.5", "expected m100 to 100 %, got '1.5'"),
    "sat, minus nothing": (Saturation, "m0", "expected m100 to 100 %, got 'm0'"),
    "gray, an argument": (Grayscale, "1", "expected no argument, got '1'"),
    "pad, two": (Padding, "1-2", "expected N or T-R-B-L, 0 to 2000 px, got '1-2'"),
    "pad, nothing": (Padding, "", "expected N or T-R-B-L, 0 to 2000 px, got nothing"),
    "pad, too much": (Padding, "2001", "expected 0 to 2000 px, got '2001'"),
    "pad, minus": (Padding, "m1", "expected 0 to 2000 px, got 'm1'"),
    "round, nothing": (Radius, "", "expected 1 to 4096 px or max, got nothing"),
    "round, 0": (Radius, "0", "expected 1 to 4096 px or max, got '0'"),
    "round, too much": (Radius, "4097", "expected 1 to 4096 px or max, got '4097'"),
    "wm, nothing": (Watermark, "", "expected NAME[-position[-opacity[-scale]]], got nothing"),
    "wm, five": (Watermark, "a-c-1-1-1", "expected NAME[-position[-opacity[-scale]]], got 'a-c-1-1-1'"),
    "wm, no place": (
        Watermark,
        "logo-sm",
        "expected one of c, n, ne, e, se, s, sw, w, nw, tile, got 'sm'",
    ),
    "wm, no opacity": (Watermark, "logo-c-0", "expected 1 to 100 %, got '0'"),
    "wm, no scale": (Watermark, "logo-c-1-101", "expected 1 to 100 %, got '101'"),
    "wm, a url": (Watermark, "http://x", "expected the name of a watermark, got 'http://x'"),
}


@pytest.mark.parametrize(("operation", "text", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_an_operation_does_not_take_is_refused(
    operation: type[Operation], text: str, reason: str
) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        operation.parse(text)
    assert str(caught.value) == reason


def test_every_operation_has_a_refusal() -> None:
    assert {operation for operation, _, _ in REFUSED.values()} == set(BUILTIN.values())


#: Two device pixels per CSS pixel and a half; None is an operation without lengths.
SCALED: dict[str, tuple[Operation, Operation | None]] = {
    "blur": (Blur(2.5), Blur(6.3)),
    "pad": (padding(1, 2, 3, 0), padding(3, 5, 8, 0)),
    "round": (Radius(3), Radius(8)),
    "round, as far as it goes": (Radius(None), Radius(None)),
    "sharp": (Sharpen(2), None),
    "pix": (Pixelate(2), None),
    "bri": (Brightness(2), None),
    "con": (Contrast(2), None),
    "sat": (Saturation(2), None),
    "gray": (Grayscale(), None),
    "wm": (Watermark(image_name="logo"), None),
}


@pytest.mark.parametrize(("value", "scaled"), SCALED.values(), ids=SCALED)
def test_the_lengths_of_an_operation_grow_with_the_screen(value: Operation, scaled: Operation | None) -> None:
    assert (value.scaled(2.5) if isinstance(value, Scalable) else None) == scaled


TOO_LARGE: dict[str, Scalable] = {"blur": Blur(26), "pad": padding(0, 501, 0, 0), "round": Radius(1025)}


@pytest.mark.parametrize("value", TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_length_that_grows_out_of_range_is_refused(value: Scalable) -> None:
    with pytest.raises(ValueError, match="to .* px"):
        value.scaled(4)


WRONG: dict[str, tuple[type[Operation], dict[str, object]]] = {
    "blur": (Blur, {"sigma": 0}),
    "sharp": (Sharpen, {"sigma": 11}),
    "pix": (Pixelate, {"side": 1}),
    "bri": (Brightness, {"percent": 101}),
    "con": (Contrast, {"percent": -101}),
    "sat": (Saturation, {"percent": 101}),
    "pad": (Padding, {"top": -1, "right": 0, "bottom": 0, "left": 0}),
    "round": (Radius, {"pixels": 0}),
    "wm, place": (Watermark, {"image_name": "logo", "position": "sm"}),
    "wm, opacity": (Watermark, {"image_name": "logo", "opacity": 0}),
    "wm, scale": (Watermark, {"image_name": "logo", "scale": 101}),
}


@pytest.mark.parametrize(("operation", "fields"), WRONG.values(), ids=WRONG)
def test_an_invalid_operation_does_not_exist(operation: type[Operation], fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=" is | are "):
        operation(**fields)


def test_the_operations_stand_in_the_order_of_the_grammar() -> None:
    assert list(BUILTIN) == ["blur", "sharp", "pix", "bri", "con", "sat", "gray", "pad", "round", "wm"]
    orders = [operation.order for operation in BUILTIN.values()]
    assert orders == sorted(set(orders))


LONG = "blur sharpen pixelate brightness contrast saturation grayscale padding radius watermark"


def test_the_operations_have_the_long_names_of_the_grammar() -> None:
    assert [operation.long_name for operation in BUILTIN.values()] == LONG.split()


def test_an_operation_is_named_as_it_is_found() -> None:
    assert [operation.name for operation in BUILTIN.values()] == list(BUILTIN)


@pytest.mark.parametrize("value", [value for value, _ in SCALED.values()], ids=SCALED)
def test_a_value_of_the_grammar_is_an_operation(value: Operation) -> None:
    assert isinstance(value, Operation)


@pytest.mark.parametrize("value", [value for value, _ in SCALED.values()], ids=SCALED)
def test_the_quick_questions_agree_with_the_protocols(value: Operation) -> None:
    assert is_applicable(value) == isinstance(value, PixelOperation)
    assert is_scalable(value) == isinstance(value, Scalable)
    assert shows_background(value) == isinstance(value, ShowsBackground)


def test_values_of_different_operations_differ() -> None:
    operations: set[Operation] = {Brightness(5), Contrast(5), Saturation(5), Brightness(5)}
    assert len(operations) == 3


def test_arguments_stand_between_dashes() -> None:
    assert (arguments("1-2"), arguments("1"), arguments("")) == (["1", "2"], ["1"], [])
