"""The few GETs, on emulated stacks that fail over: right, and wrong in one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from doctor.facts import Facts
from doctor.findings import Finding, Status
from doctor.visits import CHECKS, visit
from resizer_core import Delivery
from tests.doctor.broken.failover import OF_ANOTHER
from tests.doctor.deployed import Deployed
from tests.doctor.failover_stack import GUARDING, READING, failover_facts, with_secondary
from tests.doctor.stack import (
    API_HOST,
    BUCKET_HOST,
    with_behavior,
    with_bucket,
    with_distribution,
    with_environment,
)

FACTS = failover_facts()
VERSION = "0123456789abcdef"
ORIGINAL = "pictures/red.png"

NEW = "A new picture comes at once"
AGAIN = "From then on it is there at once"
GONE = "A missing original is 404 of the function"
STRAY = "Paths without a SPEC do not reach the function"
BUCKET = "The bucket refuses requests that avoid delivery"
API = "The API refuses requests that avoid CloudFront"


def visited(deployed: Deployed) -> dict[str, Finding]:
    findings = visit(deployed.facts, deployed.fetch, key=ORIGINAL, version=VERSION)
    return {finding.title: finding for finding in findings}


def test_a_stack_that_is_right_is_seen_to_be() -> None:
    deployed = Deployed(FACTS)
    assert {title: finding.status for title, finding in visited(deployed).items()} == {
        one.title: Status.RIGHT for one in CHECKS[Delivery.FAILOVER]
    }
    assert [found.key for found in deployed.buckets["img-derivatives"].list()] == [
        f"8x8_f-png_v-{VERSION}/{ORIGINAL}"
    ]


def test_the_bucket_and_the_api_are_asked_where_anybody_can() -> None:
    deployed = Deployed(FACTS)
    visited(deployed)
    assert f"https://{BUCKET_HOST}/no-such-file-{VERSION}" in deployed.asked
    assert f"https://{API_HOST}/no-such-file-{VERSION}" in deployed.asked


#: What is wrong, by the visits that see it.
BROKEN: dict[str, tuple[Callable[[], Facts], dict[str, str]]] = {
    "no list": (lambda: with_bucket(FACTS, policy=(READING,)), {NEW: "403", AGAIN: "403", GONE: "403"}),
    "another distribution": (lambda: with_bucket(FACTS, policy=OF_ANOTHER), {NEW: "403", GONE: "403"}),
    "not on 404": (
        lambda: with_distribution(FACTS, "delivery", failover_codes=(500,)),
        {NEW: "404", GONE: "application/xml"},
    ),
    "no secret": (lambda: with_secondary(FACTS, custom_headers={}), {NEW: "403", GONE: "403"}),
    "the other way": (lambda: with_environment(FACTS, RESIZER_DELIVERY="redirect"), {NEW: "302, 200"}),
    "no guard": (
        lambda: with_behavior(FACTS, "delivery", functions=(replace(GUARDING, code="another"),)),
        {STRAY: "400, 400"},
    ),
    "a list of the bucket": (
        lambda: with_distribution(
            with_behavior(FACTS, "delivery", functions=(replace(GUARDING, code="another"),)),
            "delivery",
            default_root_object="",
        ),
        {STRAY: "400, 200"},
    ),
    "an API for everybody": (lambda: with_environment(FACTS, RESIZER_ORIGIN_SECRETS=""), {API: "400"}),
}


@pytest.mark.parametrize(("facts", "wrong"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_seen_by_the_visits_that_meet_it(
    facts: Callable[[], Facts], wrong: dict[str, str]
) -> None:
    findings = visited(Deployed(facts()))
    for title, word in wrong.items():
        assert findings[title].status is Status.WRONG, title
        assert word in findings[title].found, title


def test_a_bucket_that_answers_whoever_asks_is_open() -> None:
    deployed = Deployed(FACTS)
    deployed.servers[BUCKET_HOST] = deployed.servers["img.example.com"]
    assert visited(deployed)[BUCKET].found == "404"
