"""Look at what makes derivatives before anybody asks: where it is right, wrong, not read, and not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from doctor.checks import backfill, check, eager
from doctor.facts import Facts, Unread
from doctor.facts.queues import Queue
from doctor.findings import Finding, Status
from doctor.names import Names
from doctor.reading.beforehand import read_backfill, read_eager
from tests.doctor.broken.beforehand import (
    BROKEN,
    DEAD,
    FACTS,
    JOB,
    QUEUE,
    SECRETS,
    TRUST,
    with_backfill,
    with_batch,
    with_eager,
    with_hand,
    with_trust,
    with_warm,
)
from tests.doctor.broken.freshness import fresh_facts, with_freshness
from tests.doctor.stack import NAMES

CASES = {
    f"{title}: {case}": (title, facts, word)
    for title, cases in BROKEN.items()
    for case, (facts, word) in cases.items()
}
TITLES = [one.title for one in (*eager.CHECKS, *backfill.CHECKS)]


def found(facts: Facts, title: str) -> Finding:
    return next(finding for finding in check(facts) if finding.title == title)


def with_switch(names: Names, switch: str) -> Names:
    on: Any = {switch: "on"}
    return replace(names, **on)


def test_a_stack_that_is_right_is_right_in_every_respect() -> None:
    assert [finding for finding in check(FACTS) if finding.status is not Status.RIGHT] == []


def test_a_stack_is_asked_of_nothing_that_it_does_not_have() -> None:
    assert {finding.title for finding in check(fresh_facts())} & set(TITLES) == set()
    for switch, others in (("eager", backfill.CHECKS), ("backfill", eager.CHECKS)):
        names = with_switch(fresh_facts().names, switch)
        titles = {finding.title for finding in check(replace(FACTS, names=names))} & set(TITLES)
        assert titles == set(TITLES) - {one.title for one in others}


def test_every_check_is_seen_to_fail() -> None:
    assert list(BROKEN) == TITLES


@pytest.mark.parametrize(("title", "facts", "word"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_seen_by_its_check(title: str, facts: Facts, word: str) -> None:
    finding = found(facts, title)
    assert finding.status is Status.WRONG
    assert word in finding.found


@pytest.mark.parametrize("facts", [facts for _, facts, _ in CASES.values()], ids=CASES)
def test_no_finding_names_a_secret(facts: Facts) -> None:
    shown = repr(check(facts))
    assert [secret for secret in SECRETS if secret in shown] == []


UNREAD = Unread("AccessDenied")
NOT_KNOWN = {
    "NAME-freshness sends new originals to NAME-warm": with_freshness(FACTS, function=UNREAD),
    "The queue of new originals is handed over to NAME-warm": with_eager(FACTS, hands=UNREAD),
    "No new original was laid aside": with_eager(FACTS, dead=UNREAD),
    "The SPECs that are made beforehand can be made": with_warm(FACTS, environment=UNREAD),
    "NAME-warm makes what the function makes": with_eager(FACTS, function=UNREAD),
    "NAME-batch makes what the function makes": with_batch(FACTS, environment=UNREAD),
    "Jobs of this account alone take their role": with_backfill(FACTS, trust=UNREAD),
    "Jobs may do their work": with_backfill(FACTS, role=UNREAD),
}


@pytest.mark.parametrize("title", TITLES)
def test_what_could_not_be_read_is_not_known_and_says_why(title: str) -> None:
    finding = found(NOT_KNOWN[title], title)
    assert finding.status is Status.UNKNOWN
    assert "AccessDenied" in finding.found


NOT_UNDERSTOOD = {
    "what is under way": with_hand(FACTS, state="Updating"),
    "somebody else who takes the role": with_trust(FACTS, Principal={"AWS": "123456789012"}),
    "another condition": with_trust(FACTS, Condition={"StringLike": {"aws:SourceAccount": "1*"}}),
    "a denial": with_trust(FACTS, Effect="Deny"),
}


@pytest.mark.parametrize("facts", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_what_is_not_understood_is_not_known(facts: Facts) -> None:
    assert {finding.status for finding in check(facts)} == {Status.RIGHT, Status.UNKNOWN}


@pytest.mark.parametrize("switch", ["eager", "backfill"])
def test_the_stack_says_whether_it_has_them(switch: str) -> None:
    given = asdict(NAMES)
    on = Names.from_json(json.dumps({**given, switch: "on"}))
    assert on == with_switch(NAMES, switch)
    del given[switch]
    assert Names.from_json(json.dumps(given)) == NAMES, "stacks of 0.1"
    with pytest.raises(ValueError, match=f"expected on or off for {switch}, got 'yes'"):
        Names.from_json(json.dumps({**given, switch: "yes"}))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    """An account of moto."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    with mock_aws():
        yield boto3.Session(region_name=NAMES.region)


def test_what_is_not_there_is_none(session: boto3.Session) -> None:
    warm, batch = read_eager(NAMES, session), read_backfill(NAMES, session)
    assert (warm.queue, warm.dead, warm.function) == (None, None, None)
    assert (batch.function, batch.trust, batch.role) == (None, None, None)


def test_what_is_there_is_read(session: boto3.Session) -> None:
    sqs, iam = session.client("sqs"), session.client("iam")
    sqs.create_queue(QueueName="img-warm-dead")
    redrive = json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 5})
    sqs.create_queue(QueueName="img-warm", Attributes={"VisibilityTimeout": "174", "RedrivePolicy": redrive})
    name = "img-job-eu-west-1"
    trust, job = ({"Version": "2012-10-17", "Statement": [*statements]} for statements in ((TRUST,), JOB))
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="job", PolicyDocument=json.dumps(job))
    warm, batch = read_eager(NAMES, session), read_backfill(NAMES, session)
    assert warm.queue == Queue(
        arn=QUEUE, visibility_timeout=174, messages=0, dead_letter_arn=DEAD, policy=None
    )
    assert (batch.trust, batch.role) == ((TRUST,), JOB)
