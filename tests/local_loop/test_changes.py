"""The look that finds what has changed among the originals, and the queue that it fills."""

from __future__ import annotations

from pathlib import Path

import pytest

from freshness.changes import Change
from local_loop.changes import Changes
from resizer_core import ObjectStore, open_store
from tests.local_loop.doubles import SetClock


@pytest.fixture(params=["memory", "folder"])
def originals(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return open_store("memory:" if request.param == "memory" else str(tmp_path))


def write(originals: ObjectStore, key: str, body: bytes = b"1") -> None:
    originals.delete(key)
    originals.put(key, body, media_type="image/png")


def looked(changes: Changes, times: int = 2) -> list[str]:
    for _ in range(times):
        changes.watch()
    return [change.key for change in changes.receive()]


def test_what_is_put_replaced_and_deleted_is_sent_once(originals: ObjectStore) -> None:
    for key in ("same.png", "replaced.png", "fold/deleted.png"):
        write(originals, key)
    changes = Changes(originals, clock=SetClock())
    assert looked(changes) == [], "what was there at the first look has not changed"
    write(originals, "new.png")
    write(originals, "replaced.png", b"12")
    originals.delete("fold/deleted.png")
    assert looked(changes) == ["fold/deleted.png", "new.png", "replaced.png"]
    assert looked(changes) == []


def test_a_file_that_is_still_being_written_is_waited_for(originals: ObjectStore) -> None:
    changes = Changes(originals, clock=SetClock())
    changes.watch()
    for length in range(1, 4):
        write(originals, "a.png", b"1" * length)
        assert looked(changes, times=1) == []
    assert looked(changes, times=1) == ["a.png"]


def test_a_file_that_is_gone_for_a_moment_was_replaced(originals: ObjectStore) -> None:
    write(originals, "a.png")
    changes = Changes(originals, clock=SetClock())
    changes.watch()
    originals.delete("a.png")
    assert looked(changes, times=1) == []
    write(originals, "a.png", b"12")
    assert looked(changes) == ["a.png"]


def test_what_is_held_back_comes_when_its_time_has_come(originals: ObjectStore) -> None:
    clock = SetClock()
    changes = Changes(originals, clock=clock)
    first, second = Change(key="a.png"), Change(key="b.png", again=True)
    changes.send(second, 10)
    changes.send(first)
    assert changes.receive() == [first]
    clock.pass_seconds(9.9)
    assert changes.receive() == []
    clock.pass_seconds(0.1)
    assert changes.receive() == [second]
    assert changes.waiting == []
