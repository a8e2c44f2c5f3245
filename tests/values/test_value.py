"""Test that a Value is what ``dataclass(frozen=True)`` makes of the same class."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from resizer_core.value import Value, field, replace


class Place(Value):
    """Hold fields of each kind."""

    unit: ClassVar[str] = "px"
    left: int
    top: int = 2
    names: dict[str, int] = field(default_factory=dict)
    note: str = field(default="", compare=False, repr=False)
    kept: list[int] = field(default_factory=list, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.left < 0:
            raise ValueError("expected 0 or more")


class Corner(Place):
    """Inherit every field."""

    unit: ClassVar[str] = "%"


class Named(Value, kw_only=True):
    """Take its fields by name."""

    name: str = "a"
    size: int


class Nothing(Value):
    """Have no field."""


@dataclasses.dataclass(frozen=True)
class Model:
    """Be what ``Place`` has to be."""

    unit: ClassVar[str] = "px"
    left: int
    top: int = 2
    names: dict[str, int] = dataclasses.field(default_factory=dict)
    note: str = dataclasses.field(default="", compare=False, repr=False)
    kept: list[int] = dataclasses.field(default_factory=list, init=False, compare=False, repr=False)


WRONG: dict[str, Callable[[Any], object]] = {
    "a field is missing": lambda kind: kind(),
    "too many": lambda kind: kind(1, 2, {}, "", 5),
    "unknown": lambda kind: kind(1, right=2),
    "given twice": lambda kind: kind(1, left=2),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_wrong_arguments_are_refused_in_the_words_of_python(make: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError) as expected:
        make(Model)
    with pytest.raises(TypeError) as raised:
        make(Place)
    assert str(raised.value) == str(expected.value).replace("Model", "Place")


def test_a_field_may_have_to_be_named() -> None:
    assert Named(size=3).name == "a"
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        Named("b", 3)  # type: ignore[call-arg]


def test_help_shows_the_fields() -> None:
    assert str(inspect.signature(Place)) == str(inspect.signature(Model)).removesuffix(" -> None")


def test_each_value_has_a_default_of_its_own() -> None:
    assert (Place(1).names, Place(1).top, Place.top) == ({}, 2, 2)
    assert Place(1).names is not Place(1).names
    assert Place(1).kept is not Place(1).kept


def test_a_field_may_be_no_argument() -> None:
    place = Place(1)
    place.kept.append(1)
    assert replace(place, top=7).kept == []
    assert Place.__match_args__ == Model.__match_args__


def test_values_are_equal_by_the_fields_that_count() -> None:
    assert Place(1) == Place(1, note="x")
    assert Place(1) != Place(3)
    assert Place(1) != Corner(1)
    assert Place(1) != 1
    assert Nothing() == Nothing()
    assert {Named(size=3): "found"}[Named(size=3)] == "found"
    assert hash(Nothing()) == hash(Nothing())


def test_a_class_inherits_the_fields_and_the_check() -> None:
    assert repr(Corner(1, 5)) == "Corner(left=1, top=5)"
    with pytest.raises(ValueError, match="expected 0 or more"):
        Corner(-1)


def test_what_is_as_usual_is_not_shown() -> None:
    assert repr(Place(1, 2, note="hidden")) == "Place(left=1)"


CHANGES: dict[str, Callable[[Place], None]] = {
    "set": lambda place: setattr(place, "left", 3),
    "deleted": lambda place: delattr(place, "left"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_value_never_changes(change: Callable[[Place], None]) -> None:
    place = Place(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="left"):
        change(place)
    assert place.left == 1


@pytest.mark.parametrize("changed", [replace, dataclasses.replace])
def test_a_value_with_another_field_is_checked_too(changed: Callable[..., Place]) -> None:
    assert changed(Place(1, note="x"), top=7) == Place(1, 7, note="x")
    assert changed(Corner(1), left=2) == Corner(2)
    with pytest.raises(ValueError, match="expected 0 or more"):
        changed(Place(1), left=-1)
    with pytest.raises(TypeError, match="right"):
        changed(Place(1), right=1)


def test_dataclasses_knows_the_fields() -> None:
    assert dataclasses.is_dataclass(Nothing)
    assert dataclasses.asdict(Place(1)) == dataclasses.asdict(Model(1))
    described: Any = dataclasses.fields
    assert repr(described(Place)) == repr(described(Model)).replace("kw_only=False", "kw_only=True")


def test_a_pattern_takes_a_value_apart() -> None:
    match Place(1, 2):
        case Place(left, top):
            assert (left, top) == (1, 2)
        case _:
            pytest.fail("no match")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])  # noqa: S301
def test_a_copy_is_equal(again: Callable[[Place], Place]) -> None:
    assert again(Place(1, names={"a": 1})) == Place(1, names={"a": 1})
