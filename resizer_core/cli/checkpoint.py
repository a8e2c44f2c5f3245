"""Remember which keys are done, in a file from which a run that was killed goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # on Windows nothing keeps a second run from the same file
    fcntl = None  # type: ignore[assignment]


class Checkpoint:
    """Keep the keys that are done: one JSON text a line, in a file that only grows.

    The first line says what the run is about, and a run about something else is refused: its keys would be
    taken for done. A last line that was cut short counts for nothing. In memory a key takes some 100 bytes.

    Args:
        path: of the file; it is made where it is missing.
        about: what the run is about, in values of JSON.

    Raises:
        ValueError: the file is of another run, none of ours, or open in another process.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, about: Mapping[str, object]) -> None:
        self._done: set[bytes] = set()
        self._file: BinaryIO = path.open(
            "ab+", buffering=0
        )  # what was written survives the end of the process
        try:
            self._begin(path, _line(about))
        except BaseException:
            self._file.close()
            raise

    def _begin(self, path: Path, first: bytes) -> None:
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ValueError(f"{path}: another run is writing to this checkpoint") from error
        with path.open("rb") as lines:  # with a buffer: without one a line is read byte by byte
            found = lines.readline()
            if found == first:
                self._take(lines)
            elif not first.startswith(found):
                raise ValueError(f"{path}: expected a checkpoint that begins with {first.decode().strip()}")
            else:  # new, or killed within the first line
                self._file.write(first[len(found) :])

    def __contains__(self, key: str) -> bool:
        return _digest(key) in self._done

    def add(self, keys: Iterable[str]) -> None:
        """Note that these keys are done.

        Raises:
            OSError: the disk is full, say.
        """
        self._file.write(b"".join(map(_line, keys)))

    def close(self) -> None:
        """Let another run have the file."""
        self._file.close()

    def _take(self, lines: BinaryIO) -> None:
        line = b"\n"
        for line in lines:
            try:
                self._done.add(_digest(json.loads(line)))
            except ValueError:
                continue  # cut short
        if not line.endswith(b"\n"):
            self._file.write(b"\n")


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _digest(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
