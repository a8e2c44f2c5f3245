"""Say what has to be so of the visits: each check looks at what came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.facts import known
from doctor.findings import Check, Observation
from doctor.visits.hops import Hop, Visits, statuses, way
from function.answers import EVERYWHERE


def _first_has_two_redirects(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.first, "a first view")
    yield statuses(hops) == [307, 302, 200], way(hops)
    if hops[-1].response.status == 200:
        yield from _is_picture(hops[-1])


def _second_has_none(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.second, "a second view")
    yield statuses(hops) == [200], way(hops)
    if hops[-1].response.status == 200:
        yield from _is_picture(hops[-1])


def _is_picture(hop: Hop) -> Iterator[Observation]:
    yield hop.media_type.startswith("image/"), hop.media_type or "no Content-Type"


def _redirect_is_not_kept(visits: Visits) -> Iterator[Observation]:
    before = known(visits.before, "the redirect")
    first = known(visits.first, "a first view")
    for hop in (*before, first[0]):
        status = hop.response.status
        yield status == 307 and not hop.is_hit, f"{status}{', from the cache' if hop.is_hit else ''}"
    after = known(visits.second, "a second view")[0].response.status
    yield after == 200, f"afterwards {after}"


def _missing_is_404(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.gone, "a view of a missing original")
    yield statuses(hops) == [307, 404], way(hops)
    media_type = hops[-1].media_type
    # Of the function: in words, or the fallback.
    yield media_type.startswith(("application/json", "image/")), media_type or "no Content-Type"


def _stray_is_404(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.stray, "a view of what is no SPEC")
    yield statuses(hops) == [404], way(hops)


def _website_is_closed(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.website, "the website")
    yield statuses(hops) == [403], way(hops)


def _api_is_closed(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.api, "the API")
    yield statuses(hops) == [403], way(hops)


def _every_hop_is_open_to_pages(visits: Visits) -> Iterator[Observation]:
    for hop in known(visits.first, "a first view"):
        for name, value in EVERYWHERE.items():
            found = hop.response.headers.get(name)
            yield (
                found == value,
                f"{hop.response.status}: {name} {found}" if found else f"{hop.response.status}: no {name}",
            )


CHECKS: Final[tuple[Check[Visits], ...]] = (
    Check(
        title="A new picture is two redirects away",
        rule=9,
        look=_first_has_two_redirects,
        expected="307, 302, 200 with a picture",
        why="This is the loop: S3 has none and redirects, the function makes it and redirects, S3 has it.",
    ),
    Check(
        title="From then on it is there at once",
        rule=9,
        look=_second_has_none,
        expected="200 with a picture",
        why="Otherwise every view runs the function.",
    ),
    Check(
        title="S3's redirect is not kept",
        rule=3,
        look=_redirect_is_not_kept,
        expected="307 from S3 each time, then 200",
        why="A redirect that delivery keeps hides the picture for as long.",
    ),
    Check(
        title="Every hop says that pages of other sites may read it",
        rule=22,
        look=_every_hop_is_open_to_pages,
        expected=f"{', '.join(f'{name} {value}' for name, value in EVERYWHERE.items())} on all three",
        why="A script that reads pictures is stopped at the first hop that does not, and so is a page with "
        "Cross-Origin-Embedder-Policy.",
    ),
    Check(
        title="A missing original is 404",
        rule=8,
        look=_missing_is_404,
        expected="307, 404 with JSON or a picture",
        why="403 instead means that the function's role may not list the bucket of originals.",
    ),
    Check(
        title="What is no SPEC ends at S3",
        rule=6,
        look=_stray_is_404,
        expected="404",
        why="Anything else means that scanners reach the function, or that S3 cannot tell what is missing.",
    ),
    Check(
        title="The website is closed to whoever goes round delivery",
        rule=7,
        look=_website_is_closed,
        expected="403",
        why="Whoever may read there is served by S3 directly, uncached.",
    ),
    Check(
        title="The API is closed to whoever goes round the generator",
        rule=24,
        look=_api_is_closed,
        expected="403",
        why="Whoever may call it there goes round the firewall.",
    ),
)
