"""The emulated loop of a stack that fails over: a right one answers at once, a wrong one shows its fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from doctor.facts import Chosen, Facts, Unread
from doctor.loop import emulated
from doctor.policies import NotUnderstood
from local_loop.failover import FailoverConfiguration
from tests.doctor.broken.failover import OF_ANOTHER
from tests.doctor.deployed import Deployed
from tests.doctor.failover_stack import (
    GUARDING,
    LISTING,
    READING,
    SIGNED,
    failover_facts,
    swapped,
    with_secondary,
)
from tests.doctor.stack import (
    GENERATOR_HOST,
    with_behavior,
    with_bucket,
    with_distribution,
    with_environment,
    with_forwarded,
    with_function,
    with_origin,
)

FACTS = failover_facts()
PATH = "/8x4_f-png/pictures/red.png"


def statuses(facts: Facts, path: str = PATH) -> list[int]:
    return [hop.response.status for hop in Deployed(facts).view(path).hops]


def test_a_view_is_one_answer_and_the_next_is_a_hit() -> None:
    deployed = Deployed(FACTS)
    first, second = deployed.view(PATH), deployed.view(PATH)
    assert [hop.response.status for hop in (*first.hops, *second.hops)] == [200, 200]
    assert second.response.headers["x-cache"] == "Hit from cloudfront"


def test_it_is_made_of_the_facts() -> None:
    configuration, environment = emulated(FACTS, lambda _code: lambda request: request)
    assert isinstance(configuration, FailoverConfiguration)
    group = configuration.delivery.origin_group
    assert group is not None
    assert (group.status_codes, set(group.headers)) == (frozenset({404}), {"x-resizer-secret"})
    assert configuration.delivery.default_root_object == "no-such-index-document"
    assert (configuration.bucket.readable, configuration.bucket.listable) == (True, True)
    assert environment["RESIZER_DELIVERY"] == "failover"


#: What viewers meet when one thing is wrong.
FAULTS: dict[str, tuple[Callable[[], Facts], list[int]]] = {
    "no list": (lambda: with_bucket(FACTS, policy=(READING,)), [403]),
    "no object": (lambda: with_bucket(FACTS, policy=(LISTING,)), [403]),
    "another distribution": (lambda: with_bucket(FACTS, policy=OF_ANOTHER), [403]),
    "no policy": (lambda: with_bucket(FACTS, policy=None), [403]),
    "no signature": (lambda: with_origin(FACTS, "delivery", access_control=None), [403]),
    "never a signature": (
        lambda: with_origin(FACTS, "delivery", access_control=replace(SIGNED, signing_behavior="never")),
        [403],
    ),
    "KMS": (lambda: with_bucket(FACTS, encryption="aws:kms"), [403]),
    "on 403 alone": (lambda: with_distribution(FACTS, "delivery", failover_codes=(403,)), [404]),
    "no secret": (lambda: with_secondary(FACTS, custom_headers={}), [403]),
    "http to the API": (lambda: with_secondary(FACTS, protocol_policy="http-only"), [502]),
    "another API": (lambda: with_secondary(FACTS, domain_name="api2.example.com"), [502]),
    "a stage that is not there": (lambda: with_secondary(FACTS, path="/prod"), [404]),
    "the viewer's Host": (
        lambda: with_forwarded(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
        [403],
    ),
    "no permission": (lambda: with_function(FACTS, policy=None), [500]),
    "the other way": (lambda: with_environment(FACTS, RESIZER_DELIVERY="redirect"), [302, 200]),
}


@pytest.mark.parametrize(("facts", "expected"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_shows_to_viewers(facts: Callable[[], Facts], expected: list[int]) -> None:
    assert statuses(facts()) == expected


def test_a_broken_policy_is_hidden_where_it_fails_over_on_403_too() -> None:
    facts = with_distribution(with_bucket(FACTS, policy=None), "delivery", failover_codes=(403, 404))
    deployed = Deployed(facts)
    deployed.view(PATH)
    deployed.loop.delivery_cache.invalidate(["/*"])
    assert [step.who for step in deployed.view(PATH).hops[0].steps] == ["delivery", "bucket", "api"]


def test_with_its_origins_swapped_every_view_asks_the_api_first() -> None:
    hop = Deployed(swapped(FACTS)).view(PATH).hops[0]
    assert [step.who for step in hop.steps][:2] == ["delivery", "api"]


def test_without_the_guard_scanners_reach_the_function_and_the_root_is_a_list() -> None:
    unguarded = with_behavior(FACTS, "delivery", functions=(replace(GUARDING, code="another"),))
    assert statuses(unguarded, "/wp-login.php") == [400]
    assert statuses(FACTS, "/wp-login.php") == statuses(FACTS, "/") == [404]
    listed = Deployed(with_distribution(unguarded, "delivery", default_root_object="")).view("/")
    assert b"<ListBucketResult>" in listed.response.body


NOT_UNDERSTOOD: dict[str, Callable[[], Facts]] = {
    "a path": lambda: with_origin(FACTS, "delivery", path="/v1"),
    "a policy for everybody": lambda: with_bucket(FACTS, policy=({**READING, "Principal": "*"},)),
}


@pytest.mark.parametrize("facts", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_the_emulation_cannot_do_is_refused(facts: Callable[[], Facts]) -> None:
    with pytest.raises(NotUnderstood):
        Deployed(facts())


MISSING: dict[str, Callable[[], Facts]] = {
    "no group": lambda: with_distribution(FACTS, "delivery", secondary=None),
    "no origin": lambda: with_distribution(FACTS, "delivery", origin=None),
    "an access control that was not read": lambda: with_origin(
        FACTS, "delivery", access_control=Unread("AccessDenied")
    ),
}


@pytest.mark.parametrize("facts", MISSING.values(), ids=MISSING)
def test_what_is_not_known_is_no_loop(facts: Callable[[], Facts]) -> None:
    with pytest.raises(LookupError):
        Deployed(facts())


def test_the_stack_has_no_generator_to_ask() -> None:
    with pytest.raises(OSError, match=GENERATOR_HOST):
        Deployed(FACTS).fetch(f"https://{GENERATOR_HOST}{PATH}", {})
