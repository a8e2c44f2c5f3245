"""Look at a function beside the generator, and at the queue that calls it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from doctor.checks import parts
from doctor.facts import Facts, Function, known
from doctor.facts.queues import Hand, Queue
from doctor.findings import Observation

#: The secret is for callers by HTTP.
_GENERATORS_OWN: Final = "RESIZER_ORIGIN_SECRETS"


def handed_over(
    queue: Queue, hands: Iterable[Hand], function: Function, *, bounded: bool = False
) -> Iterator[Observation]:
    """See an enabled mapping with partial answers. ``bounded`` asks for a maximum concurrency too."""
    hands = [hand for hand in hands if hand.queue_arn == queue.arn]
    yield bool(hands), f"{len(hands)} mappings"
    for hand in hands:
        under_way = hand.state in ("Creating", "Enabling", "Updating")
        yield None if under_way else hand.state == "Enabled", hand.state
        yield hand.partial, f"answers {'name' if hand.partial else 'do not name'} what failed"
        if bounded:
            yield hand.concurrency is not None, f"{hand.concurrency or 'any number of'} runs at once"
    timeout = function.timeout
    yield queue.visibility_timeout >= 6 * timeout, f"{queue.visibility_timeout} s, a run {timeout} s"


def laid_aside(queue: Queue, dead: Queue) -> Iterator[Observation]:
    """See that the dead-letter queue is empty."""
    named = queue.dead_letter_arn == dead.arn
    yield named, f"the queue {'names' if named else 'does not name'} it"
    yield dead.messages == 0, f"{dead.messages} messages"


def runs_as_the_generator(facts: Facts, function: Function) -> Iterator[Observation]:
    """See that the function can run, and has the generator's image."""
    yield function.state in ("Active", "Inactive"), function.state or "no state"
    same = function.image_uri == parts.function(facts).image_uri
    yield same, "the same image" if same else f"another image, {function.image_uri}"


def set_as_the_generator(facts: Facts, function: Function, *besides: str) -> Iterator[Observation]:
    """See that it has the generator's settings. ``besides`` are its own. Values may be secret."""
    own = known(function.environment, "its environment")
    other = known(parts.function(facts).environment, "the environment of the function")
    compared = (own.keys() | other.keys()) - {_GENERATORS_OWN, *besides}
    differing = sorted(name for name in compared if own.get(name) != other.get(name))
    yield not differing, "other settings: " + ", ".join(differing) if differing else "the same settings"
