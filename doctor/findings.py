"""Say whether one thing is right, wrong or not known, and why it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from doctor.facts import NotRead, NotThere
from doctor.policies import NotUnderstood

T = TypeVar("T")


class Status(StrEnum):
    """Name the result of a check."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


#: An observation in words, without a secret, and whether it is right. ``None`` means not known.
Observation = tuple[bool | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Hold one line of the doctor's answer. ``rule`` is the rule of the loop that asks for it, if any."""

    title: str
    status: Status
    expected: str
    found: str
    why: str
    rule: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[T]):
    """Hold one row of a table of checks: what must hold, why, and how to see it in a ``T``."""

    title: str
    look: Callable[[T], Iterable[Observation]]
    expected: str
    why: str
    rule: int | None = None

    def __call__(self, thing: T) -> Finding:
        """Look at a thing. One wrong observation makes it wrong. Otherwise one unknown makes it not known."""
        texts: dict[bool | None, list[str]] = {True: [], False: [], None: []}
        for right, text in settled(self.look(thing)):
            texts[right].append(text)
        status = Status.WRONG if texts[False] else Status.UNKNOWN if texts[None] else Status.RIGHT
        decisive = {Status.RIGHT: True, Status.WRONG: False, Status.UNKNOWN: None}[status]
        return Finding(
            title=self.title,
            status=status,
            expected=self.expected,
            found="; ".join(texts[decisive]),
            why=self.why,
            rule=self.rule,
        )


def settled(observations: Iterable[Observation]) -> Iterator[Observation]:
    """Give the observations. If an error ends them early, add it as one more."""
    try:
        yield from observations
    except NotThere as error:
        yield False, str(error)
    except (NotRead, NotUnderstood) as error:
        yield None, str(error)
