"""Hold the answers of the visits: each address with its answer."""

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
    """Hold one address and its answer."""

    url: str
    response: Response

    @property
    def is_hit(self) -> bool:
        """Say whether the answer came from CloudFront's cache."""
        return "hit" in self.response.headers.get("x-cache", "").lower()

    @property
    def media_type(self) -> str:
        """Give the media type of the answer, without its parameters."""
        return self.response.headers.get("content-type", "").partition(";")[0]

    @property
    def target(self) -> str:
        """Say where a browser goes from here. The text is empty if the answer is no redirect."""
        response = self.response
        return address(self.url, response.headers["location"]) if response.is_redirect else ""


Hops = tuple[Hop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Hold the answers of all visits.

    Attributes:
        before: the first answer for the new picture, not followed. Empty with failover.
        first, second: two views of it.
        gone: a view of a path without an original.
        stray: views of paths without a SPEC, and of ``/``.
        bucket, api: answers of the distributions' origins to anybody. The bucket may be a website.
    """

    before: Hops | Unread
    first: Hops | Unread
    second: Hops | Unread
    gone: Hops | Unread
    stray: Hops | Unread
    bucket: Hops | Unread
    api: Hops | Unread


def follow(url: str, ask: Callable[[str], Hop], is_in_the_loop: Callable[[str], bool]) -> Iterator[Hop]:
    """Ask for an address, and follow a few redirects, but never out of the loop."""
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
    """Write the statuses, and the host of a redirect that was not followed. Its path may hold a signature."""
    shown = ", ".join(map(str, statuses(hops)))
    last = hops[-1].response
    return f"{shown} to {urlsplit(last.headers['location']).netloc}" if last.is_redirect else shown
