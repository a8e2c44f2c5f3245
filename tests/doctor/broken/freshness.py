"""Break what keeps derivatives fresh, in every way that a check has to see."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from doctor.facts import Facts, Freshness, Function
from doctor.facts.freshness import Rule
from doctor.facts.queues import Hand, Queue
from tests.doctor.stack import NAMES, standard_facts, with_environment, with_function

_AWS = "arn:aws:{}:eu-west-1:123456789012:{}"
RULE, OTHER_RULE = _AWS.format("events", "rule/img-changes"), _AWS.format("events", "rule/another")
QUEUE, DEAD = _AWS.format("sqs", "img-changes"), _AWS.format("sqs", "img-changes-dead")
PATTERN: dict[str, Any] = {
    "source": ["aws.s3"],
    "detail-type": ["Object Created", "Object Deleted"],
    "detail": {"bucket": {"name": ["img-originals"]}},
}
SENDING = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": QUEUE,
    "Condition": {"ArnEquals": {"aws:SourceArn": RULE}},
}
ROLE = (
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::img-originals/*"},
    {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::img-originals",
        "Condition": {"StringLikeIfExists": {"s3:prefix": "*"}},
    },
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::img-derivatives"},
    {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:DeleteObject"],
        "Resource": "arn:aws:s3:::img-derivatives/*",
    },
    {
        "Effect": "Allow",
        "Action": "cloudfront:CreateInvalidation",
        "Resource": "arn:aws:cloudfront::123456789012:distribution/EDELIVERY",
    },
    {
        "Effect": "Allow",
        "Action": ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"],
        "Resource": QUEUE,
    },
)
ENVIRONMENT = {
    "RESIZER_ORIGINALS": "s3://img-originals",
    "RESIZER_DERIVATIVES": "s3://img-derivatives",
    "RESIZER_QUEUE": "https://sqs.eu-west-1.amazonaws.com/123456789012/img-changes",
    "RESIZER_DISTRIBUTION": "EDELIVERY",
    "RESIZER_CDN": "paths",
    "RESIZER_SPECS": "listed",
    "RESIZER_TIMEOUT_S": "29",
}


def fresh_facts() -> Facts:
    """The facts of a stack that is right, and keeps derivatives fresh."""
    facts = standard_facts()
    assert isinstance(facts.function, Function)
    freshness = Freshness(
        tells={"img-originals": True},
        rules=(
            Rule(bus="default", arn=RULE, state="ENABLED", pattern=json.dumps(PATTERN), targets=(QUEUE,)),
        ),
        changes=Queue(arn=QUEUE, visibility_timeout=360, messages=3, dead_letter_arn=DEAD, policy=(SENDING,)),
        dead=Queue(arn=DEAD, visibility_timeout=30, messages=0, policy=None),
        hands=(Hand(queue_arn=QUEUE, state="Enabled", partial=True),),
        function=replace(facts.function, environment=ENVIRONMENT, memory=512, timeout=60, policy=None),
        role=ROLE,
    )
    return replace(facts, names=replace(NAMES, freshness="on"), freshness=freshness)


def with_freshness(facts: Facts, **changes: Any) -> Facts:
    assert facts.freshness
    return replace(facts, freshness=replace(facts.freshness, **changes))


def with_part(facts: Facts, name: str, **changes: Any) -> Facts:
    """One queue or the function changed."""
    return with_freshness(facts, **{name: replace(getattr(facts.freshness, name), **changes)})


def with_variable(facts: Facts, **changes: str) -> Facts:
    return with_part(facts, "function", environment={**ENVIRONMENT, **changes})


def with_rule(facts: Facts, **changes: Any) -> Facts:
    assert facts.freshness
    assert isinstance(facts.freshness.rules, tuple)
    return with_freshness(facts, rules=(replace(facts.freshness.rules[0], **changes),))


def with_detail(facts: Facts, detail: Any) -> Facts:
    return with_rule(facts, pattern=json.dumps({**PATTERN, "detail": detail}))


def with_hand(facts: Facts, **changes: Any) -> Facts:
    assert facts.freshness
    assert isinstance(facts.freshness.hands, tuple)
    return with_freshness(facts, hands=(replace(facts.freshness.hands[0], **changes),))


def without(action: str) -> tuple[dict[str, Any], ...]:
    """The role without the statements that have this action."""
    return tuple(dict(one) for one in ROLE if action not in one["Action"])


FACTS = fresh_facts()

#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "S3 tells EventBridge of changed originals": {
        "off": (with_freshness(FACTS, tells={"img-originals": False}), "img-originals: off"),
        "no bucket": (with_freshness(FACTS, tells={"img-originals": None}), "img-originals is not there"),
    },
    "The rule watches the originals, and leads to the queue": {
        "none": (with_freshness(FACTS, rules=()), "Object Created in img-originals/ is not seen"),
        "off": (with_rule(FACTS, state="DISABLED"), "DISABLED"),
        "nowhere": (with_rule(FACTS, targets=()), "it leads to nowhere"),
        "elsewhere": (with_rule(FACTS, targets=(DEAD,)), DEAD),
        "another bucket": (with_detail(FACTS, {"bucket": {"name": ["other"]}}), "is not seen"),
        "another prefix": (
            with_detail(
                FACTS, {"bucket": {"name": ["img-originals"]}, "object": {"key": [{"prefix": "a/"}]}}
            ),
            "is not seen",
        ),
        "puts alone": (
            with_rule(FACTS, pattern=json.dumps({**PATTERN, "detail-type": ["Object Created"]})),
            "Object Deleted in img-originals/ is not seen",
        ),
        "every bucket": (with_detail(FACTS, {}), "img-derivatives is watched as well"),
    },
    "The rule alone may send to the queue": {
        "no policy": (with_part(FACTS, "changes", policy=None), "the policy of the queue is not there"),
        "another rule": (
            with_part(
                FACTS,
                "changes",
                policy=({**SENDING, "Condition": {"ArnEquals": {"aws:SourceArn": OTHER_RULE}}},),
            ),
            f"{RULE} may not",
        ),
        "one more": (
            with_part(
                FACTS,
                "changes",
                policy=({**SENDING, "Condition": {"ArnEquals": {"aws:SourceArn": [RULE, OTHER_RULE]}}},),
            ),
            f"{OTHER_RULE} may as well",
        ),
    },
    "The queue is handed over to NAME-freshness": {
        "not at all": (with_freshness(FACTS, hands=()), "0 mappings"),
        "another queue": (with_hand(FACTS, queue_arn=DEAD), "0 mappings"),
        "off": (with_hand(FACTS, state="Disabled"), "Disabled"),
        "as a whole": (with_hand(FACTS, partial=False), "answers do not name what failed"),
        "too early": (with_part(FACTS, "changes", visibility_timeout=30), "30 s, a run 60 s"),
        "no queue": (with_freshness(FACTS, changes=None), "the queue img-changes is not there"),
    },
    "No change was laid aside": {
        "one was": (with_part(FACTS, "dead", messages=1), "1 messages"),
        "nowhere to lay it": (with_part(FACTS, "changes", dead_letter_arn=""), "does not name it"),
        "no queue for it": (with_freshness(FACTS, dead=None), "img-changes-dead is not there"),
    },
    "NAME-freshness knows this stack": {
        "other originals": (with_environment(FACTS, RESIZER_ORIGINALS="s3://others"), "RESIZER_ORIGINALS"),
        "other derivatives": (with_variable(FACTS, RESIZER_DERIVATIVES="s3://others"), "s3://others"),
        "an index that nobody writes": (
            with_variable(FACTS, RESIZER_INDEX="s3://img-index"),
            "RESIZER_INDEX is 's3://img-index', and ''",
        ),
        "another queue": (with_variable(FACTS, RESIZER_QUEUE="https://sqs.test/1/others"), "others"),
        "another distribution": (with_variable(FACTS, RESIZER_DISTRIBUTION="EGENERATOR"), "EGENERATOR"),
        "no distribution": (with_variable(FACTS, RESIZER_DISTRIBUTION=""), "the distribution none"),
        "too early": (with_variable(FACTS, RESIZER_TIMEOUT_S="5"), "after 36 s, the generator has 29 s"),
    },
    "NAME-freshness may do its work": {
        "no deletes": (with_freshness(FACTS, role=without("s3:DeleteObject")), "s3:DeleteObject of"),
        "no invalidations": (
            with_freshness(FACTS, role=without("cloudfront:CreateInvalidation")),
            "cloudfront:CreateInvalidation of arn:aws:cloudfront::123456789012:distribution/EDELIVERY",
        ),
        "no lists": (with_freshness(FACTS, role=without("s3:ListBucket")), "s3:ListBucket of"),
        "no queue": (with_freshness(FACTS, role=without("sqs:SendMessage")), "sqs:SendMessage of"),
        "no role": (with_freshness(FACTS, role=None), "the role of NAME-freshness is not there"),
    },
    "NAME-freshness runs the image of the function": {
        "failed": (with_part(FACTS, "function", state="Failed"), "Failed"),
        "another image": (
            with_function(
                FACTS, image_uri=f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/img@sha256:{'1' * 64}"
            ),
            "another image",
        ),
        "none": (with_freshness(FACTS, function=None), "the function img-freshness is not there"),
    },
}
