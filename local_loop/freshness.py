"""Run the function that keeps derivatives in step with originals, beside the loop and over its stores.

The decisions come from the deployed function's own code, ``freshness.following``. The services differ:
``changes.py`` is the queue, the stores delete, and the loop's caches get paths, as CloudFront does.
Left out: batches (there is one look for each original), and the time that an invalidation takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from freshness.changes import Change, read_message
from freshness.following import Follower
from freshness.invalidation import Invalidations
from freshness.settings import Cdn
from local_loop.changes import Changes
from local_loop.distribution import Clock, Distribution
from resizer_core import ObjectStore, Stale, Staleness, StorageError, Upkeep

#: Seconds from the first look to the second: longer than the function plus the API may take.
DELAY = 61.0
#: Seconds until the next look at an original after a failure.
RETRY = 5.0
#: The least pause between two looks, as a multiple of the last look's time: a large store takes long.
_REST = 9
_WHAT_HAPPENED = {
    Staleness.REPLACED: "was replaced",
    Staleness.ORPHANED: "is gone",
    Staleness.ASKED: "is purged",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Describe in a sentence what happened after a change of an original."""

    key: str
    sentence: str


class Freshness:
    """Hold the function, its queue, and its results. One thread may follow while others read.

    Attributes:
        changes: the queue.
        caches: the caches that have to forget.
        followed: the results, in their order.
    """

    def __init__(
        self,
        originals: ObjectStore,
        derivatives: ObjectStore,
        *,
        clock: Clock = time.time,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.changes = Changes(originals, clock=clock)
        self.caches: list[Distribution] = []
        self.followed: list[Followed] = []
        self._originals = originals
        self._derivatives = derivatives
        self._tell = tell
        self._invalidations = Invalidations(Cdn.PATHS, self._invalidate, clock=clock)
        self._upkeep = self._remembering_nothing()
        self._deleted: list[Stale] = []

    def look_at_everything(self) -> None:
        """Queue each original that has derivatives: it may have changed before the loop started.

        Raises:
            StorageError: the store cannot list the derivatives.
        """
        for name in sorted({key.partition("/")[2] for key in self._upkeep.list_keys()}):
            self.changes.send(Change(key=name, again=True))  # no run or fetch can be under way yet

    def follow(self) -> None:
        """Receive the visible changes, look at their originals, and purge stale derivatives."""
        due = self.changes.receive()
        if not due:
            return
        self._upkeep = self._remembering_nothing()
        follower = Follower(self._upkeep, self, self._invalidations, delay=DELAY)
        for change in due:
            self._deleted = []
            outcome = follower.follow([change])
            for error in outcome.failed.values():
                self.changes.send(change, RETRY)
                self._tell(f"{change.key} has changed, and is looked at again in {RETRY:g} s: {error}")
            if self._deleted:
                sentence = _sentence(change.key, self._deleted)
                self._tell(sentence)
                self.followed.append(Followed(key=change.key, sentence=sentence))
            elif not (change.again or outcome.failed):
                self.followed.append(
                    Followed(key=change.key, sentence=f"{change.key} has changed. Nothing was made of it.")
                )

    def keep_following(self, stop: threading.Event, *, pause: float, everything: bool) -> None:
        """Watch and follow until ``stop`` is set.

        Args:
            stop: ends it.
            pause: least seconds between two looks at the originals.
            everything: whether to look for earlier changes too.
        """
        told = ""
        while True:
            began = time.monotonic()
            try:
                self.changes.watch()
                if everything:
                    self.look_at_everything()
                    everything = False
                self.follow()
                told = ""
            except StorageError as error:
                if str(error) != told:
                    told = str(error)
                    self._tell(f"Changes of originals are not noticed: {error}")
            if stop.wait(max(pause, _REST * (time.monotonic() - began))):
                return

    def purge(self, key: str) -> dict[str, Any]:
        """Delete every derivative of an original, and have the caches forget them.

        Returns:
            ``deleted``, the keys of the derivatives, ``forgotten``, the paths, and ``sentence``.

        Raises:
            StorageError: the store failed.
        """
        upkeep = self._remembering_nothing()
        deleted = upkeep.remove(upkeep.find_all(key))
        forgotten = self._invalidations.items(deleted)
        self._invalidate(forgotten, "")
        sentence = _sentence(key, deleted) if deleted else f"{key} is purged. Nothing was made of it."
        self.followed.append(Followed(key=key, sentence=sentence))
        return {"deleted": [one.key for one in deleted], "forgotten": forgotten, "sentence": sentence}

    def delete(self, stale: Sequence[Stale]) -> Mapping[str, str]:
        """As ``freshness.following.Services.delete``."""
        self._deleted = self._upkeep.remove(stale)
        return {}

    def look_again(self, messages: Mapping[str, str], delay: float) -> Mapping[str, str]:
        """As ``freshness.following.Services.look_again``."""
        for message in messages.values():
            for change in read_message(message, ()):
                self.changes.send(change, delay)
        return {}

    def warm(self, keys: Sequence[str]) -> Mapping[str, str]:
        """As ``freshness.following.Services.warm``. The loop makes nothing before anybody asks."""
        raise NotImplementedError(f"the loop makes nothing beforehand, got {keys}")

    def _remembering_nothing(self) -> Upkeep:
        # It remembers the SPECs in use for half a minute. A person may replace a picture twice in that time.
        return Upkeep(self._originals, self._derivatives)

    def _invalidate(self, items: Sequence[str], _reference: str) -> None:
        for cache in self.caches:
            cache.invalidate(items)


def _sentence(key: str, deleted: Sequence[Stale]) -> str:
    count = "1 derivative is" if len(deleted) == 1 else f"{len(deleted)} derivatives are"
    return f"{key} {_WHAT_HAPPENED[deleted[0].why]}: {count} deleted, and forgotten by the caches."
