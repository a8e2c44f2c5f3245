"""Work out how long a distribution keeps its origin's answers.

Emulated, with the pages of the CloudFront developer guide that say so:

- A minimum TTL above 0 overrides ``no-store``. The default TTL counts only without ``Cache-Control`` and
  ``Expires``: "Manage how long content stays in the cache (expiration)".
- CloudFront keeps 301 and 302 like a success. It keeps 307 and 308 only with ``Cache-Control`` or
  ``Expires``: "How CloudFront processes HTTP 3xx status codes".
- It keeps errors for their own minimum TTL, by default 10 s. ``no-store`` counts for only four codes:
  "Control how long CloudFront caches errors".

This emulation keeps more errors: CloudFront keeps some 4xx codes only with a ``max-age``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from local_loop.http import Response

#: "Control how long CloudFront caches errors": CloudFront ignores the origin's no-store for other codes.
_ERRORS_THAT_OBEY_NO_STORE = frozenset({404, 410, 414, 501})
_ERROR_NEVER_KEPT = 416
_ERROR_TTL = 10.0
_KEPT_WHEN_TOLD = frozenset({307, 308})
_KEPT_LIKE_A_SUCCESS = frozenset({200, 301, 302})


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """Hold the TTLs of answers, in seconds, and the parts of the cache key besides the path.

    The origin also gets the parts in the key. The default TTLs are those of a new policy in CloudFront. They
    are wrong for this loop: see ``stack.py`` for the right ones.
    """

    min_ttl: float = 0.0
    default_ttl: float = 86_400.0
    max_ttl: float = 31_536_000.0
    key_headers: tuple[str, ...] = ()
    key_query: bool = False
    key_cookies: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.min_ttl <= self.default_ttl <= self.max_ttl:
            raise ValueError(
                "TTLs are 0 <= min_ttl <= default_ttl <= max_ttl, "
                f"got {self.min_ttl:g}, {self.default_ttl:g}, {self.max_ttl:g}"
            )


def kept_for(
    response: Response, policy: CachePolicy, error_ttls: Mapping[int, float], *, now: float
) -> float:
    """Work out the seconds for which this answer of an origin is kept. 0 means not at all.

    ``error_ttls`` are the minimum TTLs of errors, in seconds, by status.
    """
    stated = _stated_ttl(response, now=now)
    if response.status >= 400:
        return _error_kept_for(response, policy, error_ttls, stated)
    told = "cache-control" in response.headers or "expires" in response.headers
    if response.status not in _KEPT_LIKE_A_SUCCESS and not (response.status in _KEPT_WHEN_TOLD and told):
        return 0.0
    if _refuses_storing(response):
        return policy.min_ttl
    if stated is None:
        return policy.default_ttl
    return max(policy.min_ttl, min(stated, policy.max_ttl))


def _error_kept_for(
    response: Response, policy: CachePolicy, error_ttls: Mapping[int, float], stated: float | None
) -> float:
    if response.status == _ERROR_NEVER_KEPT:
        return 0.0
    if response.status in _ERRORS_THAT_OBEY_NO_STORE and _refuses_storing(response):
        return 0.0
    minimum = error_ttls.get(response.status, _ERROR_TTL)
    return max(minimum, min(stated or 0.0, policy.max_ttl))


def _directives(response: Response) -> dict[str, str]:
    """Read the directives of Cache-Control, by lower-case name (RFC 9111, section 5.2)."""
    parts = (part.strip().partition("=") for part in response.headers.get("cache-control", "").split(","))
    return {name.lower(): value.strip('"') for name, _, value in parts if name}


def _refuses_storing(response: Response) -> bool:
    return not {"no-store", "no-cache", "private"}.isdisjoint(_directives(response))


def _stated_ttl(response: Response, *, now: float) -> float | None:
    """Read the seconds that the origin states: s-maxage before max-age before Expires."""
    directives = _directives(response)
    for name in ("s-maxage", "max-age"):
        value = directives.get(name, "")
        if value.isdecimal():
            return float(value)
    if "expires" not in response.headers:
        return None
    try:
        expires = parsedate_to_datetime(response.headers["expires"]).replace(tzinfo=UTC)
    except ValueError:
        return 0.0  # RFC 9111, section 5.3: an invalid date means expired
    return max(0.0, (expires - datetime.fromtimestamp(now, tz=UTC)).total_seconds())
