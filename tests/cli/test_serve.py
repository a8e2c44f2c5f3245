"""``resizer serve``: a server in processes of its own, over a folder of originals."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import resizer_core as core
from tests.cli.command import ROOT, command, names, run
from tests.cli.server import Server, is_refused, serving
from tests.cli.test_warm_ends import is_gone, wait_until
from tests.doubles import picture


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for what disturbs no other test: one render at once, and one that waits."""
    with serving(tmp_path_factory.mktemp("serve"), "--renders", 1, "--queue", 1) as running:
        yield running


def test_a_folder_is_served_and_each_request_is_a_line_of_the_log(server: Server) -> None:
    status, headers, body = server.ask("/30x20_f-webp/cat.jpg")
    assert (status, headers["content-type"]) == (200, "image/webp")
    assert body == core.resize(picture(".jpg"), "30x20_f-webp").body
    assert server.ask("/30x20_f-webp/cat.jpg")[2] == body
    assert server.ask("/30x20_f-wbp_s-abcdefghijkl/cat.jpg")[0] == 400
    made, stored, refused = server.lines()
    common = {"level": "INFO", "viewer": "127.0.0.1", "method": "GET"}
    assert made.items() >= {**common, "status": 200, "outcome": "made", "spec": "30x20_f-webp"}.items()
    assert (made["key"], made["bytes_in"]) == ("cat.jpg", len(picture(".jpg")))
    assert made["bytes_out"] == stored["bytes_out"] == len(body)
    assert made["total_ms"] >= made["render_ms"] > 0
    assert (stored["outcome"], "bytes_in" in stored) == ("already_stored", False)
    assert refused.items() >= {**common, "status": 400, "outcome": "InvalidSpec"}.items()
    assert refused["path"] == "/30x20_f-wbp/cat.jpg"


def test_it_says_that_it_is_well_and_what_it_has_done(server: Server) -> None:
    before = len(server.lines())
    assert server.ask("/healthz")[2] == b"ok\n"
    assert b"resizer_answers_total" in server.ask("/metrics")[2]
    assert len(server.lines()) == before


def test_what_is_beyond_the_queue_is_asked_to_come_again(server: Server) -> None:
    with ThreadPoolExecutor(8) as viewers:
        answers = list(viewers.map(server.ask, [f"/{width}x/slow.jpg" for width in range(10, 18)]))
    assert sorted({status for status, _, _ in answers}) == [200, 503]
    assert [status for status, _, _ in answers].count(200) == 2
    assert {headers["retry-after"] for status, headers, _ in answers if status == 503} == {"2"}


def test_sigterm_finishes_what_runs_and_refuses_who_comes_then(tmp_path: Path) -> None:
    with serving(tmp_path, "--derivatives", tmp_path / "derivatives", "--quiet") as server:
        with ThreadPoolExecutor(1) as viewer:
            slow = viewer.submit(server.ask, "/30x20/slow.jpg")
            wait_until(lambda: b"running 1\n" in server.ask("/metrics")[2])
            server.process.terminate()
            wait_until(lambda: is_refused(server.port))
            assert slow.result()[0] == 200
        assert server.process.wait(60) == 0
        assert server.log.read_text().count("\n") == 1
    assert names(tmp_path / "derivatives") == ["30x20/slow.jpg"]


def test_ctrl_c_ends_it_and_says_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", 2) as server:
        wait_until(lambda: len(server.workers()) == 2)
        children = server.workers()
        for pid in (server.process.pid, *children):  # a terminal sends it to all of them
            os.kill(pid, signal.SIGINT)
        assert server.process.wait(60) == 0
        assert all(map(is_gone, children))
        assert server.lines() == []


def test_a_worker_that_is_no_longer_sound_or_crashes_is_followed_by_another(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        first = server.workers()
        assert server.ask("/30x20/broken.jpg")[0] == 500
        wait_until(lambda: all(map(is_gone, first)))
        assert server.ask("/30x20/cat.jpg")[0] == 200  # it waits for the next one
        with pytest.raises(ConnectionError):
            server.ask("/30x20/crash.jpg")
        assert server.ask("/30x20/cat.jpg")[0] == 200
        said = [line["message"] for line in server.lines() if "message" in line]
        assert "RuntimeError: a library is broken" in said[0]
        assert said[1].startswith("this worker ends after an error that is not ours")


def test_workers_end_when_the_one_that_began_them_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        children = server.workers()
        server.process.kill()
        assert children
        wait_until(lambda: all(map(is_gone, children)))


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", "--originals", ".", "--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"cannot listen at http://127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("RESIZER_ACCESS", "closed", "open, presets or signed"),
        ("RESIZER_DERIVATIVES", "ftp://there", "expected"),
    ],
)
def test_a_wrong_setting_stops_it_with_its_name(
    name: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESIZER_ORIGINALS", "originals")
    monkeypatch.setenv(name, value)
    done = command("serve", "--port", 0, "--workers", 2)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{name}: ")
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_uvicorn_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("resizer_core.cli.serving.find_spec", lambda _: None)
    assert run("serve", "--originals", "photos") == 2
    assert capsys.readouterr().err == (
        "serve needs uvicorn, which pip install 'resizer-core[serve]' brings\n"
    )


@pytest.mark.parametrize(
    "words", [("--port", "65536"), ("--port", "http"), ("--queue", "-1"), ("--workers", "0")], ids=" ".join
)
def test_a_number_that_is_none_is_refused(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run("serve", *words)
    assert caught.value.code == 2
    assert "expected " in capsys.readouterr().err


def test_every_option_is_explained() -> None:
    options = set(re.findall(r"--[a-z]+", command("serve", "--help").stdout)) - {"--help"}
    rows = re.findall(r"^\| (`--.*?) \|", (ROOT / "docs" / "server.md").read_text(), re.MULTILINE)
    assert {option for row in rows for option in re.findall(r"--[a-z]+", row)} == options
