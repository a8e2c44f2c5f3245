"""The numbers and words of the grammar."""

from __future__ import annotations

import pytest

from resizer_core import tokens

INTEGERS = {
    "zero": ("0", 0),
    "one digit": ("7", 7),
    "the lowest": ("m100", -100),
    "the highest": ("100", 100),
    "minus": ("m5", -5),
}


@pytest.mark.parametrize(("text", "value"), INTEGERS.values(), ids=INTEGERS)
def test_a_whole_number_is_read(text: str, value: int) -> None:
    assert tokens.integer(text, -100, 100, "%") == value


NO_INTEGERS = {
    "nothing": ("", "nothing"),
    "a leading zero": ("07", "'07'"),
    "minus zero": ("m0", "'m0'"),
    "minus with a leading zero": ("m05", "'m05'"),
    "only minus": ("m", "'m'"),
    "minus twice": ("mm5", "'mm5'"),
    "a dash": ("-5", "'-5'"),
    "a plus": ("+5", "'+5'"),
    "a fraction": ("1.5", "'1.5'"),
    "a space": (" 5", "' 5'"),
    "an underscore, which int() takes": ("1_0", "'1_0'"),
    "digits of another script": ("٣", "'٣'"),
    "a superscript": ("²", "'²'"),
    "one too many": ("101", "'101'"),
    "one too few": ("m101", "'m101'"),
    "very long": ("1" * 5000, f"'{'1' * 5000}'"),
}


