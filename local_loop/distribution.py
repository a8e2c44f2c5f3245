"""A CloudFront distribution with one origin, and one cache behaviour but for the headers that it adds.

Emulated, with the pages of the CloudFront developer guide that say so:

- What is kept, and how long: "Manage how long content stays in the cache (expiration)". Min TTL above 0
  overrides ``no-store``; the default TTL counts only without ``Cache-Control`` and ``Expires``.
- 301 and 302 are kept like a success, 307 and 308 only with ``Cache-Control`` or ``Expires``: "How
  CloudFront processes HTTP 3xx status codes".
- Errors are kept for their own minimum TTL, 10 s if none is set; ``no-store`` counts for four codes only:
  "Control how long CloudFront caches errors".
- The cache key, and what the origin gets to see: the path, and of query, headers and cookies only what is
  configured: "Understand cache policies", "Understand origin request policies". The origin's custom headers
  replace the viewer's; its Host is the origin's unless the viewer's is forwarded. Of the headers that
  CloudFront writes itself there is the viewer's address, where it is named: "Add CloudFront request headers".
- Further behaviours, by patterns that are compared in their order with the path that the viewer asks for,
  before a function has seen it: API reference, "CacheBehavior". They differ in the headers that they add.
- The headers of a response headers policy, on what comes from the cache as well, without being kept: "Add or
  remove HTTP headers in CloudFront responses with a policy". Those for CORS are there for requests that have
  an ``Origin``: API reference, "ResponseHeadersPolicyCorsConfig".
- ``x-cache`` and ``age``.
- Invalidations by path, by the beginning of a path, and by tag.
- A function on the requests of viewers, before the cache: ``cloudfront_function.py``.

Assumed, because no page says so: what CloudFront answers by itself has the headers of the policy as well.
What a viewer sends under the name of one of CloudFront's own headers goes no further.

Left out: collapsing of simultaneous misses (each one goes to the origin, the harder case for the loop),
revalidation and stale answers (what has expired is fetched anew), ranges, compression, several edges, the
protocol that viewers have to use, headers that a policy removes, paths that are compared after ``%61`` has
become ``a``. What a policy adds for CORS is one value, on
preflights and other requests alike. Of errors, more is kept here than there: CloudFront keeps some 4xx codes
only with a ``max-age``.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from function.events import VIEWER_HEADER
from local_loop.http import Piece, Request, Response

#: Seconds since the epoch.
Clock = Callable[[], float]
#: What a function at the edge makes of a viewer's request.
Edge = Callable[[Request], Request]
#: What a response headers policy adds, by names in lower case.
AddedHeaders = Mapping[str, "AddedHeader"]

#: "Control how long CloudFront caches errors": for other codes the origin's no-store is ignored.
_ERRORS_THAT_OBEY_NO_STORE = frozenset({404, 410, 414, 501})
_ERROR_NEVER_KEPT = 416
_ERROR_TTL = 10.0
_KEPT_WHEN_TOLD = frozenset({307, 308})
_KEPT_LIKE_A_SUCCESS = frozenset({200, 301, 302})
#: The header in which the origin names the tags of an answer.
_TAGS = "x-amz-meta-tags"
#: How the names of all headers for CORS begin.
_CORS = "access-control-"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """How long answers are kept, in seconds, and what besides the path tells them apart.

    What is in the key is sent to the origin as well. The TTLs default to those of a new policy in
    CloudFront, which are wrong for this loop: see ``stack.py`` for the right ones.
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


