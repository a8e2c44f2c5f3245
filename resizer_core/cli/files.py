"""Read and write the files of a call. A mistake in the call must not destroy a file."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

import resizer_core as core
from resizer_core.formats import AUTO, named
from resizer_core.value import replace

#: This stands for standard input and standard output.
STANDARD: Final = "-"
_STREAMS: Final = ("the standard input", "the standard output", "the standard error")


class Guard:
    """Protect the files that a call reads, prints to, or has written. None of them may be overwritten."""

    def __init__(self, read: Iterable[Path]) -> None:
        self._names: dict[tuple[int, int], str] = {}
        files: list[tuple[Path | int, str]] = [(path, str(path)) for path in read]
        for file, name in [*files, *enumerate(_STREAMS)]:
            with suppress(OSError):  # the code that reads the file reports this error
                self._add(file, name)

    def check(self, target: Path) -> None:
        """Refuse a file that is in use, also by another path, link or case. Refuse all but regular files.

        Raises:
            ValueError: ``target`` must not be written.
        """
        try:
            found = target.stat()
        except FileNotFoundError:
            return
        if stat.S_ISDIR(found.st_mode):
            raise ValueError(f"expected the name of a file, got the folder {target}")
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(
                f"expected the name of a file, got {target}, which is a device, a pipe or a socket; "
                f"{STANDARD} is the standard output"
            )
        if name := self._names.get((found.st_dev, found.st_ino)):
            raise ValueError(
                f"expected another file than {name}, which this call reads or writes, got {target}"
            )

    def replace(self, unfinished: Path, target: Path) -> None:
        """Replace ``target`` by ``unfinished``, or remove ``unfinished`` if that fails.

        Two names may be one file: through a link, or on a file system that ignores case. If ``target`` is a
        symbolic link, this replaces the file that it points to.

        Raises:
            ValueError: ``target`` must not be written.
        """
        try:
            self.check(target)
            target = unfinished.replace(os.path.realpath(target))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        self._add(target, str(target))

    def _add(self, file: Path | int, name: str) -> None:
        found = os.stat(file)  # noqa: PTH116 - a stream has only a number, and no path
        self._names[found.st_dev, found.st_ino] = name


def read_source(source: str) -> bytes:
    """Read a file or standard input."""
    if source != STANDARD:
        return Path(source).read_bytes()
    if sys.stdin.isatty():
        raise ValueError("expected a picture on the standard input, got a terminal")
    return sys.stdin.buffer.read()


def write_beside(target: Path, body: bytes) -> Path:
    """Write a hidden file beside ``target``, whole or not at all. ``Guard.replace`` gives it its name."""
    target = Path(os.path.realpath(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid4().hex}")
    try:
        # Open it like any new file, so that it gets the usual permissions.
        with unfinished.open("xb") as file:
            file.write(body)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return unfinished


def with_format_of(spec: core.Spec, target: Path, site: core.Site) -> core.Spec:
    """Take the format from the name of the output, unless the SPEC says one."""
    word = target.suffix.lower().removeprefix(".")
    if not word:
        return spec
    format = named(word, site.formats).name
    asked = spec.resolved.format
    if asked in (None, AUTO):
        return replace(spec, format=format)
    if asked != format:
        raise ValueError(f"expected a name that ends in .{asked}, as SPEC says, got {target.name}")
    return spec


def told(source: object, error: Exception) -> str:
    """Say which file failed, and why."""
    return f"{source}: {type(error).__name__}: {error}"
