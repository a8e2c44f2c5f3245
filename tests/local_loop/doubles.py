"""Define stand-ins for the rest of the loop, for tests of one piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import md5
from typing import Any

from local_loop.http import Request, Response
from resizer_core import ObjectStore, StorageError, StoredObject


@dataclass
class SetClock:
    """Tell a time, in seconds, that changes only if the test moves it."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class ScriptedOrigin:
    """Answer every request with ``response``, and remember the requests."""

    response: Response
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return self.response


@dataclass
class BreakableStore:
    """Pass calls on to a store, but fail in the methods whose names are in ``broken``."""

    store: ObjectStore
    broken: set[str] = field(default_factory=set)

    def __getattr__(self, name: str) -> Any:
        return self._fail if name in self.broken else getattr(self.store, name)

    def _fail(self, *_: object, **__: object) -> Any:
        raise StorageError("the store could not be reached")


@dataclass
class ScriptedFunction:
    """Answer every event with ``answer``, and remember the events."""

    answer: Any
    events: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, event: dict[str, Any], _context: object = None) -> Mapping[str, Any]:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        answer: Mapping[str, Any] = self.answer
        return answer


@dataclass
class LikeS3:
    """Give the objects of a store the ETags of S3: the MD5 of their bytes."""

    store: ObjectStore

    def head(self, key: str) -> StoredObject | None:
        found = self.get(key)
        return found and replace(found, body=b"")

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        found = self.store.get(key, max_bytes=max_bytes)
        return found and replace(found, etag=md5(found.body, usedforsecurity=False).hexdigest())

    def delete(self, key: str, *, etag: str = "") -> bool:
        found = self.head(key) if etag else None
        return self.store.delete(key) if found is None or found.etag == etag else False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)
