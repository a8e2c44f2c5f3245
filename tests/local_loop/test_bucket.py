"""Test the private bucket: what it answers, to whom, and what a part is. The module names its sources."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import cast

import pytest

from local_loop.bucket import Bucket, BucketConfiguration
from local_loop.http import Request, Response
from resizer_core import ObjectStore, open_store
from tests.local_loop.doubles import BreakableStore

BODY = b"0123456789"
YEAR = "public, max-age=31536000"


@pytest.fixture
def store() -> ObjectStore:
    made = open_store("memory:")
    made.put(
        "8x4/a b.png",
        BODY,
        media_type="image/png",
        cache_control=YEAR,
        content_disposition='inline; filename="a.png"',
        metadata={"original": "abc", "tags": "k-1"},
    )
    return made


def ask(
    store: ObjectStore, path: str, *, method: str = "GET", headers: dict[str, str] | None = None
) -> Response:
    bucket = Bucket(BucketConfiguration(bucket="derivatives"), store)
    return bucket(Request(method=method, path=path, headers=headers or {}))


def test_an_object_comes_with_its_attributes(store: ObjectStore) -> None:
    answer = ask(store, "/8x4/a%20b.png")
    head = store.head("8x4/a b.png")
    assert head
    assert (answer.status, answer.body) == (200, BODY)
    assert answer.headers == {
        "content-type": "image/png",
        "last-modified": format_datetime(head.modified, usegmt=True),
        "etag": f'"{head.etag}"',
        "accept-ranges": "bytes",
        "cache-control": YEAR,
        "content-disposition": 'inline; filename="a.png"',
        "x-amz-meta-original": "abc",
        "x-amz-meta-tags": "k-1",
    }


def test_a_head_is_the_same_without_the_body(store: ObjectStore) -> None:
    whole, head = ask(store, "/8x4/a%20b.png"), ask(store, "/8x4/a%20b.png", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers == {**whole.headers, "content-length": "10"}


ALLOWED = {
    "both": (True, True, 200, 404, 200),
    "only to read": (True, False, 200, 403, 403),
    "only to list": (False, True, 403, 403, 200),
    "nothing": (False, False, 403, 403, 403),
}


@pytest.mark.parametrize(("reads", "lists", "there", "missing", "root"), ALLOWED.values(), ids=ALLOWED)
def test_what_the_policy_allows_decides_between_403_and_404(
    store: ObjectStore, reads: bool, lists: bool, there: int, missing: int, root: int
) -> None:
    bucket = Bucket(BucketConfiguration(bucket="derivatives", readable=reads, listable=lists), store)
    paths = ("/8x4/a%20b.png", "/8x4/missing.png", "/")
    assert [bucket(Request(path=path)).status for path in paths] == [there, missing, root]


ERRORS = {
    "missing": ("GET", "/8x4/missing.png", 404, b"<Code>NoSuchKey</Code>"),
    "a key that no store of ours keeps": ("GET", "/8x4//a", 404, b"<Code>NoSuchKey</Code>"),
    "another method": ("POST", "/8x4/a%20b.png", 405, b"<Code>MethodNotAllowed</Code>"),
    "no UTF-8": ("GET", "/8x4/%ff", 400, b"<Code>InvalidURI</Code>"),
    "too long": ("GET", f"/{'a' * 1025}", 400, b"<Code>KeyTooLongError</Code>"),
    "missing, asked for by HEAD": ("HEAD", "/8x4/missing.png", 404, b""),
}


@pytest.mark.parametrize(("method", "path", "status", "text"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_xml_that_says_nothing_of_caches(
    store: ObjectStore, method: str, path: str, status: int, text: bytes
) -> None:
    answer = ask(store, path, method=method)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/xml")
    assert text in answer.body
    assert bool(answer.body) == bool(text)
    assert "cache-control" not in answer.headers


def test_a_store_that_fails_is_500(store: ObjectStore) -> None:
    broken = cast(ObjectStore, BreakableStore(store, broken={"get"}))
    answer = ask(broken, "/8x4/a%20b.png")
    assert (answer.status, b"InternalError" in answer.body) == (500, True)


def test_the_empty_key_is_the_list_for_whom_may_have_it(store: ObjectStore) -> None:
    assert b"<Key>8x4/a b.png</Key>" in ask(store, "/").body


@pytest.mark.parametrize(("is_space", "status"), [(False, 404), (True, 200)])
def test_a_raw_plus_may_be_a_space(store: ObjectStore, is_space: bool, status: int) -> None:
    bucket = Bucket(BucketConfiguration(bucket="derivatives", plus_is_space=is_space), store)
    assert bucket(Request(path="/8x4/a+b.png")).status == status


# Parts

PARTS = {
    "the first bytes": ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
    "from the middle on": ("bytes=7-", 206, b"789", "bytes 7-9/10"),
    "the last bytes": ("bytes=-2", 206, b"89", "bytes 8-9/10"),
    "more than there is, from the end": ("bytes=-20", 206, BODY, "bytes 0-9/10"),
    "beyond the end": ("bytes=8-20", 206, b"89", "bytes 8-9/10"),
    "two parts": ("bytes=0-1,4-5", 200, BODY, None),
    "the wrong way round": ("bytes=4-2", 200, BODY, None),
    "no bytes": ("bytes=-", 200, BODY, None),
    "another unit": ("lines=0-1", 200, BODY, None),
}


@pytest.mark.parametrize(("given", "status", "body", "stated"), PARTS.values(), ids=PARTS)
def test_a_part_is(store: ObjectStore, given: str, status: int, body: bytes, stated: str | None) -> None:
    answer = ask(store, "/8x4/a%20b.png", headers={"range": given})
    assert (answer.status, answer.body, answer.headers.get("content-range")) == (status, body, stated)
    head = ask(store, "/8x4/a%20b.png", method="HEAD", headers={"range": given})
    assert (head.status, head.headers["content-length"]) == (status, str(len(body)))


@pytest.mark.parametrize("given", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_part_beyond_the_end_is_416(store: ObjectStore, given: str) -> None:
    answer = ask(store, "/8x4/a%20b.png", headers={"range": given})
    assert (answer.status, b"InvalidRange" in answer.body) == (416, True)


def test_a_part_is_of_the_object_that_if_range_names(store: ObjectStore) -> None:
    whole = ask(store, "/8x4/a%20b.png").headers
    for known, status in (
        (whole["etag"], 206),
        (whole["last-modified"], 206),
        ('"another"', 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
    ):
        headers = {"range": "bytes=0-3", "if-range": known}
        assert ask(store, "/8x4/a%20b.png", headers=headers).status == status


# Conditions


def test_what_is_known_already_is_304(store: ObjectStore) -> None:
    whole = ask(store, "/8x4/a%20b.png").headers
    modified = parsedate_to_datetime(whole["last-modified"])
    earlier = format_datetime(modified - timedelta(seconds=1), usegmt=True)
    for headers, status in (
        ({"if-none-match": whole["etag"]}, 304),
        ({"if-none-match": f'"another", W/{whole["etag"]}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"another"'}, 200),
        ({"if-modified-since": whole["last-modified"]}, 304),
        ({"if-modified-since": earlier}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        # RFC 9110, section 13.2.2: the date counts only without a tag.
        ({"if-none-match": '"another"', "if-modified-since": whole["last-modified"]}, 200),
        ({"if-none-match": whole["etag"], "range": "bytes=0-3"}, 304),
    ):
        answer = ask(store, "/8x4/a%20b.png", headers=headers)
        assert answer.status == status, headers
        if status == 304:
            assert (answer.body, answer.headers["etag"], answer.headers["cache-control"]) == (
                b"",
                whole["etag"],
                YEAR,
            )
            assert "content-type" not in answer.headers


def test_a_missing_object_is_missing_under_every_condition(store: ObjectStore) -> None:
    for headers in ({"if-none-match": "*"}, {"range": "bytes=0-3"}):
        assert ask(store, "/8x4/missing.png", headers=headers).status == 404
