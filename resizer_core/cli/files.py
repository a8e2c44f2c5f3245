"""Read and write the files of a call, so that no typo loses one."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

import resizer_core as core
from resizer_core.formats import AUTO, named

#: Stands for the standard input and the standard output.
STANDARD: Final = "-"
_STREAMS: Final = ("the standard input", "the standard output", "the standard error")


class Guard:
    """Keep what a call reads, where it prints, and what it has written from being written over."""

    def __init__(self, read: Iterable[Path]) -> None:
        self._names: dict[tuple[int, int], str] = {}
        files: list[tuple[Path | int, str]] = [(path, str(path)) for path in read]
        for file, name in [*files, *enumerate(_STREAMS)]:
            with suppress(OSError):  # whoever reads it says so
                self._add(file, name)
        self._one_at_a_time = Lock()

    def check(self, target: Path) -> None:
        """Refuse a file that is in use, by whatever path, link or case, and what is no regular file.

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
        """Put ``unfinished`` in the place of ``target``.

        Two names may be one file: by a link, or where the file system takes a letter's case for the same.

        Raises:
            ValueError: ``target`` must not be written.
        """
        with self._one_at_a_time:
            self.check(target)
            unfinished.replace(target)
            self._add(target, str(target))

    def _add(self, file: Path | int, name: str) -> None:
        found = os.stat(file)  # noqa: PTH116 - a stream is known by its number alone
        self._names[found.st_dev, found.st_ino] = name


def read_source(source: str) -> bytes:
    """Read a file, or the standard input."""
    if source != STANDARD:
        return Path(source).read_bytes()
    if sys.stdin.isatty():
        raise ValueError("expected a picture on the standard input, got a terminal")
    return sys.stdin.buffer.read()


def write_target(target: Path, body: bytes, guard: Guard) -> None:
    """Write a file whole or not at all; a symbolic link stays, and what it points to is written.

    Raises:
        ValueError: ``target`` must not be written.
    """
    guard.check(target)
    target = Path(os.path.realpath(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid4().hex}")
    try:
        # Opened as any new file is, so that it gets the usual permissions.
        with unfinished.open("xb") as file:
            file.write(body)
        guard.replace(unfinished, target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def with_format_of(spec: core.Spec, target: Path, site: core.Site) -> core.Spec:
    """Take the format from the name of the output, unless SPEC says one."""
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
