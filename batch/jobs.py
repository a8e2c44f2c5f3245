"""Read the arguments of a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import resizer_core as core
from function.events import BadEvent

_DO: Final = ("make", "remake", "purge")
_ARGUMENTS: Final = {"do", "specs", "made-before"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Say what the job does to each key.

    Attributes:
        do: ``make``, ``remake`` or ``purge``.
        made: the SPECs that the job makes.
        named: the SPECs whose derivatives the job removes, as the keys spell them. Empty means all.
        made_before: the job keeps derivatives that were stored at this time or later.
    """

    do: str
    made: tuple[core.Spec, ...] = ()
    named: frozenset[str] = frozenset()
    made_before: datetime | None = None

    def means(self, stale: core.Stale, generator: core.Generator) -> bool:
        """Say whether the job removes this derivative."""
        if self.named and stale.key.partition("/")[0] not in self.named:
            return False
        if self.made_before is None:
            return True
        found = generator.derivatives.head(stale.key)
        return found is not None and found.modified < self.made_before


def read_job(arguments: Mapping[str, str], generator: core.Generator) -> Job:
    """Read the arguments of a job, ``userArguments``.

    Raises:
        BadEvent: an argument is missing, unknown or unreadable.
        RequestError: this site does not make one of the SPECs.
    """
    unknown = sorted(arguments.keys() - _ARGUMENTS)
    if unknown:
        raise BadEvent(f"expected the arguments do, specs and made-before, got {unknown[0]!r}")
    do = arguments.get("do", "")
    if do not in _DO:
        raise BadEvent(f"expected do to be make, remake or purge, got {do!r}")
    texts = arguments.get("specs", "").split()
    if do == "purge":
        return Job(do=do, named=frozenset(texts), made_before=_moment(arguments))
    if not texts:
        raise BadEvent(f"expected the SPECs to {do} in specs, with spaces between them, got none")
    if do == "make" and "made-before" in arguments:
        raise BadEvent("expected made-before with remake or purge: make leaves what is there")
    made = generator.specs(texts)
    return Job(do=do, made=made, named=frozenset(map(str, made)), made_before=_moment(arguments))


def _moment(arguments: Mapping[str, str]) -> datetime | None:
    text = arguments.get("made-before")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadEvent(f"expected made-before as 2026-11-26 or 2026-11-26T12:00:00Z, got {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
