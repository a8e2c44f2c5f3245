"""Pictures that a person drops on the page: originals in memory, beside those of a store.

Their keys begin with ``dropped/``. What is made of them stays in memory as well: the stores that the loop was
started with are never written to for them. Where these have such keys too, they are read as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from resizer_core import ObjectStore, StoredObject, open_store

#: How the keys of all dropped originals begin.
DROPPED = "dropped/"


class WithDropped:
    """A store, and beside it, in memory, what belongs to dropped originals.

    Args:
        store: for everything else.
        before: how many segments stand before ``dropped/``: none in keys of originals, a SPEC in those of
            derivatives.
        most: bytes in memory; what has been there longest makes room.
    """

    def __init__(self, store: ObjectStore, *, before: int, most: int) -> None:
        self._store = store
        self._memory = open_store("memory:")
        self._before = before
        self._most = most
        self._writing = threading.Lock()

    def head(self, key: str) -> StoredObject | None:
        """As `ObjectStore.head`."""
        return self._memory.head(key) or self._store.head(key)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        """As `ObjectStore.get`."""
        return self._memory.get(key, max_bytes=max_bytes) or self._store.get(key, max_bytes=max_bytes)

    def put(
        self,
        key: str,
        body: Any,  # bytes and the like: the name for that, Buffer, is newer than Python 3.11
        *,
        media_type: str,
        cache_control: str = "",
        content_disposition: str = "",
        metadata: Mapping[str, str] = {},
    ) -> bool:
        """As `ObjectStore.put`."""
        is_dropped = self._is_dropped(key)
        if is_dropped:
            self.make_room(len(body))
        return (self._memory if is_dropped else self._store).put(
            key,
            body,
            media_type=media_type,
            cache_control=cache_control,
            content_disposition=content_disposition,
            metadata=metadata,
        )

    def delete(self, key: str, *, etag: str = "") -> bool:
        """As `ObjectStore.delete`."""
        store = self._memory if self._memory.head(key) else self._store
        return store.delete(key, etag=etag)

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        """As `ObjectStore.list`."""
        return chain(self._store.list(prefix, deep=deep), self._memory.list(prefix, deep=deep))

    def folders(self, prefix: str = "") -> Iterator[str]:
        """As `ObjectStore.folders`."""
        return iter(dict.fromkeys(chain(self._store.folders(prefix), self._memory.folders(prefix))))

    def make_room(self, size: int) -> Sequence[str]:
        """Let the oldest in memory go until ``size`` bytes more fit in; gives their keys."""
        with self._writing:
            there = sorted(self._memory.list(), key=lambda found: found.modified)
            total = sum(found.size for found in there)
            gone = []
            while there and total + size > self._most:
                oldest = there.pop(0)
                self._memory.delete(oldest.key)
                total -= oldest.size
                gone.append(oldest.key)
            return gone

    def _is_dropped(self, key: str) -> bool:
        return "/".join(key.split("/")[self._before :]).startswith(DROPPED)


def with_dropped(
    originals: ObjectStore, derivatives: ObjectStore, *, most: int
) -> tuple[WithDropped, WithDropped]:
    """Put a place in memory beside both stores, for ``most`` bytes each."""
    return (
        WithDropped(originals, before=0, most=most),
        WithDropped(derivatives, before=1, most=most),
    )
