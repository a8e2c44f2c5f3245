"""Whatever the caches and the bucket hold, a view ends within 3 redirects, with the right picture.

A machine views, deletes, stores, lets time pass, and deploys one wrong configuration after the other, while
the caches keep what they have. `machine` makes it for any loop to start from.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

import pytest
import pyvips
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from local_loop.distribution import CachePolicy
from local_loop.viewer import Viewer, Walk
from local_loop.website import LocationEncoder
from resizer_core import resize
from tests.local_loop.world import (
    STANDARD,
    Base,
    Change,
    World,
    in_turn,
    with_delivery,
    with_generator,
    with_rules,
    with_website,
)

#: Coverage slows it down, and other tests run each line that it runs.
pytestmark = pytest.mark.no_cover

MOST_REDIRECTS, MOST_RUNS = 3, 2
DAY = CachePolicy(min_ttl=0, default_ttl=86_400, max_ttl=31_536_000)
FLOOR = CachePolicy(min_ttl=60, default_ttl=86_400, max_ttl=31_536_000)

#: The delivery side at its worst. The generator's cache is the one thing that rule 9 cannot make up for.
CHANGES = (
    in_turn(),
    with_delivery(cache_policy=DAY),
    with_delivery(cache_policy=FLOOR),
    in_turn(with_delivery(cache_policy=DAY), with_rules(http_redirect_code=302)),
    in_turn(with_delivery(cache_policy=FLOOR), with_rules(http_redirect_code=301)),
    with_rules(http_redirect_code=301),
    with_rules(http_redirect_code=308),
    with_rules(http_error_code=None),
    in_turn(with_website(referers=("wrong",)), with_rules(http_error_code=403)),
    with_website(referers=("wrong",)),
    with_website(location_encoder=LocationEncoder.RAW),
    with_website(location_encoder=LocationEncoder.FORM),
    with_website(location_keeps_query=False, sends_metadata=True),
    with_generator(cache_policy=DAY),
)
#: They leave nothing to the settings.
SPECS = ("4x4_fit-cover_f-png", "x3_f-webp_q-70")
KEYS = ("red.png", "green/ü.png")
PATHS = tuple(f"/{spec}/{key}" for spec, key in zip(SPECS, KEYS, strict=True))
#: What a derivative may have been stored with, by this function or by another.
CACHE_CONTROLS = ("", "no-store", "max-age=60", "public, max-age=31536000, immutable")


@cache
def originals() -> dict[str, bytes]:
    colours = {"red.png": [200.0, 0.0, 0.0], "green/ü.png": [0.0, 200.0, 0.0]}
    made = {}
    for key, colour in colours.items():
        image = pyvips.Image.black(16, 8, bands=3).linear([1.0, 1.0, 1.0], colour).cast("uchar")
        made[key] = bytes(image.copy(interpretation="srgb").write_to_buffer(".png"))
    return made


@cache
def expected(path: str) -> bytes:
    spec, _, key = path.removeprefix("/").partition("/")
    return resize(originals()[key], spec).body


class TheLoop(RuleBasedStateMachine):
    """One loop, many viewers, and one browser that stays."""

    base: ClassVar[Base]

    @initialize(change=st.sampled_from(CHANGES))
    def begin(self, change: Change) -> None:
        self.world = World.over(self.base, originals(), change)
        self.browser: Viewer = self.world.loop.viewer()

    @rule(path=st.sampled_from(PATHS))
    def a_stranger_views(self, path: str) -> None:
        before = self.world.function.runs
        self.check(self.world.view(path), path, before)

    @rule(path=st.sampled_from(PATHS))
    def the_browser_views(self, path: str) -> None:
        before = self.world.function.runs
        self.check(self.browser.walk(self.base.url + path), path, before)

    @rule(path=st.sampled_from(PATHS))
    def the_derivative_is_deleted(self, path: str) -> None:
        self.world.derivatives.delete(path.removeprefix("/"))

    @rule(path=st.sampled_from(PATHS))
    def the_derivative_is_purged(self, path: str) -> None:
        self.the_derivative_is_deleted(path)
        self.the_delivery_cache_forgets(path)

    @rule(path=st.sampled_from(PATHS), cache_control=st.sampled_from(CACHE_CONTROLS))
    def the_derivative_is_stored_by_somebody_else(self, path: str, cache_control: str) -> None:
        self.world.derivatives.put(
            path.removeprefix("/"), expected(path), media_type="image/png", cache_control=cache_control
        )

    @rule(path=st.sampled_from((*PATHS, "/*")))
    def the_delivery_cache_forgets(self, path: str) -> None:
        self.world.loop.delivery_cache.invalidate([path])

    @rule(seconds=st.sampled_from((0.5, 5, 11, 61, 3_600, 90_000, 40_000_000)))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.pass_seconds(seconds)

    @rule(change=st.sampled_from(CHANGES))
    def it_is_deployed_anew(self, change: Change) -> None:
        self.world.reconfigure(change)

    def check(self, walk: Walk, path: str, runs_before: int) -> None:
        assert walk.has_ended
        assert walk.redirects <= MOST_REDIRECTS
        assert self.world.function.runs - runs_before <= MOST_RUNS
        if walk.response.status == 200:
            assert walk.response.body == expected(path)
        else:
            # Nothing but the wrong secret keeps a picture from a viewer, and for 10 s its kept answer.
            assert walk.response.status == 403


def machine(base: Base, *, examples: int = 150) -> type[TheLoop]:
    """The machine for a loop like ``base``: its ``TestCase`` is the test, which tries this many examples."""

    class Machine(TheLoop):
        pass

    Machine.base = base
    Machine.TestCase.settings = settings(max_examples=examples, stateful_step_count=25)
    return Machine


test_the_loop_ends_whatever_its_state = machine(STANDARD).TestCase
