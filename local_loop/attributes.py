"""Keep an object's attributes beside its bytes, as S3 does, in a folder.

A folder alone has no Content-Type and no Cache-Control. Without Cache-Control the delivery cache keeps
nothing (see ``distribution.py``). So a second folder has a small JSON object with the attributes, under the
same key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from resizer_core import ObjectStore, StoredObject


class WithAttributes:
    """Combine a store of bytes and a store of attributes to one store."""

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
        body: Any,  # bytes and the like: Buffer, the type for that, needs Python 3.12
        *,
        media_type: str,
        cache_control: str = "",
        content_disposition: str = "",
        metadata: Mapping[str, str] = {},
    ) -> bool:
        """As `ObjectStore.put`. The attributes exist before anybody can see the object."""
        attributes = {
            "media_type": media_type,
            "cache_control": cache_control,
            "content_disposition": content_disposition,
            "metadata": dict(metadata),
        }
        with self._writing:
            if self._objects.head(key) is not None:
                return False
            # Otherwise the attributes of a deleted object would stay.
            self._attributes.delete(key)
            self._attributes.put(key, json.dumps(attributes).encode(), media_type="application/json")
            return self._objects.put(key, body, media_type=media_type)

    def delete(self, key: str, *, etag: str = "") -> bool:
        """As `ObjectStore.delete`."""
        with self._writing:  # else this could delete the attributes of an object put meanwhile
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
            # S3's type for an object without one. It is somebody else's file, and no purge may delete it.
            return replace(found, media_type=found.media_type or "application/octet-stream")
        return replace(found, **json.loads(bytes(kept.body)))
