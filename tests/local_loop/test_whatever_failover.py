"""Whatever the cache and the bucket hold, a view runs the function once at most and brings the right picture.

A machine views, asks for parts and for changes, deletes, stores, lets time pass, and deploys one wrong
configuration after the other, while the cache keeps what it has.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar, cast
from unittest.mock import patch
from urllib.parse import unquote

import pytest
import pyvips
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from local_loop.http import Request, Response
from local_loop.viewer import Viewer, Walk
from resizer_core import ObjectStore, open_store, resize
from tests.local_loop.doubles import BreakableStore, LikeS3
from tests.local_loop.failover_world import (
    FAILOVER,
    FailoverBase,
    FailoverChange,
    FailoverWorld,
    with_bucket,
    with_failover,
    with_failover_api,
    with_group,
)
from tests.local_loop.views import DAY
from tests.local_loop.world import in_turn

#: Coverage slows it down, and other tests run each line that it runs.
pytestmark = pytest.mark.no_cover

#: Under these every view ends with its picture.
HARMLESS: tuple[FailoverChange, ...] = (
    in_turn(),
    with_failover(cache_policy=DAY),
    with_failover(edge=None),
    with_bucket(plus_is_space=True),
    with_failover_api(stage="prod"),
)
CHANGES = (
    *HARMLESS,
    with_group(status_codes=frozenset({403, 404})),
    in_turn(with_group(status_codes=frozenset({403, 404})), with_bucket(readable=False)),
    with_group(status_codes=frozenset({403, 404, 500})),
    with_group(headers={}),
    with_group(status_codes=frozenset({503})),
    with_bucket(listable=False),
    with_bucket(readable=False),
    with_failover(origin_group=None),
    with_failover(forwards_host=True),
    with_failover_api(throttled=True),
)
#: They leave nothing to the settings. The third is too large for an answer, see below.
CANONICAL = ("/4x4_fit-cover_f-png/red.png", "/x3_f-webp_q-70/green/ü.png", "/16x8_f-jpg_q-90/red.png")
#: A path that is not canonical, and a format that nothing at the edge chooses: where each ends.
ENDS = {
    **{path: path for path in CANONICAL},
    "/4x4_f-png_fit-cover/red.png": CANONICAL[0],
    "/4x4_f-auto/red.png": "/4x4_f-webp/red.png",
}
#: Bytes: more than the others, less than the third.
LARGEST_ANSWER = 300
PATHS = st.sampled_from(tuple(ENDS))
CACHE_CONTROLS = ("", "no-store", "max-age=60", "public, max-age=31536000, immutable")
#: Errors that a fault, or what it left in the cache, may bring.
ERRORS = (403, 404, 429, 500, 503)


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


def test_one_picture_is_too_large_for_an_answer_and_the_others_are_not() -> None:
    sizes = {end: len(expected(end)) for end in ENDS.values()}
    assert {end for end, size in sizes.items() if size > LARGEST_ANSWER} == {CANONICAL[2]}


class FailingOver(RuleBasedStateMachine):
    """One loop, many viewers, and one browser that stays."""

    base: ClassVar[FailoverBase]

    @initialize()
    def begin(self) -> None:
        self.patches = [
            patch("resizer_core.MAX_ANSWER_BYTES", LARGEST_ANSWER),
        ]
        for one in self.patches:
            one.start()
        self.store = BreakableStore(cast(ObjectStore, LikeS3(open_store("memory:"))))
        self.world = FailoverWorld.over(self.base, originals(), derivatives=cast(ObjectStore, self.store))
        self.browser: Viewer = self.world.loop.viewer()
        self.is_healthy = True

    def teardown(self) -> None:
        for one in self.patches:
            one.stop()

    @rule(path=PATHS)
    def a_stranger_views(self, path: str) -> None:
        before = self.world.function.runs
        self.check(self.world.view(path, accept="image/webp"), path, before)

    @rule(path=PATHS)
    def the_browser_views(self, path: str) -> None:
        before = self.world.function.runs
        walk = self.browser.walk(self.world.base.url + path, headers={"accept": "image/webp"})
        self.check(walk, path, before)

    @rule(path=st.sampled_from(CANONICAL[:2]), start=st.integers(0, 400), length=st.integers(1, 50))
    def a_part_is_asked_for(self, path: str, start: int, length: int) -> None:
        asked = {"range": f"bytes={start}-{start + length - 1}"}
        first, second = (self.ask(path, asked) for _ in range(2))
        whole = expected(path)
        for answer in (first, second):
            if answer.status == 206:
                assert answer.body == whole[start : start + length]
                assert answer.headers["content-range"].endswith(f"/{len(whole)}")
            else:
                assert answer.status == 416 if self.is_healthy else answer.status in (*ERRORS, 416)
        if self.is_healthy:
            assert first.status == second.status == (206 if start < len(whole) else 416)

    @rule(path=st.sampled_from(CANONICAL[:2]), method=st.sampled_from(("GET", "HEAD")))
    def what_has_changed_is_asked_for(self, path: str, method: str) -> None:
        first = self.ask(path, {}, method="HEAD")
        second = self.ask(path, {"if-none-match": first.headers.get("etag", '""')}, method=method)
        if self.is_healthy:
            assert (first.status, second.status) == (200, 304)
            assert first.headers["content-length"] == str(len(expected(path)))

    @rule(path=PATHS)
    def the_derivative_is_deleted(self, path: str) -> None:
        self.store.store.delete(unquote(ENDS[path]).removeprefix("/"))

    @rule(path=PATHS)
    def the_derivative_is_purged(self, path: str) -> None:
        self.the_derivative_is_deleted(path)
        self.the_cache_forgets(ENDS[path])

    @rule(path=PATHS, cache_control=st.sampled_from(CACHE_CONTROLS))
    def the_derivative_is_stored_by_somebody_else(self, path: str, cache_control: str) -> None:
        end = ENDS[path]
        media_type = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}[
            end.partition("f-")[2].partition("_")[0].partition("/")[0]
        ]
        self.store.store.put(
            end.removeprefix("/"), expected(end), media_type=media_type, cache_control=cache_control
        )

    @rule(path=st.sampled_from((*CANONICAL, "/")))
    def the_cache_forgets(self, path: str) -> None:
        self.world.loop.delivery_cache.invalidate([f"{Request.to(path).path}*"])

    @rule(seconds=st.sampled_from((0.5, 5, 11, 61, 3_600, 90_000, 40_000_000)))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.pass_seconds(seconds)

    @rule(change=st.sampled_from(CHANGES))
    def it_is_deployed_anew(self, change: FailoverChange) -> None:
        self.world.reconfigure(change)
        self.is_healthy = False

    @rule(change=st.sampled_from(HARMLESS))
    def it_is_mended(self, change: FailoverChange) -> None:
        """Errors are kept for 10 s at most, but for refusals of the function: a minute."""
        self.store.broken = set()
        self.world.reconfigure(change)
        self.world.clock.pass_seconds(60)
        self.is_healthy = True

    @rule(broken=st.sampled_from(({"get"}, {"head"}, {"put"}, {"get", "head", "put"})))
    def the_store_fails(self, broken: set[str]) -> None:
        self.store.broken = broken
        self.is_healthy = False

    def ask(self, path: str, headers: dict[str, str], *, method: str = "GET") -> Response:
        before = self.world.function.runs
        answer = self.world.loop.delivery(Request.to(path, method=method, headers=headers))
        assert self.world.function.runs - before <= 1
        assert not answer.is_redirect
        return answer

    def check(self, walk: Walk, path: str, runs_before: int) -> None:
        runs = self.world.function.runs - runs_before
        assert walk.has_ended
        assert not walk.left_for
        # Each GET runs the function once at most; a redirect is one more GET.
        assert runs <= len(walk.hops)
        # Another spelling, or a format to choose, and what is too large for an answer.
        named = (path != ENDS[path]) + (ENDS[path] == CANONICAL[2])
        assert walk.redirects <= named
        for hop in walk.hops:
            if hop.response.is_redirect:
                assert hop.response.headers["cache-control"] == "no-store"
        if walk.response.status == 200:
            assert walk.response.body == expected(ENDS[path])
        else:
            assert not self.is_healthy
            assert walk.response.status in ERRORS


def failing_over(base: FailoverBase, *, examples: int = 150) -> type[FailingOver]:
    """The machine for a loop like ``base``: its ``TestCase`` is the test, which tries this many examples."""

    class Machine(FailingOver):
        pass

    Machine.base = base
    Machine.TestCase.settings = settings(max_examples=examples, stateful_step_count=25)
    return Machine


test_a_view_runs_the_function_once_whatever_its_state = failing_over(FAILOVER).TestCase
