"""Hold AWS's answers about the two functions that make derivatives before anybody asks."""

from __future__ import annotations

from dataclasses import dataclass

from doctor.facts.function import Function
from doctor.facts.known import Statement, Unread
from doctor.facts.queues import Hand, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Eager:
    """Hold the parts that make derivatives of new originals.

    Attributes:
        queue: the queue of new originals.
        dead: the dead-letter queue, of originals that failed too often.
        hands: the event source mappings that call the function.
        function: NAME-warm.
    """

    queue: Queue | Unread | None
    dead: Queue | Unread | None
    hands: tuple[Hand, ...] | Unread
    function: Function | Unread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Hold the parts that jobs over existing originals need.

    Attributes:
        function: NAME-batch.
        trust: statements that say who may take the role of jobs.
        role: statements of the role's inline policies.
    """

    function: Function | Unread | None
    trust: tuple[Statement, ...] | Unread | None
    role: tuple[Statement, ...] | Unread | None
