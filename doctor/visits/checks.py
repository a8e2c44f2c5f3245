"""Check the facts that must hold for the visits. Each check looks at the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Final

from doctor.facts import known
from doctor.findings import Check, Observation
from doctor.visits.hops import Visits, statuses, way
from resizer_core import EVERYWHERE, Delivery


def _answers(name: str, what: str, *expected: int) -> Callable[[Visits], Iterator[Observation]]:
    """Look at the statuses of a visit. An answer of 200 must be a picture."""

    def look(visits: Visits) -> Iterator[Observation]:
        hops = known(getattr(visits, name), what)
        yield statuses(hops) == [*expected], way(hops)
        if hops[-1].response.status == HTTPStatus.OK:
            media_type = hops[-1].media_type
            yield media_type.startswith("image/"), media_type or "no Content-Type"

    return look


def _redirect_is_not_kept(visits: Visits) -> Iterator[Observation]:
    before = known(visits.before, "the redirect")
    first = known(visits.first, "a first view")
    for hop in (*before, first[0]):
        status = hop.response.status
        yield status == 307 and not hop.is_hit, f"{status}{', from the cache' if hop.is_hit else ''}"
    after = known(visits.second, "a second view")[0].response.status
    yield after == 200, f"afterwards {after}"


def _missing_is_404(*expected: int) -> Callable[[Visits], Iterator[Observation]]:
    what = "a view of a missing original"

    def look(visits: Visits) -> Iterator[Observation]:
        yield from _answers("gone", what, *expected)(visits)
        media_type = known(visits.gone, what)[-1].media_type
        # The function's 404: in words, or with the fallback.
        yield media_type.startswith(("application/json", "image/")), media_type or "no Content-Type"

    return look


def _every_hop_is_open_to_pages(visits: Visits) -> Iterator[Observation]:
    for hop in known(visits.first, "a first view"):
        for name, value in EVERYWHERE.items():
            found = hop.response.headers.get(name)
            yield (
                found == value,
                f"{hop.response.status}: {name} {found}" if found else f"{hop.response.status}: no {name}",
            )


_AGAIN: Final = Check(
    title="From then on it is there at once",
    rule=9,
    look=_answers("second", "a second view", 200),
    expected="200 with a picture",
    why="Otherwise every view runs the function.",
)
_OPEN: Final = Check(
    title="Every hop lets pages of other sites read it",
    rule=22,
    look=_every_hop_is_open_to_pages,
    expected=f"{', '.join(f'{name} {value}' for name, value in EVERYWHERE.items())} on every hop",
    why="The first hop without them stops a script that reads pictures, and a page with "
    "Cross-Origin-Embedder-Policy.",
)
_STRAY: Final = Check(
    title="Paths without a SPEC do not reach the function",
    rule=6,
    look=_answers("stray", "a view of what is no SPEC", 404, 404),
    expected="404, and 404 for / as well",
    why="Anything else means that scanners reach the function, that S3 cannot tell that an object is "
    "missing, or that it lists the bucket.",
)
_API: Final = Check(
    title="The API refuses requests that avoid CloudFront",
    rule=24,
    look=_answers("api", "the API", 403),
    expected="403",
    why="Anybody who may call it there avoids the firewall.",
)
#: Every visit of each way, in the order of the hops.
CHECKS: Final[Mapping[Delivery, tuple[Check[Visits], ...]]] = {
    Delivery.REDIRECT: (
        Check(
            title="A new picture is two redirects away",
            rule=9,
            look=_answers("first", "a first view", 307, 302, 200),
            expected="307, 302, 200 with a picture",
            why="This is the loop: S3 has none and redirects, the function makes it and redirects, then S3 "
            "has it.",
        ),
        _AGAIN,
        Check(
            title="S3's redirect is not kept",
            rule=3,
            look=_redirect_is_not_kept,
            expected="307 from S3 each time, then 200",
            why="If delivery keeps a redirect, it hides the picture for that time.",
        ),
        _OPEN,
        Check(
            title="A missing original is 404",
            rule=8,
            look=_missing_is_404(307, 404),
            expected="307, 404 with JSON or a picture",
            why="403 instead means that the function's role may not list the bucket of originals.",
        ),
        _STRAY,
        Check(
            title="The website refuses requests that avoid delivery",
            rule=7,
            look=_answers("bucket", "the website", 403),
            expected="403",
            why="Anybody who may read there gets the picture from S3 directly, without the cache.",
        ),
        _API,
    ),
    Delivery.FAILOVER: (
        Check(
            title="A new picture comes at once",
            rule=9,
            look=_answers("first", "a first view", 200),
            expected="200 with a picture",
            why="S3 does not have it, so delivery asks the function, which answers with the picture.",
        ),
        _AGAIN,
        _OPEN,
        Check(
            title="A missing original is 404 of the function",
            rule=8,
            look=_missing_is_404(404),
            expected="404 with JSON or a picture",
            why="403 means that a role or a policy does not allow to list. XML means that only S3 was asked.",
        ),
        _STRAY,
        Check(
            title="The bucket refuses requests that avoid delivery",
            rule=31,
            look=_answers("bucket", "the bucket", 403),
            expected="403",
            why="Anybody who may read there gets the picture from S3 directly, without the cache.",
        ),
        _API,
    ),
}
