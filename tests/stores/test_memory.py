"""Test the memory of a process as a store, and what its limit lets go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import md5

import pytest

from resizer_core.stores.contract import ObjectStore
from resizer_core.stores.memory import BESIDE
from resizer_core.stores.opening import open_store

#: Bytes of each object below.
SIZE = 1000


def room_for(objects: int) -> ObjectStore:
    return open_store(f"memory:?max={objects * (SIZE + BESIDE)}")


def put(store: ObjectStore, *keys: str) -> None:
    for key in keys:
        assert store.put(key, bytes(SIZE), media_type="image/png")


def kept(store: ObjectStore) -> list[str]:
    return sorted(found.key for found in store.list())


def test_what_was_put_first_goes_first() -> None:
    store = room_for(3)
    put(store, "a", "b", "c")
    assert kept(store) == ["a", "b", "c"]
    put(store, "d", "e")
    assert kept(store) == ["c", "d", "e"]


def test_what_was_read_stays() -> None:
    store = room_for(3)
    put(store, "a", "b", "c")
    assert store.get("a")
    put(store, "d")
    assert kept(store) == ["a", "c", "d"]


def test_what_was_deleted_makes_room() -> None:
    store = room_for(2)
    put(store, "a", "b")
    store.delete("a")
    put(store, "c")
    assert kept(store) == ["b", "c"]


def test_what_has_no_room_at_all_is_not_kept_and_drives_nothing_out() -> None:
    store = room_for(2)
    put(store, "a", "b")
    assert store.put("large", bytes(3 * (SIZE + BESIDE)), media_type="image/png")
    assert kept(store) == ["a", "b"]


def test_the_limit_holds_for_many_writers_at_once() -> None:
    store = room_for(5)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: put(store, str(number)), range(200)))
        list(threads.map(lambda number: store.delete(str(number)), range(200)))
    put(store, "a", "b", "c", "d", "e")  # nothing that has gone takes room
    assert kept(store) == ["a", "b", "c", "d", "e"]


def test_the_etag_says_what_the_bytes_are() -> None:
    """A number would be that of another picture after the process has begun anew."""
    store = open_store("memory:")
    store.put("a", b"bytes", media_type="image/png")
    found = store.head("a")
    assert found
    assert found.etag == md5(b"bytes", usedforsecurity=False).hexdigest()


LIMITS = {"memory:?max=5KiB": 5 * 1024, "memory:?max=1MiB": 2**20, "memory:?max=5000": 5000}


@pytest.mark.parametrize(("url", "limit"), LIMITS.items(), ids=LIMITS)
def test_a_limit_is_said_in_bytes_or_a_unit(url: str, limit: int) -> None:
    store = open_store(url)
    store.put("fits", bytes(limit - BESIDE), media_type="image/png")
    assert kept(store) == ["fits"]
    other = open_store(url)
    other.put("does not", bytes(limit - BESIDE + 1), media_type="image/png")
    assert kept(other) == []


@pytest.mark.parametrize("limit", ["?", "?max=", "?max=0", "?max=5MB", "?max=-1", "?max=1MiB&a=1", "?min=1"])
def test_any_other_limit_is_refused_with_what_was_expected(limit: str) -> None:
    with pytest.raises(ValueError, match=r"such as memory:\?max=256MiB"):
        open_store(f"memory:{limit}")
