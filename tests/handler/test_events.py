"""What is read from an event, and that no event does harm (rules 8, 11, 12 and 16)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handler
import resizer_core as core
from tests.doubles import filled, picture
from tests.handler.site import (
    BASE_URL,
    EVENTS,
    RECORDED_KEY,
    RECORDED_PATH,
    Site,
    event_for,
    message,
    recorded,
)

GETS = (
    "http_api_v2_get",
    "http_api_v2_head",
    "http_api_v2_hostile",
    "http_api_v2_stage",
    "http_api_v1_get",
    "rest_get",
    "function_url_get",
)
LOCATION = f"{BASE_URL}/30x20_f-webp/photos/caf%C3%A9%20100%25%2B1.jpg"
STATUSES = {200, 302, 400, 403, 404, 405, 413, 415, 422, 500, 503}


def test_every_recorded_event_takes_part() -> None:
    assert {*GETS, "http_api_v2_post", "tutorial"} == {path.stem for path in EVENTS.glob("*.json")}


@pytest.mark.parametrize("name", GETS)
def test_rule_12_the_path_of_each_kind_of_event_is_decoded_exactly_once(name: str) -> None:
    assert handler.read_event(recorded(name)).path == RECORDED_PATH


@pytest.mark.parametrize("name", GETS)
def test_each_kind_of_event_makes_the_same_derivative(name: str) -> None:
    site = Site.over()
    answer = site.function(recorded(name))
    assert (answer["statusCode"], answer["headers"]["location"]) == (302, LOCATION)
    assert site.stored() == [RECORDED_PATH.removeprefix("/")]


@pytest.mark.parametrize("name", GETS)
def test_each_kind_of_event_gives_its_accept_header(name: str) -> None:
    assert handler.read_event(recorded(name)).accept == "image/avif,image/webp,image/*,*/*;q=0.8"


# What a path is once it has come through each kind of event.
DECODED = {
    "an HTTP API has decoded it": ("http_api_v2_get", "/3x/a%20b%252F.jpg", "/3x/a%20b%252F.jpg"),
    "payload 1.0 of an HTTP API too": ("http_api_v1_get", "/3x/a%20b+c.jpg", "/3x/a%20b+c.jpg"),
    "a function URL has not": ("function_url_get", "/3x/a%2520b+c.jpg", "/3x/a%20b+c.jpg"),
    "a REST API has not": ("rest_get", "/3x/a%2520b+c.jpg", "/3x/a%20b+c.jpg"),
}


@pytest.mark.parametrize(("name", "path", "decoded"), DECODED.values(), ids=DECODED)
def test_rule_12_a_path_is_decoded_exactly_once_where(name: str, path: str, decoded: str) -> None:
    event = recorded(name)
    event["rawPath" if "rawPath" in event else "path"] = path
    assert handler.read_event(event).path == decoded


def test_rule_12_the_direct_event_is_not_decoded() -> None:
    assert handler.read_event({"size": "3x", "image": "a%20b.jpg"}).path == "/3x/a%20b.jpg"


NO_TEXT = {
    "a byte of no UTF-8 in the key": "/3x/%ff.jpg",
    "a byte of no UTF-8 in the SPEC": "/3x%ff/a.jpg",
    "half a surrogate pair in the key": "/3x/\ud800.jpg",
    "half a surrogate pair in the SPEC": "/3x\udfff/a.jpg",
    "half a surrogate pair in a signature": "/3x_s-\ud800/a.jpg",
    "half a surrogate pair in a preset": "/p-\ud800/a.jpg",
    "half a surrogate pair, spelt in bytes": "/3x/%ed%a0%80.jpg",
    "nothing else": "\ud800",
}


@pytest.mark.parametrize("path", NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize("name", GETS)
def test_rules_13_and_24_a_path_that_is_no_text_is_refused_after_the_secret(name: str, path: str) -> None:
    event = recorded(name)
    field = "rawPath" if "rawPath" in event else "path"
    event[field] = (
        path if name in ("rest_get", "function_url_get") else unquote(path, errors="surrogateescape")
    )
    site = Site.over(origin_secrets=("s" * 32,))
    assert site.function(event)["statusCode"] == 403
    event["headers"]["x-resizer-secret"] = "s" * 32
    assert site.function(event)["statusCode"] == 400
    assert site.originals.calls == []


STAGES = {
    "a named stage": ("prod", "/prod/3x/a.jpg", "/3x/a.jpg"),
    "once": ("prod", "/prod/prod/a.jpg", "/prod/a.jpg"),
    "whole segments": ("3", "/3x/a.jpg", "/3x/a.jpg"),
    "a custom domain leaves it out": ("prod", "/3x/a.jpg", "/3x/a.jpg"),
    "the default stage has no name": ("$default", "/$default/a.jpg", "/$default/a.jpg"),
    "no stage": (None, "/None/a.jpg", "/None/a.jpg"),
}


@pytest.mark.parametrize("name", ["http_api_v2_get", "http_api_v1_get"])
@pytest.mark.parametrize(("stage", "path", "read"), STAGES.values(), ids=STAGES)
def test_the_stage_of_an_http_api_is_no_part_of_the_path(
    name: str, stage: object, path: str, read: str
) -> None:
    event = recorded(name)
    event["rawPath" if "rawPath" in event else "path"] = path
    event["requestContext"]["stage"] = stage
    assert handler.read_event(event).path == read


def test_rule_11_no_header_decides_where_a_redirect_leads() -> None:
    site = Site.over()
    answer = site.function(recorded("http_api_v2_hostile"))
    assert answer["headers"]["location"] == LOCATION
    assert "evil" not in json.dumps(answer)


EVIL = {
    "a double slash": "//evil.example",
    "a SPEC before it": "/30x20//evil.example/a.jpg",
    "a URL": "/https://evil.example/a.jpg",
    "a backslash": "/\\evil.example/a.jpg",
    "a SPEC that is not canonical": "/30x20_fit-inside//evil.example",
}


@pytest.mark.parametrize("path", EVIL.values(), ids=EVIL)
def test_rule_11_no_path_leads_a_redirect_elsewhere(path: str) -> None:
    answer = Site.over().get(path)
    assert answer["statusCode"] == 400
    assert "location" not in answer["headers"]


@pytest.mark.parametrize(
    "key", ["@evil.example/a.jpg", "https:evil.example", "evil.example:80", "a?x=https:evil.example", "a#b"]
)
def test_rule_11_a_strange_key_stays_behind_the_base_url(key: str) -> None:
    answer = Site.over({key: picture()}).get(f"/30x20/{key}")
    assert answer["statusCode"] == 302
    assert answer["headers"]["location"].startswith(f"{BASE_URL}/30x20/")
    assert not set(answer["headers"]["location"].removeprefix(BASE_URL)) & set("?#@: \\")


def test_rule_16_another_method_is_refused_before_any_work() -> None:
    site = Site.over()
    answer = site.function(recorded("http_api_v2_post"))
    assert answer["statusCode"] == 405
    assert answer["headers"]["allow"] == "GET, HEAD"
    assert message(answer)["error"] == "MethodNotAllowed"
    assert site.originals.calls == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "get", "", None, ["GET"], {}])
def test_rule_16_only_get_and_head_are_answered(method: object) -> None:
    assert Site.over().function(event_for("/30x20/cat.jpg", method=method))["statusCode"] == 405


def test_rule_16_head_takes_the_same_way_and_has_no_body() -> None:
    site = Site.over(derivatives=filled({RECORDED_PATH[1:]: picture(".webp")}))
    got, headed = site.function(recorded("http_api_v2_get")), site.function(recorded("http_api_v2_head"))
    assert got["body"] != ""
    assert headed == got | {"body": ""}


def test_names_of_headers_are_read_in_any_case() -> None:
    event = recorded("http_api_v2_get")
    event["headers"] = {"ACCEPT": "image/avif", "X-Resizer-Secret": "known"}
    call = handler.read_event(event)
    assert (call.accept, call.secret) == ("image/avif", "known")


@pytest.mark.parametrize("name", ["rest_get", "http_api_v1_get"])
def test_a_header_that_comes_twice_is_one_list(name: str) -> None:
    event = recorded(name)
    event["headers"]["Accept"] = "image/*"
    event["multiValueHeaders"]["Accept"] = ["image/avif", "image/webp;q=0.9", "image/*"]
    assert handler.read_event(event).accept == "image/avif,image/webp;q=0.9,image/*"


@pytest.mark.parametrize("name", GETS)
def test_a_header_whose_name_comes_in_two_cases_is_one_list(name: str) -> None:
    event = recorded(name)
    event.pop("multiValueHeaders", None)
    event["headers"] = {"Accept": "image/avif", "accept": "image/webp"}
    assert handler.read_event(event).accept == "image/avif,image/webp"


@pytest.mark.parametrize("given", [None, "image/avif", 5, [], {"Accept": None}, {"Accept": [None, 5, {}]}])
def test_rule_8_values_that_are_no_list_of_texts_are_passed_over(given: object) -> None:
    event = recorded("rest_get")
    event["headers"] = {"Accept": "image/webp"}
    event["multiValueHeaders"] = given
    assert handler.read_event(event).accept == "image/webp"


# --- the event of the tutorial -----------------------------------------------------------------------


def test_the_direct_event_is_answered_with_a_location() -> None:
    site = Site.over()
    assert site.function(recorded("tutorial")) == {"location": f"{BASE_URL}/100x100/cat.jpg"}
    assert site.stored() == ["100x100/cat.jpg"]


def test_the_direct_event_is_answered_with_the_same_location_when_the_derivative_is_there() -> None:
    site = Site.over()
    assert site.function(recorded("tutorial")) == site.function(recorded("tutorial"))


def test_the_direct_event_is_answered_with_what_was_wrong() -> None:
    answer = Site.over().function({"size": "100", "image": "cat.jpg"})
    assert answer["error"] == "InvalidSpec"
    assert "expected a size" in answer["message"]


def test_the_direct_event_is_answered_in_words_where_a_viewer_gets_the_fallback() -> None:
    site = Site.over({"missing.png": picture()}, fallback="missing.png")
    answer = site.function(recorded("tutorial"))
    assert answer == {"error": "SourceNotFound", "message": "there is no original 'cat.jpg'"}


def test_the_direct_event_needs_no_secret() -> None:
    # Whoever may invoke the function has the right from its policy, and comes through no distribution.
    site = Site.over(origin_secrets=("0" * 32,))
    assert "location" in site.function(recorded("tutorial"))


STRANGE: dict[str, Any] = {
    "nothing": {},
    "another service": {"Records": [{"eventSource": "aws:s3"}]},
    "half a tutorial": {"size": "100x100"},
    "a size that is a number": {"size": 100, "image": "cat.jpg"},
    "no path": {"httpMethod": "GET", "headers": None},
    "a path that is a number": {"rawPath": 5, "requestContext": {"http": {"method": "GET"}}},
    "a list": [],
    "a text": "GET /300x200/cat.jpg",
    "null": None,
}


@pytest.mark.parametrize("event", STRANGE.values(), ids=STRANGE)
def test_rule_8_an_event_of_no_known_kind_is_refused(event: Any) -> None:
    answer = Site.over().function(event)
    assert answer["statusCode"] == 400
    assert message(answer)["error"] == "BadEvent"


# --- whatever comes (rule 8) -------------------------------------------------------------------------


@pytest.fixture(scope="module", params=list(core.Access), ids=str)
def site(request: pytest.FixtureRequest) -> Site:
    """One for all examples; the secret is asked for, so that its check is tried as well."""
    presets = core.parse_presets({"thumb": "20x20_fit-cover"})
    return Site.over(origin_secrets=("0" * 32,), access=request.param, presets=presets, keys=(b"1" * 32,))


# Halves of surrogate pairs, which JSON can carry, and other ends of lines than "\n".
TEXT = st.text(st.characters() | st.sampled_from("\ud800\udfff\u2028\x85\n/_-.%"), max_size=20)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists and objects of what is given."""
    return st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXT, nested, max_leaves=8)
