"""Follow the originals: two looks at each that changed, from what is stored and not from what was said.

The first look deletes what is stale. Two things may be under way in that moment: a run of the generator that
read the former original, and a fetch of the CDN. So there is a second look once both have ended.

The second look is promised before anything is deleted, with what has to be forgotten. So whatever fails
afterwards, nothing that was deleted stays in the CDN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import resizer_core as core
from freshness.changes import Change, second_pass
from freshness.invalidation import BETWEEN, EVERYTHING, Invalidations

#: What is asked, and what is found, by the keys of originals.
_Asked = Mapping[str, Sequence[Change]]
_Found = Mapping[str, Sequence[core.Stale]]

#: Seconds that are kept for deleting and invalidating what was found.
_KEPT: Final = 20.0


class OutOfTime(Exception):
    """The function ends before it could look at this original; the message comes again."""


class Services(Protocol):
    """Do what is done beside looking."""

    def delete(self, stale: Sequence[core.Stale]) -> Mapping[str, str]:
        """Delete these derivatives, each only as it was seen; gives what went wrong, by their keys.

        One that is newer by now, or gone, is nothing wrong.
        """
        ...

    def look_again(self, messages: Mapping[str, str], delay: float) -> Mapping[str, str]:
        """Put messages, by the keys of originals, into the queue; gives what went wrong, by these keys."""
        ...

    def warm(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Have the derivatives of originals made that are always wanted; gives what went wrong."""
        ...


@dataclass(slots=True)
class Outcome:
    """Say what came of a batch.

    Attributes:
        failed: what went wrong, by the keys of originals; their messages have to come again.
        stale: how many derivatives were found.
        deleted: how many of them are gone, those that somebody else deleted included.
        invalidated: how many paths or tags the CDN was told.
    """

    failed: dict[str, str | Exception] = field(default_factory=dict)
    stale: int = 0
    deleted: int = 0
    invalidated: int = 0

    def done(self, keys: Iterable[str]) -> list[str]:
        """List those of these originals with which nothing went wrong so far."""
        return [key for key in keys if key not in self.failed]

    @contextmanager
    def failing(self, *keys: str) -> Iterator[None]:
        """Note what is raised as what went wrong with these originals, and go on."""
        try:
            yield
        except Exception as error:  # whatever it is, the queue gives the message again
            self.failed |= dict.fromkeys(keys, error)


class Follower:
    """Look at originals that changed.

    Args:
        upkeep: finds what is stale.
        services: deletes, and sends messages.
        invalidations: lets the CDN forget.
        delay: of the second look, s: longer than a run of the generator and a fetch of the CDN.
        eager: whether derivatives are made beforehand.
    """

    def __init__(
        self,
        upkeep: core.Upkeep,
        services: Services,
        invalidations: Invalidations,
        *,
        delay: float,
        eager: bool = False,
    ) -> None:
        self._upkeep = upkeep
        self._services = services
        self._invalidations = invalidations
        self._delay = delay
        self._eager = eager

    def follow(
        self, changes: Iterable[Change], seconds_left: Callable[[], float] = lambda: float("inf")
    ) -> Outcome:
        """Look at each of these originals once.

        An original that fails, fails alone, unless what fails is asked for all of them at once.
        """
        asked: dict[str, list[Change]] = {}
        for change in changes:
            asked.setdefault(change.key, []).append(change)
        outcome = Outcome()
        found = self._look(asked, outcome, seconds_left)
        self._promise(asked, found, outcome)
        self._delete(found, outcome)
        self._invalidate(asked, found, outcome)
        for key in outcome.done(found):
            if not found[key] and all(change.again for change in asked[key]):
                with outcome.failing(key):
                    self._upkeep.forget(key)
        if self._eager:
            self._warm(asked, found, outcome)
        return outcome

    def _look(
        self, keys: Iterable[str], outcome: Outcome, seconds_left: Callable[[], float]
    ) -> dict[str, list[core.Stale]]:
        kept = min(_KEPT, seconds_left() / 3)
        found = {}
        for key in keys:
            with outcome.failing(key):
                if seconds_left() < kept:
                    raise OutOfTime("the function ends before it could look at this original")
                found[key] = self._upkeep.find_stale(key)
        outcome.stale = sum(map(len, found.values()))
        return found

    def _promise(self, asked: _Asked, found: _Found, outcome: Outcome) -> None:
        """Have each looked at again that was not, and each of which there was something stale."""
        messages = {
            key: second_pass(key, self._invalidations.items(stale))
            for key, stale in found.items()
            if stale or not all(change.again for change in asked[key])
        }
        with outcome.failing(*messages):
            outcome.failed |= self._services.look_again(messages, self._delay)

    def _delete(self, found: _Found, outcome: Outcome) -> None:
        owners = {one: key for key in outcome.done(found) for one in found[key]}
        with outcome.failing(*owners.values()):
            wrong = self._services.delete(list(owners)) if owners else {}
            outcome.failed |= {key: wrong[one.key] for one, key in owners.items() if one.key in wrong}
            outcome.deleted = len(owners) - len(wrong)

    def _invalidate(self, asked: _Asked, found: _Found, outcome: Outcome) -> None:
        done = outcome.done(found)
        before = {key: [item for change in asked[key] for item in change.deleted] for key in done}
        named = {key: [*before[key], *self._invalidations.items(found[key])] for key in done}
        with outcome.failing(*(key for key in done if named[key])):
            count = self._invalidations.forget(item for key in done for item in named[key])
            if count is not None:
                outcome.invalidated = count
            elif waiting := next((key for key in done if before[key]), None):
                # Those of a first look are in their promises.
                promise = {waiting: second_pass(waiting, [EVERYTHING])}
                outcome.failed |= self._services.look_again(promise, BETWEEN)

    def _warm(self, asked: _Asked, found: _Found, outcome: Outcome) -> None:
        """Have made what is always wanted: also of what is looked at again, if there was something stale."""
        keys = []
        for key in outcome.done(found):
            if found[key] or not all(change.again for change in asked[key]):
                with outcome.failing(key):
                    if self._upkeep.has_original(key):
                        keys.append(key)
        with outcome.failing(*keys):
            outcome.failed |= self._services.warm(keys)
