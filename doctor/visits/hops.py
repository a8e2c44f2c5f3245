"""Hold what came back of the visits: each address with its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from doctor.facts import Unread
from local_loop.http import Response
from local_loop.viewer import address

_MOST_REDIRECTS: Final = 6


@dataclass(frozen=True, slots=True)
class Hop:
    """One address, and the answer."""

    url: str
    response: Response

    @property
    def is_hit(self) -> bool:
        """True if CloudFront had kept the answer."""
        return "hit" in self.response.headers.get("x-cache", "").lower()

    @property
    def media_type(self) -> str:
        """Of what was answered, without its parameters."""
        return self.response.headers.get("content-type", "").partition(";")[0]

    @property
    def target(self) -> str:
        """Say where a browser goes from here; empty if the answer is no redirect."""
        response = self.response
        return address(self.url, response.headers["location"]) if response.is_redirect else ""


Hops = tuple[Hop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Hold what came back.

    Attributes:
        before: the new picture's address, asked once and not followed; with failover nothing.
        first, second: two views of it.
        gone: a view of what has no original.
        stray: views of what is no SPEC, and of ``/``.
        bucket, api: the origins of the distributions, asked as anybody can; the first is a website or not.
    """

    before: Hops | Unread
    first: Hops | Unread
    second: Hops | Unread
    gone: Hops | Unread
    stray: Hops | Unread
    bucket: Hops | Unread
    api: Hops | Unread


def follow(url: str, ask: Callable[[str], Hop], is_in_the_loop: Callable[[str], bool]) -> Iterator[Hop]:
    """Ask for an address, and go where its redirects lead: a few of them, and never out of the loop."""
    hop = ask(url)
    yield hop
    for _ in range(_MOST_REDIRECTS):
        if not hop.target or not is_in_the_loop(hop.target):
            return
        hop = ask(hop.target)
        yield hop


def statuses(hops: Hops) -> list[int]:
    """List the statuses of the answers."""
    return [hop.response.status for hop in hops]


def way(hops: Hops) -> str:
    """Write the statuses, and the host that nobody followed to; its path may be signed."""
    shown = ", ".join(map(str, statuses(hops)))
    last = hops[-1].response
    return f"{shown} to {urlsplit(last.headers['location']).netloc}" if last.is_redirect else shown
