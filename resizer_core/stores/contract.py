"""State what a store has to do, and which keys every store accepts.

A store keeps a key byte for byte. It never normalises, decodes or re-encodes one. A store refuses a key that
it could not return unchanged, with :class:`InvalidKey`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol

from resizer_core.errors import InvalidKey
from resizer_core.model import Buffer
from resizer_core.shown import Catalogue
from resizer_core.value import Value, field

#: The longest key, in bytes of UTF-8, with its prefix. Source: S3 user guide, "Creating object key names".
#: Google's limit is the same.
LONGEST_KEY: Final = 1024

#: The characters that no key and no path of a folder may hold.
CONTROL_CHARACTERS: Final = re.compile(r"[\x00-\x1f\x7f]")
#: The text in errors that says which URLs ``open_store`` takes.
EXPECTED_URL: Final = (
    'expected "memory:", "file:///an/absolute/folder", the path of a folder, "s3://bucket/prefix", '
    '"gs://bucket/prefix" or "az://container/prefix"'
)


class StoredObject(Value, kw_only=True):
    """Describe one object, with its bytes if they were asked for.

    Attributes:
        key: exactly the key under which it was put.
        size: bytes.
        etag: as the store gives it, without quotes; empty if it has none.
        modified: the time of the last write, with a time zone.
        media_type: its Content-Type. A folder keeps none: ``get`` finds it from the first bytes, while
            ``head`` and ``list`` leave it empty. ``list`` leaves this and the next four empty in all stores.
        cache_control: its Cache-Control; a folder keeps none.
        content_disposition: its Content-Disposition; a folder keeps none.
        content_encoding: its Content-Encoding. A store never decodes the bytes, and ``put`` sets none.
        metadata: the user metadata; a folder keeps none.
        body: its bytes, from ``get`` only. It may be a view, which saves a copy of the store's memory.
    """

    key: str
    size: int
    etag: str
    modified: datetime
    media_type: str = ""
    cache_control: str = ""
    content_disposition: str = ""
    content_encoding: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    body: bytes | memoryview = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(f"a size is 0 bytes or more, not {self.size}")
        if self.modified.tzinfo is None:
            raise ValueError("modified needs a time zone")
        object.__setattr__(self, "metadata", Catalogue("metadata", self.metadata))


class ObjectStore(Protocol):
    """Read and write objects by key. :func:`resizer_core.testing.check_store` tests the whole contract.

    Every method raises these errors:

    - :class:`InvalidKey` for a key that cannot be kept byte for byte: empty; a leading, trailing or double
      ``/``; a ``.`` or ``..`` segment; control characters; not UTF-8; too long.
    - :class:`StorageError` if the store fails or cannot be reached. If the store can tell, it is the subclass
      :class:`StorageForbidden` for a missing permission, or :class:`ConfigurationError` for a bucket in
      another region than the one that was asked.

    Several threads may use a store at once.
    """

    def head(self, key: str) -> StoredObject | None:
        """Describe an object without its bytes. Return None if there is none."""
        ...

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        """Read an object with all of its bytes. Return None if there is none.

        Raises:
            LimitExceeded: it has more than ``max_bytes``. The store finds out before it reads the bytes.
            StorageError: also if fewer bytes arrive than the store announced.
        """
        ...

    def put(
        self,
        key: str,
        body: Buffer,
        *,
        media_type: str,
        cache_control: str = "",
        content_disposition: str = "",
        metadata: Mapping[str, str] = {},
    ) -> bool:
        """Write an object unless its key has one. Say whether this call wrote it.

        The object is written whole or not at all. The answer may be False though this call wrote the object:
        the answer to its first attempt was lost, and the second attempt found the object.

        Args:
            key: the key of the object.
            body: its bytes.
            media_type: its Content-Type, in printable ASCII, like the next two.
            cache_control: its Cache-Control; none if empty.
            content_disposition: its Content-Disposition; none if empty.
            metadata: names of ``a-z``, ``0-9`` and ``-``; values in printable ASCII. Azure refuses ``-``.

        Raises:
            ValueError: an attribute or metadata cannot be sent as a header.
        """
        ...

    def delete(self, key: str, *, etag: str = "") -> bool:
        """Delete an object, and say whether the key is free now. With ``etag``, delete only that version.

        A missing object is no error. If the store itself cannot compare the ETag, this method reads it and
        then deletes. A new object that is written in between is deleted too.

        Args:
            key: the key of the object.
            etag: the ETag from ``head``. An object with another one stays, and the answer is False.
        """
        ...

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        """List every object below a folder, without bytes and attributes. The order is not defined.

        Args:
            prefix: whole segments, with or without a ``/`` at the end. An empty prefix lists everything.
                ``cats`` finds ``cats/1.jpg``, but neither ``cats.jpg`` nor an object called ``cats``.
            deep: whether to list the objects in subfolders too.
        """
        ...

    def folders(self, prefix: str = "") -> Iterator[str]:
        """List the names of the folders directly in a folder. The order is not defined.

        List only folders that have an object somewhere below them.

        Args:
            prefix: the same as for ``list``.
        """
        ...


def check_key(key: str, *, longest: int) -> None:
    """Refuse a key that obstore refuses or changes without an error. It drops a ``/`` at either end."""
    if not key:
        raise InvalidKey("a key is not empty")
    if not is_text(key):
        raise InvalidKey("a key is UTF-8")
    if len(key.encode()) > longest:
        raise InvalidKey(f"a key has at most {longest} bytes")
    if CONTROL_CHARACTERS.search(key):
        raise InvalidKey("a key has no control characters")
    segments = key.split("/")
    if "" in segments:
        raise InvalidKey("a key neither begins nor ends with /, and has no // in it")
    if "." in segments or ".." in segments:
        raise InvalidKey("a key has no . or .. segment")


def is_text(text: str) -> bool:
    """Say whether UTF-8 can encode ``text``. A str may hold halves of surrogate pairs, which it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
