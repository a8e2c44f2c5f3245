"""Get what the loop tells the page about a SPEC, without a socket."""

from __future__ import annotations

from functools import cache
from typing import Any

from local_loop.demo_page.explaining import explained
from local_loop.demo_page.planned import Planner
from local_loop.distribution import Edge
from resizer_core import ObjectStore, Site, open_store, parse_presets
from tests.local_loop.dropping import MOVES
from tests.pictures import encoded, quarters

SITE = Site(
    presets=parse_presets({"thumb": "300x200_fit-cover", "best": "40x_f-auto"}), watermarks={"cup": b""}
)


@cache
def originals() -> ObjectStore:
    """Make a small photograph, a transparent picture, an animation, and a file that is cut short."""
    store = open_store("memory:")
    bodies = {
        "small.jpg": encoded(quarters(384, 512), "jpg"),
        "alpha.png": encoded(quarters(20, 10).addalpha(), "png"),
        "moves.gif": MOVES,
        "cut.jpg": encoded(quarters(64, 64), "jpg")[:200],
    }
    for key, body in bodies.items():
        store.put(key, body, media_type="image/png")
    return store


def explain(spec: str, key: str = "", edge: Edge | None = None, site: Site = SITE) -> dict[str, Any]:
    """Get what the loop tells the page."""
    return explained(spec, key, Planner(originals(), site), edge)
