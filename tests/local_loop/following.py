"""Build a loop of either way that follows its originals, with faults on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from local_loop.freshness import Freshness
from resizer_core import Delivery, ObjectStore, StoredObject, open_store
from resizer_core.urls.paths import key_variants
from tests.local_loop.doubles import BreakableStore, LikeS3
from tests.local_loop.failover_world import FAILOVER, FailoverWorld
from tests.local_loop.world import STANDARD, AnyWorld, World


@dataclass
class Interrupted:
    """A store during one of whose calls something else happens: after it was read, before it is written.

    ``calls`` is how many calls there are until then.
    """

    store: ObjectStore
    calls: int = 0
    happens: Callable[[], None] = lambda: None

    def head(self, key: str) -> StoredObject | None:
        found = self.store.head(key)
        self._count()
        return found

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        found = self.store.get(key, max_bytes=max_bytes)
        self._count()
        return found

    def put(self, key: str, body: Any, **attributes: Any) -> bool:
        self._count()
        return self.store.put(key, body, **attributes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def _count(self) -> None:
        self.calls -= 1
        if self.calls == 0:
            self.happens()


class PurgedStore(BreakableStore):
    """Delete from a store, and note objects that should not have been deleted."""

    wrongly_deleted: list[str]
    original: Callable[[str], StoredObject | None]

    def delete(self, key: str, *, etag: str = "") -> bool:
        if "delete" in self.broken:
            return bool(self._fail())
        found, original = self.store.head(key), self.original(key.partition("/")[2])
        if found and found.etag == etag and original and found.metadata["original"] == original.etag:
            self.wrongly_deleted.append(key)
        return self.store.delete(key, etag=etag)


@dataclass
class Followed:
    """Hold a loop that follows its originals. ``told`` holds the printed lines."""

    world: AnyWorld[Any]
    interrupted: Interrupted
    store: PurgedStore
    freshness: Freshness
    told: list[str] = field(default_factory=list)

    @classmethod
    def over(cls, delivery: Delivery, originals: Mapping[str, bytes]) -> Followed:
        """Build a loop with these originals, by key. It has looked at them once."""
        stored: Any = open_store("memory:")
        if delivery is Delivery.FAILOVER:
            stored = LikeS3(stored)
        interrupted = Interrupted(stored)
        derivatives = cast(ObjectStore, interrupted)
        world: AnyWorld[Any] = (
            FailoverWorld.over(FAILOVER, originals, derivatives=derivatives)
            if delivery is Delivery.FAILOVER
            else World.over(STANDARD, originals, derivatives=derivatives)
        )
        store = PurgedStore(stored)
        told: list[str] = []
        freshness = Freshness(world.originals, cast(ObjectStore, store), clock=world.clock, tell=told.append)
        followed = cls(world, interrupted, store, freshness, told)
        store.wrongly_deleted, store.original = [], followed.original
        freshness.caches.append(world.loop.delivery_cache)
        freshness.changes.watch()
        return followed

    def write(self, key: str, body: bytes) -> None:
        """Replace an original, or add a new one."""
        self.world.originals.delete(key)
        self.world.originals.put(key, body, media_type="image/png")

    def follow(self) -> None:
        """Look twice, as long as it takes until a change is believed, and purge."""
        self.freshness.changes.watch()
        self.freshness.changes.watch()
        self.freshness.follow()

    def original(self, name: str) -> StoredObject | None:
        """Find the original that a request for this name gets."""
        found = (self.world.originals.get(spelling) for spelling in key_variants(name))
        return next((one for one in found if one), None)
