"""Make derivatives before anybody asks: which keys are taken, and what is told."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

import resizer_core as core
from resizer_core.cli import warm_worker, warming
from resizer_core.cli.main import main
from tests.cli.command import ROOT, names, put
from tests.cli.warming import warm
from tests.doubles import Recording, filled, picture

SPECS = ("30x_f-webp", "20x_f-png")


def test_every_spec_of_every_key_is_made_once(originals: Path, tmp_path: Path) -> None:
    keys = b"cat.jpg\n\nold/bird.webp\ncat.jpg"
    first = warm(tmp_path, *SPECS, keys=keys)
    assert (first.returncode, first.stdout, first.stderr) == (0, "4 made, 2 there already\n", "")
    assert names(tmp_path / "derivatives") == sorted(
        f"{spec}/{key}" for spec in SPECS for key in names(originals)
    )
    again = warm(tmp_path, *SPECS, "--prefix", "")
    assert (again.returncode, again.stdout) == (0, "0 made, 4 there already\n")


def test_what_is_there_costs_no_read_of_the_original() -> None:
    originals = Recording(filled({"cat.jpg": picture()}))
    settings = core.Settings(originals="memory:", derivatives="memory:", base_url="https://img.test")
    generator = core.Generator(settings, originals=originals)
    worker = warm_worker._Worker(generator, generator.specs(["30x", "20x"]))
    assert worker.warm("cat.jpg") == warm_worker.Warmed(key="cat.jpg", made=2)
    originals.calls.clear()
    assert worker.warm("cat.jpg") == warm_worker.Warmed(key="cat.jpg", there=2)
    assert originals.calls == []


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


def test_what_failed_is_tried_again_by_the_next_run(originals: Path, tmp_path: Path) -> None:
    noted, listed = tmp_path / "done", tmp_path / "failures.jsonl"
    call = ("30x", "--checkpoint", noted, "--failures", listed)
    assert warm(tmp_path, *call, keys=b"cat.jpg\nlate.jpg").returncode == 1
    (originals / "late.jpg").write_bytes((originals / "cat.jpg").read_bytes())
    again = warm(tmp_path, *call, keys=b"cat.jpg\nlate.jpg")
    assert (again.returncode, again.stdout) == (0, "1 made, 0 there already, 1 done before\n")
    assert listed.read_text() == ""


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
    "a folder that is not there": (["9x", "--failures", "/no/such/file"], "No such file"),
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


def test_every_option_is_explained() -> None:
    commands = argparse.ArgumentParser().add_subparsers()
    warming.add_to(commands)
    helping, *actions = commands.choices["warm"]._actions
    assert helping.option_strings == ["-h", "--help"]
    text = (ROOT / "docs" / "warm.md").read_text()
    options = [option for action in actions for option in action.option_strings]
    assert len(options) > 5
    assert [option for option in options if f" {option} " not in text and f"`{option}" not in text] == []
