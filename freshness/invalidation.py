"""Let the CDN forget derivatives: what an invalidation names, and how often there is one of everything."""

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
#: Of more than this in one go, one invalidation of everything is cheaper than each by its name.
MOST: Final = 200
#: Seconds from one invalidation of everything to the next.
BETWEEN: Final = 60.0

#: As ``DerivativeKey.path``, the address that this project writes.
_SAFE: Final = "/-._~"
#: What a page may have written as it is: by RFC 1738, section 2.2, and by JavaScript's ``encodeURIComponent``
#: (ECMAScript, "URI Handling Functions").
_LEFT_AS_IT_IS: Final = ("!$&'()*+,;:=@", "!'()*")

#: Begins an invalidation of these items, under a name that no other one has.
Create = Callable[[Sequence[str], str], None]


def paths_of(key: str) -> list[str]:
    """List the addresses under which a CDN may keep a derivative: in our spelling, and with less encoded.

    Source: CloudFront developer guide, "What you need to know when invalidating paths".

    >>> paths_of("20x/a, (1).jpg")
    ['/20x/a%2C%20%281%29.jpg', '/20x/a,%20(1).jpg', '/20x/a%2C%20(1).jpg']
    """
    paths = ["/" + quote(key, safe=_SAFE + as_it_is) for as_it_is in ("", *_LEFT_AS_IT_IS)]
    # At its end a star would stand for all that begin so, which is right, but more than asked.
    return list(dict.fromkeys(re.sub(r"\*$", "%2A", path) for path in paths))


class Invalidations:
    """Ask for invalidations, few of them of everything.

    Args:
        cdn: how derivatives are named.
        create: begins one.
        clock: tells seconds.
    """

    def __init__(self, cdn: Cdn, create: Create, *, clock: Callable[[], float] = time.time) -> None:
        self._cdn = cdn
        self._create = create
        self._clock = clock
        self._everything_at = -float("inf")

    def items(self, stale: Iterable[core.Stale]) -> list[str]:
        """Name these derivatives, each once."""
        if self._cdn is Cdn.PATHS:
            named = [path for one in stale for path in paths_of(one.key)]
        elif self._cdn is Cdn.TAGS:
            named = [f"#{one.tag}" for one in stale if one.tag]
        else:
            named = []
        return list(dict.fromkeys(named))

    def forget(self, items: Iterable[str]) -> int | None:
        """Let the CDN forget what is named.

        Returns:
            How many items it was told; None if that should be everything, and was so too short ago.
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

    A repetition by the SDK has the same name and counts once. A later one of the same paths must not have it:
    CloudFront would answer with the earlier one, and forget nothing that came in between.
    """
    digest = hashlib.sha256("\n".join(items).encode()).hexdigest()[:32]
    return f"{digest}-{round(now * 1000)}"
