"""Test that there is no loop of what was deployed and has no emulation, or was not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from doctor.checks import parts
from doctor.facts import (
    Chosen,
    Facts,
    NotRead,
    NotThere,
    Unread,
)
from doctor.loop import emulated
from doctor.policies import NotUnderstood
from tests.doctor.stack import (
    NEGOTIATION,
    READING,
    standard_facts,
    with_api,
    with_behavior,
    with_bucket,
    with_cache_policy,
    with_distribution,
    with_error,
    with_forwarded,
    with_function,
    with_integration,
    with_origin,
    with_other,
    with_routes,
    with_website,
)

FACTS = standard_facts()


NOT_EMULATED: dict[str, tuple[Callable[[], Facts], str]] = {
    "a path at the website": (lambda: with_origin(FACTS, "delivery", path="/v1"), "below /v1"),
    "names of the generator": (
        lambda: with_distribution(FACTS, "generator", aliases=("gen.example.com",)),
        "gen.example.com",
    ),
    "a redirect of everything": (
        lambda: with_website(FACTS, redirects_all_to="example.com"),
        "redirects everything",
    ),
    "a distribution that is off": (
        lambda: with_distribution(FACTS, "delivery", enabled=False),
        "EDELIVERY is not enabled",
    ),
    "two behaviours": (
        lambda: with_other(FACTS, "delivery", "/a/*", origin_id="a"),
        r"another behaviour for /a/\*: origin_id",
    ),
    "a function at the edge": (
        lambda: with_behavior(FACTS, "delivery", functions=(NEGOTIATION,)),
        "at the edge",
    ),
    "an error that becomes a 200": (
        lambda: with_error(FACTS, "delivery", 404, response_code="200"),
        "answers 404 with 200",
    ),
    "some of the query": (
        lambda: with_cache_policy(FACTS, "delivery", query_strings=Chosen(behavior="whitelist")),
        "some query strings",
    ),
    "all headers but one": (
        lambda: with_forwarded(FACTS, "generator", headers=Chosen(behavior="allExcept", names=("accept",))),
        "all headers but accept",
    ),
    "every header in the key": (
        lambda: with_cache_policy(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
        "allViewer",
    ),
    "a lock on a route": (lambda: with_routes(FACTS, authorization_type="JWT"), "JWT"),
    "a route of one path": (lambda: with_routes(FACTS, key="GET /a"), "GET /a"),
    "a statement of another kind": (
        lambda: with_bucket(FACTS, policy=({**READING, "Effect": "Deny"},)),
        "Deny",
    ),
}


@pytest.mark.parametrize(("facts", "word"), NOT_EMULATED.values(), ids=NOT_EMULATED)
def test_what_has_no_emulation_is_refused(facts: Callable[[], Facts], word: str) -> None:
    with pytest.raises(NotUnderstood, match=word):
        emulated(facts())


def test_routes_of_two_payloads_are_refused() -> None:
    routes = [
        route
        for payload in ("1.0", "2.0")
        for route in parts.routes(with_integration(FACTS, payload_format_version=payload))
    ]
    with pytest.raises(NotUnderstood, match=r"1\.0, 2\.0"):
        emulated(with_api(FACTS, routes=(routes[0], routes[-1])))


MISSING: dict[str, Callable[[Unread | None], Facts]] = {
    "the delivery distribution": lambda fact: replace(FACTS, delivery=fact),
    "the generator distribution": lambda fact: replace(FACTS, generator=fact),
    "the bucket of derivatives": lambda fact: replace(FACTS, derivatives=fact),
    "the API": lambda fact: replace(FACTS, api=fact),
    "the function": lambda fact: replace(FACTS, function=fact),
    "the website": lambda fact: with_bucket(FACTS, website=fact),
    "the cache policy of EDELIVERY": lambda fact: with_behavior(FACTS, "delivery", cache_policy=fact),
    "the environment of the function": lambda fact: with_function(FACTS, environment=fact),
}


@pytest.mark.parametrize("what", MISSING)
def test_without_a_fact_there_is_no_loop(what: str) -> None:
    with pytest.raises(NotThere, match=f"{what} is not there"):
        emulated(MISSING[what](None))
    with pytest.raises(NotRead, match=f"{what} could not be read: refused"):
        emulated(MISSING[what](Unread("refused")))
