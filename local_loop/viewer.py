"""A browser, as far as the loop can tell: it follows redirects and keeps permanent ones.

Emulated: a ``Location`` is read as the WHATWG URL standard has it (spaces and other characters quoted, dot
segments and the fragment removed, a backslash is a slash), and 301 and 308 are kept for good, which RFC
9110, section 15.4, allows without a header. Left out: the rest of a browser's cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urljoin, urlsplit

from local_loop.http import Piece, Request, Response
from local_loop.trace import Step, recording

#: Where Chromium and Firefox give up.
REDIRECT_LIMIT = 20
_PERMANENT = (301, 308)
_SELF = (".", "%2e")
_PARENT = ("..", ".%2e", "%2e.", "%2e%2e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One address, and what came back. A redirect that the viewer itself had kept has no steps."""

    url: str
    response: Response
    milliseconds: float
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """All hops of one view, and the address outside the loop that a redirect led to, if one did."""

    hops: tuple[Hop, ...]
    left_for: str = ""

    @property
    def response(self) -> Response:
        """The answer that the viewer is left with."""
        return self.hops[-1].response

    @property
    def redirects(self) -> int:
        """How many redirects the viewer met."""
        return sum(hop.response.is_redirect for hop in self.hops)

    @property
    def has_ended(self) -> bool:
        """False when the viewer gave up, or was led out of the loop."""
        return not self.response.is_redirect


class Viewer:
    """One browser. ``hosts`` are the servers that it can reach, by host and port."""

    def __init__(self, hosts: Mapping[str, Piece]) -> None:
        self._hosts = hosts
        self._permanent: dict[str, Response] = {}

    def walk(self, url: str, *, headers: Mapping[str, str] | None = None) -> Walk:
        """Ask for ``url`` with GET, and follow until there is an answer or the limit is met."""
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
    """Where a browser goes from ``base`` when told ``location``.

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
