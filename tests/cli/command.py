"""Call the command as a user does, and list the files in a folder afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import pyvips

import resizer_core as core
from resizer_core.cli.main import main
from tests.doubles import picture

ROOT = Path(__file__).parents[2]


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(path.suffix or ".jpg"))
    return folder


def names(folder: Path) -> list[str]:
    """List every file below a folder, also hidden ones."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def measured(path: Path) -> tuple[str, int, int]:
    body = path.read_bytes()
    image = pyvips.Image.new_from_buffer(body, "")
    return str(core.detect(body)), image.width, image.height


def said_by(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str, **variables: str
) -> str:
    """Run a command and return what it prints, with ``RESIZER_...`` set."""
    for name, value in variables.items():
        monkeypatch.setenv(f"RESIZER_{name}", value)
    assert run(*arguments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def command(*arguments: object, stderr: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "resizer_core", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=False,
    )


def changed_command(change: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command after a few lines of Python. Its processes are forked, so the lines count there too."""
    lines = f"import os, sys\nimport resizer_core as core\n{change}\nfrom resizer_core.cli.main import main"
    script = f"{lines}\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
