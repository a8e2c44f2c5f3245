"""Emulate the part of a browser that the loop sees: it follows redirects and keeps permanent ones.

Emulated: it reads a ``Location`` by the WHATWG URL standard. Spaces and other characters are quoted, dot
segments and the fragment are removed, and a backslash is a slash. It keeps 301 and 308 for ever, which RFC
9110, section 15.4, allows without a header. Left out: the rest of a browser's cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urljoin, urlsplit

from local_loop.http import Piece, Request, Response
from local_loop.trace import Step, recording

#: The number of redirects after which Chromium and Firefox give up.
REDIRECT_LIMIT = 20
_PERMANENT = (301, 308)
_SELF = (".", "%2e")
_PARENT = ("..", ".%2e", "%2e.", "%2e%2e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """Hold one address and its answer. A redirect from the viewer's own cache has no steps."""

    url: str
    response: Response
    milliseconds: float
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Hold all hops of one view, and the address outside the loop if a redirect led there."""

    hops: tuple[Hop, ...]
    left_for: str = ""

    @property
    def response(self) -> Response:
        """Give the last answer, which the viewer sees."""
        return self.hops[-1].response

    @property
    def redirects(self) -> int:
        """Count the redirects on the way."""
        return sum(hop.response.is_redirect for hop in self.hops)

    @property
    def has_ended(self) -> bool:
        """Say whether the view ended with an answer inside the loop, before the viewer gave up."""
        return not self.response.is_redirect


class Viewer:
    """Emulate one browser. ``hosts`` are the servers that it can reach, by host and port."""

    def __init__(self, hosts: Mapping[str, Piece]) -> None:
        self._hosts = hosts
        self._permanent: dict[str, Response] = {}

    def walk(self, url: str, *, headers: Mapping[str, str] | None = None) -> Walk:
        """Ask for ``url`` with GET, and follow redirects until an answer or the limit."""
        hops: list[Hop] = []
        while True:
            host = urlsplit(url).netloc
            if host not in self._hosts:
                return Walk(hops=tuple(hops), left_for=url)
            hops.append(self._hop(url, host, headers or {}))
            response = hops[-1].response
            if not response.is_redirect or len(hops) > REDIRECT_LIMIT:
                return Walk(hops=tuple(hops))
            url = address(url, response.headers["location"])

    def _hop(self, url: str, host: str, headers: Mapping[str, str]) -> Hop:
        if url in self._permanent:
            return Hop(url=url, response=self._permanent[url], milliseconds=0.0)
        split = urlsplit(url)
        target = f"{split.path or '/'}?{split.query}" if split.query else split.path or "/"
        start = perf_counter()
        with recording() as steps:
            response = self._hosts[host](Request.to(target, headers={**headers, "host": host}))
        if response.is_redirect and response.status in _PERMANENT:
            self._permanent[url] = response
        milliseconds = (perf_counter() - start) * 1000
        return Hop(url=url, response=response, milliseconds=milliseconds, steps=tuple(steps))


def address(base: str, location: str) -> str:
    """Find the address to which ``location`` leads a browser from ``base``.

    >>> address("http://a.example/x", "/b/./c/%2e%2e/d e?f#g")
    'http://a.example/b/d%20e?f'
    """
    joined = urlsplit(urljoin(base, location.replace("\\", "/")))
    segments: list[str] = []
    parts = joined.path.split("/")[1:]
    for part in parts:
        if part.lower() in _PARENT:
            del segments[-1:]
        elif part.lower() not in _SELF:
            segments.append(part)
    if parts and parts[-1].lower() in (*_SELF, *_PARENT):
        segments.append("")
    request = Request.to(f"/{'/'.join(segments)}" + (f"?{joined.query}" if joined.query else ""))
    return f"{joined.scheme}://{joined.netloc}{request.target}"
