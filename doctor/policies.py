"""Say what a resource's policy allows, for policies such as this project writes.

Six shapes are known: a bucket that anybody may read, perhaps only with a secret Referer; a bucket that
CloudFront may read and list; a function that an API may call; a queue that a rule may send to; the rights of
a role; and who may take a role. Any other statement raises an error. This module does not guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from doctor.facts import Statement

_ANYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})
_REFERER = "aws:referer"
_SOURCE_ARN = "aws:sourcearn"
_SOURCE_ACCOUNT = "aws:sourceaccount"
#: Operators that compare a text with a pattern, or with a text without stars.
_LIKE = ("ArnLike", "StringLike", "ArnEquals", "StringEquals")
#: Conditions of this project's roles.
_NARROWER = {("StringLikeIfExists", "s3:prefix"), ("StringEquals", "kms:viaservice")}


class NotUnderstood(ValueError):
    """AWS has something that this project does not set up. The doctor does not know its effect."""

    @classmethod
    def statement(cls, statement: Statement) -> NotUnderstood:
        """Name a statement of a policy. The values of its conditions are left out: they may be secret."""
        return cls(f"a statement of a policy is not understood: {json.dumps(_without_values(statement))}")


@dataclass(frozen=True, slots=True)
class Readers:
    """Hold who may read a bucket's objects: everybody, everybody with one of ``referers``, or nobody."""

    everybody: bool
    referers: tuple[str, ...]


def readers(policy: Iterable[Statement], bucket: str) -> Readers:
    """Find who may read the objects of ``bucket`` without an identity, by its policy.

    Raises:
        NotUnderstood: a statement grants or denies anything else.
    """
    everybody, referers = False, dict[str, None]()
    for statement in policy:
        grants_reading = (
            _grants(statement)
            and statement.get("Principal") in _ANYBODY
            and _listed(statement.get("Action")) == ("s3:GetObject",)
            and _listed(statement.get("Resource")) == (f"arn:aws:s3:::{bucket}/*",)
        )
        conditions = _conditions(statement)
        if not grants_reading or (conditions and conditions.keys() != {("StringEquals", _REFERER)}):
            raise NotUnderstood.statement(statement)
        if conditions:
            referers |= dict.fromkeys(conditions["StringEquals", _REFERER])
        else:
            everybody = True
    return Readers(everybody=everybody, referers=tuple(referers))


def granted(policy: Iterable[Statement], bucket: str, *, distribution: str) -> frozenset[str]:
    """List what the policy of ``bucket`` lets CloudFront do for a distribution, named by its ARN.

    The rights are ``s3:GetObject`` of every object and ``s3:ListBucket``: both, one or neither. A statement
    for another distribution does not count.

    Raises:
        NotUnderstood: a statement grants anything else, or to anybody else, or denies anything.
    """
    resources = {"s3:GetObject": f"arn:aws:s3:::{bucket}/*", "s3:ListBucket": f"arn:aws:s3:::{bucket}"}
    actions = set[str]()
    for statement in policy:
        conditions = _conditions(statement)
        named, meant = _listed(statement.get("Action")), _listed(statement.get("Resource"))
        if (
            not _grants(statement)
            or statement.get("Principal") != {"Service": "cloudfront.amazonaws.com"}
            or not set(named) <= resources.keys()
            or not set(meant) <= set(resources.values())
            or len(conditions) != 1
            or conditions.keys() - {(operator, _SOURCE_ARN) for operator in _LIKE}
        ):
            raise NotUnderstood.statement(statement)
        (arns,) = conditions.values()
        if any(_like(distribution, arn) for arn in arns):
            actions |= {action for action in named if resources[action] in meant}
    return frozenset(actions)


