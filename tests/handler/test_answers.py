"""Test the answer to each outcome, whatever the stores do (rules 4, 8, 9, 10 and 14)."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resizer_core as core
from resizer_core import MAX_ANSWER_BYTES
from tests.doubles import (
    Aged,
    Blind,
    Failing,
    Lying,
    Passing,
    Recording,
    Slow,
    Telling,
    Vanishing,
    filled,
    picture,
)
from tests.handler.site import BASE_URL, Site, event_for, message

PATH = "/30x20/cat.jpg"
KEY = "30x20/cat.jpg"


# --- answers that end well ---------------------------------------------------------------------------


def test_rule_4_what_was_made_is_a_redirect_that_is_not_kept() -> None:
    answer = Site.over().get(PATH)
    assert answer["statusCode"] == 302
    assert answer["headers"] == {
        "access-control-allow-origin": "*",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "cross-origin",
        "location": f"{BASE_URL}{PATH}",
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }
    assert (answer["body"], answer["isBase64Encoded"]) == ("", False)


def test_rule_9_what_was_there_already_is_answered_with_its_bytes() -> None:
    site = Site.over(derivatives=filled({}))
    site.derivatives.put(KEY, picture(), media_type="image/jpeg")
    answer = site.get(PATH)
    assert answer["statusCode"] == 200
    assert answer["headers"] == {
        "access-control-allow-origin": "*",
        "cache-control": "no-store",
        "content-type": "image/jpeg",
        "cross-origin-resource-policy": "cross-origin",
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == picture()


def test_rule_9_what_is_too_large_for_an_answer_is_asked_for_again() -> None:
    site = Site.over(derivatives=filled({KEY: bytes(MAX_ANSWER_BYTES + 1)}))
    answer = site.get(PATH)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "2")
    assert answer["headers"]["cache-control"] == "no-store"
    assert message(answer)["error"] == "StoredAlready"


def test_rule_9_the_largest_answer_fits_a_function() -> None:
    site = Site.over(derivatives=filled({KEY: bytes(MAX_ANSWER_BYTES)}))
    answer = site.get(PATH)
    assert answer["statusCode"] == 200
    assert len(answer["body"]) < 6 * 1024 * 1024


def test_a_missing_original_is_404_with_the_fallback_in_its_place() -> None:
    site = Site.over({"missing.png": picture(".png")}, fallback="missing.png")
    answer = site.get(PATH)
    assert answer["statusCode"] == 404
    assert answer["headers"] == {
        "access-control-allow-origin": "*",
        "cache-control": "public, max-age=10",
        "content-type": "image/png",
        "cross-origin-resource-policy": "cross-origin",
        "timing-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == core.resize(picture(".png"), "30x20").body
    head = site.function(event_for(PATH, method="HEAD"))
    assert (head["statusCode"], head["headers"], head["body"]) == (404, answer["headers"], "")
    assert site.stored() == []


def test_a_missing_original_is_404_in_words_where_there_is_no_fallback_either() -> None:
    site = Site.over({}, fallback="missing.png")
    answer = site.get(PATH)
    assert answer == Site.over({}).get(PATH)
    assert (answer["statusCode"], message(answer)["message"]) == (404, "there is no original 'cat.jpg'")


def test_rule_10_another_spelling_is_a_redirect_to_the_canonical_one() -> None:
    site = Site.over()
    answer = site.get("/30x20_Q-80_format-jpeg/cat.jpg")
    assert answer["statusCode"] == 302
    assert answer["headers"]["location"] == f"{BASE_URL}/30x20_f-jpg_q-80/cat.jpg"
    assert answer["headers"]["cache-control"] == "no-store"
    assert "vary" not in answer["headers"]
    assert (site.stored(), site.originals.calls) == ([], [])


def test_f_auto_is_a_redirect_by_accept() -> None:
    site = Site.over()
    answer = site.get("/30x20_f-auto/cat.jpg", accept="image/avif,image/webp")
    assert answer["headers"]["location"] == f"{BASE_URL}/30x20_f-avif/cat.jpg"
    assert (answer["headers"]["vary"], answer["headers"]["cache-control"]) == ("Accept", "no-store")
    assert (site.stored(), site.originals.calls) == ([], [])


SPECS = st.sampled_from(["2x2_f-png", "2x_F-PNG", "x2_format-png_dl", "2x2_v-1_f-png", "2x2_f-png_fit-fill"])
SEGMENTS = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\", exclude_categories=["Cc", "Cs"])
    | st.sampled_from("+%~?#&= ;:@!$'()*,[]{}\"<>|^`"),
    min_size=1,
    max_size=8,
).filter(lambda segment: segment not in (".", ".."))
KEYS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join)


@given(spec=SPECS, key=KEYS)
def test_rules_10_and_14_location_decodes_to_the_key_that_was_put(spec: str, key: str) -> None:
    derivatives = Recording()
    site = Site.over({key: picture(".png", 2, 2)}, derivatives=derivatives)
    path = f"/{spec}/{key}"
    for _ in range(2):  # to the canonical path where this one is not, then to what was made
        location: str = site.get(path)["headers"]["location"]
        assert location.isascii()
        path = unquote(location.removeprefix(BASE_URL), errors="strict")
        if derivatives.put_keys:
            break
    assert [f"/{put}" for put in derivatives.put_keys] == [path]
    assert site.get(path)["statusCode"] == 200


# --- stores that misbehave (rule 9) ------------------------------------------------------------------

Store = Callable[[core.ObjectStore], core.ObjectStore]

FAULTS: dict[str, Store] = {
    "none": Passing,
    "slow": Slow,
    "head finds nothing": Blind,
    "head finds what get does not": Vanishing,
    "head states too few bytes": lambda behind: Lying(behind, size=1),
    "head states too many bytes": lambda behind: Lying(behind, size=MAX_ANSWER_BYTES + 1),
    "head fails": lambda behind: Failing(behind, methods=frozenset({"head"})),
    "get fails": lambda behind: Failing(behind, methods=frozenset({"get"})),
    "put fails": lambda behind: Failing(behind, methods=frozenset({"put"})),
    "put fails in a library": Telling,
    "head raises what nobody foresaw": lambda behind: Failing(
        behind, error=ZeroDivisionError("internals"), methods=frozenset({"head"})
    ),
    "put raises what nobody foresaw": lambda behind: Failing(
        behind, error=MemoryError("internals"), methods=frozenset({"put"})
    ),
    "an hour old": lambda behind: Aged(behind, seconds=3600),
    "written by a clock that is ahead": lambda behind: Aged(behind, seconds=-3600),
}
STORED = {
    "nothing": None,
    "a derivative": picture(),
    "the largest": bytes(MAX_ANSWER_BYTES),
    "a larger one": bytes(MAX_ANSWER_BYTES + 1),
}
PATHS = {
    "canonical": PATH,
    "not canonical": "/30x20_fit-inside/cat.jpg",
    "auto": "/30x20_f-auto/cat.jpg",
    "no original": "/30x20/missing.jpg",
    "damaged": "/30x20/damaged.jpg",
    "no SPEC": "/favicon.ico",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("stored", STORED.values(), ids=STORED)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_rules_4_8_and_9_whatever_the_store_does(fault: Store, stored: bytes | None, path: str) -> None:
    objects = {path.removeprefix("/"): stored} if stored is not None else {}
    memory = filled(objects)
    derivatives = Recording(fault(memory))
    originals = {"cat.jpg": picture(), "damaged.jpg": picture()[:200]}
    answer = Site.over(originals, derivatives=derivatives).get(path)
    status = answer["statusCode"]
    assert status in {200, 302, 400, 404, 422, 500, 503}
    if status == 302:
        assert answer["headers"]["cache-control"] == "no-store"
        # A redirect to the same path only after a put of this call that did not fail.
        if path == PATH:
            assert derivatives.put_keys == [KEY]
            assert memory.head(KEY) is not None
    if status == 200:
        assert base64.b64decode(answer["body"]) == stored
        assert answer["headers"]["cache-control"] == "no-store"
    if status >= 400:
        assert "internals" not in message(answer)["message"]
    if status >= 500:
        assert answer["headers"]["cache-control"] == "no-store"


FAILED = {
    "head fails": (FAULTS["head fails"], False, 503),
    "put fails": (FAULTS["put fails"], False, 503),
    "put fails in a library": (FAULTS["put fails in a library"], False, 503),
    "get fails": (FAULTS["get fails"], True, 503),
    "head finds what get does not": (FAULTS["head finds what get does not"], True, 503),
    "head raises what nobody foresaw": (FAULTS["head raises what nobody foresaw"], False, 500),
    "put raises what nobody foresaw": (FAULTS["put raises what nobody foresaw"], False, 500),
    "another call came first": (Blind, True, 302),
    "a slow look finds it in the end": (Slow, True, 200),
}


@pytest.mark.parametrize(("fault", "stored", "status"), FAILED.values(), ids=FAILED)
def test_rule_9_a_fault_of_the_store_becomes(fault: Store, stored: bool, status: int) -> None:
    derivatives = fault(filled({KEY: picture()} if stored else {}))
    assert Site.over(derivatives=derivatives).get(PATH)["statusCode"] == status


def test_rule_9_a_derivative_that_is_larger_than_head_said_is_asked_for_again() -> None:
    stored = filled({KEY: bytes(MAX_ANSWER_BYTES + 1)})
    answer = Site.over(derivatives=Lying(stored, size=1)).get(PATH)
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (503, "no-store")


def test_rule_9_what_is_stored_is_served_when_its_original_is_gone() -> None:
    assert Site.over({}, derivatives=filled({KEY: picture()})).get(PATH)["statusCode"] == 200


def test_rule_9_what_is_stored_is_served_when_the_originals_cannot_be_reached() -> None:
    site = Site.over({}, behind=Failing(methods=frozenset({"get"})), derivatives=filled({KEY: picture()}))
    assert site.get(PATH)["statusCode"] == 200


# --- time --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LastMoments:
    """Lambda's context, shortly before it ends the function."""

    aws_request_id: str = ""

    def get_remaining_time_in_millis(self) -> int:
        return 300


@dataclass
class Stuck(Passing):
    """Looks for longer than the moments above."""

    let_go: threading.Event = field(default_factory=threading.Event)

    def head(self, key: str) -> core.StoredObject | None:
        self.let_go.wait(20)
        return super().head(key)


def test_a_store_that_is_slow_is_answered_for_before_lambda_ends_the_function() -> None:
    derivatives = Stuck()
    answer = Site.over(derivatives=derivatives).function(event_for(PATH), LastMoments())
    derivatives.let_go.set()
    assert (answer["statusCode"], message(answer)["error"]) == (503, "StorageError")
