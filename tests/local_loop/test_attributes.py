"""A folder that keeps what S3 keeps."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from local_loop.attributes import WithAttributes
from resizer_core import ObjectStore, Upkeep, open_store
from resizer_core.testing import check_store


def folder(path: Path) -> ObjectStore:
    return WithAttributes(open_store(str(path / "objects")), open_store(str(path / "attributes")))


def test_it_is_a_store(tmp_path: Path) -> None:
    check_store(folder(tmp_path))


def test_attributes_are_found_by_the_next_process(tmp_path: Path) -> None:
    folder(tmp_path).put(
        "a/b.webp",
        b"body",
        media_type="image/webp",
        cache_control="max-age=60",
        content_disposition="attachment",
        metadata={"spec": "300x"},
    )
    store = folder(tmp_path)
    for found in (store.get("a/b.webp"), store.head("a/b.webp")):
        assert found is not None
        assert (found.media_type, found.cache_control) == ("image/webp", "max-age=60")
        assert (found.content_disposition, found.metadata) == ("attachment", {"spec": "300x"})


def test_a_new_object_has_nothing_of_the_old_one(tmp_path: Path) -> None:
    store = folder(tmp_path)
    store.put("a", b"old", media_type="image/webp", cache_control="max-age=60")
    (tmp_path / "objects" / "a").unlink()
    assert store.put("a", b"new", media_type="image/webp")
    found = store.get("a")
    assert found is not None
    assert found.cache_control == ""


def test_the_attributes_of_an_object_that_is_there_are_not_replaced(tmp_path: Path) -> None:
    store = folder(tmp_path)
    store.put("a", b"first", media_type="image/webp", cache_control="max-age=60")
    assert not store.put("a", b"second", media_type="image/png")
    found = store.get("a")
    assert found is not None
    assert (found.body, found.cache_control) == (b"first", "max-age=60")


def test_a_file_that_something_else_wrote_is_what_the_folder_says_it_is(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "a.gif").write_bytes(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
    found = folder(tmp_path).get("a.gif")
    assert found is not None
    assert (found.media_type, found.cache_control) == ("image/gif", "")


def test_a_file_that_something_else_wrote_is_no_derivative_that_may_be_purged(tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    (tmp_path / "objects" / "Holidays").mkdir(parents=True)
    foreign = tmp_path / "objects" / "Holidays" / "cat.jpg"
    foreign.write_bytes(b"older than any original")
    upkeep = Upkeep(open_store(str(tmp_path / "originals")), folder(tmp_path))
    assert upkeep.find_stale("cat.jpg") == []


def test_what_is_put_while_it_is_deleted_keeps_its_attributes(tmp_path: Path) -> None:
    objects, attributes = (open_store(str(tmp_path / name)) for name in ("objects", "attributes"))
    deleted, never = threading.Event(), threading.Event()

    class Slow:
        def delete(self, key: str, *, etag: str = "") -> bool:
            gone = objects.delete(key, etag=etag)
            deleted.set()
            never.wait(0.2)  # for the other thread, which has to wait for this one
            return gone

        def __getattr__(self, name: str) -> Any:
            return getattr(objects, name)

    store = WithAttributes(cast(ObjectStore, Slow()), attributes)
    store.put("a", b"old", media_type="image/png")
    with ThreadPoolExecutor(1) as other:
        gone = other.submit(store.delete, "a")
        deleted.wait()
        assert store.put("a", b"new", media_type="image/webp", cache_control="max-age=60")
        assert gone.result()
    found = store.get("a")
    assert found is not None
    assert (found.body, found.cache_control) == (b"new", "max-age=60")
