"""Say why one address fails: walk its redirects, and name the wrong hop, its rule and the remedy.

The walk is like that of a browser. It makes the derivative if nobody has asked for it before, and changes
nothing else.

=============== ======================================================
`seen`          one hop, with all that is known of it
`faults`        one row of a table of faults
`redirects`     the faults of redirects
`at_cloudfront` the faults in answers of CloudFront and S3
`at_function`   the faults in answers of the function and the API
`reasons`       the words for a refusal: which original, which policy
=============== ======================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from doctor.checks import check
from doctor.diagnosis import at_cloudfront, at_function, redirects
from doctor.diagnosis.faults import Fault
from doctor.diagnosis.seen import Keys, Part, Seen, part_of
from doctor.facts import Distribution, Facts
from doctor.findings import Finding, Status
from doctor.names import Names
from doctor.visits import FROM_ELSEWHERE, Fetch
from doctor.visits.hops import Hop, follow
from local_loop.viewer import address

__all__ = ["FAULTS", "Diagnosis", "Keys", "diagnose", "without_stack"]

#: The first row that fits a hop is its fault.
FAULTS: Final[tuple[Fault, ...]] = (
    *redirects.FAULTS,
    *at_cloudfront.FAULTS,
    *at_function.FAULTS,
    Fault(
        title="There is no picture",
        fits=lambda seen: not seen.is_redirect and seen.status != HTTPStatus.OK,
        mend="S3 or CloudFront failed, or the address is not valid. Ask again. Then see the logs of the "
        "function and of the API, and AWS's health dashboard.",
        checks=("Every distribution is deployed",),
    ),
)
#: The Accept header of browsers for pictures, which decides ``f-auto``.
_HEADERS: Final = {**FROM_ELSEWHERE, "accept": "image/avif,image/webp,image/*,*/*;q=0.8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Hold the answer of each hop, one line each, and the finding."""

    hops: tuple[str, ...]
    findings: tuple[Finding, ...]


def diagnose(url: str, facts: Facts, fetch: Fetch, keys: Keys) -> Diagnosis:
    """Walk the hops of an address of the stack, and find the fault.

    Args:
        url: the address, as in a page.
        facts: the facts about the stack. All of them may be ``Unread``.
        fetch: asks for one address.
        keys: lists keys of a bucket below a prefix.
    """
    if foreign := _foreign(url, facts):
        return Diagnosis(hops=(), findings=(foreign,))
    walked: list[Seen] = []
    silence = ""
    try:
        for hop in _walk(url, facts, fetch):
            first = walked[0].hop if walked else hop
            part = part_of(hop.url, facts, first) or Part.DELIVERY
            before = tuple(seen.hop for seen in walked)
            walked.append(Seen(facts=facts, keys=keys, part=part, hop=hop, before=before))
    except OSError as error:
        silence = str(error)
    findings = tuple(_findings(walked, silence, facts))
    lines = (f"{seen.where}: {seen.text}".partition("\n")[0] for seen in walked)
    return Diagnosis(hops=tuple(lines), findings=findings)


def without_stack(url: str) -> Facts:
    """Make the facts of a stack of which only one address is known."""
    split = urlsplit(url)
    names = Names(
        name="",
        region="",
        base_url=f"{split.scheme}://{split.netloc}",
        delivery_distribution_id="",
        derivatives_bucket="",
        originals_bucket="",
        api_id="",
        function_name="",
    )
    return Facts.unread(names, "no stack was named")


def _walk(url: str, facts: Facts, fetch: Fetch) -> Iterator[Hop]:
    hops: list[Hop] = []

    def ask(url: str) -> Hop:
        hops.append(Hop(url, fetch(url, _HEADERS)))
        return hops[-1]

    return follow(address(url, url), ask, lambda url: part_of(url, facts, hops[0]) is not None)


def _foreign(url: str, facts: Facts) -> Finding | None:
    """Say why the doctor does not ask for an address at all."""
    split, base = urlsplit(url), facts.names.base_url.replace("http://", "https://", 1)
    generator = facts.generator
    at_generator = isinstance(generator, Distribution) and generator.answers_to(split.netloc)
    if split.scheme != "https":
        title, rule = "The address does not begin with https://", 2
        why = "CloudFront refuses http with 403, and redirects nobody. Write https:// in the page."
    elif part_of(url, facts, None) is Part.DELIVERY:
        return None
    elif at_generator:
        title, rule = "The address is that of the generator", 9
        why = (
            "Every view of it runs the function, and nothing is kept. A page or a program has taken the "
            f"target of a redirect for the address. Write {base} in its place."
        )
    else:
        title, rule = "The host of the address is not that of the stack", 11
        why = "Another stack or another site answers there, so it is not asked. Mend the host in the page."
    return Finding(
        title=title,
        status=Status.WRONG,
        expected=f"an address that begins with {base if split.netloc else 'https://'}",
        found=url,
        why=why,
        rule=rule,
    )


def _findings(walked: list[Seen], silence: str, facts: Facts) -> Iterator[Finding]:
    faults: dict[str, tuple[Fault, Seen]] = {}
    for seen in walked:
        fault = next((fault for fault in FAULTS if fault.fits(seen)), None)
        if fault:
            faults.setdefault(fault.title, (fault, seen))
    for fault, seen in faults.values():
        yield fault.finding(seen)
    if silence:
        yield Finding(
            title="There is no answer",
            status=Status.UNKNOWN,
            expected="an answer to every hop",
            found=f"hop {len(walked) + 1}: {silence}",
            why="Look at the name in DNS, the certificate, and whether the distribution is enabled.",
        )
    elif not faults:
        yield Finding(
            title="The address leads to its picture",
            status=Status.RIGHT,
            expected=f"{HTTPStatus.OK.value} with a picture",
            found=f"{walked[-1].where}: {walked[-1].text}",
            why="A first view has two redirects, or with failover none; every other view has none.",
            rule=9,
        )
    if faults:
        titles = {title for fault, _ in faults.values() for title in fault.checks}
        looked = check(facts)
        yield from (one for one in looked if one.title in titles and one.status is not Status.RIGHT)
