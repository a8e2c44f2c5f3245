"""Keep objects as the files of a folder."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from resizer_core.errors import InvalidKey, UnsupportedFormat
from resizer_core.formats import detect
from resizer_core.model import Buffer
from resizer_core.stores.bucket import ObstoreStore, translating_store_errors
from resizer_core.stores.contract import (
    CONTROL_CHARACTERS,
    EXPECTED_URL,
    ObjectStore,
    StoredObject,
    check_key,
    is_text,
)
from resizer_core.value import replace

if TYPE_CHECKING:
    from obstore import Attributes
    from obstore.store import LocalStore

#: The longest segment in a folder, bytes. It is NAME_MAX of the usual file systems, less the ``#1`` to
#: ``#9999`` that obstore appends while it writes.
LONGEST_NAME: Final = 250
#: A NAME#1 that has not changed for so long, s, belongs to a dead process: obstore writes it in one go.
_ABANDONED: Final = 15 * 60
#: The numbers to look for. obstore takes the first that is free.
_LEFTOVERS: Final = range(1, 10)


def open_folder(path: str, *, absolute: bool = False) -> ObjectStore:
    """Open the folder at ``path``. With ``absolute``, the path has to begin with a slash.

    Raises:
        ValueError: the path cannot be that of a folder.
    """
    if not path or (absolute and not path.startswith("/")):
        raise ValueError(EXPECTED_URL)
    if CONTROL_CHARACTERS.search(path) or not is_text(path):
        raise ValueError("the path of a folder is UTF-8 without control characters")
    from obstore.store import LocalStore

    return _FolderStore(LocalStore(), Path(path).resolve())


class _FolderStore(ObstoreStore):
    """Keep objects in a folder. obstore reads and writes; this class decides which files are objects.

    obstore follows every symbolic link, waits for ever on a FIFO, and cannot list a folder with a name that
    it refuses. This class checks just before it opens a file whether a link leads out. Somebody who can
    change the folder in between can read it anyway.
    """

    def __init__(self, backend: LocalStore, root: Path) -> None:
        super().__init__(backend)
        self._root = root

    def __repr__(self) -> str:
        return f"<FolderStore {self._root}>"

    def _locate(self, key: str) -> str:
        # The backend is the whole file system. obstore needs a root that exists, and our folder may not yet.
        return str(self._path(key)).removeprefix("/")

    def _path(self, key: str) -> Path:
        check_key(key, longest=self._longest_key)
        for name in key.split("/"):
            if len(name.encode()) > LONGEST_NAME:
                raise InvalidKey(f"a name in a folder has at most {LONGEST_NAME} bytes")
        if re.search(r"#[0-9]+\Z", key):
            raise InvalidKey("a name in a folder does not end in # and digits")
        path = self._root / key
        with translating_store_errors("look for"):
            if not path.resolve().is_relative_to(self._root):
                raise InvalidKey("the key leads out of the folder")
        return path

    def _is_object(self, key: str) -> bool:
        path = self._path(key)
        with translating_store_errors("look for"):
            try:
                return stat.S_ISREG(path.stat().st_mode)
            except (FileNotFoundError, NotADirectoryError):
                return False

    def head(self, key: str) -> StoredObject | None:
        return super().head(key) if self._is_object(key) else None

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        found = super().get(key, max_bytes=max_bytes) if self._is_object(key) else None
        return found and replace(found, media_type=_media_type(found.body))

    def delete(self, key: str, *, etag: str = "") -> bool:
        gone = super().delete(key, etag=etag) if self._is_object(key) else True
        _tidy(self._path(key))
        return gone

    def _create(self, location: str, body: Buffer, attributes: Attributes) -> Exception | None:  # noqa: ARG002
        path = Path("/", location)
        with translating_store_errors("write"):
            if path.is_dir() or any(parent.is_file() for parent in path.parents):
                raise InvalidKey("a folder holds no file and folder of the same name")
        _tidy(path)
        return super()._create(location, body, {})

    def _listing(self, location: str, *, deep: bool) -> Iterator[StoredObject]:
        with translating_store_errors("list"):
            for folder, folders, names in os.walk(self._start(location), onerror=_unless_missing):
                if not deep:
                    folders.clear()  # os.walk then goes into no subfolder
                for name in names:
                    try:
                        found = self.head(Path(folder, name).relative_to(self._root).as_posix())
                    except InvalidKey:
                        continue  # no key reaches this file, so it is not an object
                    if found is not None:
                        yield found

    def _folders(self, location: str) -> Iterator[str]:
        with translating_store_errors("list"):
            start = self._start(location)
            _, names, _ = next(os.walk(start, onerror=_unless_missing), ("", [], []))
            for name in names:
                if not (start / name).is_symlink() and any(self._listing(str(start / name), deep=True)):
                    yield name

    def _start(self, location: str) -> Path:
        return Path("/", location) if location else self._root


def _tidy(path: Path) -> None:
    """Remove the files that dead processes left beside this object while they wrote it.

    A file that cannot be removed stays. It does no harm.
    """
    youngest = time.time() - _ABANDONED
    for number in _LEFTOVERS:
        left = path.with_name(f"{path.name}#{number}")
        with suppress(OSError):
            found = left.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_mtime < youngest:
                left.unlink()


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def _media_type(body: bytes | memoryview) -> str:
    try:
        return detect(body).media_type
    except UnsupportedFormat:
        return ""
