"""The HTTP API: the event that it makes of a request, and the response that it makes of an answer."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from local_loop.http import Request, Response
from local_loop.http_api import HttpApi, HttpApiConfiguration, event_of
from tests.local_loop.doubles import ScriptedFunction, SetClock

CONFIGURATION = HttpApiConfiguration(domain_name="abc.execute-api.test")
IN_1_0 = HttpApiConfiguration(domain_name="abc.execute-api.test", payload_format="1.0")
EVENTS = Path(__file__).parents[1] / "events"


def event(target: str, configuration: HttpApiConfiguration = CONFIGURATION, **headers: str) -> dict[str, Any]:
    return event_of(Request.to(target, headers=headers), configuration, now=1_800_000_000.0)


def call(
    answer: object, request: Request | None = None, configuration: HttpApiConfiguration = CONFIGURATION
) -> Response:
    api = HttpApi(configuration, ScriptedFunction(answer), clock=SetClock())
    return api(request or Request(path="/a"))


PATHS = {
    "plain": ("/300x/a.jpg", "/300x/a.jpg"),
    "decoded": ("/300x/a%20b%2Bc.jpg", "/300x/a b+c.jpg"),
    "decoded once": ("/300x/a%2520b.jpg", "/300x/a%20b.jpg"),
    "a raw plus stays": ("/300x/a+b.jpg", "/300x/a+b.jpg"),
    "unicode": ("/300x/%C3%BC.jpg", "/300x/ü.jpg"),
    "cut at a decoded question mark": ("/300x/a%3Fb.jpg", "/300x/a"),
    "an encoded slash cannot be told apart": ("/300x/a%2Fb", "/300x/a/b"),
}


@pytest.mark.parametrize(("target", "path"), PATHS.values(), ids=PATHS)
def test_the_raw_path_is(target: str, path: str) -> None:
    made = event(target)
    assert made["rawPath"] == path
    assert made["requestContext"]["http"]["path"] == path
    assert made["pathParameters"] == {"key": path[1:]}


@pytest.mark.parametrize(("target", "path"), PATHS.values(), ids=PATHS)
def test_in_format_1_0_the_path_is(target: str, path: str) -> None:
    made = event(target, IN_1_0)
    assert made["path"] == made["requestContext"]["path"] == path
    assert made["pathParameters"] == {"key": path[1:]}


def test_a_stage_is_part_of_the_path_in_format_1_0_too() -> None:
    configuration = HttpApiConfiguration(domain_name="abc.test", stage="prod", payload_format="1.0")
    made = event("/300x/a", configuration)
    assert (made["path"], made["requestContext"]["stage"]) == ("/prod/300x/a", "prod")
    assert made["pathParameters"] == {"key": "300x/a"}


def test_in_format_1_0_headers_are_capitalized_and_there_twice() -> None:
    made = event("/a", IN_1_0, **{"user-agent": "Amazon CloudFront", "cookie": "a=1; b=2"})
    assert made["headers"] == {"User-Agent": "Amazon CloudFront", "Cookie": "a=1; b=2"}
    assert made["multiValueHeaders"] == {"User-Agent": ["Amazon CloudFront"], "Cookie": ["a=1; b=2"]}


def test_in_format_1_0_the_query_is_there_twice_or_not_at_all() -> None:
    made = event("/a?k=a%20b+c&k=d&e", IN_1_0)
    assert made["queryStringParameters"] == {"k": "d", "e": ""}
    assert made["multiValueQueryStringParameters"] == {"k": ["a b c", "d"], "e": [""]}
    assert event("/a", IN_1_0)["queryStringParameters"] is None
    assert event("/a", IN_1_0)["multiValueQueryStringParameters"] is None


RECORDED = {"1.0": "http_api_v1_get.json", "2.0": "http_api_v2_get.json"}


@pytest.mark.parametrize(("payload_format", "name"), RECORDED.items())
def test_an_event_has_the_fields_of_one_that_was_recorded(payload_format: str, name: str) -> None:
    recorded = json.loads((EVENTS / name).read_text())
    made = event("/a", HttpApiConfiguration(domain_name="abc.test", payload_format=payload_format))
    assert made["version"] == recorded["version"] == payload_format
    assert made.keys() == recorded.keys()
    assert made["requestContext"].keys() == recorded["requestContext"].keys()
    assert json.loads(json.dumps(made)) == made


def test_the_raw_query_stays_encoded() -> None:
    made = event("/a?k=a%20b+c&k=d&e")
    assert made["rawQueryString"] == "k=a%20b+c&k=d&e"
    assert made["queryStringParameters"] == {"k": "a b c,d", "e": ""}


def test_without_a_query_there_are_no_parameters() -> None:
    assert event("/a")["rawQueryString"] == ""
    assert "queryStringParameters" not in event("/a")


def test_cookies_stand_apart_from_the_headers() -> None:
    made = event("/a", cookie="a=1; b=2", accept="image/webp")
    assert made["headers"] == {"accept": "image/webp"}
    assert made["cookies"] == ["a=1", "b=2"]


def test_a_stage_other_than_the_default_is_part_of_the_path() -> None:
    made = event("/300x/a", HttpApiConfiguration(domain_name="abc.test", stage="prod"))
    assert made["rawPath"] == "/prod/300x/a"
    assert made["requestContext"]["stage"] == "prod"


def test_the_event_is_payload_2_0_and_survives_json() -> None:
    made = event("/a")
    assert made["version"] == "2.0"
    assert made["requestContext"]["http"]["method"] == "GET"
    assert made["requestContext"]["timeEpoch"] == 1_800_000_000_000
    assert json.loads(json.dumps(made)) == made


def test_an_answer_in_text() -> None:
    response = call({"statusCode": 400, "headers": {"Content-Type": "application/json"}, "body": '{"ä": 1}'})
    assert (response.status, response.body) == (400, '{"ä": 1}'.encode())
    assert response.headers == {"content-type": "application/json"}


def test_an_answer_in_base64() -> None:
    body = base64.b64encode(b"\x89PNG").decode()
    assert call({"statusCode": 200, "body": body, "isBase64Encoded": True}).body == b"\x89PNG"


def test_a_redirect_passes_unchanged() -> None:
    response = call({"statusCode": 302, "headers": {"Location": "/b%20c"}})
    assert (response.status, response.headers, response.body) == (302, {"location": "/b%20c"}, b"")


def test_a_head_has_the_length_and_no_body() -> None:
    response = call({"statusCode": 200, "body": "abc"}, Request(method="HEAD", path="/a"))
    assert (response.body, response.headers) == (b"", {"content-length": "3"})


MALFORMED = {
    "no answer": None,
    "no status": {"body": "a"},
    "a status that is no number": {"statusCode": "teapot"},
    "a status that is none": {"statusCode": 99},
    "a body that is no text": {"statusCode": 200, "body": b"bytes"},
    "a body that is no base64": {"statusCode": 200, "body": "%", "isBase64Encoded": True},
}


@pytest.mark.parametrize("answer", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_answer_is_500(answer: object) -> None:
    assert call(answer).status == 500


def test_a_function_that_fails_is_500_and_its_words_stay_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        response = call(RuntimeError("secret"))
    assert (response.status, json.loads(response.body)) == (500, {"message": "Internal Server Error"})
    assert "secret" in caplog.text


def test_an_answer_larger_than_lambda_lets_through_is_500() -> None:
    configuration = HttpApiConfiguration(domain_name="abc.test", payload_limit=10)
    assert call({"statusCode": 200, "body": "a" * 10}, configuration=configuration).status == 200
    assert call({"statusCode": 200, "body": "a" * 11}, configuration=configuration).status == 500


UNROUTED = {"the root": Request(path="/"), "another method": Request(method="POST", path="/a")}


@pytest.mark.parametrize("request_", UNROUTED.values(), ids=UNROUTED)
def test_without_a_route_it_is_404_and_the_function_is_not_called(request_: Request) -> None:
    function = ScriptedFunction({"statusCode": 200})
    response = HttpApi(CONFIGURATION, function, clock=SetClock())(request_)
    assert response.status == 404
    assert function.events == []


CLOSED = {
    "no call is let through": (HttpApiConfiguration(domain_name="abc.test", throttled=True), 429),
    "the function may not be invoked": (HttpApiConfiguration(domain_name="abc.test", invokes=False), 500),
}


@pytest.mark.parametrize(("configuration", "status"), CLOSED.values(), ids=CLOSED)
def test_the_function_is_not_called_when(configuration: HttpApiConfiguration, status: int) -> None:
    function = ScriptedFunction({"statusCode": 200})
    response = HttpApi(configuration, function, clock=SetClock())(Request(path="/a"))
    message = {429: "Too Many Requests", 500: "Internal Server Error"}[status]
    assert (response.status, json.loads(response.body)) == (status, {"message": message})
    assert function.events == []


def test_a_payload_format_is_one_of_two() -> None:
    with pytest.raises(ValueError, match=r"one of 1\.0, 2\.0, got '1'"):
        HttpApiConfiguration(domain_name="abc.test", payload_format="1")


@pytest.mark.parametrize("stage", ["", "a/b"])
def test_a_stage_is_a_name(stage: str) -> None:
    with pytest.raises(ValueError, match="stage"):
        HttpApiConfiguration(domain_name="abc.test", stage=stage)
