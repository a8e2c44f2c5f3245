"""Make derivatives before anybody asks: which keys are taken, what is told, and what a killed run leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resizer_core.cli import warm_worker
from resizer_core.cli.checkpoint import Checkpoint
from resizer_core.cli.main import main
from tests.cli.command import ROOT, names, put
from tests.doubles import picture

SPECS = ("30x_f-webp", "20x_f-png")


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    return put(tmp_path / "originals", "cat.jpg", "old/bird.webp")


def warm(
    folder: Path, *arguments: object, keys: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the command over the folders ``originals`` and ``derivatives`` below ``folder``."""
    done = subprocess.run(
        command(*arguments), input=keys, env=environment(folder) | environ, capture_output=True, check=False
    )
    return subprocess.CompletedProcess([], done.returncode, done.stdout.decode(), done.stderr.decode())


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "resizer_core", "warm", *map(str, arguments)]


def environment(folder: Path) -> dict[str, str]:
    stores = {f"RESIZER_{name.upper()}": str(folder / name) for name in ("originals", "derivatives")}
    return {**os.environ, **stores, "PYTHONPATH": str(ROOT)}


def test_every_spec_of_every_key_is_made_once(originals: Path, tmp_path: Path) -> None:
    keys = b"cat.jpg\n\nold/bird.webp\ncat.jpg"
    first = warm(tmp_path, *SPECS, keys=keys)
    assert (first.returncode, first.stdout, first.stderr) == (0, "4 made, 2 there already\n", "")
    assert names(tmp_path / "derivatives") == sorted(
        f"{spec}/{key}" for spec in SPECS for key in names(originals)
    )
    again = warm(tmp_path, *SPECS, "--prefix", "")
    assert (again.returncode, again.stdout) == (0, "0 made, 4 there already\n")


def test_what_is_there_costs_no_read_of_the_original(originals: Path, tmp_path: Path) -> None:
    warm(tmp_path, "30x", keys=b"cat.jpg")
    (originals / "cat.jpg").unlink()
    assert warm(tmp_path, "30x", keys=b"cat.jpg").stdout == "0 made, 1 there already\n"


def test_the_stores_can_be_named_in_the_call(originals: Path, tmp_path: Path) -> None:
    done = warm(
        tmp_path,
        *("30x", "--originals", originals, "--derivatives", tmp_path / "elsewhere"),
        keys=b"cat.jpg",
        RESIZER_ORIGINALS="",
    )
    assert (done.returncode, names(tmp_path / "elsewhere")) == (0, ["30x/cat.jpg"])


@pytest.mark.usefixtures("originals")
def test_a_prefix_takes_what_is_below_it(tmp_path: Path) -> None:
    assert warm(tmp_path, "30x", "--prefix", "old/").returncode == 0
    assert names(tmp_path / "derivatives") == ["30x/old/bird.webp"]


KEYS = ["a b.jpg", "a+b%20.jpg", "café.jpg", "100%.jpg"]


@pytest.mark.parametrize(("option", "end"), [((), "\n"), (("-0",), "\0")], ids=["lines", "nul"])
def test_keys_are_taken_as_they_are(option: tuple[str, ...], end: str, tmp_path: Path) -> None:
    put(tmp_path / "originals", *KEYS)
    assert warm(tmp_path, "30x", *option, keys=end.join(KEYS).encode()).returncode == 0
    assert names(tmp_path / "derivatives") == sorted(f"30x/{key}" for key in KEYS)


def test_failures_are_listed_and_counted_by_kind(originals: Path, tmp_path: Path) -> None:
    (originals / "notes.txt").write_text("no picture")
    listed = tmp_path / "failures.jsonl"
    keys = b"cat.jpg\nnotes.txt\ngone.jpg\n/a\n\xff\ngone.jpg\n"
    done = warm(tmp_path, "30x", "--failures", listed, keys=keys)
    told = "1 made, 0 there already; 5 failed: 2 SourceNotFound, 2 InvalidKey, 1 UnsupportedFormat\n"
    assert (done.returncode, done.stderr) == (1, "")
    assert sorted(re.findall(r"\w+", done.stdout)) == sorted(re.findall(r"\w+", told))
    failures = [json.loads(line) for line in listed.read_text().splitlines()]
    assert {"key": "gone.jpg", "spec": "30x", "error": "SourceNotFound"}.items() <= failures[1].items()
    assert [found["key"] for found in failures] == ["notes.txt", "gone.jpg", "/a", "\udcff", "gone.jpg"]
    assert all(found["message"] for found in failures)


