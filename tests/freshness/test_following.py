"""Whatever happens in whichever order, in the end nothing is kept of an original that is not there.

A machine writes and deletes originals, begins runs of the generator and fetches of the CDN and ends them at
any time that is possible, hands over messages late, twice and in any order, and breaks each service.
"""

from __future__ import annotations

from typing import ClassVar
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from freshness import invalidation
from freshness.settings import Cdn
from tests.freshness.world import DELAY, NAMES, NFC, NFD, World

LISTED = ("20x", "30x_f-webp")
names, specs = st.sampled_from(NAMES), st.sampled_from(LISTED)


class Following(RuleBasedStateMachine):
    """One site, and everything that may happen to it."""

    cdn: ClassVar[Cdn]
    indexed: ClassVar[bool]

    @initialize()
    def begin(self) -> None:
        self.world = World(cdn=self.cdn, indexed=self.indexed)

    @rule(key=names)
    def somebody_writes(self, key: str) -> None:
        self.world.write(key)

    @rule(key=names)
    def somebody_deletes(self, key: str) -> None:
        self.world.delete_original(key)

    @rule(spec=specs, name=names)
    def a_run_begins(self, spec: str, name: str) -> None:
        self.world.begin_run(spec, name)

    @rule(spec=specs, name=names)
    def a_fetch_begins(self, spec: str, name: str) -> None:
        self.world.begin_fetch(spec, name)

    @rule(spec=specs, name=names)
    def somebody_views(self, spec: str, name: str) -> None:
        for begin in (self.world.begin_run, self.world.begin_fetch):
            begin(spec, name)
            if self.world.under_way:
                self.world.end(self.world.under_way[-1])

    @rule(number=st.integers(0, 9))
    def something_ends(self, number: int) -> None:
        if self.world.under_way:
            self.world.end(self.world.under_way[number % len(self.world.under_way)])

    @rule(seconds=st.sampled_from((1, 10, 29, 31, 61, 400)))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_seconds(seconds)

    @rule(number=st.integers(0, 9))
    def a_message_comes_twice(self, number: int) -> None:
        if self.world.queue:
            self.world.queue.append(self.world.queue[number % len(self.world.queue)])

    @rule(numbers=st.lists(st.integers(0, 9), max_size=4))
    def messages_come(self, numbers: list[int]) -> None:
        self.world.deliver(numbers)

    @rule(service=st.sampled_from(("delete", "half", "send", "invalidate")))
    def a_service_breaks(self, service: str) -> None:
        self.world.fails.add(service)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.settle()
            assert self.world.wrong() == []
            if self.indexed:
                noted = {found.key.rpartition("/")[0] for found in self.world.index.list()}
                assert {name for name in noted if not self.world.original(name)} == set()


WAYS = {
    "by-paths": (Cdn.PATHS, False),
    "by-tags": (Cdn.TAGS, False),
    "with-an-index": (Cdn.PATHS, True),
}


@pytest.mark.no_cover  # it slows this down, and the tests below run each line of it
@pytest.mark.parametrize("most", [200, 1], ids=["each", "everything"])
@pytest.mark.parametrize(("cdn", "indexed"), WAYS.values(), ids=WAYS)
def test_nothing_is_kept_of_an_original_that_is_not_there(cdn: Cdn, indexed: bool, most: int) -> None:
    machine = type("Machine", (Following,), {"cdn": cdn, "indexed": indexed})
    with mock.patch.object(invalidation, "MOST", most):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=100,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )


def viewed(world: World, *keys: str) -> None:
    for key in keys:
        for begin in (world.begin_run, world.begin_fetch):
            begin(*key.split("/", 1))
            world.end(world.under_way[-1])


def test_a_new_original_costs_the_cdn_nothing() -> None:
    world = World()
    world.write("a b.png")
    viewed(world, "20x/a b.png")
    world.settle()
    assert (world.told, world.wrong()) == ([], [])
    assert [found.key for found in world.derivatives.list()] == ["20x/a b.png"]


def test_a_first_look_deletes_and_a_second_forgets_again() -> None:
    world = World()
    world.write("a b.png")
    viewed(world, "20x/a b.png")
    world.settle()
    world.write("a b.png")
    outcome = world.deliver([0])
    assert (outcome.stale, outcome.deleted, outcome.invalidated, outcome.failed) == (1, 1, 1, {})
    assert (world.told, world.wrong()) == ([["/20x/a%20b.png"]], [])
    world.pass_seconds(DELAY - 1)
    assert world.deliver([0]).invalidated == 0  # it is not time yet
    world.pass_seconds(1)
    world.deliver([0])
    assert (world.told, world.queue) == ([["/20x/a%20b.png"]] * 2, [])


def test_what_a_run_stores_after_the_first_look_goes_with_the_second() -> None:
    world = World()
    world.write(NFC)
    world.begin_run("20x", NFD)
    world.write(NFC)
    world.deliver([0, 1])
    world.settle()
    assert (list(world.derivatives.list()), len(world.told)) == ([], 2)


@pytest.mark.parametrize("service", ["send", "delete", "half", "invalidate"])
def test_what_fails_is_handed_over_again_and_nothing_is_lost(service: str) -> None:
    world = World()
    for key in ("a b.png", NFC):
        world.write(key)
        viewed(world, f"20x/{key}", f"30x/{key}")
    world.settle()
    world.write("a b.png")
    world.fails.add(service)
    assert [*world.deliver([0]).failed] == ["a b.png"]
    assert len(world.queue) >= 1
    world.settle()
    assert (world.wrong(), {found.key for found in world.derivatives.list()}) == (
        [],
        {f"20x/{NFC}", f"30x/{NFC}"},
    )


def test_everything_waits_for_the_last_one() -> None:
    world = World()
    with mock.patch.object(invalidation, "MOST", 1):
        world.write("a b.png")
        for _ in range(2):
            viewed(world, "20x/a b.png", "30x/a b.png")
            world.write("a b.png")
            world.pass_seconds(1)
            world.deliver(range(9))
        assert world.told == [["/*"]]  # the second came too soon: its second look makes up for it
        world.settle()
    assert (world.wrong(), world.told) == ([], [["/*"]] * len(world.told))
    assert len(world.told) >= 2


def test_a_second_look_that_comes_too_soon_for_everything_comes_once_more() -> None:
    world = World()
    with mock.patch.object(invalidation, "MOST", 1):
        for key in ("a b.png", NFC):
            world.write(key)
            viewed(world, f"20x/{key}", f"30x/{key}")
        world.settle()
        world.cache.invalidate(["/*"])
        world.write("a b.png")
        world.deliver([0])
        world.pass_seconds(55)
        world.begin_fetch("20x", NFC)
        world.write(NFC)
        world.pass_seconds(1)
        world.deliver([0])
        world.pass_seconds(5)
        world.deliver([0])  # the second look at the one lets the CDN forget everything
        world.pass_seconds(56)  # by now the fetch of the other one has ended
        assert len(world.wrong()) == 1
        assert (world.deliver([0]).invalidated, len(world.queue), len(world.told)) == (0, 1, 2)
        world.settle()
    assert world.wrong() == []
