"""Say of a fact whether it is known: a value, not there, or not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
#: One statement of a policy, as its JSON has it.
Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read, and why."""

    reason: str


class NotThere(LookupError):
    """AWS says that something is not there."""


class NotRead(LookupError):
    """AWS did not say."""


def known(fact: T | Unread | None, what: str) -> T:
    """The fact as a value.

    Raises:
        NotThere: there is none.
        NotRead: it could not be read.
    """
    if fact is None:
        raise NotThere(f"{what} is not there")
    if isinstance(fact, Unread):
        raise NotRead(f"{what} could not be read: {fact.reason}")
    return fact
