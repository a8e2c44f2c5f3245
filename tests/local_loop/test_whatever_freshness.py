"""Whatever happens to originals, and in whichever order it is noticed, views end with the original of now.

A machine writes and deletes originals, views derivatives, lets things happen in the middle of a view, looks
at the originals at times, brings changes twice, swapped and late, and breaks the store that is purged.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar
from urllib.parse import unquote

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from resizer_core import Delivery, resize
from tests.local_loop.conftest import flat
from tests.local_loop.following import Followed

#: Coverage slows it down, and other tests run each line that it runs.
pytestmark = pytest.mark.no_cover

KEYS = ("red.png", "a b.png")
SPECS = ("4x4_fit-cover_f-png", "x3_f-webp_q-70")
#: Each picture, one of them under two names.
NAMES = ("red.png", "a%20b.png", "a+b.png")
PATHS = tuple(f"/{spec}/{name}" for spec in SPECS for name in NAMES)
COLOURS = (0, 80, 160)
#: What may happen in the middle of a view: to the original, and whether it is noticed then.
IN_BETWEEN = ("write 0", "write 80", "delete", "follow")

paths, keys, colours = st.sampled_from(PATHS), st.sampled_from(KEYS), st.sampled_from(COLOURS)
numbers = st.integers(0, 9)


@cache
def original(key: str, colour: int) -> bytes:
    return flat(colour, 250 - colour, 60 * KEYS.index(key))


class Following(RuleBasedStateMachine):
    """One loop, its originals, and who follows them."""

    delivery: ClassVar[Delivery]

    @initialize()
    def begin(self) -> None:
        self.followed = Followed.over(self.delivery, {key: original(key, 0) for key in KEYS})
        self.changes = self.followed.freshness.changes

    @rule(key=keys, colour=colours)
    def somebody_writes(self, key: str, colour: int) -> None:
        self.followed.write(key, original(key, colour))

    @rule(key=keys)
    def somebody_deletes(self, key: str) -> None:
        self.followed.world.originals.delete(key)

    @rule(path=paths)
    def somebody_views(self, path: str) -> None:
        assert self.followed.world.view(path).response.status in (200, 404)

    @rule(
        path=paths,
        calls=st.integers(1, 6),
        what=st.lists(st.sampled_from(IN_BETWEEN), min_size=2, max_size=5),
    )
    def something_happens_while_somebody_views(self, path: str, calls: int, what: list[str]) -> None:
        key = "red.png" if "red" in path else "a b.png"

        def happens() -> None:
            for one in what:
                if one == "follow":
                    self.followed.follow()
                elif one == "delete":
                    self.somebody_deletes(key)
                else:
                    self.somebody_writes(key, int(one.removeprefix("write ")))

        self.followed.interrupted.calls = calls
        self.followed.interrupted.happens = happens
        assert self.followed.world.view(path).has_ended
        self.followed.interrupted.calls = 0

    @rule()
    def somebody_looks(self) -> None:
        self.changes.watch()

    @rule()
    def changes_come(self) -> None:
        self.followed.freshness.follow()

    @rule(number=numbers)
    def a_change_comes_twice(self, number: int) -> None:
        if self.changes.waiting:
            self.changes.waiting.append(self.changes.waiting[number % len(self.changes.waiting)])

    @rule(number=numbers, seconds=st.sampled_from((1, 61, 400)))
    def a_change_comes_late(self, number: int, seconds: float) -> None:
        if self.changes.waiting:
            since, change = self.changes.waiting.pop(number % len(self.changes.waiting))
            self.changes.waiting.append((since + seconds, change))

    @rule(random=st.randoms(use_true_random=False))
    def changes_are_swapped(self, random: object) -> None:
        random.shuffle(self.changes.waiting)  # type: ignore[attr-defined]

    @rule(seconds=st.sampled_from((0.5, 11, 61, 400, 90_000)))
    def time_passes(self, seconds: float) -> None:
        self.followed.world.clock.pass_seconds(seconds)

    @rule(broken=st.sampled_from(("", "head", "folders", "delete")))
    def the_store_fails_or_is_mended(self, broken: str) -> None:
        self.followed.store.broken = {broken}

    def teardown(self) -> None:
        if not hasattr(self, "followed"):
            return
        self.settle()
        for found in self.followed.store.list():
            stored = self.followed.store.head(found.key)
            made_of = self.followed.original(found.key.partition("/")[2])
            assert made_of, f"{found.key} has no original"
            assert stored.metadata["original"] == made_of.etag, f"{found.key} has another original"
        for path in PATHS:
            spec, _, name = unquote(path[1:]).partition("/")
            now = self.followed.original(name)
            response = self.followed.world.view(path).response
            assert response.status == (200 if now else 404), path
            assert not now or response.body == resize(bytes(now.body), spec).body, path
        assert self.followed.store.wrongly_deleted == []

    def settle(self) -> None:
        """Let everything be noticed, and every second look come."""
        self.followed.store.broken = set()
        self.followed.follow()
        for _ in range(20):
            if not self.changes.waiting:
                return
            clock = self.followed.world.clock
            clock.now = max(clock.now, *(since for since, _ in self.changes.waiting))
            self.followed.freshness.follow()
        raise AssertionError(f"the queue never ends: {self.changes.waiting}")


@pytest.mark.parametrize("delivery", list(Delivery))
def test_in_the_end_each_view_is_of_the_original(delivery: Delivery) -> None:
    machine = type("Machine", (Following,), {"delivery": delivery})
    run_state_machine_as_test(machine, settings=settings(max_examples=75, stateful_step_count=30))
