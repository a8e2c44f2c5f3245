"""Check the function for derivatives of new originals, if the stack has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from doctor.checks import beside, parts
from doctor.facts import Eager, Facts, Function, known
from doctor.facts.queues import Queue
from doctor.findings import Check, Observation
from doctor.policies import allows
from resizer_core import Generator, open_store
from warm import VARIABLE, read_eager


def _queue_is_handed_over(facts: Facts) -> Iterator[Observation]:
    hands = known(_eager(facts).hands, "the mapping")
    yield from beside.handed_over(_queue(facts), hands, _function(facts), bounded=True)


def _nothing_is_laid_aside(facts: Facts) -> Iterator[Observation]:
    dead = known(_eager(facts).dead, f"the queue {facts.names.name}-warm-dead")
    yield from beside.laid_aside(_queue(facts), dead)


def _freshness_sends(facts: Facts) -> Iterator[Observation]:
    queue = _queue(facts)
    freshness = known(facts.freshness, "what keeps derivatives fresh")
    function = known(freshness.function, f"the function {facts.names.name}-freshness")
    told = known(function.environment, "the environment of NAME-freshness").get("RESIZER_WARM_QUEUE", "")
    yield told.endswith(f"/{queue.arn.rpartition(':')[2]}"), f"it sends to {told or 'none'}"
    may = allows(known(freshness.role, "the role of NAME-freshness"), "sqs:SendMessage", queue.arn)
    yield may, f"its role {'lets' if may else 'does not let'} it"


def _specs_can_be_made(facts: Facts) -> Iterator[Observation]:
    given = known(_function(facts).environment, "the environment of NAME-warm").get(VARIABLE, "")
    site = replace(parts.settings(facts), watermarks_store="", index="")  # this asks no store
    generator = Generator(site, originals=open_store("memory:"), derivatives=open_store("memory:"))
    try:
        yield True, f"{len(read_eager(given, generator))} SPECs"
    except ValueError as error:
        yield False, str(error)


def _is_as_the_generator(facts: Facts) -> Iterator[Observation]:
    yield from beside.runs_as_the_generator(facts, _function(facts))
    yield from beside.set_as_the_generator(facts, _function(facts), VARIABLE)


def _eager(facts: Facts) -> Eager:
    return known(facts.eager, "what makes derivatives of new originals")


def _function(facts: Facts) -> Function:
    return known(_eager(facts).function, f"the function {facts.names.name}-warm")


def _queue(facts: Facts) -> Queue:
    return known(_eager(facts).queue, f"the queue {facts.names.name}-warm")


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="NAME-freshness sends new originals to NAME-warm",
        look=_freshness_sends,
        expected="RESIZER_WARM_QUEUE is the queue NAME-warm, and the role lets it send there",
        why="Otherwise nothing is made beforehand, or each change fails.",
    ),
    Check(
        title="The queue of new originals is handed over to NAME-warm",
        look=_queue_is_handed_over,
        expected="an enabled mapping with a concurrency, and a message unseen for 6 runs",
        why="Otherwise originals wait, or many of them take the runs of the account, or two runs make one.",
    ),
    Check(
        title="No new original was laid aside",
        look=_nothing_is_laid_aside,
        expected="an empty queue NAME-warm-dead",
        why="NAME-warm failed five times with each message there. Its log has the reason.",
    ),
    Check(
        title="The SPECs that are made beforehand can be made",
        look=_specs_can_be_made,
        expected=f"{VARIABLE}: SPECs that the settings of the function answer",
        why="A wrong one stops NAME-warm before its first run, and each original ends in NAME-warm-dead.",
    ),
    Check(
        title="NAME-warm makes what the function makes",
        look=_is_as_the_generator,
        expected="a function that can run, with the image and the settings of the function",
        why="Otherwise viewers get other pictures than the function makes, or NAME-warm uses other stores.",
    ),
)
