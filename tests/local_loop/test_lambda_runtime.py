"""The loop with the function in a process of its own, under the runtime interface emulator."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from local_loop.lambda_runtime import EmulatedFunction, FunctionFailed, of_checkout, of_image
from local_loop.s3 import S3Server
from local_loop.stack import Loop
from resizer_core import open_store
from tests.local_loop.world import Base


@pytest.fixture(scope="module")
def loop(emulator: Path, pictures: dict[str, bytes], base: Base) -> Iterator[Loop]:
    """One process for all tests: each leaves it in a state that the next one has to bear."""
    buckets = {name: open_store("memory:") for name in ("originals", "derivatives")}
    for key, body in pictures.items():
        buckets["originals"].put(key, body, media_type="image/png")
    with S3Server(buckets) as server:
        variables = {
            **base.environment,
            **server.environment,
            # The start of the process counts, and has to fit in on a busy machine.
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "6",
        }
        with of_checkout(
            variables, emulator=emulator, handler="tests.local_loop.failing.handler"
        ) as function:
            yield Loop(base.configuration, buckets=buckets, function=function)


def test_a_first_view_goes_round_and_a_second_one_does_not(loop: Loop, pictures: dict[str, bytes]) -> None:
    for key in pictures:
        first, second = (loop.walk(f"/4x4_f-webp_v-1/{quote(key)}") for _ in range(2))
        assert [hop.response.status for hop in first.hops] == [307, 302, 200]
        assert [hop.response.status for hop in second.hops] == [200]
        assert second.response.body == first.response.body
        assert first.response.headers["content-type"] == "image/webp"
        assert first.response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_error_is_the_functions_own(loop: Loop) -> None:
    walk = loop.walk("/4x4/missing.png")
    assert (walk.response.status, walk.response.headers["content-type"]) == (404, "application/json")
    assert b"missing.png" in walk.response.body


@pytest.mark.parametrize(
    "failure", ["raises", "exits", "breaks", "answers too much", "answers text", "sleeps"]
)
def test_a_function_that_fails_is_500_and_the_next_view_is_fine(loop: Loop, failure: str) -> None:
    failed = loop.walk(f"/4x4/{quote(failure)}")
    assert (failed.response.status, failed.redirects) == (500, 1)
    after = loop.walk(f"/5x5_v-{failure.split()[-1]}/red.png")
    assert (after.response.status, after.redirects) == (200, 2)


def test_a_process_that_broke_answers_once_and_no_more(loop: Loop) -> None:
    """Its own answer arrives, and the next view, which it could not serve, is that of another process."""
    walk = loop.walk("/4x4/breaks")
    assert (walk.response.status, json.loads(walk.response.body)["error"]) == (500, "InternalError")
    assert loop.walk("/5x6/red.png").response.status == 200


def test_views_at_once_wait_for_each_other(loop: Loop) -> None:
    with ThreadPoolExecutor(max_workers=4) as threads:
        walks = list(threads.map(loop.walk, (f"/{width}x/red.png" for width in range(6, 14))))
    assert [walk.response.status for walk in walks] == [200] * 8


def test_a_command_that_is_not_there_is_said() -> None:
    with pytest.raises(FunctionFailed, match="no-such-command"), EmulatedFunction(["no-such-command"], {}):
        pass


def test_what_a_command_said_before_it_ended_is_said(tmp_path: Path) -> None:
    with pytest.raises(FunctionFailed, match="no emulator at"), of_checkout({}, emulator=tmp_path / "none"):
        pass


def test_an_image_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "ENGINE", "none")
    with pytest.raises(FunctionFailed, match="make image"), of_image({}):
        pass
