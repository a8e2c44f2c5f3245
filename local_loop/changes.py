"""Find changes of the originals, and queue them for the function that follows originals.

Emulated: each put and each delete gives at least one event, soon or late, in any order (S3 user guide, "Using
EventBridge"). A message may have a delay (SQS API reference, "SendMessage", DelaySeconds). Here a look at the
whole store finds the changes, so several changes between two looks give one event.
"""

from __future__ import annotations

from datetime import datetime

from freshness.changes import Change
from local_loop.distribution import Clock
from resizer_core import ObjectStore


class Changes:
    """Hold the queue, and fill it by looks at the store.

    Attributes:
        waiting: the messages that nobody has received yet, each with the second from which it is visible.
    """

    def __init__(self, originals: ObjectStore, *, clock: Clock) -> None:
        self.waiting: list[tuple[float, Change]] = []
        self._originals = originals
        self._clock = clock
        self._sent: dict[str, tuple[str, datetime]] | None = None
        self._seen: dict[str, tuple[str, datetime]] = {}

    def watch(self) -> None:
        """Look at the store, and send the changes since the last look. The first look sends nothing.

        The second look that sees the same change sends it: a program may take a while to write a file.

        Raises:
            StorageError: the store cannot list the originals.
        """
        # S3 gives the same bytes the same ETag. An original that was replaced and put back has another time.
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
        """Put a change into the queue. It is invisible for ``delay`` seconds."""
        self.waiting.append((self._clock() + delay, change))

    def receive(self) -> list[Change]:
        """Take the visible changes out of the queue."""
        now = self._clock()
        due = [change for since, change in self.waiting if since <= now]
        self.waiting = [(since, change) for since, change in self.waiting if since > now]
        return due