@pytest.mark.usefixtures("originals")
def test_failures_go_to_the_standard_error_without_a_file(tmp_path: Path) -> None:
    assert json.loads(warm(tmp_path, "30x", keys=b"gone.jpg").stderr)["error"] == "SourceNotFound"


def test_shards_share_the_keys(tmp_path: Path) -> None:
    put(tmp_path / "originals", *(f"{number}.jpg" for number in range(20)))
    made: list[str] = []
    for part in range(3):
        folder = tmp_path / str(part)
        done = warm(tmp_path, "30x", "--prefix", "", "--shard", f"{part}/3", "--derivatives", folder)
        assert done.returncode == 0
        assert len(names(folder)) > 2
        made += names(folder)
    assert sorted(made) == sorted(f"30x/{number}.jpg" for number in range(20))


def test_a_key_is_always_in_the_same_shard(tmp_path: Path) -> None:
    put(tmp_path / "originals", "cat.jpg", "dog.jpg", "cow.jpg")
    warm(tmp_path, "30x", "--prefix", "", "--shard", "0/2")
    assert names(tmp_path / "derivatives") == SHARD_0_OF_2


#: By hand: the first 8 bytes of SHA-256 as a number, modulo 2.
SHARD_0_OF_2 = ["30x/cat.jpg", "30x/dog.jpg"]


WRONG: dict[str, tuple[list[str], str]] = {
    "a SPEC": (["300x_blr-2"], "unknown option 'blr'"),
    "a SPEC of no format": (["300x_f-auto"], "expected a format"),
    "a size beyond the limits": (["9000x"], "at most 8192 px"),
    "a store": (["9x", "--originals", "ftp://a"], "RESIZER_ORIGINALS: expected "),
    "a checkpoint": (["9x", "--checkpoint", str(ROOT / "LICENSE")], "expected a checkpoint that begins with"),
}


@pytest.mark.parametrize(("words", "text"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_says_what_was_expected(words: list[str], text: str, tmp_path: Path) -> None:
    done = warm(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr


@pytest.mark.parametrize("words", [["--shard", "16/16"], ["--shard", "1"], ["--jobs", "0"]], ids=" ".join)
def test_a_wrong_number_shows_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["warm", "9x", *words])
    assert caught.value.code == 2
    assert "expected " in capsys.readouterr().err


# --- a run that ends before its end ---------------------------------------------------------------------


MANY = 1200


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "originals"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number}.jpg").write_bytes(TINY)
    return folder


TINY = picture(".jpg", 12, 8)


def start(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Begin a run over everything, with a checkpoint, and wait until a part of it is done."""
    run = subprocess.Popen(
        command("6x", "--prefix", "", "--checkpoint", folder / "done", *arguments),
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


def test_one_run_has_a_checkpoint_at_a_time(tmp_path: Path) -> None:
    first = Checkpoint(tmp_path / "done", {"specs": ["9x"]})
    with pytest.raises(ValueError, match="another run"):
        Checkpoint(tmp_path / "done", {"specs": ["9x"]})
    first.close()
    Checkpoint(tmp_path / "done", {"specs": ["9x"]}).close()


def test_a_checkpoint_of_other_specs_is_refused(tmp_path: Path) -> None:
    Checkpoint(tmp_path / "done", {"specs": ["9x"]}).close()
    with pytest.raises(ValueError, match="expected a checkpoint that begins with"):
        Checkpoint(tmp_path / "done", {"specs": ["8x"]})


@pytest.mark.parametrize("cut", range(30))
def test_a_checkpoint_that_was_cut_anywhere_is_read(cut: int, tmp_path: Path) -> None:
    whole = b'{"a": 1}\n"x.jpg"\n"y\\n.jpg"\n'
    (tmp_path / "done").write_bytes(whole[:cut])
    checkpoint = Checkpoint(tmp_path / "done", {"a": 1})
    assert ("x.jpg" in checkpoint, "y\n.jpg" in checkpoint) == (cut >= 16, cut >= 26)
    checkpoint.add(["z.jpg"])
    checkpoint.close()
    again = Checkpoint(tmp_path / "done", {"a": 1})
    assert ("z.jpg" in again, "x.jpg" in again) == (True, cut >= 16)
    again.close()


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


@pytest.mark.usefixtures("originals")
def test_a_worker_takes_what_another_one_made_in_the_meantime_for_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RESIZER_BASE_URL", "https://img.test")
    generator = warm_worker.open_generator(os.environ)
    worker = warm_worker._Worker(generator, generator.specs(["30x", "20x"]))
    assert worker.warm("cat.jpg") == warm_worker.Warmed(key="cat.jpg", made=2)
    assert worker.warm("cat.jpg") == warm_worker.Warmed(key="cat.jpg", there=2)
