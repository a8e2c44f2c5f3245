"""The call of the command: what is said when it is wrong, and the process that it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import resizer_core as core
from resizer_core.cli.main import main
from tests.cli.command import command, measured, run


def test_a_wrong_spec_is_underlined(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("300x200_blr-2", "in.jpg", "out.jpg") == 2
    said = capsys.readouterr()
    assert said.err.startswith("unknown option 'blr'; did you mean blur? known: ")
    assert said.err.endswith("\n  300x200_blr-2\n          ^^^^^\n")
    assert said.out == ""


@pytest.mark.parametrize("arguments", [["30x20"], ["30x20", "in.jpg"], []], ids=len)
def test_too_few_arguments_say_what_is_expected(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "SPEC" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "meant"), [("resise", "resize"), ("explian", "explain"), ("urls", "url")], ids=str
)
def test_an_unknown_command_asks_for_the_nearest(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(word, "9x", "in.jpg", "out.jpg") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"unknown command {word!r}; did you mean {meant}? known: explain, purge, resize, ")


def test_an_unknown_option_of_a_command_asks_for_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["9x", "in.jpg", "out.jpg", "--quite"])
    assert caught.value.code == 2
    assert "unknown option --quite; did you mean --quiet? " in capsys.readouterr().err


def test_help_shows_examples_that_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    examples = [line.split() for line in shown.splitlines() if line.startswith("  resizer ")]
    assert len(examples) == 4
    for words in examples:
        core.parse_spec(next(word for word in words[1:] if word != "explain"))


def test_python_m_resizer_core_is_the_command(source: Path, tmp_path: Path) -> None:
    done = command("30x20_f-webp", source / "cat.jpg", tmp_path / "small.webp")
    assert (done.returncode, done.stderr) == (0, "")
    assert measured(tmp_path / "small.webp") == ("webp", 30, 20)


def test_its_exit_status_says_how_it_went(source: Path, tmp_path: Path) -> None:
    shutil.copy(__file__, source / "notes.jpg")
    assert command("30x20", source, tmp_path / "out").returncode == 1
    assert command("nothing", source, tmp_path / "out").returncode == 2
