"""Run the lines that the documentation shows, and compare its tables with the command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ROOT, command, names, put

PAGE = ROOT / "docs" / "command.md"


def lines(path: Path, heading: str) -> str:
    """Give the first block of shell lines below a heading."""
    section = path.read_text(encoding="utf-8").split(f"\n{heading}\n", 1)[-1]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def run_lines(text: str, folder: Path) -> None:
    """Run lines as somebody does who has installed the command, beside some pictures."""
    put(folder, "cat.jpg", "a.jpg", "b.png", "holiday/beach.jpg", "un café.jpg")
    tool = folder / "bin" / "resizer"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m resizer_core "$@"\n')
    tool.chmod(0o755)
    for name in (".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions"):
        (folder / name).mkdir(parents=True)
    own = {
        "HOME": str(folder),
        "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    subprocess.run(["sh", "-euc", text], cwd=folder, env={**os.environ, **own}, check=True)


@pytest.mark.parametrize(
    ("page", "heading", "made"),
    [
        (ROOT / "README.md", "## As a command", ["cat.webp", "small/beach.webp"]),
        (PAGE, "# The command", ["cat.webp", "small/a.jpg", "small/beach.webp", "small/holiday/beach.jpg"]),
        (PAGE, "## Completion", [".config/fish/completions/resizer.fish", ".zfunc/_resizer"]),
    ],
    ids=["README", "the page", "completion"],
)
def test_the_lines_that_are_shown_work(page: Path, heading: str, made: list[str], tmp_path: Path) -> None:
    run_lines(lines(page, heading), tmp_path)
    assert set(made) <= set(names(tmp_path))
    assert all((tmp_path / name).stat().st_size for name in made)


def test_every_option_of_resize_is_on_the_page_and_no_other_one() -> None:
    shown = set(re.findall(r"^\| `(--[a-z-]+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == set(re.findall(r"--[a-z-]+", command("resize", "--help").stdout)) - {"--help"}
