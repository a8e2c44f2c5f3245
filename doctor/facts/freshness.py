"""Hold what AWS says of the way from a changed original to the function that deletes its derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from doctor.facts.function import Function
from doctor.facts.known import Statement, Unread
from doctor.facts.queues import Hand, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of EventBridge. ``pattern`` is JSON; ``targets`` are ARNs."""

    bus: str
    arn: str
    state: str
    pattern: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Hold what was read of it.

    Attributes:
        tells: whether S3 tells EventBridge, by the buckets that the function names.
        rules: those that are there, of the bus of the account and of that of the stack.
        changes: the queue.
        dead: the queue of what failed too often.
        hands: what calls the function.
        role: statements of the policies that are written into its role.
    """

    tells: Mapping[str, bool | Unread | None]
    rules: tuple[Rule, ...] | Unread
    changes: Queue | Unread | None
    dead: Queue | Unread | None
    hands: tuple[Hand, ...] | Unread
    function: Function | Unread | None
    role: tuple[Statement, ...] | Unread | None
