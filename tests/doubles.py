"""Define stores that misbehave, each in one way, and make small pictures for them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pyvips

import resizer_core as core
from resizer_core.model import Buffer


@cache
def picture(suffix: str = ".jpg", width: int = 60, height: int = 40) -> bytes:
    """Make a small picture of two colours."""
    image = pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")
    image = image.draw_rect([200, 60, 20], 0, 0, width // 2, height, fill=True)
    joined = image.draw_rect([20, 60, 200], width // 2, 0, width - width // 2, height, fill=True)
    return bytes(joined.write_to_buffer(suffix))


def filled(objects: Mapping[str, bytes], store: core.ObjectStore | None = None) -> core.ObjectStore:
    """Put these objects into a new store in memory, or into the given one."""
    store = core.open_store("memory:") if store is None else store
    for key, body in objects.items():
        store.put(key, body, media_type="application/octet-stream")
    return store


@dataclass
class Passing:
    """Pass every call on to the store behind it. Each class below changes one thing."""

    behind: core.ObjectStore = field(default_factory=lambda: core.open_store("memory:"))

    def called(self, method: str, key: str) -> None:
        """Do something before each ``head``, ``get`` or ``put``."""

    def head(self, key: str) -> core.StoredObject | None:
        self.called("head", key)
        return self.behind.head(key)

    def get(self, key: str, *, max_bytes: int | None = None) -> core.StoredObject | None:
        self.called("get", key)
        return self.behind.get(key, max_bytes=max_bytes)

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
        self.called("put", key)
        return self.behind.put(
            key,
            body,
            media_type=media_type,
            cache_control=cache_control,
            content_disposition=content_disposition,
            metadata=metadata,
        )

    def delete(self, key: str, *, etag: str = "") -> bool:
        return self.behind.delete(key, etag=etag)

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[core.StoredObject]:
        return self.behind.list(prefix, deep=deep)

    def folders(self, prefix: str = "") -> Iterator[str]:
        return self.behind.folders(prefix)


@dataclass
class Recording(Passing):
    """Remember the method and the key of every call."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    most_bytes: list[int | None] = field(default_factory=list)

    def called(self, method: str, key: str) -> None:
        self.calls.append((method, key))

    def get(self, key: str, *, max_bytes: int | None = None) -> core.StoredObject | None:
        self.most_bytes.append(max_bytes)
        return super().get(key, max_bytes=max_bytes)

    @property
    def put_keys(self) -> list[str]:
        """List the keys of every ``put``, whether it succeeded or not."""
        return [key for method, key in self.calls if method == "put"]


@dataclass
class Failing(Passing):
    """Raise ``error`` from the named methods."""

    error: Exception = field(default_factory=lambda: core.StorageError("the store failed"))
    methods: frozenset[str] = frozenset({"head", "get", "put"})

    def called(self, method: str, key: str) -> None:  # noqa: ARG002
        if method in self.methods:
            raise self.error


@dataclass
class Telling(Passing):
    """Raise an error of ours on ``put``. Its cause names the key, as errors of libraries do."""

    def put(
        self,
        key: str,
        body: Buffer,  # noqa: ARG002
        *,
        media_type: str,  # noqa: ARG002
        cache_control: str = "",  # noqa: ARG002
        content_disposition: str = "",  # noqa: ARG002
        metadata: Mapping[str, str] = {},  # noqa: ARG002
    ) -> bool:
        try:
            raise OSError(f"PUT https://bucket.example/{key}: connection reset")
        except OSError as error:
            raise core.StorageError("the store failed to write an object") from error


@dataclass
class Blind(Passing):
    """Find nothing in ``head``, though the object is there, as if another call put it just after."""

    def head(self, key: str) -> core.StoredObject | None:  # noqa: ARG002
        return None


@dataclass
class Vanishing(Passing):
    """Find the object in ``head``, and delete it before ``get``."""

    def head(self, key: str) -> core.StoredObject | None:
        found = super().head(key)
        super().delete(key)
        return found


@dataclass
class Lying(Passing):
    """State a wrong size in ``head``."""

    size: int = 1

    def head(self, key: str) -> core.StoredObject | None:
        found = super().head(key)
        return found and replace(found, size=self.size)


@dataclass
class Aged(Passing):
    """Say that every object was written ``seconds`` ago. Below 0, its clock is ahead of ours."""

    seconds: float = 0

    def head(self, key: str) -> core.StoredObject | None:
        found = super().head(key)
        return found and replace(found, modified=datetime.now(UTC) - timedelta(seconds=self.seconds))


@dataclass
class Encoded(Passing):
    """Say that every object has this Content-Encoding."""

    encoding: str = "gzip"

    def get(self, key: str, *, max_bytes: int | None = None) -> core.StoredObject | None:
        found = super().get(key, max_bytes=max_bytes)
        return found and replace(found, content_encoding=self.encoding)


@dataclass
class Slow(Passing):
    """Take a while in ``head``."""

    def head(self, key: str) -> core.StoredObject | None:
        time.sleep(0.05)
        return super().head(key)
