"""A folder that keeps what S3 keeps."""

from __future__ import annotations

from pathlib import Path

from local_loop.attributes import WithAttributes
from resizer_core import ObjectStore, open_store
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
