"""Watermarks by name: what the configuration calls them, and the store that they are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resizer_core.errors import ConfigurationError, InvalidKey, LimitExceeded
from resizer_core.stores.contract import ObjectStore


class StoredWatermarks(Mapping[str, bytes]):
    """The files of watermarks, by name; each is read when it is first asked for, and kept.

    Args:
        store: where they are; only read.
        keys: where in it, by name.
        max_bytes: how large one may be.

    Raises:
        ConfigurationError: on looking one up: it is not there, or too large.
        StorageError: on looking one up: the store failed.
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
        return name in self._keys  # without reading it

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
