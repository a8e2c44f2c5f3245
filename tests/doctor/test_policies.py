"""Test what a policy lets in: some shapes are understood, everything else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from doctor.policies import NotUnderstood, Readers, granted, lets_call, readers
from tests.doctor import failover_stack
from tests.doctor.stack import CALLING, READING, REFERER

BUCKET = "img-derivatives"
ARN = "arn:aws:execute-api:eu-west-1:123456789012:api1/$default/GET/{key+}"


def test_readers_are_those_with_a_referer_of_any_statement() -> None:
    other = {**READING, "Condition": {"StringEquals": {"AWS:referer": ["old", REFERER]}}}
    assert readers((READING, other), BUCKET) == Readers(everybody=False, referers=(REFERER, "old"))


def test_without_a_condition_everybody_is_a_reader() -> None:
    assert readers(({**READING, "Condition": {}},), BUCKET).everybody
    assert readers(({name: READING[name] for name in READING if name != "Condition"},), BUCKET).everybody


def test_without_a_statement_nobody_is() -> None:
    assert readers((), BUCKET) == Readers(everybody=False, referers=())


SPELLINGS = {
    "lists": {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::img-derivatives/*"]},
    "AWS": {"Principal": {"AWS": "*"}},
    "AWS, a list": {"Principal": {"AWS": ["*"]}},
}


@pytest.mark.parametrize("changes", SPELLINGS.values(), ids=SPELLINGS)
def test_one_policy_has_several_spellings(changes: dict[str, Any]) -> None:
    assert readers(({**READING, **changes},), BUCKET).referers == (REFERER,)


NOT_UNDERSTOOD = {
    "a denial": {"Effect": "Deny"},
    "another action": {"Action": ["s3:GetObject", "s3:PutObject"]},
    "every action": {"Action": "s3:*"},
    "another bucket": {"Resource": "arn:aws:s3:::other/*"},
    "a part of the bucket": {"Resource": "arn:aws:s3:::img-derivatives/a/*"},
    "a principal": {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
    "everybody but": {"NotPrincipal": {"AWS": "*"}},
    "another condition": {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    "two conditions": {
        "Condition": {"StringEquals": {"aws:Referer": REFERER}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    },
    "a likeness": {"Condition": {"StringLike": {"aws:Referer": f"{REFERER}*"}}},
}


@pytest.mark.parametrize("changes", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_a_statement_of_another_shape_is_refused_and_shown_without_its_secret(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(NotUnderstood, match="is not understood") as raised:
        readers((READING, {**READING, **changes}), BUCKET)
    assert "img-derivatives" in str(raised.value) or "other" in str(raised.value)
    assert REFERER not in str(raised.value)


GRANTED: dict[str, tuple[tuple[dict[str, Any], ...], set[str]]] = {
    "both": ((failover_stack.READING, failover_stack.LISTING), {"s3:GetObject", "s3:ListBucket"}),
    "both in one": (
        (
            {
                **failover_stack.READING,
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": ["arn:aws:s3:::img-derivatives/*", "arn:aws:s3:::img-derivatives"],
            },
        ),
        {"s3:GetObject", "s3:ListBucket"},
    ),
    "with a star": (
        (
            {
                **failover_stack.READING,
                "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:*"}},
            },
        ),
        {"s3:GetObject"},
    ),
    "the list of objects": (
        ({**failover_stack.LISTING, "Resource": "arn:aws:s3:::img-derivatives/*"},),
        set(),
    ),
    "for another": (
        (
            {
                **failover_stack.READING,
                "Condition": {"StringEquals": {"aws:SourceArn": f"{failover_stack.ARN}2"}},
            },
        ),
        set(),
    ),
    "nothing": ((), set()),
}


@pytest.mark.parametrize(("policy", "actions"), GRANTED.values(), ids=GRANTED)
def test_a_distribution_may_do_what_statements_for_it_say(
    policy: tuple[dict[str, Any], ...], actions: set[str]
) -> None:
    assert granted(policy, BUCKET, distribution=failover_stack.ARN) == actions


GRANTING_MORE = {
    "a denial": {"Effect": "Deny"},
    "another action": {"Action": ["s3:GetObject", "s3:PutObject"]},
    "another bucket": {"Resource": "arn:aws:s3:::other/*"},
    "everybody": {"Principal": "*"},
    "another service": {"Principal": {"Service": "logging.s3.amazonaws.com"}},
    "all but": {"NotResource": "arn:aws:s3:::other/*"},
    "any distribution": {"Condition": {}},
    "another condition": {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}},
    "all but one": {"Condition": {"StringNotEquals": {"aws:SourceArn": failover_stack.ARN}}},
}


@pytest.mark.parametrize("changes", GRANTING_MORE.values(), ids=GRANTING_MORE)
def test_a_statement_that_grants_more_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood, match="is not understood"):
        granted(({**failover_stack.READING, **changes},), BUCKET, distribution=failover_stack.ARN)


def calling(condition: dict[str, Any], **changes: Any) -> tuple[dict[str, Any], ...]:
    return ({**CALLING, "Condition": condition, **changes},)


PATTERNS = {
    "the route": ("arn:aws:execute-api:eu-west-1:123456789012:api1/*/*/{key+}", True),
    "the API": ("arn:aws:execute-api:eu-west-1:123456789012:api1/*", True),
    "one character": ("arn:aws:execute-api:eu-west-1:123456789012:api?/*", True),
    "another method": ("arn:aws:execute-api:eu-west-1:123456789012:api1/*/POST/{key+}", False),
    "another stage": ("arn:aws:execute-api:eu-west-1:123456789012:api1/prod/*", False),
    "another region": ("arn:aws:execute-api:us-east-1:123456789012:api1/*", False),
    "a beginning": ("arn:aws:execute-api:eu-west-1:123456789012:api1", False),
}


@pytest.mark.parametrize(("pattern", "allowed"), PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("operator", ["ArnLike", "StringLike"])
def test_an_api_may_call_where_the_pattern_fits(operator: str, pattern: str, allowed: bool) -> None:
    assert lets_call(calling({operator: {"AWS:SourceArn": pattern}}), source_arn=ARN) is allowed


def test_any_api_may_call_without_a_condition() -> None:
    assert lets_call(calling({}), source_arn=ARN)


@pytest.mark.parametrize(("account", "allowed"), [("123456789012", True), ("210987654321", False)])
def test_an_api_may_call_from_its_account(account: str, allowed: bool) -> None:
    policy = calling({"StringEquals": {"AWS:SourceAccount": account}})
    assert lets_call(policy, source_arn=ARN) is allowed


def test_others_who_may_call_do_not_count() -> None:
    assert not lets_call(calling({}, Principal={"Service": "s3.amazonaws.com"}), source_arn=ARN)
    assert not lets_call(calling({}, Principal="*"), source_arn=ARN)
    assert not lets_call((), source_arn=ARN)


REFUSED = {
    "a denial": calling({}, Effect="Deny"),
    "another action": calling({}, Action="lambda:*"),
    "another condition": calling({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
}


@pytest.mark.parametrize("policy", REFUSED.values(), ids=REFUSED)
def test_a_permission_of_another_shape_is_refused(policy: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(NotUnderstood, match="is not understood"):
        lets_call(policy, source_arn=ARN)
