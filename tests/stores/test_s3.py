"""S3 itself: what boto3 sees of what was put, and what is found of what it put."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from resizer_core.errors import InvalidKey
from resizer_core.stores.contract import LONGEST_KEY
from resizer_core.stores.opening import open_store


def test_boto3_finds_the_object_with_all_of_its_headers(s3: Any) -> None:
    open_store("s3://pictures/a prefix%").put(
        "caf\u00e9 +.webp",
        b"body",
        media_type="image/webp",
        cache_control="public, max-age=31536000, immutable",
        content_disposition='attachment; filename="a b.webp"',
        metadata={"source-etag": "e1", "engine": "8.18"},
    )
    found = s3.get_object(Bucket="pictures", Key="a prefix%/caf\u00e9 +.webp")
    assert found["Body"].read() == b"body"
    assert found["ContentType"] == "image/webp"
    assert found["CacheControl"] == "public, max-age=31536000, immutable"
    assert found["ContentDisposition"] == 'attachment; filename="a b.webp"'
    assert found["Metadata"] == {"source-etag": "e1", "engine": "8.18"}


def test_what_boto3_put_is_found(s3: Any) -> None:
    s3.put_object(
        Bucket="pictures",
        Key="one/two words.png",
        Body=b"body",
        ContentType="image/png",
        Metadata={"owner": "ann"},
    )
    found = open_store("s3://pictures/one").get("two words.png")
    assert found is not None
    assert (bytes(found.body), found.media_type, found.metadata) == (b"body", "image/png", {"owner": "ann"})


def test_an_encoded_object_is_handed_over_as_it_is_stored(s3: Any) -> None:
    packed = gzip.compress(b"body")
    s3.put_object(Bucket="pictures", Key="a.jpg", Body=packed, ContentEncoding="gzip")
    s3.put_object(Bucket="pictures", Key="b.jpg", Body=b"body")
    store = open_store("s3://pictures")
    found, plain = store.get("a.jpg"), store.get("b.jpg")
    assert found is not None
    assert plain is not None
    assert (bytes(found.body), found.content_encoding) == (packed, "gzip")
    assert plain.content_encoding == ""


def test_a_prefix_hides_its_neighbours(s3: Any) -> None:
    for key in ("one/a", "one-more/b", "c"):
        s3.put_object(Bucket="pictures", Key=key, Body=b"")
    assert [found.key for found in open_store("s3://pictures/one").list()] == ["a"]


def test_the_prefix_counts_towards_the_length_of_a_key(s3: Any) -> None:
    store = open_store("s3://pictures/pre")
    longest = "/".join(["x" * 101] * 10)
    assert len(f"pre/{longest}") == LONGEST_KEY - 1
    assert store.put(longest + "y", b"", media_type="image/png")
    with pytest.raises(InvalidKey, match="1020 bytes"):
        store.put(longest + "yy", b"", media_type="image/png")
    assert s3.head_object(Bucket="pictures", Key=f"pre/{longest}y")["ContentLength"] == 0


def test_another_write_between_looking_and_deleting_is_lost(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the race that is documented: obstore's delete knows no condition."""
    store = open_store("s3://pictures")
    store.put("a", b"old", media_type="image/png")
    seen = store.head("a")
    assert seen is not None
    head = type(store).head

    def written_meanwhile(self: Any, key: str) -> Any:
        found = head(self, key)
        s3.put_object(Bucket="pictures", Key=key, Body=b"new")
        return found

    monkeypatch.setattr(type(store), "head", written_meanwhile)
    assert store.delete("a", etag=seen.etag) is True
    monkeypatch.undo()
    assert store.head("a") is None
