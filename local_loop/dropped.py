"""Keep pictures that a person drops on the page: originals in memory, beside those of a store.

Their keys begin with ``dropped/``. Their derivatives stay in memory too. So the loop never writes them to its
stores. If a store has such keys too, the loop still reads them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from resizer_core import ObjectStore, StoredObject, open_store

#: The beginning of the keys of all dropped originals.
DROPPED = "dropped/"


class WithDropped:
    """Combine a store with a place in memory for dropped originals and their derivatives.

    Args:
        store: has all other objects.
        before: the number of segments before ``dropped/``: none in keys of originals, one, the SPEC, in
            those of derivatives.
        most: the most bytes in memory. The oldest objects make room.
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
        body: Any,  # bytes and the like: Buffer, the type for that, needs Python 3.12
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
        """Remove the oldest objects from memory until ``size`` more bytes fit. Return their keys."""
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
    """Add a place in memory of ``most`` bytes to each of both stores."""
    return (
        WithDropped(originals, before=0, most=most),
        WithDropped(derivatives, before=1, most=most),
    )
