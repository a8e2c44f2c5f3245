"""A folder that keeps what S3 keeps beside an object's bytes.

A folder on its own has no Content-Type and, worse here, no Cache-Control: without it the delivery cache keeps
nothing (see ``distribution.py``). So the attributes of each object are a small JSON object of the same key in
a second folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from resizer_core import ObjectStore, StoredObject


class WithAttributes:
    """A store of bytes and a store of attributes, as one store."""

    def __init__(self, objects: ObjectStore, attributes: ObjectStore) -> None:
        self._objects = objects
        self._attributes = attributes
        self._writing = Lock()

    def head(self, key: str) -> StoredObject | None:
        """As `ObjectStore.head`."""
        return self._dressed(self._objects.head(key))

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        """As `ObjectStore.get`."""
        return self._dressed(self._objects.get(key, max_bytes=max_bytes))

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
        """As `ObjectStore.put`. The attributes are there before the object can be seen."""
        attributes = {
            "media_type": media_type,
            "cache_control": cache_control,
            "content_disposition": content_disposition,
            "metadata": dict(metadata),
        }
        with self._writing:
            if self._objects.head(key) is not None:
                return False
            # Those of an object that is gone would stay otherwise.
            self._attributes.delete(key)
            self._attributes.put(key, json.dumps(attributes).encode(), media_type="application/json")
            return self._objects.put(key, body, media_type=media_type)

    def delete(self, key: str, *, etag: str = "") -> bool:
        """As `ObjectStore.delete`."""
        with self._writing:  # the attributes of what is put in between would go as well
            gone = self._objects.delete(key, etag=etag)
            if gone:
                self._attributes.delete(key)
            return gone

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        """As `ObjectStore.list`."""
        return self._objects.list(prefix, deep=deep)

    def folders(self, prefix: str = "") -> Iterator[str]:
        """As `ObjectStore.folders`."""
        return self._objects.folders(prefix)

    def _dressed(self, found: StoredObject | None) -> StoredObject | None:
        if found is None:
            return None
        kept = self._attributes.get(found.key)
        if kept is None:
            # As S3 has it for what was put without a type: somebody else's file, which no purge may take.
            return replace(found, media_type=found.media_type or "application/octet-stream")
        return replace(found, **json.loads(bytes(kept.body)))
