"""Read watermarks by the names of the configuration, from the store that holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resizer_core.errors import ConfigurationError, InvalidKey, LimitExceeded
from resizer_core.stores.contract import ObjectStore


class StoredWatermarks(Mapping[str, bytes]):
    """Map the names of watermarks to their files. Read each file at its first use, and keep it.

    Args:
        store: the store that holds the files. It is only read.
        keys: the key of each file, by the name of its watermark.
        max_bytes: the largest file that is allowed, bytes.

    Raises:
        ConfigurationError: at the first use of a name: its file is missing, or too large.
        StorageError: at the first use of a name: the store failed.
    """

    def __init__(
        self, store: ObjectStore, keys: Mapping[str, str], *, max_bytes: int = 10 * 1024 * 1024
    ) -> None:
        self._store = store
        self._keys = dict(keys)
        self._max_bytes = max_bytes
        self._read: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = self._body(name, self._keys[name])
        return self._read[name]

    def _body(self, name: str, key: str) -> bytes:
        try:
            found = self._store.get(key, max_bytes=self._max_bytes)
        except (InvalidKey, LimitExceeded) as error:
            raise ConfigurationError(f"the watermark {name!r} cannot be read") from error
        if found is None:
            raise ConfigurationError(f"the watermark {name!r} is not in its store")
        return bytes(found.body)

    def __contains__(self, name: object) -> bool:
        return name in self._keys  # does not read the file

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
