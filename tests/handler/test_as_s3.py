"""Test that the function's answers in failover are those that S3 gives on the next view."""

from __future__ import annotations

import base64
import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

import handler
import resizer_core as core
from tests.doubles import picture
from tests.handler.site import Site, event_for
from tests.stores.conftest import BUCKET
from tests.stores.conftest import aws_environment as aws_environment
from tests.stores.conftest import bare_environment as bare_environment
from tests.stores.conftest import moto_endpoint as moto_endpoint
from tests.stores.conftest import s3 as s3

KEY = "30x20_f-png_dl/photos/café 1.jpg"
#: What an answer of S3 says about what it sends.
COMPARED = (
    "content-type",
    "content-length",
    "cache-control",
    "content-disposition",
    "etag",
    "accept-ranges",
    "content-range",
)


@dataclass(frozen=True)
class Answered:
    """One answer, as a viewer gets it; headers are those that say something about the picture."""

    status: int
    headers: dict[str, str]
    body: bytes


def told(headers: dict[str, str], *, when: bool) -> dict[str, str]:
    named = (*COMPARED, "last-modified") if when else COMPARED
    return {name: value for name, value in headers.items() if name in named or name.startswith("x-amz-meta-")}


def of_function(answer: handler.Answer, *, when: bool) -> Answered:
    body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    # Where there is a body, the API says how long it is.
    headers = {"content-length": str(len(body))} | answer["headers"]
    return Answered(answer["statusCode"], told(headers, when=when), body)


def of_s3(client: Any, method: str, asked: dict[str, str], *, when: bool) -> Answered:
    signed = client.generate_presigned_url(f"{method.lower()}_object", Params={"Bucket": BUCKET, "Key": KEY})
    address = urlsplit(signed)
    connection = http.client.HTTPConnection(address.netloc, timeout=20)
    connection.request(method, f"{address.path}?{address.query}", headers=asked)
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    answered = Answered(response.status, told(headers, when=when), response.read())
    connection.close()
    return answered


ASKED: dict[str, dict[str, str]] = {
    "all of it": {},
    "the beginning": {"range": "bytes=0-9"},
    "from the middle on": {"range": "bytes=40-"},
    "the last ones": {"range": "bytes=-7"},
    "more than there is": {"range": "bytes=40-99999"},
    "more last ones than there are": {"range": "bytes=-99999"},
    "several parts": {"range": "bytes=0-1,4-5"},
    "backwards": {"range": "bytes=9-3"},
    "from behind the end": {"range": "bytes=99999-"},
    "no last ones": {"range": "bytes=-0"},
    "unless it is this one": {"if-none-match": "ETAG"},
    "a part unless it is this one": {"if-none-match": "ETAG", "range": "bytes=0-9"},
    "unless it is another one": {"if-none-match": '"another"'},
    "if it is this one": {"if-match": "ETAG"},
    "if it is another one": {"if-match": '"another"'},
    "changed since a year that is gone": {"if-modified-since": "Mon, 04 May 2020 03:02:01 GMT"},
    "unchanged since a year that is gone": {"if-unmodified-since": "Mon, 04 May 2020 03:02:01 GMT"},
}


@pytest.mark.parametrize("outcome", [core.Outcome.MADE, core.Outcome.ALREADY_STORED])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("case", ASKED)
def test_as_s3_answers(case: str, method: str, outcome: core.Outcome, s3: Any) -> None:
    site = Site.over(
        {"photos/café 1.jpg": picture()},
        derivatives=core.open_store(f"s3://{BUCKET}"),
        delivery=core.Delivery.FAILOVER,
        base_url="",
    )
    etag = site.get(f"/{KEY}")["headers"]["etag"]
    if outcome is core.Outcome.MADE:
        site.derivatives.delete(KEY)
    asked = {name: value.replace("ETAG", etag) for name, value in ASKED[case].items()}
    answer = site.function(event_for(f"/{KEY}", method=method, **asked))
    assert site.log()["outcome"] == outcome
    # When it was stored is not known to whoever has just stored it.
    when = outcome is core.Outcome.ALREADY_STORED
    ours, right = of_function(answer, when=when), of_s3(s3, method, asked, when=when)
    assert ours.status == right.status
    if right.status in (200, 206):
        assert ours == right
        assert {"etag", "content-length", "cache-control", "x-amz-meta-tags"} <= set(ours.headers)
    if right.status == 304:
        assert ours.body == b""
        assert ours.headers["etag"] == etag
