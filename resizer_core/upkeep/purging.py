"""Find the derivatives of an original and those that are stale, and remove them, many at a time."""

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

#: Calls of a store at once.
_CALLS: Final = 32
#: Originals that a look at everything remembers: one has derivatives under many SPECs.
_REMEMBERED: Final = 100_000


class Upkeep:
    """Look after the derivatives of originals.

    Everything is worked out from what is stored now. So it does not matter why somebody looks, how often, or
    in which order.

    Args:
        originals: where the originals are; only read.
        derivatives: where their derivatives are.
        specs: under which SPECs to look for those of one original; by listing, if it is not given.
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
            key: of the original; it may be gone. What no original can be called has no derivative.

        Raises:
            StorageError: a store failed.
        """
        return [stale for name in _names(key) for stale in self._stale_of(name)]

    def find_all(self, key: str, *, made_before: int | None = None) -> list[Stale]:
        """Find every derivative of this original, the fresh ones too: for what nothing else can see.

        Args:
            key: of the original; it may be gone.
            made_before: only those of an older pixel version than this; none in a folder, which keeps none.

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
        """Drop what the index says of an original that is gone, and has no derivative any more.

        Raises:
            StorageError: a store failed.
        """
        for name in _names(key):
            if self._original(name) is None:
                self._specs.forget(name)

    def list_keys(self, prefix: str = "") -> Iterator[str]:
        """List the keys of the derivatives of all originals below a folder, or of all.

        Raises:
            InvalidKey: no folder is called ``prefix``.
            StorageError: a store failed.
        """
        for spec in specs_in_use(self._derivatives):
            for found in self._derivatives.list(f"{spec}/{prefix}"):
                yield found.key

    def check(self, keys: Iterable[str], *, pixels: int = 0) -> Iterator[Stale | None]:
        """Look at each of these derivatives, in their order; None for one that is right, or gone by now.

        Raises:
            StorageError: a store failed.
        """
        remembered = lru_cache(_REMEMBERED)(self._original)

        def look(key: str) -> Stale | None:
            found = self._derivatives.head(key)
            name = key.partition("/")[2]
            if found is None or not staleness(found, remembered(name), pixels=pixels):
                return None
            return _stale(found, self._original(name), pixels)  # it may have come since

        return self._beside.map(look, keys)

    def made_before(self, keys: Iterable[str], pixels: int) -> Iterator[Stale | None]:
        """Look at each of these derivatives, in their order; None for one that no older pixel version made.

        Raises:
            StorageError: a store failed.
        """

        def look(key: str) -> Stale | None:
            found = self._derivatives.head(key)
            return _named(found, Staleness.OLD_PIXELS) if found and has_old_pixels(found, pixels) else None

        return self._beside.map(look, keys)

    def remove(self, stale: Iterable[Stale]) -> list[Stale]:
        """Delete these derivatives, each only as it was seen; gives those that are gone.

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
            # Again, and after the derivatives: what was made of a newer original in between is not stale.
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
            return None  # the store could never keep it, such as one with a SPEC that is too long for it


def _names(key: str) -> list[str]:
    """List what requests may have called this original: one spelling may be too long where another is not."""
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
