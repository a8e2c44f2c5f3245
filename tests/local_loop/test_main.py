"""``python -m local_loop`` as a process: what it prints, what it serves, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from resizer_core import Delivery, resize
from tests.local_loop.asking import asked, post

ROOT = Path(__file__).parents[2]


@contextmanager
def running(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it printed before it began to wait."""
    command = [sys.executable, "-m", "local_loop", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        printed = [process.stdout.readline() for _ in range(6)]
        try:
            yield process, "".join(printed)
        finally:
            process.kill()


@pytest.fixture
def originals(tmp_path: Path, pictures: dict[str, bytes]) -> Path:
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "a b.png").write_bytes(pictures["a b.png"])
    return folder


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310 - http, see above
        return bytes(response.read())


def ask(url: str) -> Any:
    return json.loads(fetch(url))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_it_without_an_error(originals: Path, tmp_path: Path, number: signal.Signals) -> None:
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", str(tmp_path / "made"))
    with running(*arguments) as (process, _):
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
        assert (process.returncode, said) == (0, "")


def test_without_node_it_says_that_nothing_runs_at_the_edge(originals: Path, tmp_path: Path) -> None:
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", str(tmp_path / "made"))
    with running(*arguments, environment={"PATH": str(tmp_path)}) as (process, _):
        assert process.stdout
        assert "f-auto is answered by the function" in process.stdout.readline()


