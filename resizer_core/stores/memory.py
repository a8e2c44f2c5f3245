"""Keep objects in the memory of this process, with or without a limit in bytes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import md5
from operator import itemgetter
from threading import Lock
from typing import Final

from resizer_core.errors import LimitExceeded
from resizer_core.model import Buffer
from resizer_core.stores.bucket import checked_attributes
from resizer_core.stores.contract import LONGEST_KEY, ObjectStore, StoredObject, check_key
from resizer_core.value import replace

#: An estimate of the memory for one object besides its bytes, in bytes.
BESIDE: Final = 2048

_LIMIT: Final = re.compile(r"\?max=([1-9][0-9]{0,15})(KiB|MiB|GiB)?")
_UNITS: Final = {None: 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def open_memory(limit: str) -> ObjectStore:
    """Make a new, empty store that lives as long as the object.

    Args:
        limit: the URL after ``memory:``. It is empty, or such as ``?max=256MiB``.

    Raises:
        ValueError: ``limit`` is something else.
    """
    if not limit:
        return MemoryStore()
    found = _LIMIT.fullmatch(limit)
    if not found:
        raise ValueError(
            "expected nothing behind memory:, or the most bytes to keep, such as memory:?max=256MiB"
        )
    return MemoryStore(int(found[1]) * _UNITS[found[2]])


class MemoryStore:
    """Keep objects in memory as an :class:`ObjectStore`. The ETag of an object is the MD5 of its bytes.

    With a limit, a new object may need room. Then the objects that were read least recently go. An object
    that is larger than the limit is not kept.

    Args:
        max_bytes: the limit for all objects together. Each counts with its bytes and 2 KiB for the rest. None
            means no limit.
    """

    def __init__(self, max_bytes: int | None = None) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = Lock()
        self._objects: OrderedDict[str, StoredObject] = OrderedDict()

    def __repr__(self) -> str:
        return "<MemoryStore>" if self._max_bytes is None else f"<MemoryStore max_bytes={self._max_bytes}>"

    def head(self, key: str) -> StoredObject | None:
        found = self._find(key)
        return found and replace(found, body=b"")

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        found = self._find(key)
        if found and max_bytes is not None and found.size > max_bytes:
            raise LimitExceeded(
                f"the stored object has {found.size} bytes, and at most {max_bytes} are allowed"
            )
        return found

    def put(
        self,
        key: str,
        body: Buffer,
        *,
        media_type: str,
        cache_control: str = "",
        content_disposition: str = "",
        metadata: Mapping[str, str] = {},
    ) -> bool:
        check_key(key, longest=LONGEST_KEY)
        checked_attributes(media_type, cache_control, content_disposition, metadata)
        kept = bytes(memoryview(body))  # the body may be a view of memory that changes
        made = StoredObject(
            key=key,
            size=len(kept),
            etag=md5(kept, usedforsecurity=False).hexdigest(),
            modified=datetime.now(UTC),
            media_type=media_type,
            cache_control=cache_control,
            content_disposition=content_disposition,
            metadata=metadata,
            body=memoryview(kept),
        )
        with self._lock:
            if key in self._objects:
                return False
            if self._max_bytes is None or _room(made) <= self._max_bytes:
                self._objects[key] = made
                self._bytes += _room(made)
            while self._max_bytes is not None and self._bytes > self._max_bytes:
                _, oldest = self._objects.popitem(last=False)
                self._bytes -= _room(oldest)
        return True

    def delete(self, key: str, *, etag: str = "") -> bool:
        check_key(key, longest=LONGEST_KEY)
        with self._lock:
            found = self._objects.get(key)
            if found is not None:
                if etag and found.etag != etag:
                    return False
                del self._objects[key]
                self._bytes -= _room(found)
        return True

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        return (
            StoredObject(key=found.key, size=found.size, etag=found.etag, modified=found.modified)
            for below, found in self._below(prefix)
            if deep or "/" not in below
        )

    def folders(self, prefix: str = "") -> Iterator[str]:
        return iter({below.partition("/")[0] for below, _ in self._below(prefix) if "/" in below})

    def _find(self, key: str) -> StoredObject | None:
        check_key(key, longest=LONGEST_KEY)
        with self._lock:
            found = self._objects.get(key)
            if found is not None:
                self._objects.move_to_end(key)
            return found

    def _below(self, prefix: str) -> Iterator[tuple[str, StoredObject]]:
        """List the objects below a folder, each with its key relative to the folder."""
        home = prefix.removesuffix("/")
        if prefix:
            check_key(home, longest=LONGEST_KEY)
            home += "/"
        with self._lock:
            objects = sorted(self._objects.items(), key=itemgetter(0))
        return ((key.removeprefix(home), found) for key, found in objects if key.startswith(home))


def _room(found: StoredObject) -> int:
    return found.size + BESIDE
