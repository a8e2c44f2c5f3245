"""One suite for every store: memory, a folder, and S3 over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from resizer_core.errors import InvalidKey
from resizer_core.stores.contract import ObjectStore, StoredObject
from resizer_core.stores.opening import open_store
from resizer_core.testing import check_store

URLS = {
    "memory": "memory:",
    "memory-limited": "memory:?max=1MiB",
    "folder": "{folder}",
    "folder-not-there-yet": "{folder}/not/there yet",
    "folder-as-url": "file://{folder}/caf%C3%A9%20%2B%20caf%25",
    "s3": "s3://pictures",
    "s3-slash": "s3://pictures/",
    "s3-prefix": "s3://pictures/one/two",
    "s3-prefix-literal": "s3://pictures/a b/c%20d+~#&\u00e9",
    "s3-region": "s3://pictures/one?region=eu-west-1",
}


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    url: str = request.param
    if url.startswith("s3:"):
        request.getfixturevalue("s3")
    return open_store(url.format(folder=tmp_path))


@pytest.mark.parametrize("store", URLS.values(), ids=URLS, indirect=True)
def test_a_store_keeps_the_contract(store: ObjectStore) -> None:
    check_store(store)


@pytest.mark.parametrize("segment", ["shop/", "blog/", "caf\u00e9 (2)/"])
def test_several_stores_keep_the_contract_as_one(s3: object, tmp_path: Path, segment: str) -> None:  # noqa: ARG001
    urls = {"shop/": "s3://pictures/two", "blog/": str(tmp_path), "caf\u00e9 (2)/": "memory:"}
    check_store(open_store(urls), below=segment)


@pytest.mark.parametrize("store", ["memory:", "s3://pictures/prefix"], indirect=True)
def test_attributes_and_metadata_come_back_from_head_and_get(store: ObjectStore) -> None:
    store.put(
        "a.webp",
        b"1",
        media_type="image/webp",
        cache_control="public, max-age=60",
        content_disposition="attachment",
        metadata={"source-etag": "e1", "engine": "8.18"},
    )
    for found in (store.head("a.webp"), store.get("a.webp")):
        assert found is not None
        assert (found.media_type, found.cache_control, found.content_disposition) == (
            "image/webp",
            "public, max-age=60",
            "attachment",
        )
        assert found.metadata == {"source-etag": "e1", "engine": "8.18"}


@pytest.mark.parametrize("store", ["memory:", "{folder}", "s3://pictures/prefix"], indirect=True)
@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"media_type": ""}, "Content-Type"),
        ({"media_type": "image/png\r\nX-Evil: 1"}, "Content-Type"),
        ({"cache_control": "caf\u00e9"}, "Cache-Control"),
        ({"content_disposition": " attachment"}, "Content-Disposition"),
        ({"metadata": {"Engine": "8.18"}}, "the name of metadata"),
        ({"metadata": {"content-type": "text/html"}}, "the name of metadata"),
        ({"metadata": {"": "8.18"}}, "the name of metadata"),
        ({"metadata": {"engine": "\u65e5"}}, "engine"),
        ({"metadata": {"engine": ""}}, "engine"),
    ],
)
def test_what_is_no_header_is_refused_before_anything_is_written(
    store: ObjectStore, attributes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        store.put("a.png", b"1", **{"media_type": "image/png", **attributes})
    assert store.head("a.png") is None


@pytest.mark.parametrize("store", ["memory:", "{folder}", "s3://pictures/prefix"], indirect=True)
def test_the_name_of_a_file_is_not_taken_for_a_body(store: ObjectStore) -> None:
    with pytest.raises(TypeError):
        store.put("a.png", __file__, media_type="image/png")  # type: ignore[arg-type]
    assert store.head("a.png") is None


@pytest.mark.parametrize("store", ["memory:", "{folder}", "s3://pictures/prefix"], indirect=True)
def test_listing_a_refused_prefix_fails_at_once(store: ObjectStore) -> None:
    with pytest.raises(InvalidKey):
        store.list("a/../b")


def test_a_body_is_not_copied() -> None:
    store = open_store("memory:")
    store.put("a", b"12345", media_type="image/png")
    found = store.get("a")
    assert found is not None
    assert isinstance(found.body, memoryview)


class Broken:
    """A store that keeps the contract; each class below breaks one part of it."""

    def __init__(self) -> None:
        self._store = open_store("memory:")

    def head(self, key: str) -> StoredObject | None:
        return self._store.head(key)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        return self._store.get(key, max_bytes=max_bytes)

    def put(self, key: str, body: Any, **attributes: Any) -> bool:
        return self._store.put(key, body, **attributes)

    def delete(self, key: str, *, etag: str = "") -> bool:
        return self._store.delete(key, etag=etag)

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        return self._store.list(prefix, deep=deep)

    def folders(self, prefix: str = "") -> Iterator[str]:
        return self._store.folders(prefix)


class Overwriting(Broken):
    def put(self, key: str, body: Any, **attributes: Any) -> bool:
        self._store.delete(key)
        return super().put(key, body, **attributes)


class Unquoting(Broken):
    def put(self, key: str, body: Any, **attributes: Any) -> bool:
        return super().put(key.replace("%20", " "), body, **attributes)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        return super().get(key.replace("%20", " "), max_bytes=max_bytes)


class Truncating(Broken):
    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        found = super().get(key, max_bytes=max_bytes)
        return found and replace(found, body=found.body[:4000])


class Unlimited(Broken):
    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:  # noqa: ARG002
        return super().get(key)


class Racing(Broken):
    def put(self, key: str, body: Any, **attributes: Any) -> bool:
        return super().put(key, body, **attributes) or "race" in key


class Relabelling(Broken):
    def put(self, key: str, body: Any, **attributes: Any) -> bool:
        return super().put(key, body, **{**attributes, "media_type": "text/html"})


class ListingByCharacters(Broken):
    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        return (found for found in super().list(deep=deep) if found.key.startswith(prefix))


class Lax(Broken):
    def head(self, key: str) -> StoredObject | None:
        try:
            return super().head(key)
        except InvalidKey:
            return None


class Keeping(Broken):
    def delete(self, key: str, *, etag: str = "") -> bool:  # noqa: ARG002
        return True


class Blind(Broken):
    def delete(self, key: str, *, etag: str = "") -> bool:  # noqa: ARG002
        return super().delete(key)


class Silent(Broken):
    def delete(self, key: str, *, etag: str = "") -> bool:
        super().delete(key, etag=etag)
        return True


class Deep(Broken):
    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:  # noqa: ARG002
        return super().list(prefix)


class Flat(Broken):
    def folders(self, prefix: str = "") -> Iterator[str]:
        return (found.key.partition("/")[0] for found in super().list(prefix))


BROKEN = {
    "overwrites": (Overwriting, "over an object is not False"),
    "unquotes-keys": (Unquoting, "earlier key was changed"),
    "cuts-bodies": (Truncating, "came back changed"),
    "ignores-max-bytes": (Unlimited, "does not raise LimitExceeded"),
    "lets-two-writers-win": (Racing, "were told that they wrote"),
    "changes-the-type": (Relabelling, "gives media_type as 'text/html'"),
    "lists-by-characters": (ListingByCharacters, r"cats'\) gives"),
    "accepts-any-key": (Lax, "does not raise InvalidKey"),
    "does-not-delete": (Keeping, "delete"),
    "deletes-another": (Blind, "with another etag"),
    "says-nothing": (Silent, "with another etag"),
    "lists-too-deep": (Deep, "deep=False"),
    "names-no-folders": (Flat, r"folders\("),
}


@pytest.mark.parametrize(("broken", "complaint"), BROKEN.values(), ids=BROKEN)
def test_a_broken_store_is_found_out(broken: type[Broken], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_store(broken())


def test_the_store_that_the_broken_ones_derive_from_is_not_broken() -> None:
    check_store(Broken())


def test_check_store_leaves_nothing_behind() -> None:
    store = open_store("memory:")
    check_store(store)
    assert list(store.list()) == []