def test_a_preset_that_could_never_be_made_is_said_at_once(originals: Path) -> None:
    command = [sys.executable, "-m", "local_loop", "--port", "0", "--originals", str(originals)]
    done = subprocess.run(
        [*command, "--derivatives", "memory:"],
        cwd=ROOT,
        env={**os.environ, "RESIZER_PRESETS": '{"huge": "9000x"}'},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("RESIZER_PRESETS: the preset 'huge' could never be made: ")


def test_the_line_that_it_prints_works_and_a_folder_is_cached_like_a_bucket(
    originals: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", str(made))
    with running(*arguments) as (_, printed):
        found = re.search(r"http://127\.0\.0\.1:\d+/300x200_f-webp/a%20b\.png", printed)
        assert found, printed
        answers = []
        for _ in range(3):
            with urllib.request.urlopen(found[0], timeout=30) as response:  # noqa: S310 - http, see above
                answers.append(
                    (response.status, response.headers["content-type"], response.headers["x-cache"])
                )
    assert answers == [
        (200, "image/webp", "Miss from cloudfront"),
        (200, "image/webp", "Hit from cloudfront"),
        (200, "image/webp", "Hit from cloudfront"),
    ]
    assert (made / "300x200_f-webp" / "a b.png").is_file()


def test_a_dropped_picture_and_what_is_made_of_it_reach_no_folder(
    originals: Path, tmp_path: Path, pictures: dict[str, bytes]
) -> None:
    made = tmp_path / "made"
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", str(made))
    marks = {**os.environ, "RESIZER_WATERMARKS": '{"mark": "a b.png"}'}
    with running(*arguments, environment=marks) as (_, printed):
        one, other = (match[1] for match in re.finditer(r"(?:is at|stores:) (\S+?)/\s", printed))
        key = post(one, "originals", pictures["red.png"], name="red.png").json["key"]
        for url in (one, other):
            assert asked(url, "walk", path=f"/8x4_wm-mark_f-webp/{key}")["status"] == 200
            assert asked(url, "explain", spec="8x4_wm-mrk", key=key)["suggestion"] == "8x4_wm-mark"
    assert not made.exists()
    assert [path.name for path in originals.iterdir()] == ["a b.png"]


@pytest.mark.parametrize(
    ("arguments", "redirects"),
    [((), [2, 0]), (("--delivery", "failover"), [0, 0])],
    ids=["redirect", "failover"],
)
def test_both_ways_are_served_over_the_same_stores(
    originals: Path, arguments: tuple[str, ...], redirects: list[int]
) -> None:
    stores = ("--port", "0", "--originals", str(originals), "--derivatives", "memory:")
    with running(*stores, *arguments) as (_, printed):
        found = [
            re.search(pattern, printed) for pattern in (r"The loop is at (\S+)/ ", r"same stores: (\S+)/")
        ]
        urls = [match[1] for match in found if match]
        walks = [ask(f"{url}/_loop/walk?path=/8x4_f-webp/a%20b.png") for url in urls]
        assert [walk["redirects"] for walk in walks] == redirects
        assert {walk["status"] for walk in walks} == {200}
        page = fetch(f"{urls[0]}/").decode()
        assert all(f'href="{url}/"' in page for url in urls)


def test_originals_may_be_in_several_folders(originals: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    stores = json.dumps({"shop/": str(originals), "blog/": str(tmp_path / "empty")})
    with running("--port", "0", "--originals", stores, "--derivatives", "memory:") as (_, printed):
        found = re.search(r"http://127\.0\.0\.1:\d+/300x200_f-webp/shop/a%20b\.png", printed)
        assert found, printed
        with urllib.request.urlopen(found[0], timeout=30) as response:  # noqa: S310 - http, see above
            assert (response.status, response.headers["content-type"]) == (200, "image/webp")


@pytest.mark.parametrize("delivery", list(Delivery))
def test_an_original_that_is_replaced_is_purged_and_that_is_said_in_one_line(
    originals: Path, tmp_path: Path, pictures: dict[str, bytes], delivery: Delivery
) -> None:
    made = str(tmp_path / "made")
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", made, "--delivery", delivery)
    with running(*arguments) as (process, printed):
        found = re.search(r"http://127\.0\.0\.1:\d+/300x200_f-webp/a%20b\.png", printed)
        assert found, printed

        def viewed() -> bytes:
            with urllib.request.urlopen(found[0], timeout=30) as response:  # noqa: S310 - http, see above
                assert response.headers["cache-control"] == "public, max-age=300, s-maxage=31536000"
                body: bytes = response.read()
                return body

        before = viewed()
        (originals / "a b.png").write_bytes(pictures["red.png"])
        given_up = time.monotonic() + 60
        while viewed() == before:
            assert time.monotonic() < given_up, "the former picture is still there"
            time.sleep(0.1)
        assert viewed() == resize(pictures["red.png"], "300x200_f-webp").body
        process.send_signal(signal.SIGTERM)
        said, errors = process.communicate(timeout=30)
    assert errors == ""
    assert said.splitlines()[-1] == (
        "a b.png was replaced: 1 derivative is deleted, and forgotten by the caches."
    )


def refused(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "local_loop", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return run.returncode, run.stderr


def test_a_taken_port_is_said_in_one_line(originals: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, said = refused("--port", port, "--originals", str(originals), "--derivatives", "memory:")
    assert status == 1
    assert said.count("\n") == 1
    assert port in said


@pytest.mark.parametrize("option", ["--port", "--generator-port"])
@pytest.mark.parametrize("port", ["80000", "65536", "-1", "http", "١"])
def test_a_port_that_is_none_is_said(option: str, port: str) -> None:
    status, said = refused(f"{option}={port}", "--derivatives", "memory:")
    assert status == 2
    assert f"expected a port, 0 to 65535, got {port!r}" in said


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    status, said = refused("--originals", str(tmp_path / "missing"), "--derivatives", "memory:")
    assert status == 2
    assert str(tmp_path / "missing") in said
    several = json.dumps({"shop/": str(tmp_path), "blog/": str(tmp_path / "missing")})
    status, said = refused("--originals", several, "--derivatives", "memory:")
    assert status == 2
    assert f"there is no folder {tmp_path / 'missing'}" in said


def test_a_store_that_is_none_is_said(originals: Path) -> None:
    status, said = refused("--originals", str(originals), "--derivatives", "ftp://example.test/a")
    assert status == 2
    assert "expected" in said


@pytest.mark.parametrize("delivery", ["redirect", "failover"])
def test_the_function_can_run_under_the_emulator(emulator: Path, originals: Path, delivery: str) -> None:
    assert emulator.is_file()
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", "memory:")
    with running(*arguments, "--function", "emulator", "--delivery", delivery) as (process, printed):
        found = re.search(r"http://127\.0\.0\.1:\d+/300x200_f-webp/a%20b\.png", printed)
        assert found, printed
        with urllib.request.urlopen(found[0], timeout=60) as response:  # noqa: S310 - http, see above
            assert (response.status, response.headers["content-type"]) == (200, "image/webp")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, "")


def test_an_image_that_is_not_there_is_said(originals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE", "none")
    arguments = ("--port", "0", "--originals", str(originals), "--derivatives", "memory:")
    status, said = refused(*arguments, "--function", "image")
    assert status == 1
    assert said.startswith("the function did not start:\n")
    assert "make image" in said
