"""A run of ``warm`` that ends before its end: killed, interrupted, unheard, or at a picture that crashes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import ROOT, names
from tests.cli.warming import command, environment, warm
from tests.doubles import picture

MANY = 1200


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "originals"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number}.jpg").write_bytes(TINY)
    return folder


TINY = picture(".jpg", 12, 8)


def start(folder: Path) -> subprocess.Popen[str]:
    """Begin a run over everything, with a checkpoint, and wait until a part of it is done."""
    run = subprocess.Popen(
        command("6x", "--prefix", "", "--checkpoint", folder / "done", "--jobs", 4),
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: (folder / "done").exists() and (folder / "done").read_bytes().count(b"\n") > 100)
    return run


def wait_until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


def workers(run: subprocess.Popen[str]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_run_that_was_killed_goes_on_and_loses_nothing_and_makes_nothing_twice(
    many: Path, tmp_path: Path
) -> None:
    run = start(tmp_path)
    children = workers(run)
    run.kill()
    run.communicate()
    assert run.returncode == -signal.SIGKILL
    assert children
    wait_until(lambda: all(map(is_gone, children)))  # they end by themselves, and nothing is written any more
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "derivatives").rglob("*.jpg")}
    with (tmp_path / "done").open("ab") as checkpoint:
        checkpoint.write(b'"cut sho')
    noted = (tmp_path / "done").read_bytes().count(b"\n") - 1
    assert 100 <= noted <= len(made) < MANY

    again = warm(tmp_path, "6x", "--prefix", "", "--checkpoint", tmp_path / "done")
    told = f"{MANY - len(made)} made, {len(made) - noted} there already, {noted} done before\n"
    assert (again.returncode, sorted(again.stdout.split()), again.stderr) == (0, sorted(told.split()), "")
    assert names(tmp_path / "derivatives") == sorted(f"6x/{name}" for name in names(many))
    assert {path: path.stat().st_mtime_ns for path in made} == made

    third = warm(tmp_path, "6x", "--prefix", "", "--checkpoint", tmp_path / "done")
    assert third.stdout == f"0 made, 0 there already, {MANY} done before\n"


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_a_run_that_is_interrupted_ends_with_the_count(sent: signal.Signals, tmp_path: Path) -> None:
    run = start(tmp_path)
    run.send_signal(sent)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130
    counted = re.fullmatch(r"(\d+) made, 0 there already; ended early\n", said)
    assert counted
    assert int(counted[1]) == len(names(tmp_path / "derivatives")) < MANY
    assert (tmp_path / "done").read_bytes().count(b"\n") - 1 == int(counted[1])


def test_a_closed_pipe_is_no_fault(originals: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        command("30x", "--prefix", ""),
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as run:
        assert run.stdout
        assert run.stderr
        run.stdout.close()
        assert (run.stderr.read(), run.wait()) == (b"", 0)
    assert len(names(tmp_path / "derivatives")) == len(names(originals))


@pytest.mark.usefixtures("originals")
def test_a_picture_that_ends_its_process_is_named_and_the_others_are_made(tmp_path: Path) -> None:
    """Let the processes of the run die at one key, as a decoder's crash or a lack of memory does."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        "from resizer_core.cli import warm_worker\n"
        "warm = warm_worker._Worker.warm\n"
        "warm_worker._Worker.warm = lambda self, key: os._exit(9) if key == 'bad.jpg' else warm(self, key)\n"
    )
    done = warm(
        tmp_path,
        "30x",
        keys=b"cat.jpg\nbad.jpg\nold/bird.webp",
        PYTHONPATH=f"{tmp_path}:{ROOT}",
    )
    assert (done.returncode, json.loads(done.stderr)["key"]) == (1, "bad.jpg")
    assert "1 failed: 1 Crashed" in done.stdout
    assert names(tmp_path / "derivatives") == ["30x/cat.jpg", "30x/old/bird.webp"]