@pytest.mark.parametrize(("text", "shown"), NO_INTEGERS.values(), ids=NO_INTEGERS)
def test_what_is_no_whole_number_is_refused(text: str, shown: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        tokens.integer(text, -100, 100, "%")
    assert str(caught.value) == f"expected m100 to 100 %, got {shown}"


def test_minus_is_refused_where_nothing_is_negative() -> None:
    with pytest.raises(ValueError, match=r"^expected 0 to 10 px, got 'm5'$"):
        tokens.integer("m5", 0, 10, "px")


def test_a_range_without_a_unit_ends_with_its_number() -> None:
    with pytest.raises(ValueError, match=r"^expected 1 to 9, got '0'$"):
        tokens.integer("0", 1, 9, "")


DECIMALS = {
    "whole": ("2", 2.0),
    "one decimal": ("2.5", 2.5),
    "below one": ("0.3", 0.3),
    "highest": ("100", 100.0),
}


@pytest.mark.parametrize(("text", "value"), DECIMALS.values(), ids=DECIMALS)
def test_a_decimal_is_read(text: str, value: float) -> None:
    assert tokens.decimal(text, 0.3, 100, "px") == value


NO_DECIMALS = {
    "nothing": "",
    "a decimal of 0": "2.0",
    "two decimals": "2.55",
    "no whole part": ".5",
    "no decimal": "2.",
    "a leading zero": "02.5",
    "below": "0.2",
    "above": "100.1",
    "infinite": "inf",
    "no number": "nan",
    "an exponent": "1e1",
    "minus": "m1",
    "very long": "1" * 5000,
}


@pytest.mark.parametrize("text", NO_DECIMALS.values(), ids=NO_DECIMALS)
def test_what_is_no_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        tokens.decimal(text, 0.3, 100, "px")
    shown = repr(text) if text else "nothing"
    assert str(caught.value) == f"expected 0.3 to 100 px, got {shown}"


@pytest.mark.parametrize("text", ["a", "logo.2", "0", "a" * 64])
def test_a_word_is_read(text: str) -> None:
    assert tokens.word(text, "a name") == text


@pytest.mark.parametrize("text", ["", "A", "a-b", "a_b", "é", "a" * 65, "a\n"])
def test_what_is_no_word_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected a name, got "):
        tokens.word(text, "a name")


def test_a_choice_is_one_of_the_words() -> None:
    assert tokens.choice("b", ("a", "b")) == "b"
    with pytest.raises(ValueError, match=r"^expected one of a, b, got 'c'$"):
        tokens.choice("c", ("a", "b"))


def test_a_flag_takes_no_argument() -> None:
    assert tokens.flag([]) is True
    with pytest.raises(ValueError, match=r"^expected no argument, got '1-2'$"):
        tokens.flag(["1", "2"])


def test_an_option_of_one_argument_takes_one() -> None:
    assert tokens.single_argument(["1"], "a number") == "1"
    with pytest.raises(ValueError, match=r"^expected a number, got nothing$"):
        tokens.single_argument([], "a number")
    with pytest.raises(ValueError, match=r"^expected a number, got '1-2'$"):
        tokens.single_argument(["1", "2"], "a number")


PRINTED = {
    "whole": (3, "3"),
    "a whole decimal": (3.0, "3"),
    "one decimal": (2.5, "2.5"),
    "minus": (-5, "m5"),
    "the longest side": (99_999, "99999"),
    "zero": (0, "0"),
    "a sum that binary fractions miss": (0.1 + 0.2, "0.3"),
}


@pytest.mark.parametrize(("number", "text"), PRINTED.values(), ids=PRINTED)
def test_a_number_is_printed_as_it_is_read(number: float, text: str) -> None:
    assert tokens.format_number(number) == text


PRODUCTS = {
    "whole": (300, 2, 0, 600),
    "half up": (25, 1.5, 0, 38),
    "half up, even": (35, 1.5, 0, 53),
    "below half": (1, 1.4, 0, 1),
    "half": (1, 1.5, 0, 2),
    "a half that binary fractions miss": (15, 1.1, 0, 17),
    "one decimal": (2, 1.5, 1, 3),
    "one decimal, half up": (0.3, 1.5, 1, 0.5),
    "one decimal, below half": (0.3, 1.1, 1, 0.3),
    "nothing": (0, 4, 0, 0),
}


@pytest.mark.parametrize(("value", "factor", "decimals", "product"), PRODUCTS.values(), ids=PRODUCTS)
def test_a_product_is_rounded_half_up(value: float, factor: float, decimals: int, product: float) -> None:
    assert tokens.times(value, factor, decimals=decimals) == product


WIDTH = tokens.Argument(kind="integer", lowest=-5, highest=100, unit="px", bare="10")
SIGMA = tokens.Argument(kind="number", lowest=0.3, highest=9, unit="px")
SIDE = tokens.Argument(kind="choice", choices=("left", "right", "both"))


def test_an_argument_is_read_as_its_kind_is() -> None:
    assert [WIDTH.read(["m5"]), WIDTH.read([]), SIGMA.read(["2.5"]), SIDE.read(["left"])] == [
        -5,
        10,
        2.5,
        "left",
    ]
    assert tokens.Argument(kind="flag").read([]) is True


@pytest.mark.parametrize(
    ("argument", "given", "reason"),
    [
        (WIDTH, ["101"], "expected m5 to 100 px, got '101'"),
        (WIDTH, ["1", "2"], "expected m5 to 100 px, got '1-2'"),
        (SIGMA, [], "expected 0.3 to 9 px, got nothing"),
        (SIGMA, ["0.2"], "expected 0.3 to 9 px, got '0.2'"),
        (SIDE, [], "expected left, right or both, got nothing"),
        (SIDE, ["up"], "expected one of left, right, both, got 'up'"),
        (tokens.Argument(kind="choice", choices=("one",)), [], "expected one, got nothing"),
        (tokens.Argument(kind="flag"), ["1"], "expected no argument, got '1'"),
    ],
)
def test_what_an_argument_does_not_take_is_refused(
    argument: tokens.Argument, given: list[str], reason: str
) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        argument.read(given)
    assert str(caught.value) == reason


def test_an_argument_holds_what_lies_in_its_range() -> None:
    assert [number for number in (-6, -5, 0, 100, 101) if WIDTH.holds(number)] == [-5, 0, 100]
