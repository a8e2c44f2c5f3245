"""Find the blocks of code on a page, and run them in a folder that is not the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
CAT: Final = ROOT / "examples" / "originals" / "cat.jpg"
#: The file of a command that is a module of Python.
SHIM: Final = '#!/bin/sh\nexec "{python}" -m {module} "$@"\n'


class Block(NamedTuple):
    """Hold the text between two fences."""

    page: str
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """List the blocks of a page in their order. The page is named from the top of the checkout."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.finditer(r"^( *)```([\w+]*)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return [Block(page, match[2], textwrap.dedent(match[3])) for match in found]


def block(page: str, beginning: str) -> str:
    """Find the one block of a page that begins like this."""
    (found,) = (one.text for one in blocks(page) if one.text.startswith(beginning))
    return found


def views_and_mounts() -> list[str]:
    """List the programs of docs/applications.md: for each framework a view, and what is mounted beside it."""
    return [one.text for one in blocks("docs/applications.md") if one.language == "python"][:6]


def processes() -> str:
    """Find the program of docs/applications.md that makes pictures in processes."""
    return block("docs/applications.md", "import multiprocessing")


class Folder:
    """Hold a folder far from the checkout, a picture in it, and the commands of the blocks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commands = path / "bin"
        self.commands.mkdir()
        shutil.copy(CAT, path / "cat.jpg")
        (path / ".curlrc").write_text("silent\nshow-error\n")
        self.command("resizer", SHIM.format(python=sys.executable, module="resizer_core"))

    def command(self, name: str, text: str) -> None:
        """Make a command."""
        (self.commands / name).write_text(text)
        (self.commands / name).chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """Give the variables that every command here has."""
        return {
            "PATH": f"{self.commands}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error",
            "HOME": str(self.path),
        }

    def run(self, *command: str, **variables: str) -> str:
        """Run one command, and return what it printed. It has to succeed without a warning."""
        environment = {**self.environment, **variables}
        done = subprocess.run(
            command, cwd=self.path, env=environment, capture_output=True, text=True, check=False
        )
        assert f"{done.returncode} {done.stderr}" == "0 ", done.stdout + done.stderr
        return done.stdout

    def python(self, *parts: str, **variables: str) -> str:
        """Run parts of one program as a file."""
        (self.path / "program.py").write_text("\n".join(parts), encoding="utf-8")
        return self.run(sys.executable, "program.py", **variables)
