"""The stores of the loop as buckets, through the client that the function has."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from typing import cast

import pytest

from local_loop.s3 import S3Server
from resizer_core import ObjectStore, StorageError, open_store
from tests.doubles import Encoded, filled
from tests.local_loop.doubles import BreakableStore


@pytest.fixture
def behind() -> BreakableStore:
    return BreakableStore(open_store("memory:"))


@pytest.fixture
def bucket(behind: BreakableStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """What another process opens by the server's variables."""
    with S3Server({"derivatives": cast(ObjectStore, behind)}) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield open_store("s3://derivatives")


def test_another_host_is_refused(bucket: ObjectStore) -> None:
    assert bucket.put("a.png", b"body", media_type="image/png")
    host = os.environ["AWS_ENDPOINT_URL_S3"].removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", "/derivatives/a.png", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, b"AccessDenied" in answer.read()) == (403, True)
    connection.close()


KEYS = ("a.png", "4x4_f-webp/a b+c%20d.png", "ünï/写真.png", "#1?x=y.png", "&=;,@:$!'()*~")


@pytest.mark.parametrize("key", KEYS)
def test_what_is_put_is_in_the_store_under_its_key_with_all_attributes(
    bucket: ObjectStore, behind: BreakableStore, key: str
) -> None:
    attributes = {
        "media_type": "image/webp",
        "cache_control": "max-age=60",
        "content_disposition": "attachment",
    }
    assert bucket.put(key, b"body", metadata={"spec": "4x4"}, **attributes)
    for store in (bucket, behind.store):
        for found in (store.get(key), store.head(key)):
            assert found is not None
            assert (found.key, found.size, found.metadata) == (key, 4, {"spec": "4x4"})
            assert {name: getattr(found, name) for name in attributes} == attributes
        whole = store.get(key)
        assert whole is not None
        assert bytes(whole.body) == b"body"


def test_how_an_original_is_encoded_is_told(bucket: ObjectStore, behind: BreakableStore) -> None:
    behind.store = Encoded(filled({"a.jpg": b"packed"}), "br")
    found = bucket.get("a.jpg")
    assert found is not None
    assert (bytes(found.body), found.content_encoding) == (b"packed", "br")


def test_what_is_there_is_not_replaced(bucket: ObjectStore) -> None:
    assert bucket.put("a", b"first", media_type="image/png")
    assert not bucket.put("a", b"second", media_type="image/png")
    found = bucket.get("a")
    assert found is not None
    assert bytes(found.body) == b"first"


def test_a_missing_object_is_none(bucket: ObjectStore) -> None:
    assert bucket.get("a") is None
    assert bucket.head("a") is None


def test_a_key_that_the_store_refuses_is_not_there(bucket: ObjectStore, behind: BreakableStore) -> None:
    behind.store = open_store("/")
    assert bucket.get("a#1") is None


def test_a_bucket_of_another_name_is_an_error(bucket: ObjectStore) -> None:
    assert bucket.get("a") is None
    with pytest.raises(StorageError):
        open_store("s3://others").get("a")


def test_a_store_that_fails_is_an_error(bucket: ObjectStore, behind: BreakableStore) -> None:
    behind.broken = {"head", "get", "put"}
    with pytest.raises(StorageError):
        bucket.get("a")
    with pytest.raises(StorageError):
        bucket.put("a", b"body", media_type="image/png")
