"""Hold what AWS says of the two functions that make derivatives before anybody asks."""

from __future__ import annotations

from dataclasses import dataclass

from doctor.facts.function import Function
from doctor.facts.known import Statement, Unread
from doctor.facts.queues import Hand, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Eager:
    """Hold what makes derivatives of new originals.

    Attributes:
        queue: that of new originals.
        dead: the queue of those of which nothing could be made.
        hands: what calls the function.
        function: NAME-warm.
    """

    queue: Queue | Unread | None
    dead: Queue | Unread | None
    hands: tuple[Hand, ...] | Unread
    function: Function | Unread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Hold what jobs over originals that are there take.

    Attributes:
        function: NAME-batch.
        trust: who may take the role of jobs.
        role: statements of the policies that are written into it.
    """

    function: Function | Unread | None
    trust: tuple[Statement, ...] | Unread | None
    role: tuple[Statement, ...] | Unread | None