#: With a signature that is right in form alone.
SIGNED = f"30x20_s-{'a' * 16}"
SPECS = st.sampled_from(
    ["30x20", "orig", "50p", "p-thumb", "30x20_Q-80", "30x20_f-auto", "30x20_blr-2", SIGNED, ""]
) | st.builds("p-thumb{}{}{}".format, *(st.sampled_from(["", one]) for one in ("_f-webp", "_v-2", "_dpr-2")))
#: What is made without a signature under every policy.
UNSIGNED = ("p-thumb", "p-thumb_f-webp")
KEYS = st.sampled_from(["cat.jpg", "missing.jpg", "../cat.jpg", "", RECORDED_KEY])
PATHS = TEXT | st.builds("/{}/{}".format, SPECS | TEXT, KEYS | TEXT)
NAMES = st.sampled_from([*GETS, "http_api_v2_post", "tutorial"])


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A recorded event of which one value, somewhere, is replaced or missing."""
    event = recorded(draw(NAMES))
    if "headers" in event:
        event["headers"]["x-resizer-secret"] = "0" * 32
    at: dict[str, Any] = event
    while True:
        name = draw(st.sampled_from(sorted(at)))
        if not (isinstance(at[name], dict) and at[name] and draw(st.booleans())):
            break
        at = at[name]
    if draw(st.booleans()):
        at[name] = draw(JSON | PATHS)
    else:
        del at[name]
    return event


def check_answer(site: Site, event: Any) -> None:
    """Rules 4, 8 and 28: a known status, no redirect that is kept, JSON for errors, one line of JSON."""
    site.lines.clear()
    answer = site.function(event)
    (line,) = site.lines
    line.encode("utf-8")
    assert line.splitlines(keepends=True) == [line]
    logged = json.loads(line)
    assert logged["status"] in STATUSES
    # What a policy does not let through is never made: no signature here is right.
    allowed = site.access is core.Access.OPEN or logged.get("spec") in UNSIGNED
    assert logged["outcome"] != "made" or allowed
    if set(answer) in ({"location"}, {"error", "message"}):  # of the direct event
        return
    assert set(answer) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert answer["statusCode"] in STATUSES
    assert all(isinstance(value, str) for value in answer["headers"].values())
    json.dumps(answer).encode("utf-8")
    if answer["statusCode"] >= 400:
        message(answer)
    if answer["statusCode"] == 302:
        assert answer["headers"]["cache-control"] == "no-store"


@given(event=JSON)
def test_rule_8_any_json_is_answered(site: Site, event: Any) -> None:
    check_answer(site, event)


@given(event=mutated())
def test_rule_8_any_change_of_an_event_is_answered(site: Site, event: dict[str, Any]) -> None:
    check_answer(site, event)


@given(path=PATHS, accept=TEXT)
def test_rule_8_any_path_is_answered(site: Site, path: str, accept: str) -> None:
    check_answer(site, event_for(path, accept=accept, x_resizer_secret="0" * 32))


@given(secret=TEXT)
def test_rule_8_any_secret_is_refused(site: Site, secret: str) -> None:
    assert site.function(event_for("/30x20/cat.jpg", x_resizer_secret=secret))["statusCode"] == 403


@given(size=TEXT | SPECS, image=TEXT | KEYS)
def test_rule_8_any_direct_event_is_answered(site: Site, size: str, image: str) -> None:
    check_answer(site, {"size": size, "image": image})
