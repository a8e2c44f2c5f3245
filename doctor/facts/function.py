"""Hold Lambda's answers about the function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from doctor.facts.known import Statement, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """Hold the function.

    Attributes:
        memory: in MB.
        timeout: in seconds.
        reserved_concurrency: ``None`` if none is reserved.
        image_uri: the URI as it was given. Empty if the function is no image.
        policy: statements that say who may call it. ``None`` if there is no policy.
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
