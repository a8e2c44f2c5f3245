"""Find what changes among the originals, and queue it for whoever follows them.

Emulated: each put and each delete is said at least once, soon or late, in any order (S3 user guide, "Using
EventBridge"), and a message may be held back (SQS API reference, "SendMessage", DelaySeconds). Here a look at
the whole store finds the changes, so of several changes between two looks the last one is said.
"""

from __future__ import annotations

from datetime import datetime

from freshness.changes import Change
from local_loop.distribution import Clock
from resizer_core import ObjectStore


class Changes:
    """The queue, and the look that fills it.

    Attributes:
        waiting: what was sent and not received yet, each with the second from which on it may be.
    """

    def __init__(self, originals: ObjectStore, *, clock: Clock) -> None:
        self.waiting: list[tuple[float, Change]] = []
        self._originals = originals
        self._clock = clock
        self._sent: dict[str, tuple[str, datetime]] | None = None
        self._seen: dict[str, tuple[str, datetime]] = {}

    def watch(self) -> None:
        """Look at the store, and send what has changed since the last look; the first one finds no change.

        A change is sent by the second look that sees the same: a file may take a while to be written.

        Raises:
            StorageError: the originals could not be listed.
        """
        # S3 gives the same bytes the same ETag: what was there, replaced, and put back has another time.
        found = {one.key: (one.etag, one.modified) for one in self._originals.list()}
        if self._sent is None:
            self._sent = found
        for key in sorted(found.keys() | self._sent.keys()):
            now = found.get(key)
            if now == self._sent.get(key) or now != self._seen.get(key):
                continue
            self.send(Change(key=key))
            if now is None:
                del self._sent[key]
            else:
                self._sent[key] = now
        self._seen = found

    def send(self, change: Change, delay: float = 0.0) -> None:
        """Put a change into the queue, for ``delay`` seconds out of sight."""
        self.waiting.append((self._clock() + delay, change))

    def receive(self) -> list[Change]:
        """Take out of the queue what is no longer held back."""
        now = self._clock()
        due = [change for since, change in self.waiting if since <= now]
        self.waiting = [(since, change) for since, change in self.waiting if since > now]
        return due
