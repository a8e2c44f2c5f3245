"""Stand in for AWS: describe a right stack with failover, and change one thing of it at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from doctor.checks.edge import GUARD, GUARD_ALONE
from doctor.facts import AccessControl, Bucket, Distribution, EdgeFunction, Facts, Origin, PublicAccessBlock
from local_loop.distribution import Edge
from local_loop.failover import only_specs
from resizer_core import Delivery
from tests.doctor.stack import (
    BUCKET_HOST,
    NAMES,
    standard_facts,
    with_behavior,
    with_bucket,
    with_distribution,
    with_environment,
)

ARN = "arn:aws:cloudfront::123456789012:distribution/EDELIVERY"
READING = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::img-derivatives/*",
    "Condition": {"StringEquals": {"AWS:SourceArn": ARN}},
}
LISTING = {**READING, "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::img-derivatives"}
SIGNED = AccessControl(origin_type="s3", signing_behavior="always", signing_protocol="sigv4")
GUARDING = EdgeFunction(
    event_type="viewer-request",
    arn="arn:aws:cloudfront::123456789012:function/img-edge",
    code=GUARD_ALONE,
)


def at_edge(code: str) -> Edge:
    """Do what the guard does, if there is one, without a process of Node.js."""
    return only_specs if code.startswith(GUARD) else lambda request: request


def failover_facts() -> Facts:
    """Make the facts of a stack with failover that is right in every respect."""
    facts = with_environment(standard_facts(), RESIZER_DELIVERY="failover")
    generator = facts.generator
    assert isinstance(generator, Distribution)
    names = replace(NAMES, delivery=Delivery.FAILOVER, generator_distribution_id="")
    facts = replace(facts, names=names, generator=None, origins={"EDELIVERY": (BUCKET_HOST,)})
    facts = with_distribution(
        facts,
        "delivery",
        origin=Origin(domain_name=BUCKET_HOST, access_control=SIGNED),
        secondary=generator.origin,
        failover_codes=(404,),
        default_root_object="no-such-index-document",
    )
    facts = with_behavior(
        facts,
        "delivery",
        origin_request_policy=generator.behavior.origin_request_policy,
        functions=(GUARDING,),
    )
    return with_bucket(
        facts,
        website=None,
        policy=(READING, LISTING),
        access_block=PublicAccessBlock(
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=True,
            restrict_public_buckets=True,
        ),
    )


def with_block(facts: Facts, **changes: bool) -> Facts:
    """Change one switch of the bucket's public access block."""
    assert isinstance(facts.derivatives, Bucket)
    assert isinstance(facts.derivatives.access_block, PublicAccessBlock)
    return with_bucket(facts, access_block=replace(facts.derivatives.access_block, **changes))


def with_secondary(facts: Facts, **changes: Any) -> Facts:
    """Change the second origin of delivery."""
    assert isinstance(facts.delivery, Distribution)
    assert facts.delivery.secondary
    return with_distribution(facts, "delivery", secondary=replace(facts.delivery.secondary, **changes))


def swapped(facts: Facts) -> Facts:
    """Swap the two origins of delivery."""
    assert isinstance(facts.delivery, Distribution)
    primary, secondary = facts.delivery.origin, facts.delivery.secondary
    return with_distribution(facts, "delivery", origin=secondary, secondary=primary)
