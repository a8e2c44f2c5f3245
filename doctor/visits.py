"""The few GETs that show that the loop ends: two redirects, then none, and no way round it.

The picture that is asked for has an address that nobody has asked for before. It stays behind in the bucket
of derivatives, a few hundred bytes in most cases; nothing else is changed.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from doctor.checks import parts
from doctor.facts import Facts, Unread, known
from doctor.findings import Check, Finding, Observation
from doctor.policies import NotUnderstood
from handler import Settings
from local_loop.http import Response
from local_loop.viewer import address
from resizer_core import TRUSTED_FORMATS, Access, DerivativeKey, InvalidKey, Spec, parse_spec, sign

T = TypeVar("T")

#: Asks for a URL with these headers and gives the one answer, redirects too; OSError where there is none.
Fetch = Callable[[str, Mapping[str, str]], Response]

#: Seconds, a little longer than the API waits for the function.
_PATIENCE: Final = 40.0
_MOST_BYTES: Final = 8 * 1024 * 1024
_MOST_REDIRECTS: Final = 6
#: As from a script of another site: what CORS asks for is in the answers to such requests alone.
_FROM_ELSEWHERE: Final = {"origin": "https://elsewhere.example", "user-agent": "resizer doctor"}


@dataclass(frozen=True, slots=True)
class Hop:
    """One address, and the answer."""

    url: str
    response: Response

    @property
    def is_hit(self) -> bool:
        """Whether CloudFront had kept the answer."""
        return "hit" in self.response.headers.get("x-cache", "").lower()

    @property
    def media_type(self) -> str:
        """Of what was answered, without its parameters."""
        return self.response.headers.get("content-type", "").partition(";")[0]


Hops = tuple[Hop, ...]


class _AsTheyAre(urllib.request.HTTPErrorProcessor):
    """Takes redirects and errors for answers like any other."""

    def http_response(self, _request: urllib.request.Request, response: Any) -> Any:
        return response

    def https_response(self, _request: urllib.request.Request, response: Any) -> Any:
        return response


def over_the_network(url: str, headers: Mapping[str, str]) -> Response:
    """Ask a server, without following, without cookies, through the proxy of the environment if it names one.

    Raises:
        OSError: there was no answer that is HTTP.
    """
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310  no address comes from outside
    try:
        with urllib.request.build_opener(_AsTheyAre).open(request, timeout=_PATIENCE) as answer:
            return Response(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=answer.read(_MOST_BYTES),
            )
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from error
    except http.client.HTTPException as error:
        raise OSError(f"the answer is no HTTP: {error!r}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What came back.

    Attributes:
        before: the new picture's address, asked once and not followed.
        first, second: two views of it.
        gone: a view of what has no original.
        stray: a view of what is no SPEC.
        website, api: the origins of the distributions, asked as anybody can.
    """

    before: Hops | Unread
    first: Hops | Unread
    second: Hops | Unread
    gone: Hops | Unread
    stray: Hops | Unread
    website: Hops | Unread
    api: Hops | Unread


def visit(facts: Facts, fetch: Fetch, *, key: str | Unread, version: str) -> tuple[Finding, ...]:
    """Ask for one new picture and for what is to be refused, and say what was seen.

    Args:
        key: of an original, as it stands in an address.
        version: 1 to 16 letters and digits in lower case that no visit has had before.
    """
    visits = _visits(facts, fetch, key=key, version=version)
    return tuple(one(visits) for one in CHECKS)


def _visits(facts: Facts, fetch: Fetch, *, key: str | Unread, version: str) -> Visits:
    nowhere = f"no-such-file-{version}"

    def hop(url: str) -> Hop:
        return Hop(url, fetch(url, _FROM_ELSEWHERE))

    def view(path: str) -> Hops:
        hops = [hop(facts.names.base_url + path)]
        while hops[-1].response.is_redirect and len(hops) <= _MOST_REDIRECTS:
            url = address(hops[-1].url, hops[-1].response.headers["location"])
            if not _is_in_the_loop(url, facts):
                break
            hops.append(hop(url))
        return tuple(hops)

    def path(original: str) -> str:
        return DerivativeKey(spec_for(parts.settings(facts), version), original).path

    made = key if isinstance(key, Unread) else _tried(lambda: path(key))
    return Visits(
        before=made if isinstance(made, Unread) else _tried(lambda: (hop(facts.names.base_url + made),)),
        first=made if isinstance(made, Unread) else _tried(lambda: view(made)),
        second=made if isinstance(made, Unread) else _tried(lambda: view(made)),
        gone=_tried(lambda: view(path(f"{nowhere}.png"))),
        stray=_tried(lambda: view(f"/{nowhere}.ico")),
        website=_tried(lambda: (hop(f"http://{parts.origin(parts.delivery(facts)).domain_name}/{nowhere}"),)),
        api=_tried(lambda: (hop(f"{parts.api(facts).endpoint}/{nowhere}"),)),
    )


