"""Test the error for each way in which S3 can fail."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from resizer_core.errors import ConfigurationError, LimitExceeded, StorageError
from resizer_core.stores.contract import ObjectStore
from resizer_core.stores.opening import open_store
from tests.stores.scripted import (
    BODY,
    BROKEN,
    CONFLICT,
    CUT,
    FORBIDDEN,
    HANGS_UP,
    MISSING,
    NO_BUCKET,
    OK,
    OTHER_REST,
    REST,
    SLOW_DOWN,
    THERE_ALREADY,
    UNMEASURED,
    Answer,
    ScriptedS3,
)


def put(store: ObjectStore) -> bool:
    return store.put("secret-key", b"picture", media_type="image/png")


PUTS = {
    "written": ([OK], True, ["PUT"]),
    "412": ([THERE_ALREADY, OK], False, ["PUT", "HEAD"]),
    "412-and-deleted-since": ([THERE_ALREADY, MISSING, OK], True, ["PUT", "HEAD", "PUT"]),
    "409-once": ([CONFLICT, MISSING, OK], True, ["PUT", "HEAD", "PUT"]),
    "409-while-it-is-there": ([CONFLICT, OK], False, ["PUT", "HEAD"]),
    "409-then-412": ([CONFLICT, MISSING, THERE_ALREADY, OK], False, ["PUT", "HEAD", "PUT", "HEAD"]),
    "answer-lost": ([HANGS_UP, THERE_ALREADY, OK], False, ["PUT", "PUT", "HEAD"]),
    "500-once": ([BROKEN, OK], True, ["PUT", "PUT"]),
    "503-twice": ([SLOW_DOWN, SLOW_DOWN, OK], True, ["PUT", "PUT", "PUT"]),
}


@pytest.mark.parametrize(("script", "written", "asked"), PUTS.values(), ids=PUTS)
def test_put_says_truthfully_whether_it_wrote(
    scripted: ObjectStore, server: ScriptedS3, script: Sequence[Answer], written: bool, asked: list[str]
) -> None:
    server.script = [*script]
    assert put(scripted) is written
    assert server.asked() == asked


FAILED_PUTS = {
    "409-twice": ([CONFLICT, MISSING, CONFLICT, MISSING, OK], ["PUT", "HEAD", "PUT", "HEAD"]),
    "409-and-no-look-allowed": ([CONFLICT, FORBIDDEN], ["PUT", "HEAD"]),
    "403": ([FORBIDDEN], ["PUT"]),
    "no-bucket": ([NO_BUCKET], ["PUT"]),
    "500-for-ever": ([BROKEN], ["PUT", "PUT", "PUT"]),
    "503-for-ever": ([SLOW_DOWN], ["PUT", "PUT", "PUT"]),
}


@pytest.mark.parametrize(("script", "asked"), FAILED_PUTS.values(), ids=FAILED_PUTS)
def test_a_failed_put_is_a_storage_error_after_few_attempts(
    scripted: ObjectStore, server: ScriptedS3, script: Sequence[Answer], asked: list[str]
) -> None:
    server.script = [*script]
    with pytest.raises(StorageError):
        put(scripted)
    assert server.asked() == asked


def test_a_put_asks_that_nothing_be_there(scripted: ObjectStore, server: ScriptedS3) -> None:
    server.script = [OK]
    put(scripted)
    [(method, path, headers)] = server.requests
    assert (method, path) == ("PUT", "/secret-bucket/secret-prefix/secret-key")
    assert {name.lower(): value for name, value in headers.items()}["if-none-match"] == "*"


FAILURES = {
    "403": [FORBIDDEN],
    "401": [Answer(status=401)],
    "409": [CONFLICT],
    "412": [THERE_ALREADY],
    "500": [BROKEN],
    "503": [SLOW_DOWN],
    "hangs-up": [HANGS_UP],
    "states-no-size": [UNMEASURED],
}


@pytest.mark.parametrize("script", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("method", ["head", "get"])
def test_a_failed_read_is_a_storage_error_that_gives_nothing_away(
    scripted: ObjectStore, server: ScriptedS3, script: Sequence[Answer], method: str
) -> None:
    server.script = [*script]
    with pytest.raises(StorageError) as caught:
        getattr(scripted, method)("secret-key")
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
    assert "AKIATEST" not in str(caught.value)
    assert type(caught.value.__cause__).__module__.startswith("obstore")


@pytest.mark.parametrize("method", ["head", "get"])
def test_a_404_is_none(scripted: ObjectStore, server: ScriptedS3, method: str) -> None:
    server.script = [MISSING]
    assert getattr(scripted, method)("secret-key") is None


def test_a_missing_bucket_is_no_missing_object(scripted: ObjectStore, server: ScriptedS3) -> None:
    server.script = [NO_BUCKET]
    with pytest.raises(StorageError):
        scripted.get("secret-key")
    with pytest.raises(StorageError):
        list(scripted.list())


CUTS = {
    "always": [CUT],
    "then-gone": [CUT, MISSING],
    "then-forbidden": [CUT, FORBIDDEN],
    "then-another-object": [CUT, OTHER_REST],
}


@pytest.mark.parametrize("script", CUTS.values(), ids=CUTS)
def test_a_body_that_is_cut_short_is_a_storage_error(
    scripted: ObjectStore, server: ScriptedS3, script: Sequence[Answer]
) -> None:
    server.script = [*script]
    with pytest.raises(StorageError):
        scripted.get("secret-key")


def test_a_body_that_is_cut_once_is_read_to_its_end(scripted: ObjectStore, server: ScriptedS3) -> None:
    server.script = [CUT, REST]
    found = scripted.get("secret-key")
    assert found is not None
    assert bytes(found.body) == BODY


def test_max_bytes_is_checked_by_the_size_in_the_header(scripted: ObjectStore, server: ScriptedS3) -> None:
    # Reading the body would be a StorageError: it never arrives.
    server.script = [Answer(status=200, headers={"Content-Length": "5000000000"}, body=b"x", sent=1)]
    with pytest.raises(LimitExceeded, match="5000000000"):
        scripted.get("secret-key", max_bytes=4_999_999_999)


def test_a_failed_delete_is_a_storage_error_and_a_404_is_none(
    scripted: ObjectStore, server: ScriptedS3
) -> None:
    server.script = [FORBIDDEN]
    with pytest.raises(StorageError):
        scripted.delete("secret-key")
    server.script = [MISSING]
    scripted.delete("secret-key")
    assert server.asked() == ["DELETE", "DELETE"]


ELSEWHERE = {
    "301": Answer(
        status=301,
        headers={"x-amz-bucket-region": "eu-central-1"},
        body=b"<Error><Code>PermanentRedirect</Code><Endpoint>secret-bucket.s3.test</Endpoint></Error>",
    ),
    "400": Answer(
        status=400,
        body=b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>",
    ),
}


@pytest.mark.parametrize("answer", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_bucket_in_another_region_is_a_fault_of_the_configuration_that_says_how_to_mend_it(
    scripted: ObjectStore, server: ScriptedS3, answer: Answer
) -> None:
    server.script = [answer]
    for call in (lambda: scripted.get("secret-key"), lambda: put(scripted), lambda: list(scripted.list())):
        with pytest.raises(
            ConfigurationError, match="another region.*s3://BUCKET/PREFIX.region=REGION"
        ) as caught:
            call()
        assert "secret" not in str(caught.value)


def test_a_redirect_of_a_head_is_one_as_well(scripted: ObjectStore, server: ScriptedS3) -> None:
    server.script = [ELSEWHERE["301"]]
    with pytest.raises(ConfigurationError, match="failed to look for an object, because its bucket is in"):
        scripted.head("secret-key")


def test_a_store_that_nobody_answers_for_is_a_storage_error(aws_environment: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # bound but not listening: the connection is refused
        taken.bind(("127.0.0.1", 0))
        aws_environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(StorageError):
            open_store("s3://bucket").get("a")


def page(key: str, *, more: str = "") -> Answer:
    """One page of a listing; ``more`` is the token with which the next one is asked for."""
    token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
    return Answer(
        status=200,
        body=(
            f"<ListBucketResult><IsTruncated>{str(bool(more)).lower()}</IsTruncated>{token}<Contents>"
            f"<Key>{key}</Key><LastModified>2015-10-21T07:28:00.000Z</LastModified>"
            "<ETag>&quot;e1&quot;</ETag><Size>5</Size></Contents></ListBucketResult>"
        ).encode(),
    )


def test_a_listing_is_read_to_its_last_page(scripted: ObjectStore, server: ScriptedS3) -> None:
    server.script = [page("secret-prefix/a", more="next"), page("secret-prefix/b &amp; c")]
    assert [(found.key, found.size, found.etag) for found in scripted.list()] == [
        ("a", 5, "e1"),
        ("b & c", 5, "e1"),
    ]
    assert "continuation-token=next" in server.requests[1][1]


def test_a_listing_that_fails_on_its_second_page_is_a_storage_error(
    scripted: ObjectStore, server: ScriptedS3
) -> None:
    server.script = [page("secret-prefix/a", more="next"), FORBIDDEN]
    with pytest.raises(StorageError):
        list(scripted.list())


def test_a_key_that_cannot_be_kept_spoils_the_listing_of_its_bucket(
    scripted: ObjectStore, server: ScriptedS3
) -> None:
    server.script = [page("secret-prefix/a//b")]
    with pytest.raises(StorageError):
        list(scripted.list())
