"""The commands for whoever looks after what is stored: verify and purge."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
from resizer_core.cli import stores
from resizer_core.version import PIXELS
from tests.cli.command import command, run
from tests.doubles import picture

Say = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Folders of originals and derivatives: one derivative is stale, one is an orphan, and two are right."""
    originals, derivatives = tmp_path / "originals", tmp_path / "derivatives"
    store = core.open_store(str(originals))
    for key in ("p/a.png", "p/gone.png", "b.png"):
        store.put(key, picture(".png"), media_type="image/png")
    resizer = core.Resizer(store, core.open_store(str(derivatives)))
    for path in ("/20x/p/a.png", "/30x/p/a.png", "/20x/p/gone.png", "/20x/b.png"):
        resizer.produce(path)
    (originals / "p/gone.png").unlink()
    for written, seconds in ((originals / "p/a.png", 200), (derivatives / "20x/p/a.png", 100)):
        os.utime(written, (seconds, seconds))
    return tmp_path


@pytest.fixture
def say(site: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command on these folders; gives its exit status and its lines."""

    def said(*words: str) -> tuple[int, list[str]]:
        places = ("--originals", str(site / "originals"), "--derivatives", str(site / "derivatives"))
        status = run(*words, *places)
        return status, capsys.readouterr().out.splitlines()

    return said


def test_verify_says_what_is_wrong_and_why(say: Say) -> None:
    assert say("verify") == (
        1,
        ["replaced    20x/p/a.png", "orphaned    20x/p/gone.png", "2 of 4 derivatives are not right"],
    )
    assert say("verify", "p/")[0] == 1


def test_verify_is_content_where_all_is_right(say: Say, site: Path) -> None:
    (site / "derivatives/20x/p/a.png").unlink()
    (site / "derivatives/20x/p/gone.png").unlink()
    assert say("verify") == (0, ["0 of 2 derivatives are not right"])
    assert say("verify", "--json") == (0, [])
    assert say("verify", "nothing/here") == (0, ["0 of 0 derivatives are not right"])


def test_verify_as_json_is_one_object_a_line(say: Say) -> None:
    status, lines = say("verify", "--json")
    assert (status, [json.loads(line) for line in lines]) == (
        1,
        [{"key": "20x/p/a.png", "why": "replaced"}, {"key": "20x/p/gone.png", "why": "orphaned"}],
    )


def test_purge_removes_right_and_wrong_derivatives_of_these_originals_alone(say: Say, site: Path) -> None:
    assert say("purge", "--dry-run", "p/a.png") == (
        0,
        ["20x/p/a.png", "30x/p/a.png", "2 derivatives would be removed"],
    )
    assert say("purge", "p/a.png", "p/gone.png") == (
        0,
        ["20x/p/a.png", "30x/p/a.png", "20x/p/gone.png", "3 derivatives were removed"],
    )
    left = [found.key for found in core.open_store(str(site / "derivatives")).list()]
    assert left == ["20x/b.png"]
    assert say("purge", "p/a.png") == (0, ["0 derivatives were removed"])


def test_no_pixel_version_is_known_of_a_folder(say: Say) -> None:
    assert say("purge", "--made-before", str(PIXELS + 1), "b.png") == (0, ["0 derivatives were removed"])


def test_what_an_older_pixel_version_made_can_be_purged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = {"memory:": core.open_store("memory:"), "memory": core.open_store("memory:")}
    originals, derivatives = opened.values()
    originals.put("a.png", picture(".png"), media_type="image/png")
    found = originals.head("a.png")
    assert found
    for spec, pixels in (("20x", 1), ("30x_v-1", 1), ("40x", PIXELS)):
        noted = {"original": found.etag, "pixels": str(pixels)}
        derivatives.put(f"{spec}/a.png", b"1", media_type="image/png", metadata=noted)
    monkeypatch.setattr(stores, "open_store", opened.__getitem__)
    monkeypatch.setenv("RESIZER_ORIGINALS", "memory:")
    monkeypatch.setenv("RESIZER_DERIVATIVES", "memory")
    assert run("verify") == 1
    assert "old_pixels  20x/a.png\nold_pixels  30x_v-1/a.png\n2 of 3" in capsys.readouterr().out
    assert run("purge", "--made-before", PIXELS, "a.png") == 0
    assert [one.key for one in derivatives.list()] == ["40x/a.png"]
    capsys.readouterr()
    assert run("purge", "--made-before", PIXELS + 1, "--dry-run") == 0
    assert capsys.readouterr().out == "40x/a.png\n1 derivatives would be removed\n"
    assert run("purge", "--made-before", PIXELS) == 0
    assert [one.key for one in derivatives.list()] == ["40x/a.png"]
    assert run("purge", "--made-before", PIXELS + 1) == 0
    assert [one.key for one in derivatives.list()] == []


WRONG: dict[str, tuple[list[str], str]] = {
    "no store": (["verify"], "RESIZER_ORIGINALS: expected the URL of a store.*, got nothing"),
    "no store of derivatives": (["verify", "--originals", "a"], "RESIZER_DERIVATIVES: expected"),
    "no store at all": (["purge", "a.jpg", "--originals", "ftp://a", "--derivatives", "b"], "expected"),
    "no key at all": (["purge", "--originals", "a", "--derivatives", "b"], "a KEY, or --made-before"),
    "no key": (["purge", "/a.jpg", "--originals", "a", "--derivatives", "b"], "without a leading"),
    "no folder": (["verify", "../a", "--originals", "a", "--derivatives", "b"], ""),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_call_is_told(
    words: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b/20x").mkdir(parents=True)
    Path("b/20x/a.png").write_bytes(b"1")
    assert run(*words) == 2
    assert re.search(said, capsys.readouterr().err)


def test_a_store_that_fails_is_told(say: Say, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def fails(*_: object, **__: object) -> None:
        raise core.StorageError("the store failed to list an object")

    monkeypatch.setattr(core.Upkeep, "list_keys", fails)
    assert say("verify")[0] == 2
    assert capsys.readouterr().out == ""


def test_the_command_is_there_for_a_shell(site: Path) -> None:
    done = command("verify", "--originals", site / "originals", "--derivatives", site / "derivatives")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 of 4 derivatives are not right")
