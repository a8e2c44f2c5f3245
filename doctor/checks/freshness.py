"""Check the way from a changed original to the function that deletes derivatives, if the stack has it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from doctor.checks import beside, parts
from doctor.facts import Facts, Function, known
from doctor.facts.freshness import Freshness, Rule
from doctor.facts.queues import Queue
from doctor.findings import Check, Observation
from doctor.policies import NotUnderstood, allows, lets_send
from freshness.changes import originals_by_place
from freshness.settings import Cdn, FreshnessSettings

_KINDS: Final = ("Object Created", "Object Deleted")
#: Settings that must be the same for both functions.
_SHARED: Final = ("RESIZER_ORIGINALS", "RESIZER_DERIVATIVES", "RESIZER_INDEX")


def _s3_tells(facts: Facts) -> Iterator[Observation]:
    for bucket, tells in _freshness(facts).tells.items():
        told = known(tells, f"the bucket {bucket}")
        yield told, f"{bucket}: {'on' if told else 'off'}"
    for bucket, _, _ in originals_by_place(_settings(facts).originals):
        if bucket not in _freshness(facts).tells:
            yield None, f"{bucket} was not looked at"


def _rules_watch(facts: Facts) -> Iterator[Observation]:
    rules = known(_freshness(facts).rules, "the rules")
    queue = _changes(facts).arn
    for rule in rules:
        yield rule.state == "ENABLED", f"the rule of the bus {rule.bus} is {rule.state}"
        yield queue in rule.targets, f"it leads to {', '.join(rule.targets) or 'nowhere'}"
    for bucket, prefix, _ in originals_by_place(_settings(facts).originals):
        for kind in _KINDS:
            seen = any(_watches(rule, bucket, f"{prefix}x", kind) for rule in rules)
            yield seen, f"{kind} in {bucket}/{prefix} is {'seen' if seen else 'not seen'}"
    derivatives = facts.names.derivatives_bucket
    if any(_watches(rule, derivatives, "x", kind) for rule in rules for kind in _KINDS):
        yield False, f"{derivatives} is watched as well"


def _rules_may_send(facts: Facts) -> Iterator[Observation]:
    queue = _changes(facts)
    policy = known(queue.policy, "the policy of the queue")
    rules = known(_freshness(facts).rules, "the rules")
    senders = lets_send(policy, queue.arn)
    for rule in rules:
        yield rule.arn in senders, f"{rule.arn} {'may' if rule.arn in senders else 'may not'}"
    for other in sorted(senders - {rule.arn for rule in rules}):
        yield False, f"{other} may as well"


def _queue_is_handed_over(facts: Facts) -> Iterator[Observation]:
    hands = known(_freshness(facts).hands, "the mapping")
    yield from beside.handed_over(_changes(facts), hands, _function(facts))


def _nothing_is_laid_aside(facts: Facts) -> Iterator[Observation]:
    dead = known(_freshness(facts).dead, f"the queue {facts.names.name}-changes-dead")
    yield from beside.laid_aside(_changes(facts), dead)


def _is_told_of_this_stack(facts: Facts) -> Iterator[Observation]:
    settings = _settings(facts)
    own = known(_function(facts).environment, "the environment of NAME-freshness")
    generator = parts.function(facts)
    other = known(generator.environment, "the environment of the function")
    for name in _SHARED:
        if own.get(name, "") != other.get(name, ""):
            yield False, f"{name} is {own.get(name, '')!r}, and {other.get(name, '')!r} for the generator"
    queue = _changes(facts).arn.rpartition(":")[2]
    yield settings.queue.endswith(f"/{queue}"), f"the queue {settings.queue}"
    if settings.cdn is not Cdn.TTL:
        right = settings.distribution == facts.names.delivery_distribution_id
        yield right, f"the distribution {settings.distribution or 'none'}"
    wait = settings.delay
    yield (
        wait > generator.timeout + 30,
        f"a second look after {wait} s, the generator has {generator.timeout} s",
    )


def _may_do_its_work(facts: Facts) -> Iterator[Observation]:
    settings = _settings(facts)
    role = known(_freshness(facts).role, "the role of NAME-freshness")
    account = known(facts.account_id, "the account")
    wanted = [
        ("s3:ListBucket", f"arn:aws:s3:::{facts.names.derivatives_bucket}"),
        ("s3:GetObject", f"arn:aws:s3:::{facts.names.derivatives_bucket}/x"),
        ("s3:DeleteObject", f"arn:aws:s3:::{facts.names.derivatives_bucket}/x"),
        *(
            (action, _changes(facts).arn)
            for action in (
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:SendMessage",
            )
        ),
    ]
    for bucket, prefix, _ in originals_by_place(settings.originals):
        wanted += [
            ("s3:GetObject", f"arn:aws:s3:::{bucket}/{prefix}x"),
            ("s3:ListBucket", f"arn:aws:s3:::{bucket}"),
        ]
    if settings.cdn is not Cdn.TTL:
        arn = f"arn:aws:cloudfront::{account}:distribution/{settings.distribution}"
        wanted.append(("cloudfront:CreateInvalidation", arn))
    missing = [f"{action} of {arn}" for action, arn in wanted if not allows(role, action, arn)]
    yield not missing, "it may not " + ", ".join(missing) if missing else f"{len(wanted)} rights"


def _runs_as_the_generator_does(facts: Facts) -> Iterator[Observation]:
    yield from beside.runs_as_the_generator(facts, _function(facts))


def _freshness(facts: Facts) -> Freshness:
    return known(facts.freshness, "what keeps derivatives fresh")


def _function(facts: Facts) -> Function:
    return known(_freshness(facts).function, f"the function {facts.names.name}-freshness")


def _changes(facts: Facts) -> Queue:
    return known(_freshness(facts).changes, f"the queue {facts.names.name}-changes")


def _settings(facts: Facts) -> FreshnessSettings:
    try:
        return FreshnessSettings.from_environment(
            known(_function(facts).environment, "the environment of NAME-freshness")
        )
    except ValueError as error:
        raise NotUnderstood(f"the settings are not accepted: {error}") from error


def _watches(rule: Rule, bucket: str, key: str, kind: str) -> bool:
    """Say whether a rule lets an event through. It reads only patterns such as Terraform writes.

    Raises:
        NotUnderstood: the pattern has more than names, prefixes and alternatives in it.
    """
    event = {
        "source": "aws.s3",
        "detail-type": kind,
        "detail": {"bucket": {"name": bucket}, "object": {"key": key}},
    }
    return _fits(json.loads(rule.pattern), event)


def _fits(pattern: Mapping[str, Any], event: Any) -> bool:
    for name, wanted in pattern.items():
        if name == "$or":
            fits = any(_fits(each, event) for each in wanted)
        elif isinstance(wanted, Mapping):
            fits = name in event and _fits(wanted, event[name])
        else:
            fits = name in event and any(_is(each, event[name]) for each in wanted)
        if not fits:
            return False
    return True


def _is(wanted: Any, found: str) -> bool:
    if isinstance(wanted, str):
        return wanted == found
    if isinstance(wanted, Mapping) and wanted.keys() == {"prefix"} and isinstance(wanted["prefix"], str):
        return found.startswith(wanted["prefix"])
    raise NotUnderstood(f"the pattern of the rule is not understood: {json.dumps(wanted)}")


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="S3 tells EventBridge of changed originals",
        look=_s3_tells,
        expected="EventBridge on for each bucket of originals",
        why="Otherwise the function hears of no change. `terraform output freshness` has the line that "
        "mends it.",
    ),
    Check(
        title="The rule watches the originals, and leads to the queue",
        look=_rules_watch,
        expected="enabled, made and deleted objects of each bucket and prefix, and of the derivatives none",
        why="Changes that the rule leaves out stay stale. With derivatives in it, the function hears of its "
        "own deletes.",
    ),
    Check(
        title="The rule alone may send to the queue",
        look=_rules_may_send,
        expected="the policy of the queue lets in EventBridge for this rule",
        why="Without it changes are lost after a day. If it lets in others, anybody can make the function "
        "work.",
    ),
    Check(
        title="The queue is handed over to NAME-freshness",
        look=_queue_is_handed_over,
        expected="an enabled mapping, whose answers name what failed, and a message unseen for 6 runs",
        why="Otherwise changes wait, or a failed change takes others with it, or two runs get the same "
        "change.",
    ),
    Check(
        title="No change was laid aside",
        look=_nothing_is_laid_aside,
        expected="an empty queue NAME-changes-dead",
        why="Each message there failed five times, so its derivatives may be stale. See docs/freshness.md.",
    ),
    Check(
        title="NAME-freshness knows this stack",
        look=_is_told_of_this_stack,
        expected="the stores of the function, the queue, delivery, and a second look after its time-out",
        why="Otherwise it looks in other stores, invalidates another distribution, or looks again too early.",
    ),
    Check(
        title="NAME-freshness may do its work",
        look=_may_do_its_work,
        expected="a role that reads, lists, deletes derivatives, invalidates, and uses the queue",
        why="If a right is missing, every change fails and ends in NAME-changes-dead.",
    ),
    Check(
        title="NAME-freshness runs the image of the function",
        look=_runs_as_the_generator_does,
        expected="a function that can run, with the same image",
        why="Another version may spell the keys of stored derivatives in another way.",
    ),
)
