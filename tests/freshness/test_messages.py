"""Test what is read from the queue, and what is put there."""

from __future__ import annotations

import json

import pytest

from freshness.changes import BadMessage, Change, originals_by_place, read_message, second_pass
from function.places import bucket_of
from tests.freshness.events import event

ONE = originals_by_place("s3://originals")
SEVERAL = originals_by_place(
    {
        "shop/": "s3://wares?region=eu-west-1",
        "blog/": "s3://texts/a b/pictures/",
        "old/": "s3://texts/a b",
    }
)

READ = {
    "the key as it is": (ONE, "originals", "a b+c%20é.jpg", ["a b+c%20é.jpg"]),
    "a first segment": (SEVERAL, "wares", "cat.jpg", ["shop/cat.jpg"]),
    "a prefix, by each way to it": (
        SEVERAL,
        "texts",
        "a b/pictures/cat.jpg",
        ["blog/cat.jpg", "old/pictures/cat.jpg"],
    ),
    "outside of one prefix": (SEVERAL, "texts", "a b/cat.jpg", ["old/cat.jpg"]),
    "outside of every prefix": (SEVERAL, "texts", "a bc/cat.jpg", []),
}


@pytest.mark.parametrize(("places", "bucket", "key", "keys"), READ.values(), ids=READ)
@pytest.mark.parametrize("kind", ["Object Created", "Object Deleted"])
def test_an_event_names_the_key_that_requests_have(
    places: list[tuple[str, str, str]], bucket: str, key: str, keys: list[str], kind: str
) -> None:
    message = event(key, kind=kind, bucket=bucket)
    assert read_message(message, places) == [Change(key=key) for key in keys]


BAD = {
    "another bucket": event("cat.jpg", bucket="derivatives"),
    "no JSON": "cat.jpg",
    "a list": "[]",
    "no detail": "{}",
    "no key": '{"detail": {"bucket": {"name": "originals"}, "object": {}}}',
    "a number": '{"detail": {"bucket": {"name": "originals"}, "object": {"key": 1}}}',
    "a detail that is none": '{"detail": 1}',
    "another pass": '{"key": "cat.jpg", "pass": 3, "deleted": []}',
    "a second pass of nothing": '{"pass": 2}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_anything_else_is_refused(body: str) -> None:
    with pytest.raises(BadMessage, match="expected an event of"):
        read_message(body, ONE)


@pytest.mark.parametrize("deleted", [(), ("/20x/caf%C3%A9.jpg", "#k-1")])
def test_a_second_pass_comes_back_as_it_was_sent(deleted: tuple[str, ...]) -> None:
    assert read_message(second_pass("café.jpg", deleted), ONE) == [
        Change(key="café.jpg", again=True, deleted=deleted)
    ]


def test_a_message_that_would_be_too_large_says_all() -> None:
    many = [f"/{number:05}x/{'k' * 895}" for number in range(300)]
    text = second_pass("k" * 895, many)
    assert len(text) < 1000
    assert json.loads(text)["deleted"] == "all"
    assert read_message(text, ONE)[0].deleted == ("/*",)
    assert len(second_pass("k", many[:200])) > 100_000


def test_only_buckets_of_s3_have_events() -> None:
    assert bucket_of("s3://bucket/a/b/?region=eu-west-1") == ("bucket", "a/b/")
    with pytest.raises(ValueError, match="expected an s3:// URL, got 'gs://bucket'"):
        bucket_of("gs://bucket")
