"""Hold what AWS says of queues, and of what hands them over to a function."""

from __future__ import annotations

from dataclasses import dataclass, field

from doctor.facts.known import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue.

    Attributes:
        visibility_timeout: s.
        messages: that somebody could take.
        dead_letter_arn: of the queue of what failed too often; empty where there is none.
        policy: who may send; ``None`` where it has none.
    """

    arn: str
    visibility_timeout: int
    messages: int
    dead_letter_arn: str = ""
    policy: tuple[Statement, ...] | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Hand a queue over to a function: an event source mapping.

    Attributes:
        partial: answers name what failed.
        concurrency: how many runs it starts at once, at most; ``None`` is no limit.
    """

    queue_arn: str
    state: str
    partial: bool
    concurrency: int | None = None
