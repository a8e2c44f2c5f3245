"""Test that a request ends in time and in one of our ways, whatever its store does over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import resizer_core as core
from tests.doubles import picture
from tests.resizer.faulty_s3 import FaultyS3, serving

PATH = "/30x20_f-png/cat.jpg"
STORED = f"/derivatives{PATH}"
#: An ending in the tables below is an outcome, the class of an error, or this: a StorageError that says so.
LATE = "late"
WELL = {"made", "lost_race", "already_stored"}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyS3]:
    with serving() as server:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
        server.objects["/originals/cat.jpg"] = picture()
        yield server


@pytest.fixture
def resizer(s3: FaultyS3) -> core.Resizer:  # noqa: ARG001 - it sets the environment
    return core.Resizer(core.open_store("s3://originals"), core.open_store("s3://derivatives"))


def ending(resizer: core.Resizer, seconds: float) -> str:
    """Wait for the end of the request; fail long after its deadline."""
    with ThreadPoolExecutor(1) as caller:
        request = caller.submit(resizer.produce, PATH, seconds=seconds)
        try:
            return request.result(timeout=seconds + 30).outcome.value
        except core.ResizerError as error:
            return LATE if str(error) == "the store did not answer in time" else type(error).__name__


READ = {
    "500": "StorageError",
    "503": "StorageError",
    "401": "StorageError",
    "409": "StorageError",
    "412": "StorageError",
    "reset": "StorageError",
    "hang": LATE,
    "drip": LATE,
    "cut": "StorageError",
}
ENDINGS = {
    **{("GET originals", fault): end for fault, end in READ.items()},
    ("GET originals", "403"): "SourceForbidden",
    ("GET originals", "404"): "SourceNotFound",
    ("GET originals", "301"): "ConfigurationError",
    **{("HEAD derivatives", fault): end for fault, end in READ.items()},
    ("HEAD derivatives", "403"): "StorageForbidden",
    ("HEAD derivatives", "404"): "made",
    ("HEAD derivatives", "301"): "ConfigurationError",
    **{("PUT derivatives", fault): end for fault, end in READ.items()},
    ("PUT derivatives", "403"): "StorageForbidden",
    ("PUT derivatives", "404"): "StorageError",
    ("PUT derivatives", "stored, then 500"): "StorageError",
    ("PUT derivatives", "stored, then 409"): "lost_race",
    ("PUT derivatives", "stored, then reset"): "lost_race",
    ("PUT derivatives", "stored, then cut"): "StorageError",
    ("PUT derivatives", "stored, then 403"): "StorageForbidden",
    ("PUT derivatives", "stored, then hang"): LATE,
}


def check_what_is_stored(s3: FaultyS3, whole: bytes) -> None:
    assert s3.objects in (
        {"/originals/cat.jpg": picture()},
        {"/originals/cat.jpg": picture(), STORED: whole},
    )


@pytest.fixture(scope="module")
def whole() -> bytes:
    """The derivative, as it is made where nothing fails."""
    return core.resize(picture(), "30x20_f-png").body


@pytest.mark.parametrize(("asked", "fault", "end"), [(*case, end) for case, end in ENDINGS.items()])
def test_a_request_ends_in_one_of_our_ways_and_the_next_one_is_well(
    s3: FaultyS3, resizer: core.Resizer, whole: bytes, asked: str, fault: str, end: str
) -> None:
    s3.faults = {asked: fault}
    # What is late is late at once; whatever else ends by itself gets all the time that it needs.
    assert ending(resizer, 0.5 if end == LATE else 20) == end
    check_what_is_stored(s3, whole)
    s3.mend()
    assert ending(resizer, 20) in WELL
    assert s3.objects[STORED] == whole


@pytest.mark.parametrize("fault", ["reset", "cut", "500", "503", "409", "412"])
def test_a_put_that_fails_once_is_tried_again(s3: FaultyS3, resizer: core.Resizer, fault: str) -> None:
    s3.faults, s3.times = {"PUT derivatives": fault}, 1
    assert ending(resizer, 20) == "made"


@pytest.mark.parametrize("fault", ["reset", "cut", "500", "503", "409", "412"])
def test_a_put_whose_answer_is_lost_is_no_failure(s3: FaultyS3, resizer: core.Resizer, fault: str) -> None:
    s3.faults, s3.times = {"PUT derivatives": f"stored, then {fault}"}, 1
    assert ending(resizer, 20) == "lost_race"


@pytest.mark.parametrize("fault", ["reset", "hang", "drip", "403", "404", "500"])
def test_what_is_stored_is_served_whatever_becomes_of_its_original(
    s3: FaultyS3, resizer: core.Resizer, whole: bytes, fault: str
) -> None:
    s3.objects[STORED] = whole
    s3.faults = {"GET originals": fault}
    assert ending(resizer, 20) == "already_stored"


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_what_is_stored_and_not_to_be_read_is_late(
    s3: FaultyS3, resizer: core.Resizer, whole: bytes, fault: str
) -> None:
    s3.objects[STORED] = whole
    s3.faults = {"GET derivatives": fault}
    assert ending(resizer, 0.5) == LATE


def test_more_requests_than_hang_are_answered(s3: FaultyS3, resizer: core.Resizer) -> None:
    s3.faults = {"HEAD derivatives": "hang"}
    assert [ending(resizer, 0.1) for _ in range(5)] == [LATE] * 5
    s3.faults = {}  # the five go on hanging
    assert ending(resizer, 20) == "made"
