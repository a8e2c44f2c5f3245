"""Make a base for the image on this machine: Debian's smallest system, and CPython 3.13.

Amazon's base is only in a registry. This one has all that the image needs: python3 with pip, a shell,
libstdc++ and a recent glibc.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.container.engine import Engine, run

#: The variable that names another image to build on, such as python:3.13-slim.
VARIABLE = "RESIZER_IMAGE_BASE"

_PACKAGES = (
    "ca-certificates",
    "libbz2-1.0",
    "libexpat1",
    "libffi8",
    "liblzma5",
    "libncursesw6",
    "libreadline8",
    "libsqlite3-0",
    "libssl3",
    "libstdc++6",
    "libuuid1",
    "zlib1g",
)

#: The scripts for a shell of this machine. ``$1`` is the new root.
_HOOKS = (
    'cp -a "$RESIZER_BASE_PYTHON/." "$1/usr/local"',
    'rm -rf "$1"/usr/local/lib/*.a "$1"/usr/local/lib/python3.13/test "$1"/usr/local/lib/python3.13/config-*'
    ' "$1"/usr/local/lib/python3.13/site-packages/* "$1"/usr/local/share',
    'chroot "$1" ldconfig',  # finds a libpython that is shared
    'chroot "$1" python3 -m ensurepip',
)


class CannotMakeBase(Exception):
    """Report that this machine lacks a part of the base. The text names it."""


def find_or_make(engine: Engine, cache: Path) -> str:
    """Find or make an image to build on, and return its name. It is made once, and kept for the next run.

    Raises:
        CannotMakeBase: this machine lacks a part of it.
    """
    if named := os.environ.get(VARIABLE):
        return named
    python = _python()
    if not shutil.which("mmdebstrap"):
        raise CannotMakeBase(f"mmdebstrap is not installed; or let {VARIABLE} name an image to build on")
    release, mirror = _debian()
    made_of = repr((_PACKAGES, _HOOKS, release, python.name, platform.machine()))
    image = f"localhost/resizer-base:{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"
    if not engine.has(image):
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            archive = Path(folder) / "base.tar"
            _make(archive, release=release, mirror=mirror, python=python)
            changes = ("--change", "ENV PATH=/usr/local/bin:/usr/bin:/bin", "--change", "ENV LANG=C.UTF-8")
            engine.run("import", *changes, str(archive), image)
    return image


def _make(archive: Path, *, release: str, mirror: str, python: Path) -> None:
    command = [
        *(["eatmydata"] if shutil.which("eatmydata") else []),
        *("mmdebstrap", "--quiet", "--variant=essential", f"--include={','.join(_PACKAGES)}"),
        *(f"--dpkgopt=path-exclude=/usr/share/{kind}/*" for kind in ("doc", "locale", "man")),
        "--dpkgopt=force-unsafe-io",
        *(f"--customize-hook={hook}" for hook in _HOOKS),
        *(release, str(archive), mirror),
    ]
    # The new root uses this PATH too.
    path = f"/usr/local/bin:{os.environ['PATH']}"
    run(command, environment={**os.environ, "PATH": path, "RESIZER_BASE_PYTHON": str(python)})


def _python() -> Path:
    """Find where pyenv keeps the newest 3.13."""
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        raise CannotMakeBase(f"pyenv is not installed; or let {VARIABLE} name an image to build on")
    root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=True).stdout.strip()
    found = sorted(
        (path for path in Path(root, "versions").glob("3.13.*") if path.name[5:].isdecimal()),
        key=lambda path: int(path.name[5:]),
    )
    if not found:
        raise CannotMakeBase("pyenv has no Python 3.13: pyenv install 3.13")
    return found[-1]


def _debian() -> tuple[str, str]:
    """Find the release of this machine, and the mirror that it installs from."""
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    sources = Path("/etc/apt")
    for path in (sources / "sources.list.d/debian.sources", sources / "sources.list"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if match := re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+)", text, re.MULTILINE):
            return release, match[1]
    raise CannotMakeBase("this machine has no mirror of Debian configured in /etc/apt")
