"""Keep objects in several stores. The first segment of a key says which one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resizer_core.errors import InvalidKey
from resizer_core.model import Buffer
from resizer_core.stores.contract import LONGEST_KEY, ObjectStore, StoredObject, check_key
from resizer_core.value import replace


class SegmentedStore:
    """Combine several stores into one :class:`ObjectStore`.

    ``shop/cat.jpg`` is ``cat.jpg`` in the store of ``shop/``. A first segment without a store has no objects,
    and takes none.

    Args:
        stores: the stores by first segments, each with or without its slash.
    """

    def __init__(self, stores: Mapping[str, ObjectStore]) -> None:
        self._stores = {segment.removesuffix("/"): store for segment, store in stores.items()}

    def __repr__(self) -> str:
        return f"<SegmentedStore {' '.join(self._stores)}>"

    def head(self, key: str) -> StoredObject | None:
        store, rest = self._find(key)
        found = store.head(rest) if store else None
        return found and replace(found, key=key)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        store, rest = self._find(key)
        found = store.get(rest, max_bytes=max_bytes) if store else None
        return found and replace(found, key=key)

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
        store, rest = self._find(key)
        if store is None:
            raise InvalidKey("the first segment of the key has no store")
        return store.put(
            rest,
            body,
            media_type=media_type,
            cache_control=cache_control,
            content_disposition=content_disposition,
            metadata=metadata,
        )

    def delete(self, key: str, *, etag: str = "") -> bool:
        store, rest = self._find(key)
        return store.delete(rest, etag=etag) if store else True

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        if not prefix:  # every object is below a first segment, so a shallow list is empty
            listed = {segment: store.list() for segment, store in self._stores.items() if deep}
        else:
            store, rest = self._folder(prefix)
            listed = {prefix.partition("/")[0]: store.list(rest, deep=deep)} if store else {}
        return (
            replace(found, key=f"{segment}/{found.key}")
            for segment, objects in listed.items()
            for found in objects
        )

    def folders(self, prefix: str = "") -> Iterator[str]:
        if not prefix:
            return (segment for segment, store in self._stores.items() if any(store.list()))
        store, rest = self._folder(prefix)
        return store.folders(rest) if store else iter(())

    def _folder(self, prefix: str) -> tuple[ObjectStore | None, str]:
        """Find the store of a folder, and its prefix there."""
        # Make a key of the prefix, since _find needs more than one segment.
        store, rest = self._find(f"{prefix.removesuffix('/')}/-")
        return store, rest.removesuffix("-")

    def _find(self, key: str) -> tuple[ObjectStore | None, str]:
        """Find the store of a key, and its key there."""
        check_key(key, longest=LONGEST_KEY)
        segment, _, rest = key.partition("/")
        return self._stores.get(segment) if rest else None, rest
