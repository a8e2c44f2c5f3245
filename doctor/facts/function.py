"""Hold what Lambda says of the function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from doctor.facts.known import Statement, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """The function.

    Attributes:
        memory: in MB.
        timeout: in seconds.
        reserved_concurrency: ``None`` where none is reserved.
        image_uri: as it was given; empty for a function that is no image.
        policy: who may call it; ``None`` where nobody was let in.
    """

    arn: str
    environment: Mapping[str, str] | Unread = field(repr=False)
    memory: int
    timeout: int
    reserved_concurrency: int | Unread | None
    package_type: str
    image_uri: str
    code_sha256: str
    state: str
    last_update_status: str
    architectures: tuple[str, ...]
    policy: tuple[Statement, ...] | Unread | None = field(repr=False)
