"""Test what makes a shell complete the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import command, put, run

#: Ask bash what it would offer for the last word, as it does itself when somebody presses the tab key.
ASK = """\
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_shtab_resizer
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh", "fish", "powershell"])
def test_each_shell_has_a_script_that_knows_the_commands(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--print-completion", shell) == 0
    script = capsys.readouterr().out
    for word in ("explain", "resize", "skip-existing", "watermark"):
        assert word in script


OFFERED = {
    "commands": (["res"], ["resize"]),
    "all commands": (["s"], ["serve", "sign", "srcset"]),
    "options": (["resize", "--s"], ["--svg", "--skip-existing"]),
    "inputs": (["resize", "9x", "c"], ["cat.jpg"]),
    "more inputs, and the output": (["resize", "9x", "cat.jpg", "d"], ["dog.jpg"]),
}


@pytest.mark.parametrize(("words", "offered"), OFFERED.values(), ids=OFFERED)
def test_bash_completes(words: list[str], offered: list[str], tmp_path: Path) -> None:
    put(tmp_path / "in", "cat.jpg", "dog.jpg")
    (tmp_path / "script").write_text(command("--print-completion=bash").stdout)
    asked = subprocess.run(
        ["bash", "-c", ASK, "bash", str(tmp_path / "script"), "resizer", *words],
        cwd=tmp_path / "in",
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(asked.stdout.split()) == sorted(offered)


def test_an_unknown_shell_is_told_which_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--print-completion", "basic") == 2
    assert capsys.readouterr().err.startswith("--print-completion: expected one of bash, zsh, ")


def test_without_shtab_it_says_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)  # importing it fails from here on
    assert run("--print-completion", "bash") == 2
    assert "pip install 'resizer-core[cli]'" in capsys.readouterr().err
