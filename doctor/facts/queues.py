"""Hold AWS's answers about queues and about their event source mappings."""

from __future__ import annotations

from dataclasses import dataclass, field

from doctor.facts.known import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Hold a queue.

    Attributes:
        visibility_timeout: in seconds.
        messages: the number of visible messages.
        dead_letter_arn: the ARN of its dead-letter queue. Empty if there is none.
        policy: statements that say who may send. ``None`` if there is no policy.
    """

    arn: str
    visibility_timeout: int
    messages: int
    dead_letter_arn: str = ""
    policy: tuple[Statement, ...] | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Hold an event source mapping, which passes a queue's messages to a function.

    Attributes:
        partial: whether answers name the failed messages.
        concurrency: the most runs at once. ``None`` means no limit.
    """

    queue_arn: str
    state: str
    partial: bool
    concurrency: int | None = None
