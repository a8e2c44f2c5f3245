"""Test that viewers keep the runs reserved for them while derivatives are made beforehand.

No time passes here: a run of a backfill lasts until the test lets it end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

import resizer_core as core
from batch import Batch
from function.making import Maker
from local_loop.http_api import LambdaFunction
from tests.doubles import Passing
from tests.local_loop.world import STANDARD, Counted, World
from warm import Warm

#: How many may be at once, of viewers as of a backfill.
RUNS = 2
SPEC = "4x4_f-png"
#: Seconds that a busy machine may take until a run begins or ends.
PATIENCE = 120


class Runs:
    """The runs that there may be at once: of an account, or of what a function has reserved."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(RUNS)

    def of(self, function: LambdaFunction) -> LambdaFunction:
        """Give a function these runs alone. A call that finds none free is refused, as Lambda does."""

        def limited(event: dict[str, Any], context: object = None) -> Any:
            if not self._free.acquire(blocking=False):
                raise RuntimeError("TooManyRequestsException")
            try:
                return function(event, context)
            finally:
                self._free.release()

        return limited


@dataclass
class Held(Passing):
    """A store that gives an original once the test lets it."""

    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    gives: threading.Event = field(default_factory=threading.Event)

    def get(self, key: str, *, max_bytes: int | None = None) -> core.StoredObject | None:
        self.asked.release()
        assert self.gives.wait(PATIENCE)
        return super().get(key, max_bytes=max_bytes)


#: Each function, and the event that S3 Batch Operations or SQS calls it with.
FUNCTIONS: dict[str, tuple[Callable[[Maker], LambdaFunction], Callable[[str], dict[str, Any]]]] = {
    "batch": (
        lambda maker: Batch(maker, SPEC),
        lambda key: {
            "invocationSchemaVersion": "1.0",
            "invocationId": key,
            "job": {"id": "job"},
            "tasks": [{"taskId": key, "s3Key": key, "s3BucketArn": "arn:aws:s3:::originals"}],
        },
    ),
    "warm": (
        lambda maker: Warm(maker, f'["{SPEC}"]'),
        lambda key: {"Records": [{"messageId": key, "body": f'{{"key": "{key}"}}'}]},
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shared", [False, True], ids=["two concurrencies", "one for both"])
def test_a_viewer_is_answered_during_a_backfill(name: str, shared: bool, pictures: dict[str, bytes]) -> None:
    """With one concurrency for both he is refused, until the backfill is over."""
    old = {f"{number}.png": pictures["red.png"] for number in range(3 * RUNS)}
    world = World.over(STANDARD, {**pictures, **old})
    originals = Held(world.originals)
    settings = core.Settings.from_environment(STANDARD.environment)
    maker = Maker(settings, originals=originals, derivatives=world.derivatives, write=lambda _: None)
    of_viewers = Runs()
    of_backfill = of_viewers if shared else Runs()
    make, event = FUNCTIONS[name]
    backfill = of_backfill.of(make(maker))
    world.function = Counted(of_viewers.of(world.function.function))
    world.loop = world.wired()

    # As many callers as it has runs, each with always one more original.
    with ThreadPoolExecutor(max_workers=RUNS) as callers:
        running = [callers.submit(backfill, event(key), None) for key in old]
        try:
            for _ in range(RUNS):
                assert originals.asked.acquire(timeout=PATIENCE), "the backfill has taken all its runs"
            during = [world.view(f"/{SPEC}/{key}").response.status for key in ("red.png", "fold/er.png")]
            assert not any(call.done() for call in running), "the backfill goes on"
        finally:
            originals.gives.set()
    assert during == [500 if shared else 200] * 2
    assert all(call.result() for call in running)
    assert {f"{SPEC}/{key}" for key in old} <= world.stored()
    assert world.view(f"/{SPEC}/a%20b.png").response.status == 200
