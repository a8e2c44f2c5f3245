"""Test which store is asked for what, and when (rule 14)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

import resizer_core as core
from tests.doubles import Passing, filled, picture
from tests.resizer.bench import CAT, NFC, NFD, bench


@dataclass
class Meeting(Passing):
    """Looks and reads only once the other store is asked as well."""

    barrier: threading.Barrier = field(default_factory=lambda: threading.Barrier(2))

    def head(self, key: str) -> core.StoredObject | None:
        self.barrier.wait(timeout=10)
        return super().head(key)

    def get(self, key: str, *, max_bytes: int | None = None) -> core.StoredObject | None:
        self.barrier.wait(timeout=10)
        return super().get(key, max_bytes=max_bytes)


def test_the_derivative_is_looked_for_while_the_original_is_read() -> None:
    barrier = threading.Barrier(2)
    originals, derivatives = Meeting(filled(CAT), barrier), Meeting(barrier=barrier)
    made = core.Resizer(originals, derivatives).produce("/30x20/cat.jpg")
    assert made.outcome is core.Outcome.MADE


def test_originals_are_only_read() -> None:
    loop = bench()
    for path in ("/30x20/cat.jpg", "/30x20/cat.jpg", "/30x20_fit-inside/cat.jpg", "/30x20_f-auto/cat.jpg"):
        loop.resizer.produce(path)
    assert {method for method, _ in loop.originals.calls} == {"get"}


def test_the_derivative_is_looked_for_under_the_very_key_it_is_put_under() -> None:
    loop = bench()
    loop.resizer.produce("/30x20/cat.jpg")
    assert loop.derivatives.calls == [("head", "30x20/cat.jpg"), ("put", "30x20/cat.jpg")]


MIXED = NFC[:4] + NFD[5:]
SPELLINGS = {
    "asked in NFC, stored in NFD": (NFC, NFD, [NFC, NFD]),
    "asked in NFD, stored in NFC": (NFD, NFC, [NFD, NFC]),
    "asked in a mixture, stored in NFC": (MIXED, NFC, [MIXED, NFC]),
    "asked in a mixture, stored in NFD": (MIXED, NFD, [MIXED, NFC, NFD]),
    "as it is stored": (NFD, NFD, [NFD]),
    "ASCII has one spelling": ("a.jpg", "b.jpg", ["a.jpg"]),
    "not there in any": (NFC, "b.jpg", [NFC, NFD]),
}


@pytest.mark.parametrize(("asked", "stored", "tried"), SPELLINGS.values(), ids=SPELLINGS)
def test_the_other_forms_of_unicode_are_tried_once(asked: str, stored: str, tried: list[str]) -> None:
    loop = bench({stored: picture()})
    if stored in tried:
        made = loop.resizer.produce(f"/30x20/{asked}")
        assert str(made.key) == f"30x20/{asked}"  # rule 14: stored under what was asked for
        assert loop.derivatives.put_keys == [f"30x20/{asked}"]
    else:
        with pytest.raises(core.SourceNotFound, match=asked):
            loop.resizer.produce(f"/30x20/{asked}")
    assert loop.originals.calls == [("get", key) for key in tried]


def test_a_form_of_unicode_that_no_store_could_hold_is_not_there() -> None:
    composed = "\u00fc" * 400  # 800 bytes, and 1200 when it is decomposed
    with pytest.raises(core.SourceNotFound):
        bench().resizer.produce(f"/30x20/{composed}")


def test_a_key_that_the_store_of_the_originals_cannot_hold_is_refused(tmp_path: Any) -> None:
    folder = core.open_store(str(tmp_path))
    with pytest.raises(core.InvalidKey):
        core.Resizer(folder, core.open_store("memory:")).produce(f"/30x20/{'a' * 300}.jpg")
