"""Break what makes derivatives before anybody asks, in every way that a check has to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from doctor.facts import Backfill, Eager, Facts, Function
from doctor.facts.queues import Hand, Queue
from tests.doctor.broken import freshness
from tests.doctor.broken.freshness import ROLE, fresh_facts
from tests.doctor.stack import ENVIRONMENT, KEY, SECRET, with_environment, with_function

_AWS = "arn:aws:{}:eu-west-1:123456789012:{}"
QUEUE, DEAD = _AWS.format("sqs", "img-warm"), _AWS.format("sqs", "img-warm-dead")
BATCH = _AWS.format("lambda", "function:img-batch")
REPORTS = "arn:aws:s3:::img-reports-123456789012-eu-west-1"
SENT = {"RESIZER_WARM_QUEUE": "https://sqs.eu-west-1.amazonaws.com/123456789012/img-warm"}
SENDING = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
SETTINGS = {name: value for name, value in ENVIRONMENT.items() if name != "RESIZER_ORIGIN_SECRETS"}
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "batchoperations.s3.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
}
JOB = (
    {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": BATCH},
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": [f"{REPORTS}/*"]},
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{REPORTS}/reports/*"},
)


def eager_facts() -> Facts:
    """The facts of a stack that is right, and has all three."""
    facts = freshness.with_freshness(fresh_facts(), role=(*ROLE, SENDING))
    facts = freshness.with_part(facts, "function", environment={**freshness.ENVIRONMENT, **SENT})
    assert isinstance(facts.function, Function)
    return replace(
        facts,
        names=replace(facts.names, eager="on", backfill="on"),
        eager=Eager(
            queue=Queue(arn=QUEUE, visibility_timeout=174, messages=3, dead_letter_arn=DEAD, policy=None),
            dead=Queue(arn=DEAD, visibility_timeout=30, messages=0, policy=None),
            hands=(Hand(queue_arn=QUEUE, state="Enabled", partial=True, concurrency=2),),
            function=replace(
                facts.function, environment={**SETTINGS, "RESIZER_EAGER": '["720x_f-avif", "8x8_f-png"]'}
            ),
        ),
        backfill=Backfill(
            function=replace(facts.function, arn=BATCH, environment=SETTINGS), trust=(TRUST,), role=JOB
        ),
    )


def with_eager(facts: Facts, **changes: Any) -> Facts:
    assert facts.eager
    return replace(facts, eager=replace(facts.eager, **changes))


def with_backfill(facts: Facts, **changes: Any) -> Facts:
    assert facts.backfill
    return replace(facts, backfill=replace(facts.backfill, **changes))


def with_warm(facts: Facts, **changes: Any) -> Facts:
    """The function NAME-warm changed."""
    assert facts.eager
    assert isinstance(facts.eager.function, Function)
    return with_eager(facts, function=replace(facts.eager.function, **changes))


def with_variable(facts: Facts, **changes: str) -> Facts:
    assert facts.eager
    assert isinstance(facts.eager.function, Function)
    assert isinstance(facts.eager.function.environment, dict)
    return with_warm(facts, environment={**facts.eager.function.environment, **changes})


def with_batch(facts: Facts, **changes: Any) -> Facts:
    """The function NAME-batch changed."""
    assert facts.backfill
    assert isinstance(facts.backfill.function, Function)
    return with_backfill(facts, function=replace(facts.backfill.function, **changes))


def with_hand(facts: Facts, **changes: Any) -> Facts:
    assert facts.eager
    assert isinstance(facts.eager.hands, tuple)
    return with_eager(facts, hands=(replace(facts.eager.hands[0], **changes),))


def with_queue(facts: Facts, name: str, **changes: Any) -> Facts:
    """``name`` is queue or dead."""
    return with_eager(facts, **{name: replace(getattr(facts.eager, name), **changes)})


def with_trust(facts: Facts, **changes: Any) -> Facts:
    return with_backfill(facts, trust=({**TRUST, **changes},))


FACTS = eager_facts()
_ANOTHER = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/img@sha256:{'1' * 64}"

#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "NAME-freshness sends new originals to NAME-warm": {
        "to nobody": (
            freshness.with_part(FACTS, "function", environment=freshness.ENVIRONMENT),
            "it sends to none",
        ),
        "elsewhere": (
            freshness.with_part(
                FACTS,
                "function",
                environment={**freshness.ENVIRONMENT, "RESIZER_WARM_QUEUE": "https://sqs.test/1/others"},
            ),
            "https://sqs.test/1/others",
        ),
        "it may not": (freshness.with_freshness(FACTS, role=ROLE), "does not let it"),
        "no freshness": (replace(FACTS, freshness=None), "what keeps derivatives fresh is not there"),
    },
    "The queue of new originals is handed over to NAME-warm": {
        "not at all": (with_eager(FACTS, hands=()), "0 mappings"),
        "another queue": (with_hand(FACTS, queue_arn=DEAD), "0 mappings"),
        "off": (with_hand(FACTS, state="Disabled"), "Disabled"),
        "as a whole": (with_hand(FACTS, partial=False), "answers do not name what failed"),
        "without a limit": (with_hand(FACTS, concurrency=None), "any number of runs at once"),
        "too early": (with_queue(FACTS, "queue", visibility_timeout=30), "30 s, a run 29 s"),
        "no queue": (with_eager(FACTS, queue=None), "the queue img-warm is not there"),
    },
    "No new original was laid aside": {
        "one was": (with_queue(FACTS, "dead", messages=1), "1 messages"),
        "nowhere to lay it": (with_queue(FACTS, "queue", dead_letter_arn=""), "does not name it"),
        "no queue for it": (with_eager(FACTS, dead=None), "img-warm-dead is not there"),
    },
    "The SPECs that are made beforehand can be made": {
        "none": (with_variable(FACTS, RESIZER_EAGER=""), "RESIZER_EAGER: expected"),
        "no SPEC": (with_variable(FACTS, RESIZER_EAGER='["720"]'), "RESIZER_EAGER: expected"),
        "no preset": (with_variable(FACTS, RESIZER_EAGER='["p-thumb"]'), "thumb"),
        "beyond the limits": (with_variable(FACTS, RESIZER_EAGER='["9999x"]'), "at most 8192 px"),
        "what the site does not answer": (
            with_environment(FACTS, RESIZER_ACCESS="presets", RESIZER_PRESETS='{"thumb": "8x8"}'),
            "only presets are answered here",
        ),
    },
    "NAME-warm makes what the function makes": {
        "failed": (with_warm(FACTS, state="Failed"), "Failed"),
        "another image": (with_function(FACTS, image_uri=_ANOTHER), "another image"),
        "another setting": (with_variable(FACTS, RESIZER_QUALITY="9"), "other settings: RESIZER_QUALITY"),
        "one less": (
            with_environment(FACTS, RESIZER_SIGNING_KEYS=KEY),
            "other settings: RESIZER_SIGNING_KEYS",
        ),
        "none": (with_eager(FACTS, function=None), "the function img-warm is not there"),
    },
    "NAME-batch makes what the function makes": {
        "failed": (with_batch(FACTS, state="Failed"), "Failed"),
        "another image": (with_batch(FACTS, image_uri=_ANOTHER), "another image"),
        "another setting": (
            with_batch(FACTS, environment={**SETTINGS, "RESIZER_QUALITY": "9"}),
            "other settings: RESIZER_QUALITY",
        ),
        "none": (with_backfill(FACTS, function=None), "the function img-batch is not there"),
    },
    "Jobs of this account alone take their role": {
        "nobody": (with_backfill(FACTS, trust=()), "for jobs of nobody"),
        "any account": (with_trust(FACTS, Condition={}), "jobs of any account may take it as well"),
        "another account": (
            with_trust(FACTS, Condition={"StringEquals": {"aws:SourceAccount": ["210987654321"]}}),
            "for jobs of 210987654321",
        ),
        "no role": (with_backfill(FACTS, trust=None), "the role img-job-eu-west-1 is not there"),
    },
    "Jobs may do their work": {
        "no calls": (with_backfill(FACTS, role=JOB[1:]), f"lambda:InvokeFunction of {BATCH}"),
        "no samples": (with_backfill(FACTS, role=(JOB[0], JOB[2])), f"s3:GetObject of {REPORTS}"),
        "no reports": (with_backfill(FACTS, role=JOB[:2]), f"s3:PutObject of {REPORTS}/reports/x"),
        "no role": (with_backfill(FACTS, role=None), "the role img-job-eu-west-1 is not there"),
    },
}
#: Those of the function.
SECRETS = (SECRET, KEY)
