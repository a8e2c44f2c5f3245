"""Test under which SPECs an original is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

import resizer_core as core
from tests.doubles import filled


def derivatives(*keys: str) -> core.ObjectStore:
    return filled(dict.fromkeys(keys, b"1"))


def test_the_specs_in_use_are_the_first_segments() -> None:
    store = derivatives("20x/a.jpg", "20x/b/c.jpg", "10x_f-webp/a.jpg", "robots.txt")
    assert core.specs_in_use(store) == ("10x_f-webp", "20x")


def test_a_listing_is_believed_for_half_a_minute() -> None:
    store, now = derivatives("20x/a.jpg"), [100.0]
    specs = core.ListedSpecs(store, clock=lambda: now[0])
    assert list(specs.of("a.jpg", every=False)) == ["20x"]
    store.put("30x/a.jpg", b"1", media_type="image/jpeg")
    now[0] += 29.9
    assert list(specs.of("a.jpg", every=False)) == ["20x"]
    now[0] += 0.1
    assert list(specs.of("a.jpg", every=False)) == ["20x", "30x"]


def test_versions_are_looked_under_only_when_the_original_is_gone() -> None:
    specs = core.ListedSpecs(derivatives("20x/a", "20x_v-1f/a", "20x_f-webp_v-2/a", "p-v-1/a"))
    assert list(specs.of("a", every=False)) == ["20x", "p-v-1"]
    assert list(specs.of("a", every=True)) == ["20x", "20x_f-webp_v-2", "20x_v-1f", "p-v-1"]


@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_the_index_tells_an_original_from_those_below_it(kind: str, tmp_path: Path) -> None:
    index = core.open_store("memory:" if kind == "memory" else str(tmp_path))
    noted = {"a": ("20x", "30x_v-1"), "a/b.jpg": ("40x",), "ab": ("50x",)}
    for name, specs in noted.items():
        for spec in specs:
            index.put(core.index_key(spec, name), b"", media_type="text/plain")
    indexed = core.IndexedSpecs(index)
    for name, specs in noted.items():
        assert sorted(indexed.of(name, every=False)) == sorted(specs)
    indexed.forget("a")
    assert [list(indexed.of(name, every=True)) for name in noted] == [[], ["40x"], ["50x"]]
