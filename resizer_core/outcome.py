"""Hold what became of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from resizer_core.model import Buffer
from resizer_core.shown import by_fields
from resizer_core.urls.paths import DerivativeKey


class Outcome(StrEnum):
    """Say how a request ended that ended with a picture, or on the way to one."""

    MADE = "made"  #: generated and stored by this call
    LOST_RACE = "lost_race"  #: generated, but another call had stored it in the meantime
    ALREADY_STORED = "already_stored"  #: it was there already: the delivery side should not have asked
    MOVED = "moved"  #: the path is not canonical: nothing was generated
    NEGOTIATED = "negotiated"  #: ``f-auto``: nothing was generated
    FALLBACK = "fallback"  #: there is no such original: the fallback was generated and not stored


@dataclass(frozen=True, slots=True, kw_only=True)
class ProduceResult:
    """Describe what became of a request.

    Attributes:
        key: the canonical key; with ``MOVED`` and ``NEGOTIATED`` the one to ask for instead.
        outcome: how it ended.
        media_type: of the derivative; empty when nothing was made, or it was too large to be read.
        body: its bytes, as they are stored; None when nothing was made, or when another call stored more of
            them than an answer may hold.
        size: of the derivative, bytes.
        cache_control, content_disposition, metadata: what is stored with ``body``; none with a ``FALLBACK``.
        etag, modified: of what another call stored, as its store says, if ``body`` was read back.
        original_size: of the original, or of the fallback, bytes; 0 when it was not read.
        age: of a derivative that was ``ALREADY_STORED``, s.
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

    __repr__ = by_fields
