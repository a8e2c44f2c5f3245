"""Test the answers where the distribution asks the function itself (rules 4, 8, 9, 10, 11, 17 and 22)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handler
import resizer_core as core
from resizer_core.site import CACHE_CONTROL
from tests.doubles import Aged, Blind, Failing, Lying, Passing, Recording, Vanishing, filled, picture
from tests.handler.site import BASE_URL, Site, event_for, message, recorded

PATH = "/30x20/cat.jpg"
KEY = "30x20/cat.jpg"
MADE = core.resize(picture(), "30x20").body
TOO_LARGE = bytes(core.MAX_ANSWER_BYTES + 1)


def failover(originals: dict[str, bytes] | None = None, **settings: Any) -> Site:
    return Site.over(originals, **{"delivery": core.Delivery.FAILOVER, "base_url": "", **settings})


def body(answer: handler.Answer) -> bytes:
    assert answer["isBase64Encoded"] is True
    return base64.b64decode(answer["body"])


def test_what_was_made_is_answered_with_what_was_stored() -> None:
    site = failover()
    answer = site.get("/30x20_dl/cat.jpg")
    stored = site.derivatives.get("30x20_dl/cat.jpg")
    assert stored
    assert answer["statusCode"] == 200
    assert body(answer) == bytes(stored.body) == MADE
    assert answer["headers"] == {
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
        "cache-control": CACHE_CONTROL,
        "content-disposition": "attachment; filename*=UTF-8''cat.jpg",
        "content-type": "image/jpeg",
        "cross-origin-resource-policy": "cross-origin",
        "etag": f'"{hashlib.md5(MADE).hexdigest()}"',  # noqa: S324  as S3 does
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
        **{f"x-amz-meta-{name}": value for name, value in stored.metadata.items()},
    }
    assert answer["headers"]["x-amz-meta-tags"].startswith("k-")


def test_rule_9_what_was_there_already_is_answered_as_s3_would() -> None:
    # No redirect sends anybody here, so there is no loop that keeping it would hide.
    site = failover()
    made = site.get(PATH)
    found = site.get(PATH)
    stored = site.derivatives.head(KEY)
    assert stored
    assert (found["statusCode"], body(found)) == (200, MADE)
    assert found["headers"]["etag"] == f'"{stored.etag}"'
    assert found["headers"].pop("last-modified").endswith(" GMT")
    assert found["headers"] == made["headers"] | {"etag": found["headers"]["etag"]}


def test_rule_9_after_a_lost_race_the_viewer_gets_what_is_stored() -> None:
    behind = filled({})
    behind.put(KEY, b"the winner's", media_type="image/webp", cache_control="max-age=5")
    answer = failover(derivatives=Blind(behind)).get(PATH)
    assert (answer["statusCode"], body(answer)) == (200, b"the winner's")
    assert (answer["headers"]["content-type"], answer["headers"]["cache-control"]) == (
        "image/webp",
        "max-age=5",
    )


def test_what_another_program_stored_without_attributes_has_none_in_its_answer() -> None:
    answer = failover(derivatives=filled({KEY: picture()})).get(PATH)
    assert not {"cache-control", "content-disposition"} & set(answer["headers"])


LARGE: dict[str, tuple[core.ObjectStore, int]] = {
    "lost to a larger one": (Blind(filled({KEY: TOO_LARGE})), 302),
    "found": (filled({KEY: TOO_LARGE}), 503),
    "found, larger than head said": (Lying(filled({KEY: TOO_LARGE}), size=1), 503),
    "the largest": (filled({KEY: TOO_LARGE[1:]}), 200),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("derivatives", "status"), LARGE.values(), ids=LARGE)
def test_rule_9_what_is_too_large_for_an_answer(
    derivatives: core.ObjectStore, status: int, method: str
) -> None:
    answer = failover(derivatives=derivatives).function(event_for(PATH, method=method))
    assert answer["statusCode"] == status
    if status != 200:
        assert answer["headers"]["cache-control"] == "no-store"
        assert answer["headers"].get("location") == (PATH if status == 302 else None)
        assert answer["headers"].get("retry-after") == ("2" if status == 503 else None)


@pytest.mark.parametrize(("base_url", "location"), [("", PATH), (BASE_URL, f"{BASE_URL}{PATH}")])
def test_rule_9_what_was_made_and_is_too_large_is_found_in_s3(
    base_url: str, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "MAX_ANSWER_BYTES", len(MADE) - 1)
    site = failover(base_url=base_url)
    answer = site.get(PATH)
    assert (answer["statusCode"], answer["headers"]["location"]) == (302, location)
    assert answer["headers"]["cache-control"] == "no-store"
    assert site.stored() == [KEY]
    assert site.log()["Generated"] == 1
    monkeypatch.setattr(core, "MAX_ANSWER_BYTES", len(MADE))
    assert failover().get(PATH)["statusCode"] == 200


MOVED = {
    "not canonical": ("/30x20_fit-inside/a b.jpg", "/30x20/a%20b.jpg", None),
    "auto": ("/30x20_f-auto/a b.jpg", "/30x20_f-webp/a%20b.jpg", "Accept"),
    "a key like a host": ("/30x20_fit-inside/@evil.example:80", "/30x20/%40evil.example%3A80", None),
}


@pytest.mark.parametrize(("path", "location", "vary"), MOVED.values(), ids=MOVED)
def test_rules_10_and_11_without_a_base_url_a_redirect_is_a_path(
    path: str, location: str, vary: str | None
) -> None:
    answer = failover({}).get(path, accept="image/webp", host="evil.example")
    assert (answer["statusCode"], answer["headers"]["location"]) == (302, location)
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"].get("vary") == vary


def test_head_has_the_headers_of_get_and_the_length_of_its_body() -> None:
    got = failover().get(PATH)
    headed = failover().function(event_for(PATH, method="HEAD"))
    assert headed["headers"] == got["headers"] | {"content-length": str(len(MADE))}
    assert (headed["statusCode"], headed["body"]) == (200, "")


def test_a_part_is_answered_and_the_whole_is_stored() -> None:
    site = failover()
    answer = site.get(PATH, range="bytes=0-9")
    assert (answer["statusCode"], body(answer)) == (206, MADE[:10])
    assert answer["headers"]["content-range"] == f"bytes 0-9/{len(MADE)}"
    stored = site.derivatives.get(KEY)
    assert stored
    assert bytes(stored.body) == MADE


def test_what_the_viewer_has_already_is_not_sent_again() -> None:
    site = failover()
    etag = site.get(PATH)["headers"]["etag"]
    site.derivatives.delete(KEY)
    answer = site.get(PATH, if_none_match=etag)
    assert (answer["statusCode"], answer["body"]) == (304, "")
    # What a cache takes over from it is what it would have got with a 200.
    assert answer["headers"]["etag"] == etag
    assert (answer["headers"]["content-type"], answer["headers"]["cache-control"]) == (
        "image/jpeg",
        CACHE_CONTROL,
    )
    assert "content-length" not in answer["headers"]
    assert site.stored() == [KEY]


@pytest.mark.parametrize("name", ["http_api_v2_get", "http_api_v1_get", "rest_get", "function_url_get"])
def test_a_part_is_asked_for_by_each_kind_of_event(name: str) -> None:
    event = recorded(name)
    event["headers"]["Range"] = "bytes=-9"
    answer = failover().function(event)
    assert (answer["statusCode"], len(body(answer))) == (206, 9)


UNMET = {
    "a range behind the end": ({"range": "bytes=99999-"}, 416, "InvalidRange"),
    "another version": ({"if_match": '"another"'}, 412, "PreconditionFailed"),
}


@pytest.mark.parametrize(("asked", "status", "name"), UNMET.values(), ids=UNMET)
def test_what_cannot_be_met_is_said_in_words_and_not_kept(
    asked: dict[str, str], status: int, name: str
) -> None:
    site = failover()
    answer = site.get(PATH, **asked)
    assert (answer["statusCode"], message(answer)["error"]) == (status, name)
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"].get("content-range") == (f"bytes */{len(MADE)}" if status == 416 else None)
    assert (site.stored(), site.log()["Generated"]) == ([KEY], 1)


def test_redirects_do_not_look_at_conditions() -> None:
    site = Site.over(derivatives=filled({KEY: MADE}))
    answer = site.get(PATH, range="bytes=0-9", if_match='"another"')
    assert (answer["statusCode"], body(answer), answer["headers"]["cache-control"]) == (200, MADE, "no-store")


def test_the_direct_event_is_answered_with_a_path() -> None:
    assert failover().function({"size": "30x20", "image": "cat.jpg"}) == {"location": PATH}


def test_errors_and_the_fallback_are_those_of_the_other_way() -> None:
    for path in ("/x", "/30x20/missing.jpg", "/30x20_blr-2/cat.jpg", "/30x20/a//b.jpg"):
        assert failover().get(path) == Site.over().get(path)
    originals = {"missing.png": picture(".png")}
    answer = failover(originals, fallback="missing.png").get(PATH)
    assert answer == Site.over(originals, fallback="missing.png").get(PATH)


@pytest.mark.parametrize(("age", "metric"), [(0, "LostRace"), (11, "LoopSuspected")])
def test_rule_9_what_was_stored_long_ago_should_have_come_from_s3(age: float, metric: str) -> None:
    site = failover(derivatives=Aged(filled({KEY: MADE}), seconds=age))
    assert site.get(PATH)["statusCode"] == 200
    line = site.log()
    assert (line["outcome"], line["delivery"], line[metric]) == ("already_stored", "failover", 1)


FAULTS: dict[str, Callable[[core.ObjectStore], core.ObjectStore]] = {
    "none": Passing,
    "head finds nothing": Blind,
    "head finds what get does not": Vanishing,
    "head fails": lambda behind: Failing(behind, methods=frozenset({"head"})),
    "get fails": lambda behind: Failing(behind, methods=frozenset({"get"})),
    "put fails": lambda behind: Failing(behind, methods=frozenset({"put"})),
    "nobody foresaw it": lambda behind: Failing(behind, error=ZeroDivisionError("internals")),
}
STATUSES = {200, 206, 302, 304, 400, 403, 404, 412, 415, 416, 422, 500, 503}
ASKED = st.dictionaries(
    st.sampled_from(core.CONDITIONAL_HEADERS),
    st.text(st.characters() | st.sampled_from('\ud800"*,-=0123456789'), max_size=12)
    | st.sampled_from(['"0"', "*", "bytes=0-3", "bytes=-3", "bytes=9999-", "Mon, 04 May 2026 03:02:01 GMT"]),
)
OBJECTS = st.sampled_from([None, b"stored", TOO_LARGE])
SPECS = st.sampled_from(["30x20", "30x20_fit-inside", "30x20_f-auto", "30x20_blr-2", "x"])


@given(st.sampled_from(sorted(FAULTS)), OBJECTS, SPECS, ASKED, st.sampled_from(["GET", "HEAD"]))
def test_rules_4_8_and_9_whatever_the_store_does_and_whatever_is_asked(
    fault: str, stored: bytes | None, spec: str, asked: dict[str, str], method: str
) -> None:
    memory = filled({KEY: stored} if stored else {})
    derivatives = Recording(FAULTS[fault](memory))
    site = failover({"cat.jpg": picture()}, derivatives=derivatives)
    answer = site.function(event_for(f"/{spec}/cat.jpg", method=method, **asked))
    status, headers = answer["statusCode"], answer["headers"]
    assert status in STATUSES
    json.dumps(answer).encode()
    assert len(derivatives.put_keys) <= 1
    if status == 302:
        assert headers["cache-control"] == "no-store"
        # To the path that was asked for only after a put, when the picture is too large for an answer.
        assert headers["location"] != f"/{spec}/cat.jpg" or (derivatives.put_keys and stored is TOO_LARGE)
    if status in (200, 206) and method == "GET":
        right = stored or MADE
        assert body(answer) in right if status == 206 else body(answer) == right
    if status >= 400:
        assert "internals" not in message(answer)["message"]
        assert status < 500 or headers["cache-control"] == "no-store"
