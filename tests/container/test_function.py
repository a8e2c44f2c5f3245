"""The function in its image, called through the emulator with real events, over a real S3."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import pyvips

import resizer_core
from tests.container.conftest import BASE_URL, SECRET, Bucket
from tests.container.running import Running
from tests.handler.site import event_for, recorded

#: Originals by key, each of another size.
KEYS = (
    "cat.jpg",
    "a b.jpg",
    "a+b.jpg",
    "100%.jpg",
    "c%20d.jpg",
    "photos/café 100%+1.jpg",
    "ünï/写真.jpg",
    "&=;,@:$!'()*~#1.jpg",
)

PHONE = Path(__file__).parents[1] / "rendering" / "heic" / "quarters.heic"

REFUSALS = {
    "a SPEC that breaks the grammar": ("/300x200_blr-2/cat.jpg", 400, "InvalidSpec"),
    "a path without a SPEC": ("/cat.jpg", 400, "InvalidSpec"),
    "a key with two dots": ("/300x200/../cat.jpg", 400, "InvalidKey"),
    "no such original": ("/300x200/dog.jpg", 404, "SourceNotFound"),
    "an original that is no picture": ("/300x200/text.jpg", 415, "UnsupportedFormat"),
    "an original that is cut short": ("/300x200/cut.jpg", 422, "CorruptImage"),
    "an original that is too large": ("/300x200/large.png", 422, "LimitExceeded"),
}


@pytest.fixture(scope="module", autouse=True)
def _originals(buckets: tuple[Bucket, Bucket]) -> None:
    for number, key in enumerate(KEYS):
        buckets[0].put(key, photo(600 + 10 * number, 400))
    buckets[0].put("phone.heic", PHONE.read_bytes())
    buckets[0].put("text.jpg", b"this is text\n" * 40)
    buckets[0].put("cut.jpg", photo(600, 400)[:5000])
    buckets[0].put("large.png", photo(1600, 700, ".png"))


@pytest.fixture(scope="module")
def derivatives(buckets: tuple[Bucket, Bucket]) -> Bucket:
    return buckets[1]


@pytest.fixture(scope="module")
def function(start: Callable[..., Running]) -> Running:
    return start(settings={"RESIZER_MAX_INPUT_PIXELS": "1000000"})


@pytest.mark.parametrize("key", KEYS)
def test_a_derivative_is_stored_under_the_path_that_the_redirect_names(
    function: Running, derivatives: Bucket, key: str
) -> None:
    answer = function.answer(through_cloudfront(f"/30x20_f-webp/{key}"))
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (302, "no-store")
    location = answer["headers"]["location"]
    assert location.startswith(f"{BASE_URL}/30x20_f-webp/")
    stored = derivatives.get(unquote(location.removeprefix(f"{BASE_URL}/")))
    assert unquote(location) == f"{BASE_URL}/30x20_f-webp/{key}"
    assert stored["ContentType"] == "image/webp"
    assert "max-age" in stored["CacheControl"]
    assert resizer_core.detect(stored["Body"]).name == "webp"


def test_what_phones_upload_is_read(function: Running, derivatives: Bucket) -> None:
    assert function.answer(through_cloudfront("/24x_f-png/phone.heic"))["statusCode"] == 302
    made = pyvips.Image.new_from_buffer(derivatives.get("24x_f-png/phone.heic")["Body"], "")
    assert (made.width, made.height) == (24, 32)


def test_what_is_already_there_is_answered_with_its_bytes(function: Running, derivatives: Bucket) -> None:
    asked = through_cloudfront("/31x_f-png/cat.jpg")
    assert function.answer(asked)["statusCode"] == 302
    again = function.answer(asked)
    assert (again["statusCode"], again["headers"]["cache-control"]) == (200, "no-store")
    assert again["headers"]["content-type"] == "image/png"
    assert base64.b64decode(again["body"]) == derivatives.get("31x_f-png/cat.jpg")["Body"]


def test_head_makes_what_get_makes_and_has_no_body(function: Running, derivatives: Bucket) -> None:
    asked = through_cloudfront("/32x_f-png/cat.jpg", method="HEAD")
    assert function.answer(asked)["statusCode"] == 302
    assert "32x_f-png/cat.jpg" in derivatives.stored()
    again = function.answer(asked)
    assert (again["statusCode"], again["body"]) == (200, "")


def test_a_recorded_event_is_answered(function: Running) -> None:
    event = recorded("http_api_v2_get")
    event["headers"]["x-resizer-secret"] = SECRET
    assert function.answer(event)["statusCode"] in (200, 302)


def test_the_event_of_the_tutorial_is_answered_with_a_location(
    function: Running, derivatives: Bucket
) -> None:
    answer = function.answer({"size": "100x100", "image": "cat.jpg"})
    assert answer == {"location": f"{BASE_URL}/100x100/cat.jpg"}
    assert "100x100/cat.jpg" in derivatives.stored()


def test_a_path_that_is_not_canonical_leads_to_the_one_that_is(
    function: Running, derivatives: Bucket
) -> None:
    answer = function.answer(through_cloudfront("/33x22_q-80_fit-cover/cat.jpg"))
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (302, "no-store")
    assert answer["headers"]["location"] == f"{BASE_URL}/33x22_fit-cover_q-80/cat.jpg"
    assert "33x22_fit-cover_q-80/cat.jpg" not in derivatives.stored()


def test_a_derivative_too_large_for_an_answer_is_503(function: Running, derivatives: Bucket) -> None:
    derivatives.put("35x/cat.jpg", bytes(4_600_000))
    answer = function.answer(through_cloudfront("/35x/cat.jpg"))
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (503, "no-store")
    assert answer["headers"]["retry-after"]


def test_the_largest_answer_passes(function: Running, derivatives: Bucket) -> None:
    body = bytes(4_400_000)
    derivatives.put("36x/cat.jpg", body)
    answer = function.answer(through_cloudfront("/36x/cat.jpg"))
    assert answer["statusCode"] == 200
    assert base64.b64decode(answer["body"]) == body


@pytest.mark.parametrize(("path", "status", "error"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_json_and_never_a_redirect(
    function: Running, path: str, status: int, error: str
) -> None:
    answer = function.answer(through_cloudfront(path))
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (status, "application/json")
    assert f'"error": "{error}"' in answer["body"]
    assert "location" not in answer["headers"]


def test_who_does_not_come_through_the_distribution_is_refused(function: Running) -> None:
    assert function.answer(event_for("/37x/cat.jpg"))["statusCode"] == 403
    assert function.answer(through_cloudfront("/37x/cat.jpg", secret="x" * 32))["statusCode"] == 403


def test_other_methods_are_refused(function: Running) -> None:
    answer = function.answer(through_cloudfront("/38x/cat.jpg", method="POST"))
    assert (answer["statusCode"], answer["headers"]["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("event", [{}, {"version": "2.0"}, [], "text", 5, None], ids=repr)
def test_an_event_of_no_known_kind_is_refused(function: Running, event: object) -> None:
    assert function.answer(event)["statusCode"] == 400


def test_an_event_that_is_no_json_is_an_error_and_the_next_call_is_answered(function: Running) -> None:
    assert function.invoke(b'{"size": ').answer["errorType"] == "Runtime.UnmarshalError"
    assert function.answer(through_cloudfront("/39x/cat.jpg"))["statusCode"] in (200, 302)


def test_a_store_out_of_reach_is_503(start: Callable[..., Running]) -> None:
    alone = start(settings={"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"})
    answer = alone.answer(through_cloudfront("/40x/cat.jpg"))
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (503, "no-store")
    assert answer["headers"]["retry-after"]


def test_a_wrong_setting_stops_it_with_its_name(start: Callable[..., Running]) -> None:
    wrong = start(settings={"RESIZER_ACCESS": "everybody"})
    reply = wrong.invoke(through_cloudfront("/41x/cat.jpg"))
    assert reply.status == 502
    assert "RESIZER_ACCESS: expected open, presets or signed" in reply.answer["errorMessage"]


def test_any_user_may_run_it(start: Callable[..., Running]) -> None:
    stranger = start(user="12345:54321", settings={"RESIZER_MAX_INPUT_PIXELS": "1000000"})
    assert stranger.answer(through_cloudfront("/42x/cat.jpg"))["statusCode"] == 302


def test_the_log_has_one_line_for_a_request_and_no_secret(function: Running) -> None:
    function.answer(through_cloudfront("/43x/cat.jpg"))
    assert function.has_written('"spec": "43x"')
    assert SECRET not in function.log


def through_cloudfront(path: str, *, method: str = "GET", secret: str = SECRET) -> dict[str, Any]:
    return event_for(path, method=method, x_resizer_secret=secret)


def photo(width: int, height: int, suffix: str = ".jpg") -> bytes:
    """A picture with something everywhere, so that cutting it short is felt."""
    noise = pyvips.Image.gaussnoise(width, height, sigma=40, mean=128, seed=1).cast("uchar")
    return bytes(noise.bandjoin(noise.flip("vertical")).bandjoin(noise.invert()).write_to_buffer(suffix))
