"""Each check on a stack that is right, on one that is wrong, and on one that could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from doctor.checks import CHECKS, check
from doctor.facts import Facts, LifecycleRule, NotRead, Unread, known
from doctor.findings import Finding, Status
from local_loop.cloudfront_function import negotiated_paths
from resizer_core import Delivery
from tests.doctor.broken import api, distributions, function, website
from tests.doctor.stack import (
    KEY,
    NEGOTIATION,
    READING,
    REFERER,
    SECRET,
    standard_facts,
    with_api,
    with_behavior,
    with_bucket,
    with_distribution,
    with_environment,
    with_function,
    with_origin,
    with_vary,
)

FACTS = standard_facts()
VARY = "Vary names Accept only where Accept decides"
#: By the title of the check that has to see it.
BROKEN = {**website.BROKEN, **distributions.BROKEN, **api.BROKEN, **function.BROKEN}
CASES = {
    f"{title}: {case}": (title, facts, word)
    for title, cases in BROKEN.items()
    for case, (facts, word) in cases.items()
}


def found(facts: Facts, title: str) -> Finding:
    return next(finding for finding in check(facts) if finding.title == title)


def test_a_stack_that_is_right_is_right_in_every_respect() -> None:
    assert [finding for finding in check(FACTS) if finding.status is not Status.RIGHT] == []


def test_every_check_is_seen_to_fail() -> None:
    assert {one.title for one in CHECKS[Delivery.REDIRECT]} == set(BROKEN)


@pytest.mark.parametrize(("title", "facts", "word"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_seen_by_its_check(title: str, facts: Facts, word: str) -> None:
    finding = found(facts, title)
    assert finding.status is Status.WRONG
    assert word in finding.found


@pytest.mark.parametrize("facts", [facts for _, facts, _ in CASES.values()], ids=CASES)
def test_no_finding_names_a_secret(facts: Facts) -> None:
    for finding in check(with_environment(facts, RESIZER_SIGNING_KEYS=KEY) if facts.function else facts):
        shown = repr(finding)
        assert REFERER not in shown
        assert REFERER[::-1] not in shown
        assert SECRET not in shown
        assert SECRET[::-1] not in shown
        assert KEY not in shown


UNREAD: dict[str, Callable[[], Facts]] = {
    "S3 redirects by 307": lambda: with_bucket(FACTS, website=Unread("AccessDenied")),
    "The website opens to delivery's Referer alone": lambda: with_bucket(
        FACTS, policy=Unread("AccessDenied")
    ),
    "Block Public Access of the account lets the bucket policy through": lambda: replace(
        FACTS, account_access_block=Unread("AccessDenied")
    ),
    "Every distribution takes https alone": lambda: replace(FACTS, generator=Unread("AccessDenied")),
    "Delivery keeps only answers that allow it": lambda: with_behavior(
        FACTS, "delivery", cache_policy=Unread("AccessDenied")
    ),
    "The API has two routes, to the function": lambda: with_api(FACTS, routes=Unread("AccessDenied")),
    "The function accepts its settings": lambda: with_function(FACTS, environment=Unread("AccessDenied")),
    "Concurrency is bounded": lambda: with_function(FACTS, reserved_concurrency=Unread("AccessDenied")),
}


def test_the_negotiation_of_this_checkout_is_right_at_the_edge() -> None:
    facts = with_behavior(FACTS, "delivery", functions=(NEGOTIATION,))
    assert found(facts, "The edge answers f-auto as the function would").status is Status.RIGHT


def test_the_paths_of_this_checkout_are_right_beside_it() -> None:
    facts = with_behavior(FACTS, "delivery", functions=(NEGOTIATION,))
    facts = with_vary(facts, *negotiated_paths({}))
    assert {finding.status for finding in check(facts)} == {finding.status for finding in check(FACTS)}
    assert found(facts, VARY).status is Status.RIGHT


def test_what_another_function_negotiates_is_not_known() -> None:
    another = replace(NEGOTIATION, code="function handler(event) {}")
    assert found(with_behavior(FACTS, "delivery", functions=(another,)), VARY).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("code", "presets"),
    [
        ("function handler(event) {}", "{}"),
        (NEGOTIATION.code, '{"any": "300x_f-auto"}'),
        (Unread("no"), "{}"),
    ],
    ids=["another", "that of other presets", "unread"],
)
def test_another_function_at_the_edge_is_not_known(code: str | Unread, presets: str) -> None:
    facts = with_behavior(FACTS, "delivery", functions=(replace(NEGOTIATION, code=code),))
    finding = found(
        with_environment(facts, RESIZER_PRESETS=presets),
        "The edge answers f-auto as the function would",
    )
    assert finding.status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("unreserved", "status"), [(10, Status.RIGHT), (100, Status.RIGHT), (101, Status.WRONG)]
)
def test_an_account_that_can_reserve_nothing_is_bounded_by_its_quota(unreserved: int, status: Status) -> None:
    facts = replace(with_function(FACTS, reserved_concurrency=None), account_concurrency=unreserved)
    assert found(facts, "Concurrency is bounded").status is status


def test_originals_in_another_region_are_right_where_the_function_is_told() -> None:
    told = with_environment(FACTS, RESIZER_ORIGINALS="s3://img-originals/a?region=us-east-1")
    facts = replace(told, originals_region="us-east-1")
    title = "The function asks for originals in their region"
    assert found(facts, title).status is Status.RIGHT


@pytest.mark.parametrize("rules", [None, (), (LifecycleRule(moves_to=("GLACIER_IR",)),)])
def test_derivatives_need_not_expire(rules: tuple[LifecycleRule, ...] | None) -> None:
    assert found(with_bucket(FACTS, lifecycle=rules), "Derivatives are not archived").status is Status.RIGHT


def test_the_days_after_which_derivatives_expire_are_said() -> None:
    assert "after 180 days" in found(FACTS, "Derivatives are not archived").found


def test_without_a_reservation_a_quota_that_cannot_be_read_is_not_known() -> None:
    facts = replace(with_function(FACTS, reserved_concurrency=None), account_concurrency=Unread("refused"))
    assert found(facts, "Concurrency is bounded").status is Status.UNKNOWN


@pytest.mark.parametrize("title", UNREAD)
def test_what_could_not_be_read_is_not_known_and_says_why(title: str) -> None:
    finding = found(UNREAD[title](), title)
    assert finding.status is Status.UNKNOWN
    assert "AccessDenied" in finding.found


def test_one_distribution_that_could_not_be_read_hides_nothing_of_the_other() -> None:
    facts = with_behavior(
        replace(FACTS, delivery=Unread("AccessDenied")), "generator", viewer_protocol_policy="allow-all"
    )
    finding = found(facts, "Every distribution takes https alone")
    assert (finding.status, finding.found) == (Status.WRONG, "generator: allow-all")


def test_settings_that_are_not_accepted_leave_open_what_depends_on_them() -> None:
    facts = with_environment(FACTS, RESIZER_ACCESS="closed")
    statuses = {finding.title: finding.status for finding in check(facts)}
    assert statuses["The function accepts its settings"] is Status.WRONG
    assert statuses["The function asks for CloudFront's secret"] is Status.UNKNOWN


def test_what_is_on_its_way_is_not_known() -> None:
    for facts in (
        with_distribution(FACTS, "delivery", status="InProgress"),
        with_function(FACTS, state="Pending"),
        with_function(FACTS, last_update_status="InProgress"),
    ):
        assert {finding.status for finding in check(facts)} == {Status.RIGHT, Status.UNKNOWN}


def test_two_secrets_are_right_while_one_is_being_rotated() -> None:
    facts = with_environment(FACTS, RESIZER_ORIGIN_SECRETS=f"{SECRET[::-1]},{SECRET}")
    condition = {"StringEquals": {"aws:Referer": [REFERER[::-1], REFERER]}}
    facts = with_bucket(facts, policy=({**READING, "Condition": condition},))
    assert {finding.status for finding in check(facts)} == {Status.RIGHT}


def test_the_website_endpoint_is_right_in_both_spellings() -> None:
    facts = with_origin(FACTS, "delivery", domain_name="img-derivatives.s3-website.eu-west-1.amazonaws.com")
    assert {finding.status for finding in check(facts)} == {Status.RIGHT}


def test_an_alias_with_a_star_answers_to_one_label() -> None:
    delivery = known(with_distribution(FACTS, "delivery", aliases=("*.example.com",)).delivery, "")
    assert delivery.answers_to("img.example.com")
    assert not delivery.answers_to("a.img.example.com")
    assert not delivery.answers_to("example.com")


def test_an_unread_fact_has_no_value() -> None:
    with pytest.raises(NotRead, match="the policy could not be read: AccessDenied"):
        known(Unread("AccessDenied"), "the policy")
