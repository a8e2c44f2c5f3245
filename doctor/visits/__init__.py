"""Make a few GETs that show that a picture comes, then comes at once, and that there is no way round.

Nobody has asked for this picture's address before. The picture stays in the bucket of derivatives and has a
few hundred bytes in most cases. Nothing else changes.

========= =====================================================
`picture` the original to ask for, and an allowed SPEC
`network` one answer of a server, unchanged
`hops`    the answers
`checks`  the facts that must hold for the answers
========= =====================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlsplit

from doctor.checks import parts
from doctor.facts import Facts, Unread
from doctor.findings import Finding
from doctor.policies import NotUnderstood
from doctor.visits.checks import CHECKS
from doctor.visits.hops import Hop, Hops, Visits, follow
from doctor.visits.network import Fetch, over_the_network
from doctor.visits.picture import first_picture, spec_for
from resizer_core import DerivativeKey, InvalidKey

__all__ = ["CHECKS", "FROM_ELSEWHERE", "Fetch", "first_picture", "over_the_network", "spec_for", "visit"]

T = TypeVar("T")

#: Headers as from a script of another site: only answers to such requests have the headers of CORS.
FROM_ELSEWHERE: Final = {"origin": "https://elsewhere.example", "user-agent": "resizer doctor"}


def visit(facts: Facts, fetch: Fetch, *, key: str | Unread, version: str) -> tuple[Finding, ...]:
    """Ask for one new picture and for addresses that must be refused. Return the findings.

    Args:
        key: the key of an original, as in an address.
        version: 1 to 16 lower-case letters and digits that no earlier visit had.
    """
    visits = _visits(facts, fetch, key=key, version=version)
    return tuple(one(visits) for one in CHECKS[facts.names.delivery])


def _visits(facts: Facts, fetch: Fetch, *, key: str | Unread, version: str) -> Visits:
    scheme = "https" if parts.fails_over(facts) else "http"  # a website speaks only http
    nowhere = f"no-such-file-{version}"

    def hop(url: str) -> Hop:
        return Hop(url, fetch(url, FROM_ELSEWHERE))

    def view(path: str) -> Hops:
        return tuple(follow(facts.names.base_url + path, hop, lambda url: _is_in_the_loop(url, facts)))

    def path(original: str, version: str = "") -> str:
        return DerivativeKey(spec_for(parts.settings(facts), version), original).path

    made = key if isinstance(key, Unread) else _tried(lambda: path(key, version))

    def tried(look: Callable[[str], Hops]) -> Hops | Unread:
        return made if isinstance(made, Unread) else _tried(lambda: look(made))

    return Visits(
        # With failover every request makes the picture, so nothing may ask before the first view.
        before=() if parts.fails_over(facts) else tried(lambda made: (hop(facts.names.base_url + made),)),
        first=tried(view),
        second=tried(view),
        gone=_tried(lambda: view(path(f"{nowhere}.png"))),
        stray=_tried(lambda: (*view(f"/{nowhere}.ico"), *view("/"))),
        bucket=_tried(
            lambda: (hop(f"{scheme}://{parts.origin(parts.delivery(facts)).domain_name}/{nowhere}"),)
        ),
        api=_tried(lambda: (hop(f"{parts.api(facts).endpoint}/{nowhere}"),)),
    )


def _is_in_the_loop(url: str, facts: Facts) -> bool:
    split = urlsplit(url)
    return split.scheme == "https" and any(
        part(facts).answers_to(split.netloc) for part in parts.distributions(facts)
    )


def _tried(look: Callable[[], T]) -> T | Unread:
    try:
        return look()
    except (InvalidKey, LookupError, NotUnderstood, OSError) as error:
        return Unread(str(error))
