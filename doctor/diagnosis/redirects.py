"""List the faults of redirects from S3, from the function and from CloudFront's cache."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from doctor.diagnosis.faults import APPLY, Fault
from doctor.diagnosis.reasons import rehearsed
from doctor.diagnosis.seen import Part, Seen
from resizer_core import Outcome


def _is_of_s3(seen: Seen) -> bool:
    return seen.is_redirect and seen.part is Part.DELIVERY and not seen.is_of_function


def _is_moved(seen: Seen) -> bool:
    """Say whether the path has another spelling. ``f-auto`` always leads to another path."""
    return seen.changes_the_key and rehearsed(seen) is not Outcome.NEGOTIATED and "f-auto" not in seen.path


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        title="CloudFront has kept a redirect",
        fits=lambda seen: seen.is_redirect and seen.hop.is_hit,
        rule=3,
        expected="a redirect that comes from S3 or the function each time",
        mend="The kept redirect hides the picture, or leads to one that was deleted. Set the TTLs to 0/0/a "
        "year at delivery and to 0/0/0 at a generator, then invalidate the path.",
        checks=(
            "Delivery keeps only answers that allow it",
            "S3 redirects by 307",
            "The generator keeps nothing",
        ),
    ),
    Fault(
        title="Delivery does not find stored pictures",
        fits=lambda seen: seen.is_redirect and seen.was_asked_before,
        rule=9,
        expected="one redirect at most, then the picture",
        mend="The function has stored the picture, and delivery looks elsewhere. Compare RESIZER_DERIVATIVES "
        "with the bucket that delivery reads. Each view runs the function until both are one.",
        checks=(
            "The function stores where delivery reads",
            "Delivery asks the website of the bucket of derivatives",
            "Delivery asks the bucket of derivatives first",
        ),
    ),
    Fault(
        title="S3 redirects in another way than it should",
        fits=lambda seen: (
            _is_of_s3(seen)
            and (
                seen.status != HTTPStatus.TEMPORARY_REDIRECT
                or seen.changes_the_key
                or seen.leads_to is not Part.GENERATOR
            )
        ),
        rule=2,
        expected="307 to https and the host of the generator, with the key whole",
        mend=f"A rule of the website is another, or the index document is one that is stored. {APPLY}",
        checks=(
            "S3 redirects by 307",
            "S3 redirects to the generator, with the key whole",
            "The index document has a name that nobody uploads",
            "Every distribution takes https alone",
        ),
    ),
    Fault(
        title="The function redirects out of the loop",
        fits=lambda seen: seen.is_redirect and not _is_of_s3(seen) and seen.leads_to is not Part.DELIVERY,
        rule=11,
        expected="https and the host of delivery",
        mend="RESIZER_BASE_URL names another host. Set it to that of delivery.",
        checks=("Redirects of the function lead to delivery",),
    ),
    Fault(
        title="Something other than the function redirects",
        fits=lambda seen: seen.is_redirect and seen.part is Part.GENERATOR and not seen.is_of_function,
        rule=4,
        expected="302 with Cache-Control: no-store",
        mend="A function at the edge, or a policy, changes the answer. Take it from the generator.",
        checks=(
            "Every distribution takes https alone",
            "The edge answers f-auto as the function would",
        ),
    ),
    Fault(
        title="The address is not canonical",
        fits=_is_moved,
        rule=10,
        expected="the canonical address, which the redirect names",
        mend="Each view costs this redirect and a run of the function. Write that address in the page.",
    ),
)
