"""Find the derivatives of an original, find stale derivatives, and remove them, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final

from resizer_core.errors import InvalidKey
from resizer_core.mistakes import check_store
from resizer_core.stores.contract import ObjectStore, StoredObject
from resizer_core.upkeep.specs import ListedSpecs, Specs, specs_in_use
from resizer_core.upkeep.staleness import (
    Stale,
    Staleness,
    find_original,
    has_old_pixels,
    is_derivative,
    staleness,
)
from resizer_core.urls.paths import check_source_key, spellings_back

#: The most store calls at once.
_CALLS: Final = 32
#: How many originals a check of all derivatives remembers. One original has derivatives of many SPECs.
_REMEMBERED: Final = 100_000


class Upkeep:
    """Look after the derivatives of originals.

    All results come from the objects that are stored now. So you can look for any reason, in any order, and
    as often as you like.

    Args:
        originals: the store of the originals. It is only read.
        derivatives: the store of the derivatives.
        specs: finds the SPECs of the derivatives of one original. The default lists the store.
    """

    def __init__(
        self, originals: ObjectStore, derivatives: ObjectStore, *, specs: Specs | None = None
    ) -> None:
        check_store(originals, "originals")
        check_store(derivatives, "derivatives")
        self._originals = originals
        self._derivatives = derivatives
        self._specs = specs or ListedSpecs(derivatives)
        self._beside = ThreadPoolExecutor(max_workers=_CALLS)

    def find_stale(self, key: str) -> list[Stale]:
        """Find the derivatives that a change of this original has made wrong.

        Args:
            key: the key of the original, which may be gone. If no original may have it, it has no derivative.

        Raises:
            StorageError: a store failed.
        """
        return [stale for name in _names(key) for stale in self._stale_of(name)]

    def find_all(self, key: str, *, made_before: int | None = None) -> list[Stale]:
        """Find every derivative of this original, also those that are not stale.

        Args:
            key: the key of the original, which may be gone.
            made_before: finds only derivatives of an older pixel version than this. In a folder it finds
                none, because a folder keeps no pixel version.

        Raises:
            StorageError: a store failed.
        """
        found = [one for name in _names(key) for one in self._stored(name, every=True) if is_derivative(one)]
        if made_before is None:
            return [_named(one, Staleness.ASKED) for one in found]
        return [_named(one, Staleness.OLD_PIXELS) for one in found if has_old_pixels(one, made_before)]

    def has_original(self, key: str) -> bool:
        """Say whether an original has exactly this key.

        Raises:
            StorageError: the store failed.
        """
        return bool(_names(key)) and self._originals.head(key) is not None

    def forget(self, key: str) -> None:
        """Remove an original from the index. It must be gone, and have no derivatives.

        Raises:
            StorageError: a store failed.
        """
        for name in _names(key):
            if self._original(name) is None:
                self._specs.forget(name)

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """List the keys of all derivatives. With ``prefix``, list only those of originals below that folder.

        Raises:
            InvalidKey: no folder can have the name ``prefix``.
            StorageError: a store failed.
        """
        for spec in specs_in_use(self._derivatives):
            for found in self._derivatives.list(f"{spec}/{prefix}"):
                yield found.key

    def check(self, keys: Iterable[str], *, pixels: int = 0) -> Iterator[Stale | None]:
        """Check each of these derivatives, in their order. Yield None for one that is right or is gone.

        Raises:
            StorageError: a store failed.
        """
        remembered = lru_cache(_REMEMBERED)(self._original)

        def look(key: str) -> Stale | None:
            found = self._derivatives.head(key)
            name = key.partition("/")[2]
            if found is None or not staleness(found, remembered(name), pixels=pixels):
                return None
            return _stale(found, self._original(name), pixels)  # look again: the original may have come since

        return self._beside.map(look, keys)

    def made_before(self, keys: Iterable[str], pixels: int) -> Iterator[Stale | None]:
        """Check each of these derivatives, in their order. Yield None for one without an older pixel version.

        Raises:
            StorageError: a store failed.
        """

        def look(key: str) -> Stale | None:
            found = self._derivatives.head(key)
            return _named(found, Staleness.OLD_PIXELS) if found and has_old_pixels(found, pixels) else None

        return self._beside.map(look, keys)

    def remove(self, stale: Iterable[Stale]) -> list[Stale]:
        """Delete these derivatives, unless they have changed since. Return those that were deleted.

        Raises:
            StorageError: the store failed.
        """

        def gone(one: Stale) -> bool:
            return self._derivatives.delete(one.key, etag=one.etag)

        asked = list(stale)
        return [one for one, went in zip(asked, self._beside.map(gone, asked), strict=True) if went]

    def _stale_of(self, name: str) -> list[Stale]:
        original = self._original(name)
        found = self._stored(name, every=original is None)
        if any(staleness(one, original) for one in found):
            # Look again, after the derivatives: one that was made of a newer original in between is right.
            original = self._original(name)
        return [stale for one in found if (stale := _stale(one, original))]

    def _original(self, name: str) -> StoredObject | None:
        return find_original(self._originals, name)

    def _stored(self, name: str, *, every: bool) -> list[StoredObject]:
        keys = [f"{spec}/{name}" for spec in self._specs.of(name, every=every)]
        return [found for found in self._beside.map(self._head, keys) if found]

    def _head(self, key: str) -> StoredObject | None:
        try:
            return self._derivatives.head(key)
        except InvalidKey:
            return None  # no such object can be in the store, for example because the key is too long


def _names(key: str) -> list[str]:
    """List the keys by which requests may have asked for this original. Some spellings may be too long."""
    return [name for name in spellings_back(key) if _may_be_asked_for(name)]


def _may_be_asked_for(name: str) -> bool:
    try:
        check_source_key(name)
    except InvalidKey:
        return False
    return True


def _stale(found: StoredObject, original: StoredObject | None, pixels: int = 0) -> Stale | None:
    why = staleness(found, original, pixels=pixels)
    return _named(found, why) if why else None


def _named(found: StoredObject, why: Staleness) -> Stale:
    return Stale(key=found.key, etag=found.etag, why=why, tag=found.metadata.get("tags", ""))
