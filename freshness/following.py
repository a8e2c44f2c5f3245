"""Follow the originals: look twice at each that changed. The store decides, not the event.

The first look deletes the stale derivatives. At that moment the generator may still work on the former
original, and the CDN may still fetch a stale derivative. So the second look comes when both have ended.

The message for the second look is sent before anything is deleted. It names what the CDN has to forget. So
the CDN forgets every deleted derivative, even if a later step fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

import resizer_core as core
from freshness.changes import Change, second_pass
from freshness.invalidation import BETWEEN, EVERYTHING, Invalidations

#: The changes to look at, and the stale derivatives, by the keys of originals.
_Asked = Mapping[str, Sequence[Change]]
_Found = Mapping[str, Sequence[core.Stale]]

#: Seconds that the function keeps for deletions and invalidations.
_KEPT: Final = 20.0


class OutOfTime(Exception):
    """The function ends before it can look at this original. The message comes again."""


class Services(Protocol):
    """Delete derivatives, and send messages."""

    def delete(self, stale: Sequence[core.Stale]) -> Mapping[str, str]:
        """Delete each derivative if it is still the one that was seen. Return the failures by their keys.

        A derivative that was replaced or deleted meanwhile is no failure.
        """
        ...

    def look_again(self, messages: Mapping[str, str], delay: float) -> Mapping[str, str]:
        """Send messages, by the keys of originals, to the queue. Return the failures by these keys."""
        ...

    def warm(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Order the derivatives that are always wanted of these originals. Return the failures by key."""
        ...


@dataclass(slots=True)
class Outcome:
    """Hold the result of a batch.

    Attributes:
        failed: the failures, by the keys of originals. Their messages have to come again.
        stale: the number of stale derivatives.
        deleted: the number of them that are gone, including those that somebody else deleted.
        invalidated: the number of paths or tags that the CDN was told.
    """

    failed: dict[str, str | Exception] = field(default_factory=dict)
    stale: int = 0
    deleted: int = 0
    invalidated: int = 0

    def done(self, keys: Iterable[str]) -> list[str]:
        """List the originals among these that have not failed so far."""
        return [key for key in keys if key not in self.failed]

    @contextmanager
    def failing(self, *keys: str) -> Iterator[None]:
        """Note an error in the block as the failure of these originals, and go on."""
        try:
            yield
        except Exception as error:  # after any error the queue sends the message again
            self.failed |= dict.fromkeys(keys, error)


class Follower:
    """Look at originals that changed.

    Args:
        upkeep: finds stale derivatives.
        services: deletes, and sends messages.
        invalidations: lets the CDN forget.
        delay: seconds until the second look, longer than a run of the generator and a fetch by the CDN.
        eager: whether derivatives are made before anybody asks.
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

        A failure affects one original alone, unless the failed call was for several of them.
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
        """Ask for a second look at each original that had only one, or that had stale derivatives."""
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
                # The messages of the first looks name theirs already.
                promise = {waiting: second_pass(waiting, [EVERYTHING])}
                outcome.failed |= self._services.look_again(promise, BETWEEN)

    def _warm(self, asked: _Asked, found: _Found, outcome: Outcome) -> None:
        """Order the always wanted derivatives, after a second look only if something was stale."""
        keys = []
        for key in outcome.done(found):
            if found[key] or not all(change.again for change in asked[key]):
                with outcome.failing(key):
                    if self._upkeep.has_original(key):
                        keys.append(key)
        with outcome.failing(*keys):
            outcome.failed |= self._services.warm(keys)
