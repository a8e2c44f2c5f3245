"""Hold API Gateway's answers about the HTTP API: routes, stages, throttles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from doctor.facts.known import Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """Hold limits of requests, per second and at once. ``None`` means not set."""

    rate_limit: float | None = None
    burst_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Hold a stage. ``routes`` are the throttles of single routes, by their keys."""

    name: str
    throttle: Throttle = Throttle()
    routes: Mapping[str, Throttle] = field(default_factory=dict)
    access_log: str = ""
    access_log_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """Hold the target of a route. ``timeout_ms`` is in milliseconds."""

    uri: str
    kind: str
    payload_format_version: str
    timeout_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Hold a route: ``GET /{key+}``. ``integration`` is ``None`` if it leads nowhere."""

    key: str
    authorization_type: str
    integration: Integration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpApi:
    """Hold the API. ``endpoint`` is its URL."""

    id: str
    endpoint: str
    protocol_type: str
    routes: tuple[Route, ...] | Unread
    stages: tuple[Stage, ...] | Unread

    @property
    def host(self) -> str:
        """Give the API's host."""
        return urlsplit(self.endpoint).netloc
