"""Call the command ``warm`` for these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.command import ROOT


def warm(
    folder: Path, *arguments: object, keys: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the command over the folders ``originals`` and ``derivatives`` below ``folder``."""
    done = subprocess.run(
        command(*arguments), input=keys, env=environment(folder) | environ, capture_output=True, check=False
    )
    return subprocess.CompletedProcess([], done.returncode, done.stdout.decode(), done.stderr.decode())


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "resizer_core", "warm", "--jobs", "1", *map(str, arguments)]


def environment(folder: Path) -> dict[str, str]:
    stores = {f"RESIZER_{name.upper()}": str(folder / name) for name in ("originals", "derivatives")}
    return {**os.environ, **stores, "PYTHONPATH": str(ROOT)}
