"""State what a store has to do, and which keys every store keeps.

A key is kept byte for byte: it is never normalised, decoded or re-encoded. A key that a store could not
give back as it came is refused with :class:`InvalidKey`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from resizer_core.errors import InvalidKey
from resizer_core.model import Buffer
from resizer_core.shown import Catalogue, by_fields

#: Bytes of UTF-8, a prefix included. Source: S3 user guide, "Creating object key names"; Google's limit is
#: the same.
LONGEST_KEY: Final = 1024

#: What no key and no path of a folder may hold.
CONTROL_CHARACTERS: Final = re.compile(r"[\x00-\x1f\x7f]")
#: What ``open_store`` takes, for its errors.
EXPECTED_URL: Final = (
    'expected "memory:", "file:///an/absolute/folder", the path of a folder, "s3://bucket/prefix", '
    '"gs://bucket/prefix" or "az://container/prefix"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """Describe one object, with its bytes if they were asked for.

    Attributes:
        key: exactly the key that it was put under.
        size: bytes.
        etag: as the store gives it, without quotes; empty when it has none.
        modified: when it was written last, with a time zone.
        media_type: its Content-Type. A folder keeps none: ``get`` finds it by the first bytes, ``head`` and
            ``list`` leave it empty. ``list`` leaves it empty in every store, as it does the next four.
        cache_control: its Cache-Control; a folder keeps none.
        content_disposition: its Content-Disposition; a folder keeps none.
        content_encoding: its Content-Encoding; nothing is decoded, and nothing is put with one.
        metadata: what its owner noted; a folder keeps none.
        body: its bytes, from ``get`` only. A view where that saves copying the store's own memory.
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

    __repr__ = by_fields


class ObjectStore(Protocol):
    """Read and write objects by key; :func:`resizer_core.testing.check_store` tries all of it.

    Every method raises :class:`InvalidKey` for a key that cannot be kept byte for byte (empty; a leading,
    trailing or double ``/``; a ``.`` or ``..`` segment; control characters; not UTF-8; too long), and
    :class:`StorageError` when the store fails or is out of reach; where it can tell, the subclass
    :class:`StorageForbidden` when it forbids it, and :class:`ConfigurationError` for a bucket that lies in
    another region than it is looked for in. Stores may be used by several threads at once.
    """

    def head(self, key: str) -> StoredObject | None:
        """Describe an object without its bytes; None if there is none."""
        ...

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        """Read an object with all of its bytes; None if there is none.

        Raises:
            LimitExceeded: it has more than ``max_bytes``; known before its bytes are read.
            StorageError: also when fewer bytes arrive than were announced.
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
        """Write an object, whole or not at all, unless there is one; say whether this call wrote it.

        False also when the answer to the first attempt was lost and the second found what the first had
        written: then there is an object, and it is this one.

        Args:
            key: where to.
            body: its bytes.
            media_type: its Content-Type, in printable ASCII like the two that follow.
            cache_control: its Cache-Control; none if empty.
            content_disposition: its Content-Disposition; none if empty.
            metadata: names of ``a-z``, ``0-9`` and ``-``; values in printable ASCII. Azure refuses ``-``.

        Raises:
            ValueError: an attribute or metadata that cannot be sent as a header.
        """
        ...

    def delete(self, key: str, *, etag: str = "") -> bool:
        """Remove an object, or with ``etag`` only the one that has it; say whether there is none any more.

        That there was none is no error. Where the store itself cannot compare, this looks and then deletes:
        what is written in between is deleted as well.

        Args:
            key: of the object.
            etag: as ``head`` gave it; an object with another one stays, and the answer is False.
        """
        ...

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        """List every object below a folder, in no stated order, without bytes and without attributes.

        Args:
            prefix: whole segments, with or without a ``/`` at the end; everything if empty. ``cats`` finds
                ``cats/1.jpg``, but neither ``cats.jpg`` nor an object called ``cats``.
            deep: whether objects in the folders of that folder are listed as well.
        """
        ...

    def folders(self, prefix: str = "") -> Iterator[str]:
        """List the names of the folders that are directly in a folder, in no stated order.

        Only a folder with an object somewhere below it is listed.

        Args:
            prefix: as for ``list``.
        """
        ...


def check_key(key: str, *, longest: int) -> None:
    """Refuse a key that obstore refuses or silently changes: it drops a ``/`` at either end."""
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
    """Say whether UTF-8 can spell it: a str may hold halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