@dataclass(frozen=True, slots=True)
class AddedHeader:
    """What a response headers policy says of one header: with ``override`` it replaces the origin's own."""

    value: str
    override: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionConfiguration:
    """One distribution: its cache policy, how it talks to its origin, and what it adds to every answer.

    ``error_caching_min_ttl`` is in seconds, by status. What is forwarded reaches the origin without being
    part of the key, as an origin request policy has it: ``forwarded_headers`` by their names, or with
    ``forwards_headers`` all but Host and cookies. ``origin_headers`` are the origin's custom headers.
    ``edge`` sees each request before the cache does. ``response_headers`` are those of the default behaviour,
    ``headers_by_pattern`` those of the others, of which the first that fits counts.
    """

    origin_host: str
    cache_policy: CachePolicy = CachePolicy()
    error_caching_min_ttl: Mapping[int, float] = field(default_factory=dict)
    allowed_methods: tuple[str, ...] = ("GET", "HEAD")
    forwarded_headers: tuple[str, ...] = ()
    forwards_headers: bool = False
    forwards_query: bool = False
    forwards_cookies: bool = False
    forwards_host: bool = False
    origin_headers: Mapping[str, str] = field(default_factory=dict)
    response_headers: AddedHeaders = field(default_factory=dict)
    headers_by_pattern: tuple[tuple[str, AddedHeaders], ...] = ()
    edge: Edge | None = None
    capacity: int = 1000

    def __post_init__(self) -> None:
        if self.capacity < 1:
            raise ValueError(f"a cache has room for at least one answer, got {self.capacity}")

    def headers_for(self, path: str) -> AddedHeaders:
        """Find the headers for what a viewer asks for.

        Source: CloudFront developer guide, "Path pattern": a star is any number of characters, slashes among
        them, a question mark is one.
        """
        return next(
            (headers for pattern, headers in self.headers_by_pattern if _fits(pattern, path)),
            self.response_headers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    response: Response
    since: float
    until: float


class Distribution:
    """The cache, and the piece that viewers talk to. Threads may share it."""

    def __init__(self, configuration: DistributionConfiguration, origin: Piece, *, clock: Clock) -> None:
        self.configuration = configuration
        self._origin = origin
        self._clock = clock
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Response:
        """Answer from the cache, or from the origin."""
        return _shown(request, self._answer(request), self.configuration.headers_for(request.path))

    def _answer(self, request: Request) -> Response:
        if request.method not in self.configuration.allowed_methods:
            headers = {"allow": ", ".join(self.configuration.allowed_methods)}
            return _marked(Response(status=405, headers=headers), "Error from cloudfront")
        if self.configuration.edge:
            request = self.configuration.edge(request)
        key = self._key(request)
        kept = self._find(key)
        if kept is not None:
            age = str(int(self._clock() - kept.since))
            return _marked(kept.response, "Hit from cloudfront", age=age)
        response = self._origin(self._to_origin(request))
        # A HEAD's answer has no body to serve a later GET from.
        if request.method == "GET":
            self._keep(key, response)
        return _marked(response, "Miss from cloudfront")

    def invalidate(self, items: Iterable[str]) -> None:
        """Forget what an invalidation of these items names.

        Args:
            items: paths as they are on the wire, those of all that begin alike with a ``*`` at the end, and
                tags with a ``#`` before them.

        Source: CloudFront developer guide, "Specify files to invalidate", "Invalidate files by cache tag".
        """
        asked = tuple(items)
        with self._lock:
            for key in [key for key, kept in self._kept.items() if _is_named(key[0], kept.response, asked)]:
                del self._kept[key]

    def _key(self, request: Request) -> tuple[str, ...]:
        policy = self.configuration.cache_policy
        parts = [request.path]
        if policy.key_query:
            parts.append(f"?{request.query}")
        if policy.key_cookies:
            parts.append(f"cookie:{request.headers.get('cookie', '')}")
        parts += [f"{name}:{request.headers.get(name, '')}" for name in policy.key_headers]
        return tuple(parts)

    def _find(self, key: tuple[str, ...]) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and self._clock() >= kept.until:
                del self._kept[key]
                return None
            return kept

    def _keep(self, key: tuple[str, ...], response: Response) -> None:
        now = self._clock()
        ttl = kept_for(response, self.configuration, now=now)
        if ttl <= 0:
            return
        with self._lock:
            self._kept[key] = _Kept(response=response, since=now, until=now + ttl)
            while len(self._kept) > self.configuration.capacity:
                self._kept.popitem(last=False)

    def _to_origin(self, request: Request) -> Request:
        configuration, policy = self.configuration, self.configuration.cache_policy
        passed = {*policy.key_headers, *configuration.forwarded_headers}
        if configuration.forwards_headers:
            passed |= request.headers.keys() - {"cookie", "host", VIEWER_HEADER}
        if policy.key_cookies or configuration.forwards_cookies:
            passed.add("cookie")
        if configuration.forwards_host:
            passed.add("host")
        headers = {"host": configuration.origin_host, "user-agent": "Amazon CloudFront"}
        headers |= {name: value for name, value in request.headers.items() if name in passed}
        if VIEWER_HEADER in passed:
            headers[VIEWER_HEADER] = request.viewer  # CloudFront's own, whatever the viewer sent
        headers |= configuration.origin_headers
        passes_query = policy.key_query or configuration.forwards_query
        return replace(request, query=request.query if passes_query else "", headers=headers)


def _is_named(path: str, response: Response, items: Iterable[str]) -> bool:
    tags = {f"#{tag.strip().lower()}" for tag in response.headers.get(_TAGS, "").split(",")}
    return any(
        path.startswith(item.removesuffix("*"))
        if item.endswith("*")
        else item == path or item.lower() in tags
        for item in items
    )


def _marked(response: Response, x_cache: str, *, age: str = "") -> Response:
    headers = {**response.headers, "x-cache": x_cache} | ({"age": age} if age else {})
    return replace(response, headers=headers)


def _shown(request: Request, response: Response, added: AddedHeaders) -> Response:
    headers = {**response.headers}
    for name, one in added.items():
        for_cors = name.startswith(_CORS)
        if (one.override or name not in headers) and ("origin" in request.headers or not for_cors):
            headers[name] = one.value
    if request.method == "HEAD":
        headers.setdefault("content-length", str(len(response.body)))
        return replace(response, headers=headers, body=b"")
    return replace(response, headers=headers)


def _fits(pattern: str, path: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, path, re.DOTALL) is not None


def kept_for(response: Response, configuration: DistributionConfiguration, *, now: float) -> float:
    """Seconds for which a distribution keeps this answer of its origin; 0 is not at all."""
    policy = configuration.cache_policy
    stated = _stated_ttl(response, now=now)
    if response.status >= 400:
        return _error_kept_for(response, configuration, stated)
    told = "cache-control" in response.headers or "expires" in response.headers
    if response.status not in _KEPT_LIKE_A_SUCCESS and not (response.status in _KEPT_WHEN_TOLD and told):
        return 0.0
    if _refuses_storing(response):
        return policy.min_ttl
    if stated is None:
        return policy.default_ttl
    return max(policy.min_ttl, min(stated, policy.max_ttl))


def _error_kept_for(
    response: Response, configuration: DistributionConfiguration, stated: float | None
) -> float:
    if response.status == _ERROR_NEVER_KEPT:
        return 0.0
    if response.status in _ERRORS_THAT_OBEY_NO_STORE and _refuses_storing(response):
        return 0.0
    minimum = configuration.error_caching_min_ttl.get(response.status, _ERROR_TTL)
    return max(minimum, min(stated or 0.0, configuration.cache_policy.max_ttl))


def _directives(response: Response) -> dict[str, str]:
    """The directives of Cache-Control, by lower-case name (RFC 9111, section 5.2)."""
    parts = (part.strip().partition("=") for part in response.headers.get("cache-control", "").split(","))
    return {name.lower(): value.strip('"') for name, _, value in parts if name}


def _refuses_storing(response: Response) -> bool:
    return not {"no-store", "no-cache", "private"}.isdisjoint(_directives(response))


def _stated_ttl(response: Response, *, now: float) -> float | None:
    """Seconds as the origin states them: s-maxage before max-age before Expires."""
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
        return 0.0  # RFC 9111, section 5.3: an invalid date has expired
    return max(0.0, (expires - datetime.fromtimestamp(now, tz=UTC)).total_seconds())
