"""What is peculiar to a folder: links, names that no key has, and files that are no objects."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from resizer_core.errors import InvalidKey, LimitExceeded, StorageError
from resizer_core.stores.contract import ObjectStore
from resizer_core.stores.opening import open_store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def store(root: Path) -> ObjectStore:
    root.mkdir()
    return open_store(str(root))


def put(store: ObjectStore, key: str, body: bytes = PNG) -> bool:
    return store.put(key, body, media_type="image/png", metadata={"engine": "8.18"})


def test_an_object_is_a_file_of_the_same_name_and_nothing_else_is_left(
    store: ObjectStore, root: Path
) -> None:
    put(store, "a b/c%20d.png")
    assert [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()] == [
        "a b/c%20d.png"
    ]
    assert (root / "a b/c%20d.png").read_bytes() == PNG


def leftover(root: Path, name: str, *, minutes: float) -> Path:
    """A file that was last written to so many minutes ago."""
    path = root / name
    path.write_bytes(PNG[:9])
    then = time.time() - minutes * 60
    os.utime(path, (then, then))
    return path


KILLED = """
import os, sys, threading, time
from pathlib import Path
from resizer_core import open_store
root = Path(sys.argv[1])
body = bytes(100_000_000)
threading.Thread(target=lambda: open_store(str(root)).put("a.png", body, media_type="image/png")).start()
while not (root / "a.png#1").exists():
    pass
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_behind_is_tidied_by_the_next_put(store: ObjectStore, root: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(root)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in root.iterdir()] == ["a.png#1"]
    os.utime(root / "a.png#1", (0, 0))
    assert put(store, "a.png")
    assert [path.name for path in root.iterdir()] == ["a.png"]


@pytest.mark.parametrize("action", ["put", "put again", "delete"])
def test_only_old_leftovers_of_that_very_name_are_tidied(store: ObjectStore, root: Path, action: str) -> None:
    if action != "put":
        put(store, "a.png")
    gone = [leftover(root, f"a.png#{number}", minutes=20) for number in (1, 3)]
    kept = {
        leftover(root, "a.png#2", minutes=10),  # another process may be writing it
        leftover(root, "b.png#1", minutes=20),
        leftover(root, "a.png#x", minutes=20),
        leftover(root, "a.png.bak", minutes=20),
    }
    if action == "delete":
        store.delete("a.png")
    else:
        assert put(store, "a.png") is (action == "put")
    left = {*root.iterdir()} - {root / "a.png"}
    assert left == kept
    assert not {*gone} & left


def test_a_leftover_that_is_a_link_or_a_folder_stays(store: ObjectStore, root: Path, tmp_path: Path) -> None:
    outside = leftover(tmp_path, "outside", minutes=20)
    (root / "a.png#1").symlink_to(outside)
    (root / "a.png#2").mkdir()
    os.utime(root / "a.png#2", (0, 0))
    assert put(store, "a.png")
    assert {path.name for path in root.iterdir()} == {"a.png", "a.png#1", "a.png#2"}
    assert outside.exists()


def test_reading_does_not_make_the_folder_and_writing_does(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "one/two"))
    assert store.head("a") is None
    assert store.get("a") is None
    assert list(store.list()) == []
    store.delete("a")
    assert not (tmp_path / "one").exists()
    assert put(store, "a")
    assert (tmp_path / "one/two/a").is_file()


def test_the_type_is_found_by_the_first_bytes_on_get_only(store: ObjectStore) -> None:
    put(store, "a.jpg")
    put(store, "b.jpg", b"no picture")
    got, unknown, headed = store.get("a.jpg"), store.get("b.jpg"), store.head("a.jpg")
    assert got is not None
    assert unknown is not None
    assert headed is not None
    assert (got.media_type, unknown.media_type, headed.media_type) == ("image/png", "", "")
    assert got.metadata == {}


def test_a_relative_path_is_fixed_when_the_store_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("pictures")
    monkeypatch.chdir("/")
    put(store, "a")
    assert (tmp_path / "pictures/a").is_file()


@pytest.mark.parametrize("key", ["out/secret", "secret-link", "deep/out/new"])
def test_a_key_that_leads_out_by_a_link_is_refused(store: ObjectStore, root: Path, key: str) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (root / "deep").mkdir()
    (root / "out").symlink_to(outside)
    (root / "deep/out").symlink_to("../../outside")
    (root / "secret-link").symlink_to(outside / "secret")
    for use in (store.head, store.get, store.delete, lambda key: put(store, key)):
        with pytest.raises(InvalidKey, match="leads out"):
            use(key)
    assert list(store.list()) == []
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_a_sibling_whose_name_begins_alike_is_outside(store: ObjectStore, root: Path) -> None:
    (root.parent / "root-2").mkdir()
    (root.parent / "root-2/a").write_bytes(PNG)
    (root / "link").symlink_to("../root-2")
    with pytest.raises(InvalidKey, match="leads out"):
        store.get("link/a")


