"""List what the tests of the loop view, and check the rules for every view."""

from __future__ import annotations

from urllib.parse import quote, unquote

from local_loop.distribution import CachePolicy
from local_loop.viewer import Walk
from resizer_core import resize
from tests.local_loop.world import World

#: Rule 9: a viewer of a canonical path gets at most so many redirects, for at most so many runs of the
#: function.
MOST_REDIRECTS, MOST_RUNS = 3, 2

SPEC = "8x4_fit-cover_f-png"
RED = f"/{SPEC}/red.png"
DAY = CachePolicy(min_ttl=0, default_ttl=86_400, max_ttl=31_536_000)
FLOOR = CachePolicy(min_ttl=60, default_ttl=86_400, max_ttl=31_536_000)


def path_of(key: str, spec: str = SPEC) -> str:
    return f"/{spec}/{quote(key)}"


def expected(pictures: dict[str, bytes], path: str) -> bytes:
    spec, _, key = unquote(path).removeprefix("/").partition("/")
    return resize(pictures[key], spec).body


def statuses(walk: Walk) -> list[int]:
    return [hop.response.status for hop in walk.hops]


def check_later_views(world: World, pictures: dict[str, bytes]) -> None:
    """Check rule 9 now, in an hour, and after the derivative is gone."""
    for seconds in (0, 3600, 90_000):
        world.clock.pass_seconds(seconds)
        check_view(world, pictures, RED)
    world.derivatives.delete(RED.removeprefix("/"))
    world.loop.delivery_cache.invalidate(["/*"])
    check_view(world, pictures, RED)
    check_view(world, pictures, path_of("a b.png"))


def check_view(world: World, pictures: dict[str, bytes], path: str) -> None:
    before = world.function.runs
    walk = world.view(path)
    assert walk.response.status == 200
    assert walk.response.body == expected(pictures, path)
    assert walk.redirects <= MOST_REDIRECTS
    assert world.function.runs - before <= MOST_RUNS
