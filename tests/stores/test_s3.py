"""S3 itself: what boto3 sees of what was put, and what becomes of each way in which S3 can fail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from resizer_core.errors import InvalidKey, LimitExceeded, StorageError
from resizer_core.stores.contract import LONGEST_KEY, ObjectStore
from resizer_core.stores.opening import open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the server below. ``sent`` is how many bytes of the body go out before it hangs up."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


HEADERS = {"ETag": '"e1"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
BODY = b"0123456789" * 1000
OK = Answer(status=200)
FULL = Answer(status=200, body=BODY)
CUT = Answer(status=200, body=BODY, sent=4000)
REST = Answer(status=206, body=BODY[4000:], headers={"Content-Range": "bytes 4000-9999/10000"})
OTHER_REST = Answer(
    status=206, body=b"x" * 6000, headers={"Content-Range": "bytes 4000-9999/10000", "ETag": '"e2"'}
)
MISSING = Answer(status=404, body=b"<Error><Code>NoSuchKey</Code></Error>")
NO_BUCKET = Answer(status=404, body=b"<Error><Code>NoSuchBucket</Code></Error>")
FORBIDDEN = Answer(status=403, body=b"<Error><Code>AccessDenied</Code></Error>")
CONFLICT = Answer(status=409, body=b"<Error><Code>ConditionalRequestConflict</Code></Error>")
THERE_ALREADY = Answer(status=412, body=b"<Error><Code>PreconditionFailed</Code></Error>")
BROKEN = Answer(status=500, body=b"<Error><Code>InternalError</Code></Error>")
SLOW_DOWN = Answer(status=503, body=b"<Error><Code>SlowDown</Code></Error>")
HANGS_UP = Answer(status=0)
UNMEASURED = Answer(status=200, body=b"1\r\nx\r\n0\r\n\r\n", headers={"Transfer-Encoding": "chunked"})


class ScriptedS3(ThreadingHTTPServer):
    """Gives the answers of ``script`` in turn, the last one for ever, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ScriptedHandler)
        self.script: list[Answer] = []
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def asked(self) -> list[str]:
        return [method for method, _, _ in self.requests]


class ScriptedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedS3

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        script = self.server.script
        answer = script.pop(0) if len(script) > 1 else script[0]
        if answer.status:
            self.send(answer)
        if answer.sent is not None or not answer.status:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {**HEADERS, "Content-Length": str(len(answer.body)), **answer.headers}
        if "Transfer-Encoding" in headers:
            del headers["Content-Length"]
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: answer.sent])

    do_GET = do_HEAD = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ScriptedS3]:
    with ScriptedS3() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def scripted(server: ScriptedS3, aws_environment: pytest.MonkeyPatch) -> ObjectStore:
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", server.url)
    return open_store("s3://secret-bucket/secret-prefix")


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


# The environment


def signature(server: ScriptedS3) -> str:
    """The Authorization header of the last request."""
    return next(value for name, value in server.requests[-1][2].items() if name.lower() == "authorization")


REGIONS = {
    "region": ({"AWS_REGION": "eu-north-1"}, "eu-north-1"),
    "default-region": ({"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
    "both": ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "us-west-2"}, "eu-north-1"),
    "neither": ({}, "us-east-1"),
}


@pytest.mark.parametrize(("variables", "region"), REGIONS.values(), ids=REGIONS)
def test_the_region_is_that_of_the_environment(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, variables: Mapping[str, str], region: str
) -> None:
    aws_environment.delenv("AWS_REGION")
    aws_environment.setenv("AWS_ENDPOINT_URL", server.url)
    for name, value in variables.items():
        aws_environment.setenv(name, value)
    server.script = [OK]
    open_store("s3://bucket").head("a")
    assert f"/{region}/s3/" in signature(server)


ENDPOINTS = {
    "for-s3": ({"AWS_ENDPOINT_URL_S3": "{url}"}),
    "for-everything": ({"AWS_ENDPOINT_URL": "{url}"}),
    "for-s3-wins": ({"AWS_ENDPOINT_URL_S3": "{url}", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}),
    "for-s3-empty": ({"AWS_ENDPOINT_URL_S3": "", "AWS_ENDPOINT_URL": "{url}"}),
    "slash": ({"AWS_ENDPOINT_URL_S3": "{url}/"}),
    "virtual-hosts": ({"AWS_ENDPOINT_URL": "{url}", "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true"}),
}


@pytest.mark.parametrize("variables", ENDPOINTS.values(), ids=ENDPOINTS)
def test_an_endpoint_is_asked_in_path_style(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, variables: Mapping[str, str]
) -> None:
    for name, value in variables.items():
        aws_environment.setenv(name, value.format(url=server.url))
    server.script = [OK]
    assert open_store("s3://bucket/a b").head("c%20d") is not None
    assert server.requests[0][1] == "/bucket/a%20b/c%2520d"


def test_temporary_credentials_send_their_token(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch
) -> None:
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", server.url)
    aws_environment.setenv("AWS_SESSION_TOKEN", "a-token")
    server.script = [OK]
    open_store("s3://bucket").head("a")
    assert "a-token" in server.requests[0][2].values()


def test_credentials_of_a_container_are_fetched(
    server: ScriptedS3, aws_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("container-token")
    aws_environment.delenv("AWS_ACCESS_KEY_ID")
    aws_environment.delenv("AWS_SECRET_ACCESS_KEY")
    aws_environment.setenv("AWS_ENDPOINT_URL_S3", server.url)
    aws_environment.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/credentials")
    aws_environment.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    credentials = (
        b'{"AccessKeyId": "FROMCONTAINER", "SecretAccessKey": "s", "Token": "t",'
        b' "Expiration": "2199-01-01T00:00:00Z"}'
    )
    server.script = [Answer(status=200, body=credentials), OK]
    open_store("s3://bucket").head("a")
    assert [path for _, path, _ in server.requests] == ["/credentials", "/bucket/a"]
    assert "container-token" in server.requests[0][2].values()
    assert "Credential=FROMCONTAINER/" in signature(server)


# What boto3 sees


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
