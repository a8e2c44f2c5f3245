"""What a resource's policy lets in, as far as this project writes such policies.

Six shapes are understood: a bucket that anybody may read, if with a secret Referer; one that CloudFront may
read and list; a function that an API may call; a queue that a rule may send to; a role; and who may take one.
Whatever else a statement says is refused rather than guessed at.
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
#: What compares a text with a pattern, or with a text that has no stars.
_LIKE = ("ArnLike", "StringLike", "ArnEquals", "StringEquals")
#: Conditions of this project's roles.
_NARROWER = {("StringLikeIfExists", "s3:prefix"), ("StringEquals", "kms:viaservice")}


class NotUnderstood(ValueError):
    """Something in AWS that this project does not set up, and whose effect is not known here."""

    @classmethod
    def statement(cls, statement: Statement) -> NotUnderstood:
        """Of a policy. The values of its conditions, which may be secret, are left out."""
        return cls(f"a statement of a policy is not understood: {json.dumps(_without_values(statement))}")


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read the objects of a bucket: everybody, or whoever sends one of ``referers``, or nobody."""

    everybody: bool
    referers: tuple[str, ...]


def readers(policy: Iterable[Statement], bucket: str) -> Readers:
    """Who the policy of ``bucket`` lets read its objects without an identity.

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

    It is ``s3:GetObject`` of every object and ``s3:ListBucket``, both or one or neither. What a statement
    grants to another distribution does not count.

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
    """Whether the policy of a function lets API Gateway call it for ``source_arn``: API, stage, method, path.

    Raises:
        NotUnderstood: a statement speaks of API Gateway in another way, or denies anything.
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
    """List the ARNs of the rules for which the policy of a queue, named by its ARN, lets EventBridge send.

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
    """List the accounts for which a service may take a role; ``*`` is any.

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
    """Say whether the policies of a role let it do this with that, an ARN.

    What it may list below a prefix alone, and decrypt for S3 alone, counts as allowed.

    Raises:
        NotUnderstood: a statement that fits denies, or has another condition.
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
    """Tell whether a statement allows, and names whom, what and where rather than all but those."""
    return statement.get("Effect") == "Allow" and not (
        {"NotPrincipal", "NotAction", "NotResource"} & statement.keys()
    )


def _conditions(statement: Statement) -> dict[tuple[str, str], tuple[str, ...]]:
    """By operator and key; keys of conditions are not told apart by case."""
    return {
        (operator, key.lower()): _listed(values)
        for operator, keys in (statement.get("Condition") or {}).items()
        for key, values in keys.items()
    }


def _listed(value: Any) -> tuple[str, ...]:
    """A policy may write a list of one as the one."""
    return tuple(value) if isinstance(value, list) else () if value is None else (value,)


def _like(text: str, pattern: str) -> bool:
    """IAM's wildcards: a star is any number of characters, slashes among them."""
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
