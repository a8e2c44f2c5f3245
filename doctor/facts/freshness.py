"""Hold AWS's answers about the way from a changed original to the function that deletes derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from doctor.facts.function import Function
from doctor.facts.known import Statement, Unread
from doctor.facts.queues import Hand, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Hold a rule of EventBridge. ``pattern`` is JSON. ``targets`` are ARNs."""

    bus: str
    arn: str
    state: str
    pattern: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Hold the facts of that way.

    Attributes:
        tells: whether S3 tells EventBridge, by the buckets that the function names.
        rules: the existing rules on the account's bus and on the stack's bus.
        changes: the queue of changes.
        dead: the dead-letter queue.
        hands: the event source mappings that call the function.
        role: statements of the inline policies of the function's role.
    """

    tells: Mapping[str, bool | Unread | None]
    rules: tuple[Rule, ...] | Unread
    changes: Queue | Unread | None
    dead: Queue | Unread | None
    hands: tuple[Hand, ...] | Unread
    function: Function | Unread | None
    role: tuple[Statement, ...] | Unread | None
