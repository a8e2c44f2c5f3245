"""Test that a derivative is noted in the index before it is stored, and only then."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

import resizer_core as core
from tests.doubles import Failing, Passing, Recording, filled
from tests.resizer.bench import CAT


@dataclass
class Noted(Passing):
    """Notes what the index held when something was put."""

    index: core.ObjectStore = field(default_factory=lambda: core.open_store("memory:"))
    noted: list[list[str]] = field(default_factory=list)

    def called(self, method: str, key: str) -> None:  # noqa: ARG002
        if method == "put":
            self.noted.append([found.key for found in self.index.list()])


def test_a_derivative_is_noted_before_it_is_stored() -> None:
    derivatives = Noted()
    resizer = core.Resizer(filled(CAT), derivatives, index=derivatives.index)
    resizer.produce("/30x20_F-WEBP/cat.jpg")  # moved: nothing is made
    for spec in ("30x20_f-webp", "20x", "20x"):
        resizer.produce(f"/{spec}/cat.jpg")
    assert derivatives.noted == [["cat.jpg/30x20_f-webp"], ["cat.jpg/20x", "cat.jpg/30x20_f-webp"]]
    assert {found.size for found in derivatives.index.list()} == {0}


def test_what_is_noted_already_is_made_again() -> None:
    derivatives, index = core.open_store("memory:"), core.open_store("memory:")
    resizer = core.Resizer(filled(CAT), derivatives, index=index)
    resizer.produce("/20x/cat.jpg")
    derivatives.delete("20x/cat.jpg")
    assert resizer.produce("/20x/cat.jpg").outcome is core.Outcome.MADE


def test_what_cannot_be_noted_is_not_stored() -> None:
    derivatives = Recording()
    resizer = core.Resizer(filled(CAT), derivatives, index=Failing())
    with pytest.raises(core.StorageError):
        resizer.produce("/20x/cat.jpg")
    assert derivatives.put_keys == []
