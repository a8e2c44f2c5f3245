"""Pictures in memory beside a store: what belongs to them never reaches it."""

from __future__ import annotations

from typing import cast

import pytest

from local_loop.dropped import WithDropped, with_dropped
from resizer_core import InvalidKey, LimitExceeded, ObjectStore, open_store
from resizer_core.testing import check_store
from tests.local_loop.dropping import stored


@pytest.fixture
def behind() -> ObjectStore:
    return open_store("memory:")


def put(store: WithDropped | ObjectStore, key: str, body: bytes = b"body") -> bool:
    return store.put(key, body, media_type="image/png", cache_control="public", metadata={"a": "b"})


@pytest.mark.parametrize("before", [0, 1])
def test_it_is_a_store(behind: ObjectStore, before: int) -> None:
    check_store(cast(ObjectStore, WithDropped(behind, before=before, most=100)))


def test_what_belongs_to_a_dropped_original_is_in_memory_alone(behind: ObjectStore) -> None:
    originals, derivatives = with_dropped(behind, behind, most=100)
    assert put(originals, "dropped/a.png")
    assert put(derivatives, "300x/dropped/a.png")
    assert stored(behind) == set()
    for store, key in ((originals, "dropped/a.png"), (derivatives, "300x/dropped/a.png")):
        found = store.get(key)
        assert found
        assert (bytes(found.body), found.cache_control, found.metadata) == (b"body", "public", {"a": "b"})
        assert not put(store, key, b"another")
        with pytest.raises(LimitExceeded):
            store.get(key, max_bytes=1)
    assert derivatives.get("dropped/a.png") is None


@pytest.mark.parametrize("key", ["a/dropped/b", "dropped", "dropped.png", "undropped/b", "x/y/dropped/b"])
def test_everything_else_is_in_the_store(behind: ObjectStore, key: str) -> None:
    originals, _ = with_dropped(behind, behind, most=100)
    assert put(originals, key)
    assert stored(behind) == {key}


def test_both_are_listed_and_deleted(behind: ObjectStore) -> None:
    _, derivatives = with_dropped(behind, behind, most=100)
    for key in ("300x/a.png", "300x/dropped/a.png", "50x/dropped/a.png"):
        put(derivatives, key)
    assert {found.key for found in derivatives.list()} == {
        "300x/a.png",
        "300x/dropped/a.png",
        "50x/dropped/a.png",
    }
    assert {found.key for found in derivatives.list("300x", deep=False)} == {"300x/a.png"}
    assert sorted(derivatives.folders()) == ["300x", "50x"]
    found = derivatives.head("300x/dropped/a.png")
    assert found
    assert not derivatives.delete(found.key, etag="another")
    assert derivatives.delete(found.key, etag=found.etag)
    assert derivatives.delete("300x/a.png")
    assert {found.key for found in derivatives.list()} == {"50x/dropped/a.png"}


def test_a_folder_of_that_name_in_the_store_is_read_and_can_be_deleted(behind: ObjectStore) -> None:
    put(behind, "dropped/theirs.png", b"theirs")
    originals, _ = with_dropped(behind, behind, most=100)
    found = originals.get("dropped/theirs.png")
    assert found
    assert bytes(found.body) == b"theirs"
    assert originals.delete("dropped/theirs.png", etag=found.etag)
    assert originals.head("dropped/theirs.png") is None


def test_the_oldest_make_room_and_the_store_never_does(behind: ObjectStore) -> None:
    put(behind, "large.png", b"x" * 1000)
    originals, _ = with_dropped(behind, behind, most=100)
    for name in ("a", "b", "c"):
        put(originals, f"dropped/{name}", b"x" * 40)
    assert {found.key for found in originals.list()} == {"large.png", "dropped/b", "dropped/c"}
    assert originals.make_room(20) == []
    assert originals.make_room(21) == ["dropped/b"]
    assert originals.make_room(1000) == ["dropped/c"]
    assert stored(behind) == {"large.png"}


def test_a_key_that_is_none_is_refused(behind: ObjectStore) -> None:
    originals, _ = with_dropped(behind, behind, most=100)
    with pytest.raises(InvalidKey):
        put(originals, "dropped//a")
