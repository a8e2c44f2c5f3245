"""Hold the result of a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from resizer_core.model import Buffer
from resizer_core.urls.paths import DerivativeKey
from resizer_core.value import Value, field


class Outcome(StrEnum):
    """Say how a request ended that had no error."""

    MADE = "made"  #: generated and stored by this call
    LOST_RACE = "lost_race"  #: generated, but another call stored it in the meantime
    ALREADY_STORED = "already_stored"  #: it was stored before, so the delivery side need not have asked
    MOVED = "moved"  #: the path is not canonical, so nothing was generated
    NEGOTIATED = "negotiated"  #: ``f-auto`` leads to another path, so nothing was generated
    FALLBACK = "fallback"  #: there is no such original; the fallback was generated and not stored


class ProduceResult(Value, kw_only=True):
    """Describe the result of a request.

    Attributes:
        key: the canonical key. With ``MOVED`` and ``NEGOTIATED`` it is the key to ask for instead.
        outcome: how the request ended.
        media_type: the media type of the derivative. It is empty if there is no ``body``.
        body: the bytes of the derivative as stored. It is None if nothing was made, or if another call stored
            more bytes than an answer may hold.
        size: the size of the derivative, bytes.
        cache_control, content_disposition, metadata: stored with ``body``. A ``FALLBACK`` has none of them.
        etag, modified: from the store, if ``body`` was read back from it.
        original_size: the size of the original or of the fallback, bytes; 0 if it was not read.
        age: the age of a derivative that was ``ALREADY_STORED``, s.
        timings: ms by phase.
    """

    key: DerivativeKey
    outcome: Outcome
    media_type: str = ""
    body: Buffer | None = field(default=None, repr=False)
    size: int = 0
    cache_control: str = ""
    content_disposition: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: datetime | None = None
    original_size: int = 0
    age: float = 0
    timings: Mapping[str, float] = field(default_factory=dict)