def _is_in_the_loop(url: str, facts: Facts) -> bool:
    split = urlsplit(url)
    return split.scheme == "https" and any(
        part.answers_to(split.netloc) for part in (parts.delivery(facts), parts.generator(facts))
    )


def _tried(look: Callable[[], T]) -> T | Unread:
    try:
        return look()
    except (InvalidKey, LookupError, NotUnderstood, OSError) as error:
        return Unread(str(error))


def spec_for(settings: Settings, version: str) -> Spec:
    """A small SPEC that the access policy answers, with ``version`` as its ``v-``."""
    if settings.access is Access.PRESETS:
        name, preset = next(iter(settings.presets.items()))
        # f-auto would be one redirect more.
        format = "_f-jpg" if preset.format == "auto" else ""
        return parse_spec(f"p-{name}{format}_v-{version}", presets=settings.presets)
    spec = parse_spec(f"8x8_f-png_v-{version}")
    return sign(spec, settings.signing_keys[0]) if settings.access is Access.SIGNED else spec


def first_picture(keys: Iterable[str]) -> str | None:
    """The first of ``keys`` that has the name of a picture and can stand in an address."""
    endings = tuple(
        f".{name}" for format in TRUSTED_FORMATS.values() for name in (format.name, *format.aliases)
    )
    return next((key for key in keys if key.lower().endswith(endings) and _can_be_asked_for(key)), None)


def _can_be_asked_for(key: str) -> bool:
    try:
        DerivativeKey(parse_spec("8x8"), key)
    except InvalidKey:
        return False
    return True


# What has to be so


def _first_has_two_redirects(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.first, "a first view")
    yield _statuses(hops) == [307, 302, 200], _way(hops)
    if hops[-1].response.status == 200:
        yield from _is_picture(hops[-1])


def _second_has_none(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.second, "a second view")
    yield _statuses(hops) == [200], _way(hops)
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
    yield _statuses(hops) == [307, 404], _way(hops)
    yield hops[-1].media_type == "application/json", hops[-1].media_type or "no Content-Type"


def _stray_is_404(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.stray, "a view of what is no SPEC")
    yield _statuses(hops) == [404], _way(hops)


def _website_is_closed(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.website, "the website")
    yield _statuses(hops) == [403], _way(hops)


def _api_is_closed(visits: Visits) -> Iterator[Observation]:
    hops = known(visits.api, "the API")
    yield _statuses(hops) == [403], _way(hops)


def _every_hop_is_open_to_pages(visits: Visits) -> Iterator[Observation]:
    for hop in known(visits.first, "a first view"):
        for name, value in (("access-control-allow-origin", "*"), ("x-content-type-options", "nosniff")):
            found = hop.response.headers.get(name)
            yield (
                found == value,
                f"{hop.response.status}: {name} {found}" if found else f"{hop.response.status}: no {name}",
            )


def _statuses(hops: Hops) -> list[int]:
    return [hop.response.status for hop in hops]


def _way(hops: Hops) -> str:
    """The statuses, and the host to which the last one led if nobody followed; a path may be signed."""
    way = ", ".join(map(str, _statuses(hops)))
    last = hops[-1].response
    return f"{way} to {urlsplit(last.headers['location']).netloc}" if last.is_redirect else way


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
        expected="Access-Control-Allow-Origin * and nosniff on all three",
        why="A script that reads pictures is stopped at the first hop that does not.",
    ),
    Check(
        title="A missing original is 404",
        rule=8,
        look=_missing_is_404,
        expected="307, 404 with JSON",
        why="503 instead means that the function's role may not list the bucket of originals.",
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
