"""Test what is found stale of an original, by what is stored alone."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

import resizer_core as core
from resizer_core.urls.paths import key_variants
from resizer_core.version import PIXELS
from tests.doubles import Passing, filled, picture

NFC = unicodedata.normalize("NFC", "café.jpg")
NFD = unicodedata.normalize("NFD", "café.jpg")
REPLACED, ORPHANED, OLD = core.Staleness.REPLACED, core.Staleness.ORPHANED, core.Staleness.OLD_PIXELS


@dataclass
class Site:
    """Originals, their derivatives, and who looks after them."""

    originals: core.ObjectStore = field(default_factory=lambda: core.open_store("memory:"))
    derivatives: core.ObjectStore = field(default_factory=lambda: core.open_store("memory:"))

    def __post_init__(self) -> None:
        self.upkeep = core.Upkeep(self.originals, self.derivatives)
        self.resizer = core.Resizer(self.originals, self.derivatives)

    def write(self, *names: str, width: int = 60) -> None:
        for name in names:
            self.originals.delete(name)
            self.originals.put(name, picture(".png", width=width), media_type="image/png")

    def view(self, *paths: str) -> None:
        for path in paths:
            self.resizer.produce(f"/{path}")

    def stale(self, key: str) -> dict[str, core.Staleness]:
        return {one.key: one.why for one in self.upkeep.find_stale(key)}

    def older(self, key: str, pixels: int) -> dict[str, core.Staleness]:
        """List what an older pixel version made, as both ways to look have it."""
        found = {one.key: one.why for one in self.upkeep.find_all(key, made_before=pixels)}
        keys = [f"{spec}/{key}" for spec in core.specs_in_use(self.derivatives)]
        checked = [one for one in self.upkeep.check(keys, pixels=pixels) if one]
        assert {one.key: one.why for one in checked} == found
        return found

    def stored(self) -> list[str]:
        return sorted(found.key for found in self.derivatives.list())


@pytest.mark.parametrize(
    "key", ["a.jpg", "a b.jpg", "a+b.jpg", "a b+c d.jpg", NFC, NFD, f"x y/{NFC}", f"x+y/{NFD}", NFC[:1]]
)
def test_the_spellings_back_are_those_that_lead_to_this_key(key: str) -> None:
    back = core.spellings_back(key)
    assert back[0] == key
    assert len(back) == len({*back})
    assert all(key in key_variants(name) for name in back)


def test_the_spellings_back_of_a_key_with_everything() -> None:
    assert core.spellings_back(f"x y/{NFD}") == (f"x y/{NFD}", f"x y/{NFC}", f"x+y/{NFD}")


def test_a_fresh_derivative_and_a_new_original_have_nothing_stale() -> None:
    site = Site()
    site.write("a.png", "new.png")
    site.view("20x/a.png")
    assert (site.stale("a.png"), site.stale("new.png"), site.stale("never.png")) == ({}, {}, {})


def test_a_replaced_original_makes_its_derivatives_stale_and_no_other() -> None:
    site = Site()
    site.write("a.png", "b.png")
    site.view("20x/a.png", "30x/a.png", "20x/b.png")
    site.write("a.png", width=80)
    site.view("40x/a.png")
    assert site.stale("a.png") == {"20x/a.png": REPLACED, "30x/a.png": REPLACED}
    assert site.stale("b.png") == {}


def test_a_version_stays_when_its_original_is_replaced_and_goes_when_it_is_deleted() -> None:
    site = Site()
    site.write("a.png")
    site.view("20x_v-1/a.png", "20x/a.png")
    site.write("a.png", width=80)
    assert site.stale("a.png") == {"20x/a.png": REPLACED}
    site.originals.delete("a.png")
    assert site.stale("a.png") == {"20x/a.png": ORPHANED, "20x_v-1/a.png": ORPHANED}


def test_a_derivative_is_found_under_the_spelling_that_was_asked_for() -> None:
    site = Site()
    site.write(NFD, "a b.png")
    site.view(f"20x/{NFC}", f"20x/{NFD}", "20x/a+b.png")
    site.write(NFD, "a b.png", width=80)
    assert site.stale(NFD) == {f"20x/{NFC}": REPLACED, f"20x/{NFD}": REPLACED}
    assert site.stale("a b.png") == {"20x/a+b.png": REPLACED}


def test_a_spelling_that_has_an_original_of_its_own_is_judged_by_that_one() -> None:
    site = Site()
    site.write("a b.png")
    site.write("a+b.png", width=80)
    site.view("20x/a+b.png", "20x/a b.png")
    site.write("a b.png", width=100)
    assert site.stale("a b.png") == {"20x/a b.png": REPLACED}
    site.originals.delete("a+b.png")  # a view finds "a b.png" from now on
    assert site.stale("a+b.png") == {"20x/a+b.png": REPLACED}


def test_what_an_older_pixel_version_made_is_found_when_asked_for() -> None:
    site = Site()
    site.write("a.png")
    site.view("20x/a.png")
    assert (site.stale("a.png"), site.older("a.png", PIXELS)) == ({}, {})
    assert site.older("a.png", PIXELS + 1) == {"20x/a.png": OLD}
    site.write("b.png")
    original = site.originals.head("b.png")
    assert original
    before = {"original": original.etag}  # and no pixel version: there were none yet
    site.derivatives.put("20x/b.png", b"1", media_type="image/png", metadata=before)
    assert site.older("b.png", 1) == {"20x/b.png": OLD}


def test_what_somebody_else_stored_there_is_left_alone() -> None:
    site = Site(derivatives=filled({"20x/a.png": b"theirs"}))
    assert (site.stale("a.png"), site.upkeep.find_all("a.png")) == ({}, [])


def test_a_spelling_that_is_too_long_for_a_request_hides_no_other() -> None:
    composed, decomposed = (unicodedata.normalize(form, "é" * 330) + ".png" for form in ("NFC", "NFD"))
    assert (len(composed.encode()), len(decomposed.encode())) == (664, 994)
    site = Site()
    site.write(decomposed)
    site.view(f"20x/{composed}")
    site.originals.delete(decomposed)
    assert site.stale(decomposed) == {f"20x/{composed}": ORPHANED}
    assert [one.key for one in site.upkeep.find_all(composed)] == [f"20x/{composed}"]
    indexed = core.Upkeep(site.originals, site.derivatives, specs=core.IndexedSpecs(site.originals))
    assert indexed.find_stale(f"{'é' * 400}.png") == []  # 1200 bytes in its other form


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a\\b", "x" * 1000])
def test_a_key_that_no_original_has_has_nothing_stale(key: str) -> None:
    assert Site().stale(key) == {}


def test_all_derivatives_of_an_original_are_found_when_somebody_says_so() -> None:
    site = Site()
    site.write("a b.png", "b.png")
    site.view("20x/a b.png", "20x_v-1/a b.png", "20x/a+b.png", "20x/b.png")
    found = site.upkeep.find_all("a b.png")
    assert [one.key for one in found] == ["20x/a b.png", "20x_v-1/a b.png", "20x/a+b.png"]
    assert {(one.why, one.tag) for one in found} == {(core.Staleness.ASKED, core.cache_tag("a b.png"))}
    assert site.upkeep.remove(found) == found
    assert site.stored() == ["20x/b.png"]


def test_what_was_made_again_since_it_was_seen_is_not_removed() -> None:
    site = Site()
    site.write("a.png")
    site.view("20x/a.png", "30x/a.png")
    site.write("a.png", width=80)
    seen = site.upkeep.find_stale("a.png")
    site.derivatives.delete("20x/a.png")
    site.view("20x/a.png")
    assert [one.key for one in site.upkeep.remove(seen)] == ["30x/a.png"]
    assert site.stored() == ["20x/a.png"]


@dataclass
class Changing(Passing):
    """Calls ``change`` once, after it was first looked at."""

    change: Callable[[], None] = lambda: None

    def head(self, key: str) -> core.StoredObject | None:
        found = super().head(key)
        change, self.change = self.change, lambda: None
        change()
        return found


@dataclass
class Late(Passing):
    """Looks for one key only when it may."""

    key: str = ""
    may: Event = field(default_factory=Event)

    def head(self, key: str) -> core.StoredObject | None:
        if key == self.key:
            assert self.may.wait(timeout=10)
        return super().head(key)


@pytest.mark.parametrize("how", ["find_stale", "check"])
def test_what_was_made_of_a_newer_original_while_somebody_looked_is_fresh(how: str) -> None:
    originals, derivatives = Changing(), Late()
    site = Site(originals, derivatives)
    site.write("a.png")
    site.view("20x/a.png", "30x/a.png")

    def change() -> None:
        behind = Site(originals.behind, derivatives.behind)
        behind.write("a.png", width=80)
        behind.derivatives.delete("20x/a.png")
        behind.view("20x/a.png")
        derivatives.may.set()

    originals.change = change
    if how == "find_stale":
        assert site.stale("a.png") == {"30x/a.png": REPLACED}
    else:  # by the time of the second derivative another original is remembered than it was made of
        derivatives.key = "20x/a.png"
        derivatives.may.clear()
        assert list(site.upkeep.check(["30x/a.png", "20x/a.png"]))[1] is None


def test_everything_is_checked_in_its_order() -> None:
    site = Site()
    site.write("p/a.png", "p/b.png", "c.png")
    site.view("20x/p/a.png", "20x/p/b.png", "30x/p/b.png", "20x/c.png")
    site.originals.delete("p/b.png")
    keys = list(site.upkeep.list_keys("p"))
    assert sorted(keys) == ["20x/p/a.png", "20x/p/b.png", "30x/p/b.png"]
    assert len(list(site.upkeep.list_keys())) == 4
    found = dict(zip(keys, site.upkeep.check(keys), strict=True))
    assert {key: one and one.why for key, one in found.items()} == {
        "20x/p/a.png": None,
        "20x/p/b.png": ORPHANED,
        "30x/p/b.png": ORPHANED,
    }


def test_in_a_folder_a_derivative_is_older_than_what_replaced_its_original(tmp_path: Path) -> None:
    originals, derivatives = (core.open_store(str(tmp_path / name)) for name in ("o", "d"))
    site = Site(originals, derivatives)
    site.write("a.png", "b.png")
    site.view("20x/a.png", "20x/b.png")
    for name, seconds in {"o/a.png": 200, "d/20x/a.png": 100, "o/b.png": 100, "d/20x/b.png": 200}.items():
        os.utime(tmp_path / name, (seconds, seconds))
    assert (site.stale("a.png"), site.stale("b.png"), site.older("b.png", 9)) == (
        {"20x/a.png": REPLACED},
        {},
        {},
    )
    (tmp_path / "o/b.png").unlink()
    assert site.stale("b.png") == {"20x/b.png": ORPHANED}
    assert len(site.upkeep.remove(site.upkeep.find_stale("b.png"))) == 1
    assert site.stored() == ["20x/a.png"]