def test_a_link_that_stays_inside_is_followed(store: ObjectStore, root: Path) -> None:
    put(store, "real/a.png")
    (root / "also").symlink_to("real")
    found = store.get("also/a.png")
    assert found is not None
    assert (found.key, bytes(found.body)) == ("also/a.png", PNG)


def test_the_folder_itself_may_be_a_link(store: ObjectStore, root: Path) -> None:
    put(store, "a.png")
    (root.parent / "link").symlink_to(root)
    assert [found.key for found in open_store(str(root.parent / "link")).list()] == ["a.png"]


def test_a_link_to_nowhere_and_a_loop_are_no_objects(store: ObjectStore, root: Path) -> None:
    (root / "nowhere").symlink_to("missing")
    (root / "round").symlink_to(".")
    put(store, "a.png")
    assert store.get("nowhere") is None
    assert [found.key for found in store.list()] == ["a.png"]
    assert list(store.folders()) == []


@pytest.mark.parametrize("key", ["folder", "fifo", "file/below"])
def test_only_regular_files_are_objects(store: ObjectStore, root: Path, key: str) -> None:
    (root / "folder").mkdir()
    (root / "file").write_bytes(PNG)
    os.mkfifo(root / "fifo")
    assert store.head(key) is None
    assert store.get(key) is None
    store.delete(key)
    assert sorted(path.name for path in root.iterdir()) == ["fifo", "file", "folder"]
    assert [found.key for found in store.list()] == ["file"]


def test_a_folder_without_an_object_is_no_folder(store: ObjectStore, root: Path) -> None:
    put(store, "a/b/c.png")
    put(store, "d.png")
    (root / "empty/deep").mkdir(parents=True)
    assert (list(store.folders()), list(store.folders("a")), list(store.folders("e"))) == (["a"], ["b"], [])
    store.delete("a/b/c.png")
    assert list(store.folders()) == []


@pytest.mark.parametrize("key", ["a", "a/b.png/c"])
def test_a_file_and_a_folder_do_not_share_a_name(store: ObjectStore, key: str) -> None:
    put(store, "a/b.png")
    with pytest.raises(InvalidKey, match="same name"):
        put(store, key)


@pytest.mark.parametrize("key", ["name#1", "folder/name#0123", "#7"])
def test_a_name_that_obstore_keeps_for_itself_is_refused(store: ObjectStore, key: str) -> None:
    for use in (store.head, store.get, store.delete, lambda key: put(store, key)):
        with pytest.raises(InvalidKey, match="#"):
            use(key)


@pytest.mark.parametrize("key", ["name#", "name#1.jpg", "name#1/a.jpg", "#a", "#\u0661"])
def test_a_number_sign_elsewhere_is_a_character_like_any_other(store: ObjectStore, key: str) -> None:
    assert put(store, key)
    assert [found.key for found in store.list()] == [key]


def test_the_longest_name_can_be_written_and_one_byte_more_is_refused(store: ObjectStore) -> None:
    assert put(store, "\u00e9" * 125)
    for use in (store.head, lambda key: put(store, key)):
        with pytest.raises(InvalidKey, match="250 bytes"):
            use("\u00e9" * 125 + "x")


def test_nobody_sees_half_an_object(store: ObjectStore) -> None:
    body = bytes(1 << 25)
    seen = set()
    with ThreadPoolExecutor(1) as thread:
        written = thread.submit(put, store, "a.png", body)
        while not written.done():
            found = store.head("a.png")
            seen.add(found and found.size)
    assert written.result()
    assert seen <= {None, len(body)}


def test_what_a_dying_writer_left_is_no_object_and_in_nobodys_way(store: ObjectStore, root: Path) -> None:
    (root / "a.png#1").write_bytes(PNG[:5])
    assert list(store.list()) == []
    assert store.get("a.png") is None
    assert put(store, "a.png")
    assert [(found.key, found.size) for found in store.list()] == [("a.png", len(PNG))]


def test_files_whose_names_no_key_has_do_not_spoil_a_listing(store: ObjectStore, root: Path) -> None:
    put(store, "a.png")
    for name in (b"not utf-8 \xff", b"line\nbreak", b"x" * 255):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(PNG)
    assert [found.key for found in store.list()] == ["a.png"]


def test_a_file_that_may_not_be_read_is_a_failure_and_not_missing(store: ObjectStore, root: Path) -> None:
    put(store, "locked/a.png")
    (root / "locked/a.png").chmod(0)
    try:
        if os.access(root / "locked/a.png", os.R_OK):
            (root / "locked/a.png").unlink()
            (root / "locked/a.png").symlink_to("a.png")  # root reads everything, but not a link to itself
        with pytest.raises(StorageError) as caught:
            store.get("locked/a.png")
    finally:
        (root / "locked/a.png").unlink()
    assert str(root) not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_max_bytes_is_checked_before_a_huge_file_is_read(store: ObjectStore, root: Path) -> None:
    with (root / "huge").open("wb") as file:
        file.truncate(1 << 40)  # a sparse file: a terabyte that nobody could read into memory
    with pytest.raises(LimitExceeded, match="at most 1000"):
        store.get("huge", max_bytes=1000)
