"""Look at what keeps derivatives fresh: where it is right, wrong, not read, and where a stack has none."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from doctor.checks import check, freshness
from doctor.facts import Facts, Unread
from doctor.findings import Finding, Status
from doctor.names import Names
from tests.doctor.broken.freshness import (
    BROKEN,
    FACTS,
    ROLE,
    SENDING,
    with_detail,
    with_freshness,
    with_hand,
    with_part,
    with_variable,
)
from tests.doctor.stack import NAMES, standard_facts

CASES = {
    f"{title}: {case}": (title, facts, word)
    for title, cases in BROKEN.items()
    for case, (facts, word) in cases.items()
}
TITLES = [one.title for one in freshness.CHECKS]


def found(facts: Facts, title: str) -> Finding:
    return next(finding for finding in check(facts) if finding.title == title)


def statuses(facts: Facts) -> set[Status]:
    return {finding.status for finding in check(facts) if finding.title in TITLES}


def test_a_stack_that_is_right_is_right_in_every_respect() -> None:
    assert [finding for finding in check(FACTS) if finding.status is not Status.RIGHT] == []


def test_a_stack_without_it_is_asked_nothing_of_it() -> None:
    assert {finding.title for finding in check(standard_facts())} & set(TITLES) == set()


def test_every_check_is_seen_to_fail() -> None:
    assert list(BROKEN) == TITLES


@pytest.mark.parametrize(("title", "facts", "word"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_seen_by_its_check(title: str, facts: Facts, word: str) -> None:
    finding = found(facts, title)
    assert finding.status is Status.WRONG
    assert word in finding.found


UNREAD = Unread("AccessDenied")
NOT_KNOWN = {
    "S3 tells EventBridge of changed originals": with_freshness(FACTS, tells={"img-originals": UNREAD}),
    "The rule watches the originals, and leads to the queue": with_freshness(FACTS, rules=UNREAD),
    "The rule alone may send to the queue": with_freshness(FACTS, changes=UNREAD),
    "The queue is handed over to NAME-freshness": with_freshness(FACTS, hands=UNREAD),
    "No change was laid aside": with_freshness(FACTS, dead=UNREAD),
    "NAME-freshness knows this stack": with_part(FACTS, "function", environment=UNREAD),
    "NAME-freshness may do its work": with_freshness(FACTS, role=UNREAD),
    "NAME-freshness runs the image of the function": with_freshness(FACTS, function=UNREAD),
}


@pytest.mark.parametrize("title", TITLES)
def test_what_could_not_be_read_is_not_known_and_says_why(title: str) -> None:
    finding = found(NOT_KNOWN[title], title)
    assert finding.status is Status.UNKNOWN
    assert "AccessDenied" in finding.found


NOT_UNDERSTOOD = {
    "a pattern": with_detail(FACTS, {"bucket": {"name": [{"suffix": "originals"}]}}),
    "somebody else who sends": with_part(
        FACTS, "changes", policy=({**SENDING, "Principal": {"AWS": "123456789012"}},)
    ),
    "a denial in the role": with_freshness(
        FACTS,
        role=(
            *ROLE,
            {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::img-originals/*"},
        ),
    ),
    "settings": with_variable(FACTS, RESIZER_CDN="never"),
    "a bucket that was not looked at": with_freshness(FACTS, tells={}),
    "what is under way": with_hand(FACTS, state="Updating"),
}


@pytest.mark.parametrize("facts", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_is_not_understood_is_not_known(facts: Facts) -> None:
    assert statuses(facts) == {Status.RIGHT, Status.UNKNOWN}


def test_prefixes_of_several_buckets_are_watched_by_one_rule() -> None:
    originals = json.dumps({"a/": "s3://img-originals/x", "b/": "s3://wares"})
    watched = [
        {"bucket": {"name": ["img-originals"]}, "object": {"key": [{"prefix": "x/"}]}},
        {"bucket": {"name": ["wares"]}},
    ]
    facts = with_variable(with_detail(FACTS, {"$or": watched}), RESIZER_ORIGINALS=originals)
    title = "The rule watches the originals, and leads to the queue"
    assert found(facts, title).status is Status.RIGHT
    assert found(with_detail(facts, watched[0]), title).status is Status.WRONG


def test_without_invalidations_no_distribution_is_named() -> None:
    facts = with_variable(FACTS, RESIZER_CDN="ttl", RESIZER_DISTRIBUTION="")
    assert statuses(facts) == {Status.RIGHT}


def test_the_stack_says_whether_it_has_it() -> None:
    given = asdict(NAMES)
    assert Names.from_json(json.dumps({**given, "freshness": "on"})) == replace(NAMES, freshness="on")
    del given["freshness"]
    assert Names.from_json(json.dumps(given)).freshness == "off", "stacks of 0.1"
    with pytest.raises(ValueError, match="expected on or off for freshness, got 'yes'"):
        Names.from_json(json.dumps({**given, "freshness": "yes"}))
