"""Build a loop of either way of delivery, ask its page, and look into its stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from resizer_core import Delivery, ObjectStore, open_store
from tests.local_loop.asking import asked
from tests.local_loop.conftest import flat
from tests.local_loop.failover_world import served_by_failover
from tests.local_loop.world import served
from tests.pictures import animation, encoded, quarters

RED, BLUE = flat(200, 0, 0), flat(0, 0, 200)
#: Two frames of 8 by 8 pixels.
MOVES = animation([quarters(8, 8), quarters(8, 8).rot180()], "gif")


@dataclass
class Asked:
    """Hold a loop, and the stores that it was started with."""

    url: str
    originals: ObjectStore
    derivatives: ObjectStore

    def listed(self) -> set[str]:
        """List the keys of the originals that the page gets."""
        return {found["key"] for found in asked(self.url, "pictures")["originals"]}


@contextmanager
def served_with_originals(delivery: Delivery) -> Iterator[Asked]:
    """Build a loop over red.png, moves.gif and alpha.png."""
    originals, derivatives = open_store("memory:"), open_store("memory:")
    originals.put("red.png", RED, media_type="image/png")
    originals.put("moves.gif", MOVES, media_type="image/gif")
    originals.put("alpha.png", encoded(quarters(20, 10).addalpha(), "png"), media_type="image/png")
    serve: Any = served if delivery is Delivery.REDIRECT else served_by_failover
    with serve(originals, derivatives) as server:
        yield Asked(server.url, originals, derivatives)


def stored(store: ObjectStore) -> set[str]:
    """List the keys of a store."""
    return {found.key for found in store.list()}
