"""Emulate a CloudFront distribution with one origin or origin group. Its behaviours differ only in headers.

Emulated, with the pages of the CloudFront developer guide that say so:

- ``ttl.py`` says which answers are kept, and how long.
- The cache key and the request to the origin have the path. Of query, headers and cookies they have only the
  configured ones: "Understand cache policies", "Understand origin request policies". The origin's custom
  headers replace the viewer's. Host is the origin's, unless the viewer's is forwarded. Of CloudFront's own
  headers there is only the viewer's address, if it is configured: "Add CloudFront request headers".
- An origin group asks its second origin if the first answers with one of the chosen codes, only for GET, HEAD
  and OPTIONS. It asks the first one for every miss, whatever came before. A redirect of the first one is no
  failure: "Request and response behavior for origin groups".
- The edge cuts a part out of an answer that it keeps. Otherwise it asks the origin for the part: "How
  CloudFront processes partial requests for an object (range GETs)".
- Other behaviours have patterns. They are compared in their order with the viewer's path, before a
  function sees it: API reference, "CacheBehavior". They differ in the headers that they add.
- The headers of a response headers policy are also on answers from the cache, and are not kept: "Add or
  remove HTTP headers in CloudFront responses with a policy". Headers for CORS are on answers to requests with
  an ``Origin``: API reference, "ResponseHeadersPolicyCorsConfig".
- ``x-cache`` and ``age``.
- Invalidations by path, by the beginning of a path, and by tag.
- A function on viewer requests, before the cache: ``cloudfront_function.py``.
- The default root object, in the place of ``/``: "Specify a default root object".

Assumed, because no page says so: the policy's headers are also on the answers of CloudFront itself and of its
function. CloudFront removes a viewer's headers that have the name of one of its own. Both origins of a group
get the same headers, except for Host and their custom headers. ``Range``, ``If-Range``, ``If-None-Match`` and
``If-Modified-Since`` reach an origin, also with HEAD. For answers in the cache the edge handles them itself.
The default root object replaces ``/`` after the function has seen it.

Left out: collapsing of simultaneous misses (each goes to the origin, which is harder for the loop),
revalidation and stale answers (an expired answer is fetched again), parts in the cache (only whole answers
are kept), compression, several edges, the viewer's protocol, headers that a policy removes, and the decoding
of ``%61`` before patterns are compared. A policy's headers for CORS are the same on preflights and on other
requests.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from function.events import VIEWER_HEADER
from local_loop.conditions import CONDITIONS, conditioned
from local_loop.http import Piece, Request, Response
from local_loop.ttl import CachePolicy as CachePolicy
from local_loop.ttl import kept_for

#: Seconds since the epoch.
Clock = Callable[[], float]
#: A function at the edge: it turns a viewer's request into another one or into an answer.
Edge = Callable[[Request], Request | Response]
#: The headers that a response headers policy adds, by names in lower case.
AddedHeaders = Mapping[str, "AddedHeader"]

_FAILS_OVER = ("GET", "HEAD", "OPTIONS")
#: The header in which the origin names the tags of an answer.
_TAGS = "x-amz-meta-tags"
#: The beginning of the names of all headers for CORS.
_CORS = "access-control-"


@dataclass(frozen=True, slots=True)
class AddedHeader:
    """Hold a header of a response headers policy. With ``override`` it replaces the origin's own header."""

    value: str
    override: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginGroup:
    """Name the second origin of a group, and the statuses of the first for which it is asked.

    The first one is the distribution's own. ``headers`` are the custom headers of the second one.
    """

    secondary_host: str
    status_codes: frozenset[int]
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.status_codes or not all(400 <= code <= 599 for code in self.status_codes):
            raise ValueError(
                f"an origin group fails over on at least one error, got {sorted(self.status_codes)}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionConfiguration:
    """Configure a distribution: its cache policy, its requests to the origin, and its headers on answers.

    With ``origin_group`` there is a second origin, and ``origin_host`` is the first.
    ``error_caching_min_ttl`` is in seconds, by status. Forwarded headers reach the origin and are no part of
    the key, as with an origin request policy: ``forwarded_headers`` by their names, or with
    ``forwards_headers`` all except Host and cookies. ``origin_headers`` are the origin's custom headers.
    ``edge`` sees each request before the cache. ``response_headers`` are those of the default behaviour.
    ``headers_by_pattern`` are those of the others, and the first match counts.
    """

    origin_host: str
    cache_policy: CachePolicy = field(default_factory=CachePolicy)
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
    origin_group: OriginGroup | None = None
    default_root_object: str = ""
    capacity: int = 1000

    def __post_init__(self) -> None:
        if self.capacity < 1:
            raise ValueError(f"a cache has room for at least one answer, got {self.capacity}")

    def headers_for(self, path: str) -> AddedHeaders:
        """Find the headers for the path that a viewer asks for.

        Source: CloudFront developer guide, "Path pattern". A star is any number of characters, slashes
        included, and a question mark is one character.
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
    """Answer viewers, and keep answers. Threads may share it."""

    def __init__(
        self,
        configuration: DistributionConfiguration,
        origin: Piece,
        *,
        clock: Clock,
        secondary: Piece | None = None,
    ) -> None:
        if (configuration.origin_group is None) != (secondary is None):
            raise ValueError(
                "a distribution has a second origin where it has an origin group, and only there"
            )
        self.configuration = configuration
        self._origin = origin
        self._secondary = secondary
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
            made = self.configuration.edge(request)
            if isinstance(made, Response):
                return _marked(made, "FunctionGeneratedResponse from cloudfront")
            request = made
        if request.path == "/":
            request = replace(request, path=f"/{self.configuration.default_root_object}")
        key = self._key(request)
        kept = self._find(key)
        if kept is not None:
            age = str(int(self._clock() - kept.since))
            return _marked(conditioned(request, kept.response), "Hit from cloudfront", age=age)
        response = self._fetch(request)
        # The answer to a HEAD has no body for a later GET.
        if request.method == "GET":
            self._keep(key, response)
        return _marked(response, "Miss from cloudfront")

    def _fetch(self, request: Request) -> Response:
        configuration, group = self.configuration, self.configuration.origin_group
        response = self._origin(
            self._to_origin(request, configuration.origin_host, configuration.origin_headers)
        )
        if not (group and self._secondary):
            return response
        if request.method in _FAILS_OVER and response.status in group.status_codes:
            return self._secondary(self._to_origin(request, group.secondary_host, group.headers))
        return response

    def invalidate(self, items: Iterable[str]) -> None:
        """Forget the answers that an invalidation of these items names.

        Args:
            items: paths as they are on the wire, beginnings of paths with a ``*`` at the end, and tags with a
                ``#`` before them.

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
        configuration = self.configuration
        ttl = kept_for(response, configuration.cache_policy, configuration.error_caching_min_ttl, now=now)
        if ttl <= 0:
            return
        with self._lock:
            self._kept[key] = _Kept(response=response, since=now, until=now + ttl)
            while len(self._kept) > self.configuration.capacity:
                self._kept.popitem(last=False)

    def _to_origin(self, request: Request, host: str, own: Mapping[str, str]) -> Request:
        configuration, policy = self.configuration, self.configuration.cache_policy
        passed = {*policy.key_headers, *configuration.forwarded_headers, *CONDITIONS}
        if configuration.forwards_headers:
            passed |= request.headers.keys() - {"cookie", "host", VIEWER_HEADER}
        if policy.key_cookies or configuration.forwards_cookies:
            passed.add("cookie")
        if configuration.forwards_host:
            passed.add("host")
        headers = {"host": host, "user-agent": "Amazon CloudFront"}
        headers |= {name: value for name, value in request.headers.items() if name in passed}
        if VIEWER_HEADER in passed:
            headers[VIEWER_HEADER] = request.viewer  # CloudFront's own value replaces the viewer's
        headers |= own
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
