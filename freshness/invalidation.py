"""Let the CDN forget derivatives, by name or, not too often, all at once."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import quote

import resizer_core as core
from freshness.settings import Cdn

#: Everything that the CDN keeps.
EVERYTHING: Final = "/*"
#: Most items of one invalidation. For more, one invalidation of everything is cheaper.
MOST: Final = 200
#: Least seconds between two invalidations of everything.
BETWEEN: Final = 60.0

#: As in ``DerivativeKey.path``, the address that this project writes.
_SAFE: Final = "/-._~"
#: Characters that a page may leave unencoded: by RFC 1738, section 2.2, and by JavaScript's
#: ``encodeURIComponent`` (ECMAScript, "URI Handling Functions").
_LEFT_AS_IT_IS: Final = ("!$&'()*+,;:=@", "!'()*")

#: Starts an invalidation of these items under a unique name.
Create = Callable[[Sequence[str], str], None]


def paths_of(key: str) -> list[str]:
    """List the paths under which a CDN may keep a derivative: our spelling, and spellings with less encoded.

    Source: CloudFront developer guide, "What you need to know when invalidating paths".

    >>> paths_of("20x/a, (1).jpg")
    ['/20x/a%2C%20%281%29.jpg', '/20x/a,%20(1).jpg', '/20x/a%2C%20(1).jpg']
    """
    paths = ["/" + quote(key, safe=_SAFE + as_it_is) for as_it_is in ("", *_LEFT_AS_IT_IS)]
    # A star at the end would stand for every path with this beginning, which is more than needed.
    return list(dict.fromkeys(re.sub(r"\*$", "%2A", path) for path in paths))


class Invalidations:
    """Ask for invalidations, and seldom for one of everything.

    Args:
        cdn: how invalidations name derivatives.
        create: starts an invalidation.
        clock: gives the time in seconds.
    """

    def __init__(self, cdn: Cdn, create: Create, *, clock: Callable[[], float] = time.time) -> None:
        self._cdn = cdn
        self._create = create
        self._clock = clock
        self._everything_at = -float("inf")

    def items(self, stale: Iterable[core.Stale]) -> list[str]:
        """List the paths or tags of these derivatives, each once."""
        if self._cdn is Cdn.PATHS:
            named = [path for one in stale for path in paths_of(one.key)]
        elif self._cdn is Cdn.TAGS:
            named = [f"#{one.tag}" for one in stale if one.tag]
        else:
            named = []
        return list(dict.fromkeys(named))

    def forget(self, items: Iterable[str]) -> int | None:
        """Let the CDN forget these items.

        Returns:
            The number of items that it was told. None if it forgot everything too recently to do so again.
        """
        named = sorted({*items})
        if not named or self._cdn is Cdn.TTL:
            return 0
        now = self._clock()
        if len(named) > MOST or EVERYTHING in named:
            if now < self._everything_at + BETWEEN:
                return None
            named = [EVERYTHING]
        self._create(named, _reference(named, now))
        if named == [EVERYTHING]:
            self._everything_at = now
        return len(named)


def _reference(items: Sequence[str], now: float) -> str:
    """Name one invalidation.

    If the SDK repeats the call, the name is the same and CloudFront counts it once. A later invalidation of
    the same paths needs another name. Otherwise CloudFront answers with the earlier one and forgets nothing.
    """
    digest = hashlib.sha256("\n".join(items).encode()).hexdigest()[:32]
    return f"{digest}-{round(now * 1000)}"
