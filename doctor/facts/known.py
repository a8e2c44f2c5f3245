"""Say whether a fact is known: a value, not there, or not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
#: One statement of a policy, as in its JSON.
Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """Hold the reason why a fact could not be read."""

    reason: str


class NotThere(LookupError):
    """AWS says that something does not exist."""


class NotRead(LookupError):
    """AWS gave no answer about it."""


def known(fact: T | Unread | None, what: str) -> T:
    """Give the fact as a value.

    Raises:
        NotThere: it does not exist.
        NotRead: the doctor could not read it.
    """
    if fact is None:
        raise NotThere(f"{what} is not there")
    if isinstance(fact, Unread):
        raise NotRead(f"{what} could not be read: {fact.reason}")
    return fact
