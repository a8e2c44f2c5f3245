"""Hold what AWS says of the way from a changed original to the function that deletes its derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from doctor.facts.function import Function
from doctor.facts.known import Statement, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of EventBridge. ``pattern`` is JSON; ``targets`` are ARNs."""

    bus: str
    arn: str
    state: str
    pattern: str
    targets: tuple[str, ...]


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
    """Hand a queue over to a function: an event source mapping. ``partial``: answers name what failed."""

    queue_arn: str
    state: str
    partial: bool


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
