"""Check that with failover only delivery may read the bucket of derivatives, by its policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.checks.bucket import switches
from doctor.facts import Facts, known
from doctor.findings import Check, Observation
from doctor.policies import NotUnderstood, granted


def _is_private(facts: Facts) -> Iterator[Observation]:
    bucket = parts.bucket(facts)
    yield from switches(
        known(bucket.access_block, "a block"),
        block_public_acls=True,
        ignore_public_acls=True,
        block_public_policy=True,
        restrict_public_buckets=True,
    )
    if bucket.website is not None:
        known(bucket.website, "the website")
        yield False, "a website"


def _lets_delivery_in(facts: Facts) -> Iterator[Observation]:
    bucket, delivery = parts.bucket(facts), parts.delivery(facts)
    policy = known(bucket.policy, "the policy of the bucket")
    actions = granted(policy, bucket.name, distribution=delivery.arn)
    for action in ("s3:GetObject", "s3:ListBucket"):
        yield action in actions, f"delivery {'may' if action in actions else 'may not'} {action}"


def _lets_nobody_else_in(facts: Facts) -> Iterator[Observation]:
    bucket, delivery = parts.bucket(facts), parts.delivery(facts)
    policy = known(bucket.policy, "the policy of the bucket")
    for statement in policy:
        try:
            if not granted((statement,), bucket.name, distribution=delivery.arn):
                yield False, "a statement for another distribution"
        except NotUnderstood as error:
            yield False, str(error)
    yield True, f"statements: {len(policy)}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="The bucket of derivatives is private",
        rule=31,
        look=_is_private,
        expected="all four switches of Block Public Access on, and no website",
        why="With one of them off, a policy or an ACL that comes by mistake could open the bucket. "
        "`terraform apply` sets them.",
    ),
    Check(
        title="The bucket lets delivery read and list",
        rule=30,
        look=_lets_delivery_in,
        expected="s3:GetObject and s3:ListBucket for CloudFront, where aws:SourceArn is that of delivery",
        why="If it may not read, every picture is 403. If it may not list, a missing picture is 403 and not "
        "404, and nothing is ever made. `terraform apply` sets the policy.",
    ),
    Check(
        title="The bucket lets nobody else in",
        rule=31,
        look=_lets_nobody_else_in,
        expected="statements for delivery, and no other",
        why="Anybody who may put can store anything under your name. Without aws:SourceArn any distribution "
        "of any account may read. Remove the statement, or apply again.",
    ),
)
