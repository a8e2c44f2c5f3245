"""Remember which keys are done, in a file. A later run goes on where an earlier run was killed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # on Windows nothing stops a second run from writing to the same file
    fcntl = None  # type: ignore[assignment]


class Checkpoint:
    """Keep the keys that are done, in a file that only grows. Each line holds one JSON text.

    The first line describes the run. A different run is refused, because it must not skip these keys. A last
    line that was cut short is ignored. In memory a key takes about 100 bytes.

    Args:
        path: the path of the file. A missing file is made.
        about: the description of the run, in values of JSON.

    Raises:
        ValueError: the file is another run's checkpoint, is no checkpoint, or is open in another process.
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path, about: Mapping[str, object]) -> None:
        self._done: set[bytes] = set()
        self._file: BinaryIO = path.open(
            "ab+", buffering=0
        )  # without a buffer, so that written lines survive the end of the process
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
        with path.open("rb") as lines:  # with a buffer, because without one a line is read byte by byte
            found = lines.readline()
            if found == first:
                self._take(lines)
            elif not first.startswith(found):
                raise ValueError(f"{path}: expected a checkpoint that begins with {first.decode().strip()}")
            else:  # the file is new, or the first line was cut short
                self._file.write(first[len(found) :])

    def __contains__(self, key: str) -> bool:
        return _digest(key) in self._done

    def add(self, keys: Iterable[str]) -> None:
        """Note that these keys are done.

        Raises:
            OSError: the file cannot be written, for example because the disk is full.
        """
        self._file.write(b"".join(map(_line, keys)))

    def close(self) -> None:
        """Close the file, so that another run can use it."""
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