def lets_call(policy: Iterable[Statement], *, source_arn: str) -> bool:
    """Say whether a function's policy lets API Gateway call it for ``source_arn``: API, stage, method, path.

    Raises:
        NotUnderstood: a statement names API Gateway in another way, or denies anything.
    """
    allowed = False
    for statement in policy:
        principal = statement.get("Principal")
        service = principal.get("Service") if isinstance(principal, Mapping) else principal
        if statement.get("Effect") != "Allow":
            raise NotUnderstood.statement(statement)
        if service != "apigateway.amazonaws.com":
            continue
        conditions = _conditions(statement)
        arns = [values for (operator, key), values in conditions.items() if key == _SOURCE_ARN]
        known = {*((operator, _SOURCE_ARN) for operator in _LIKE), ("StringEquals", _SOURCE_ACCOUNT)}
        if conditions.keys() - known or _listed(statement.get("Action")) != ("lambda:InvokeFunction",):
            raise NotUnderstood.statement(statement)
        accounts = conditions.get(("StringEquals", _SOURCE_ACCOUNT))
        allowed |= all(any(_like(source_arn, arn) for arn in values) for values in arns) and (
            accounts is None or source_arn.split(":")[4] in accounts
        )
    return allowed


def lets_send(policy: Iterable[Statement], queue: str) -> frozenset[str]:
    """List the ARNs of the rules that may send to a queue, by the queue's policy. ``queue`` is its ARN.

    Raises:
        NotUnderstood: a statement grants anything else, or to anybody else, or denies anything.
    """
    rules = set[str]()
    for statement in policy:
        conditions = _conditions(statement)
        if (
            statement.get("Effect") != "Allow"
            or statement.get("Principal") != {"Service": "events.amazonaws.com"}
            or _listed(statement.get("Action")) != ("sqs:SendMessage",)
            or _listed(statement.get("Resource")) != (queue,)
            or conditions.keys() != {("ArnEquals", _SOURCE_ARN)}
        ):
            raise NotUnderstood.statement(statement)
        rules.update(conditions["ArnEquals", _SOURCE_ARN])
    return frozenset(rules)


def trusts(policy: Iterable[Statement], service: str) -> frozenset[str]:
    """List the accounts for which a service may take a role. ``*`` means any account.

    Raises:
        NotUnderstood: a statement grants anything else, or to anybody else, or denies anything.
    """
    accounts = set[str]()
    for statement in policy:
        conditions = _conditions(statement)
        if (
            not _grants(statement)
            or statement.get("Principal") != {"Service": service}
            or _listed(statement.get("Action")) != ("sts:AssumeRole",)
            or conditions.keys() - {("StringEquals", _SOURCE_ACCOUNT)}
        ):
            raise NotUnderstood.statement(statement)
        accounts.update(conditions.get(("StringEquals", _SOURCE_ACCOUNT), ("*",)))
    return frozenset(accounts)


def allows(policy: Iterable[Statement], action: str, resource: str) -> bool:
    """Say whether the policies of a role allow an action on a resource, named by its ARN.

    A right to list only below a prefix, or to decrypt only for S3, counts as allowed.

    Raises:
        NotUnderstood: a matching statement denies, or has another condition.
    """
    allowed = False
    for statement in policy:
        actions, resources = _listed(statement.get("Action")), _listed(statement.get("Resource"))
        if action not in actions or not any(_like(resource, pattern) for pattern in resources):
            continue
        if statement.get("Effect") != "Allow" or _conditions(statement).keys() - _NARROWER:
            raise NotUnderstood.statement(statement)
        allowed = True
    return allowed


def _grants(statement: Statement) -> bool:
    """Say whether a statement allows, and uses no NotPrincipal, NotAction or NotResource."""
    return statement.get("Effect") == "Allow" and not (
        {"NotPrincipal", "NotAction", "NotResource"} & statement.keys()
    )


def _conditions(statement: Statement) -> dict[tuple[str, str], tuple[str, ...]]:
    """List conditions by operator and key. The case of keys does not matter."""
    return {
        (operator, key.lower()): _listed(values)
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, values in keys.items()
    }


def _listed(value: Any) -> tuple[str, ...]:
    """Make a tuple of a list. A policy may write a list of one item as the item."""
    return tuple(value) if isinstance(value, list) else () if value is None else (value,)


def _like(text: str, pattern: str) -> bool:
    """Match IAM's wildcards. A star is any number of characters, slashes included."""
    parts = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part)
        for part in re.split(r"([*?])", pattern)
    )
    return re.fullmatch("".join(parts), text) is not None


def _without_values(statement: Statement) -> dict[str, Any]:
    shown = dict(statement)
    if "Condition" in shown:
        shown["Condition"] = {operator: sorted(keys) for operator, keys in shown["Condition"].items()}
    return shown
