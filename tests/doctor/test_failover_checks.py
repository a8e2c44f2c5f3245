"""Each check of a stack with failover: right, wrong, and not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from doctor.checks import CHECKS, check
from doctor.checks.edge import GUARD as CODE_OF_THE_GUARD
from doctor.facts import Facts
from doctor.findings import Finding, Status
from local_loop.cloudfront_function import negotiated_paths, negotiation
from resizer_core import Delivery
from tests.doctor.broken.failover import BROKEN, FACTS, UNKNOWN
from tests.doctor.failover_stack import GUARDING
from tests.doctor.stack import ENVIRONMENT, SECRET, with_behavior, with_function, with_vary

GUARD = "The edge answers paths without a SPEC"
NEGOTIATION = "The edge answers f-auto as the function would"
VARY = "Vary names Accept only where Accept decides"
CASES = {
    f"{title}: {case}": (title, facts, word)
    for title, cases in BROKEN.items()
    for case, (facts, word) in cases.items()
}


def found(facts: Facts, title: str) -> Finding:
    return next(finding for finding in check(facts) if finding.title == title)


def test_a_stack_that_is_right_is_right_in_every_respect() -> None:
    assert [finding for finding in check(FACTS) if finding.status is not Status.RIGHT] == []


def test_every_check_that_redirects_do_not_have_is_seen_to_fail() -> None:
    titles = {way: {one.title for one in checks} for way, checks in CHECKS.items()}
    assert titles[Delivery.FAILOVER] - titles[Delivery.REDIRECT] <= set(BROKEN)


@pytest.mark.parametrize(("title", "facts", "word"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_seen_by_its_check(title: str, facts: Facts, word: str) -> None:
    finding = found(facts, title)
    assert finding.status is Status.WRONG
    assert word in finding.found


@pytest.mark.parametrize("facts", [facts for _, facts, _ in CASES.values()], ids=CASES)
def test_no_finding_names_a_secret(facts: Facts) -> None:
    shown = repr(check(facts))
    assert SECRET not in shown
    assert SECRET[::-1] not in shown


@pytest.mark.parametrize("title", UNKNOWN)
def test_what_could_not_be_read_is_not_known(title: str) -> None:
    finding = found(UNKNOWN[title], title)
    assert finding.status is Status.UNKNOWN
    assert "AccessDenied" in finding.found


def test_the_negotiation_behind_the_guard_is_right_with_its_paths() -> None:
    functions = (replace(GUARDING, code=negotiation({}, delivery=Delivery.FAILOVER)),)
    facts = with_vary(with_behavior(FACTS, "delivery", functions=functions), *negotiated_paths({}))
    assert {finding.status for finding in check(facts)} == {Status.RIGHT}


def test_another_function_behind_the_guard_is_not_known_and_guarded_all_the_same() -> None:
    functions = (replace(GUARDING, code=CODE_OF_THE_GUARD + "function behind(event) {}"),)
    facts = with_behavior(FACTS, "delivery", functions=functions)
    statuses = [found(facts, title).status for title in (GUARD, NEGOTIATION, VARY)]
    assert statuses == [Status.RIGHT, Status.UNKNOWN, Status.UNKNOWN]


def test_whether_another_function_ends_it_is_not_known() -> None:
    functions = (replace(GUARDING, code="function handler(event) {}"),)
    assert found(with_behavior(FACTS, "delivery", functions=functions), GUARD).status is Status.UNKNOWN


def test_the_function_needs_no_base_url() -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "RESIZER_BASE_URL"}
    facts = with_function(FACTS, environment=environment | {"RESIZER_DELIVERY": "failover"})
    assert {finding.status for finding in check(facts)} == {Status.RIGHT}
    assert (
        "the function's: the path alone" in found(facts, "Redirects of the function lead to delivery").found
    )
