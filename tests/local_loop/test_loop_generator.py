"""Faults of the generator side: what the function sees, and what a cache or an error there does.

Each is put in through a configuration: a change of the one that the fixture ``base`` gives, whatever that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from local_loop.distribution import CachePolicy
from local_loop.http import Request
from resizer_core import ObjectStore, open_store
from tests.local_loop.doubles import BreakableStore
from tests.local_loop.views import FLOOR, RED, expected, path_of, statuses
from tests.local_loop.world import Base, Change, World, with_api, with_delivery, with_generator

# Rules 4, 5, 8 and 17


def test_no_redirect_of_the_function_may_be_kept(world: World) -> None:
    for path in (RED, "/8x4_fit-inside/red.png", RED):
        response = world.loop.generator(Request(path=path))
        assert response.status != 302 or response.headers["cache-control"] == "no-store"


def test_a_generator_cache_with_a_min_ttl_never_ends_which_is_why_it_has_none(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_generator(cache_policy=FLOOR))
    world.view(RED)
    world.derivatives.delete(RED.removeprefix("/"))
    world.loop.delivery_cache.invalidate(["/*"])
    assert not world.view(RED).has_ended
    assert base.configuration.generator.cache_policy == CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0)


def test_the_function_sees_accept_and_nothing_else_of_the_viewer(world: World) -> None:
    events: list[dict[str, Any]] = []
    function = world.function.function

    def watching(event: dict[str, Any], context: object) -> Mapping[str, Any]:
        events.append(event)
        return function(event, context)

    world.function.function = watching
    forged = {"cloudfront-viewer-address": "198.51.100.10:1"}
    world.view(f"{RED}?q=1", accept="image/webp", cookie="a=b", authorization="secret", **forged)
    (event,) = events
    wanted = {"host", "user-agent", "accept", "x-resizer-secret", "cloudfront-viewer-address"}
    assert set(event["headers"]) == wanted
    assert event["headers"]["cloudfront-viewer-address"] == "127.0.0.1:49152"
    assert "cookies" not in event
    assert event["rawQueryString"] == ""


def test_a_wrong_secret_of_the_generator_is_403_before_any_work(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_generator(origin_headers={"x-resizer-secret": "wrong"}))
    assert statuses(world.view(RED)) == [307, 403]
    assert world.stored() == set()


NO_WAY_TO_THE_FUNCTION = {
    "the generator forwards Host": (with_generator(forwards_host=True), 403),
    "the generator has an origin that is not there": (with_generator(origin_host="elsewhere.test"), 502),
    "the API lets no call through": (with_api(throttled=True), 429),
    "the API may not invoke the function": (with_api(invokes=False), 500),
}


@pytest.mark.parametrize(("change", "status"), NO_WAY_TO_THE_FUNCTION.values(), ids=NO_WAY_TO_THE_FUNCTION)
def test_without_a_way_to_the_function_there_is_an_error_after_one_redirect(
    base: Base, pictures: dict[str, bytes], change: Change, status: int
) -> None:
    world = World.over(base, pictures, change)
    assert statuses(world.view(RED)) == [307, status]
    assert world.function.runs == 0


def test_an_origin_that_is_not_there_is_looked_for_again_after_a_second(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_delivery(origin_host="elsewhere.test"))
    answers = []
    for seconds in (0, 0.5, 0.5):
        world.clock.pass_seconds(seconds)
        answers.append(world.view(RED).response.headers["x-cache"])
    assert answers == ["Miss from cloudfront", "Hit from cloudfront", "Miss from cloudfront"]


def test_distributions_whose_origins_are_exchanged_end_at_an_error(
    base: Base, pictures: dict[str, bytes]
) -> None:
    delivery, generator = base.configuration.delivery, base.configuration.generator
    world = World.over(
        base,
        pictures,
        with_delivery(origin_host=generator.origin_host),
        with_generator(origin_host=delivery.origin_host),
    )
    walk = world.view(RED)
    assert statuses(walk) == [403]
    assert [step.who for step in walk.hops[0].steps] == ["delivery", "api"]
    assert world.stored() == set()


def test_a_missing_original_is_asked_for_again_after_ten_seconds(
    world: World, pictures: dict[str, bytes]
) -> None:
    path = path_of("late.png")
    assert statuses(world.view(path)) == [307, 404]
    world.originals.put("late.png", pictures["red.png"], media_type="image/png")
    world.clock.pass_seconds(9)
    assert statuses(world.view(path)) == [307, 404]
    world.clock.pass_seconds(1)
    assert statuses(world.view(path)) == [307, 302, 200]


def test_a_missing_original_is_the_fallback_for_ten_seconds(base: Base, pictures: dict[str, bytes]) -> None:
    told = replace(base, environment={**base.environment, "RESIZER_FALLBACK": "a b.png"})
    world = World.over(told, pictures)
    path = path_of("late.png")
    for seconds in (0, 9):
        world.clock.pass_seconds(seconds)
        walk = world.view(path)
        assert statuses(walk) == [307, 404]
        assert walk.response.headers["content-type"] == "image/png"
        assert walk.response.body == expected(pictures, path_of("a b.png"))
    assert (world.function.runs, world.stored()) == (1, set())
    world.originals.put("late.png", pictures["red.png"], media_type="image/png")
    world.clock.pass_seconds(1)
    walk = world.view(path)
    assert statuses(walk) == [307, 302, 200]
    assert walk.response.body == expected(pictures, RED)


def test_a_query_neither_busts_a_cache_nor_reaches_the_function(world: World) -> None:
    world.view(RED)
    for query in ("?x=1", "?x=2", "?f=webp"):
        walk = world.view(RED + query)
        assert statuses(walk) == [200]
        assert walk.response.headers["x-cache"] == "Hit from cloudfront"
    assert world.function.runs == 1


def test_a_store_that_fails_is_503_and_no_redirect_and_is_tried_again_after_a_second(
    base: Base, pictures: dict[str, bytes]
) -> None:
    store = BreakableStore(open_store("memory:"), broken={"put"})
    world = World.over(base, pictures, derivatives=cast(ObjectStore, store))
    assert statuses(world.view(RED)) == [307, 503]
    store.broken.clear()
    world.clock.pass_seconds(1)
    walk = world.view(RED)
    assert statuses(walk) == [307, 302, 200]
    assert walk.response.body == expected(pictures, RED)
