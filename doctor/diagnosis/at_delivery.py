"""The faults that show where delivery answers: CloudFront and, behind it, the website of S3."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from doctor.diagnosis.faults import Fault
from doctor.diagnosis.seen import Part
from local_loop.stack import SPEC_BEGINNINGS

_NO_WEBSITE: Final = ("NoSuchBucket", "NoSuchWebsiteConfiguration")
_APPLY: Final = "`terraform apply` sets them as they should be."
_ONCE: Final = "307 once, then the picture"

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        title="Delivery has kept a redirect",
        fits=lambda seen: seen.is_redirect and seen.hop.is_hit,
        rule=3,
        expected="a redirect that comes from S3 each time",
        mend="The kept redirect hides the picture. Set the TTLs to 0/0/a year, then invalidate the path.",
        checks=("Delivery keeps what says so, and nothing else", "S3 redirects by 307"),
    ),
    Fault(
        title="S3 redirects to another key",
        fits=lambda seen: seen.changes_the_key,
        rule=1,
        expected="a redirect that keeps the key whole",
        mend=f"A rule replaces the key, or its prefix, or the index document is one that is stored. {_APPLY}",
        checks=(
            "S3 redirects to the generator, with the key whole",
            "The index document has a name that nobody uploads",
        ),
    ),
    Fault(
        title="S3 redirects out of the loop",
        fits=lambda seen: seen.is_redirect and seen.leads_to is not Part.GENERATOR,
        rule=2,
        expected="https and the host of the generator",
        mend=f"The rules of the website name another host, or http. {_APPLY}",
        checks=("S3 redirects to the generator, with the key whole",),
    ),
    Fault(
        title="Delivery does not find what is stored",
        fits=lambda seen: seen.is_redirect and seen.was_asked_before,
        rule=9,
        expected=_ONCE,
        mend=(
            "The function has stored the picture, and delivery looks elsewhere. Compare RESIZER_DERIVATIVES "
            "with the bucket that delivery reads. Each view runs the function until both are one."
        ),
        checks=(
            "The function stores where delivery reads",
            "Delivery asks the website of the bucket of derivatives",
        ),
    ),
    Fault(
        title="S3 redirects by another status than 307",
        fits=lambda seen: seen.is_redirect and seen.status != HTTPStatus.TEMPORARY_REDIRECT,
        rule=2,
        expected="307",
        mend=f"CloudFront keeps 301 and 302, and browsers keep 301 and 308 for good. {_APPLY}",
        checks=("S3 redirects by 307", "Every distribution takes https alone"),
    ),
    Fault(
        title="What delivery has is no picture",
        fits=lambda seen: seen.status == HTTPStatus.OK and not seen.is_picture,
        rule=22,
        expected="a Content-Type that begins with image/",
        mend="Somebody else than the function has stored it. Delete the object, and invalidate the path.",
        checks=("The bucket policy grants s3:GetObject and nothing else",),
    ),
    Fault(
        title="CloudFront itself refuses the request",
        fits=lambda seen: seen.status == HTTPStatus.FORBIDDEN and seen.is_of_cloudfront,
        expected="200, or 307 to the generator",
        mend=(
            "Look at the firewall of delivery, at its countries, and whether the host is one of its "
            "alternate domain names. CloudFront names the request in x-amz-cf-id."
        ),
        checks=("Redirects of the function lead to delivery", "Every distribution is deployed"),
    ),
    Fault(
        title="The website refuses delivery",
        fits=lambda seen: seen.status == HTTPStatus.FORBIDDEN,
        rule=7,
        expected="200, or 307 to the generator",
        mend=(
            "The Referer that delivery sends is not that of the bucket policy: it was rotated on one side "
            "alone, or outside of Terraform. `terraform apply` sets both. Or Block Public Access, or KMS, is "
            "in the way."
        ),
        checks=(
            "The website opens to delivery's Referer alone",
            "The bucket policy grants s3:GetObject and nothing else",
            "Block Public Access of the account lets the bucket policy through",
            "Block Public Access of the bucket lets the policy through, and no ACL",
            "Derivatives are encrypted by S3's own keys",
            "The bucket's owner owns every derivative",
        ),
    ),
    Fault(
        title="Delivery asks where there is no website",
        fits=lambda seen: seen.status == HTTPStatus.NOT_FOUND and seen.code_of_s3 in _NO_WEBSITE,
        rule=9,
        expected="the website of the bucket of derivatives",
        mend="The origin of delivery names another bucket, delivery forwards Host, or the website is gone.",
        checks=(
            "Delivery asks the website of the bucket of derivatives",
            "Delivery goes by the path alone",
            "S3 redirects what begins like a SPEC, and nothing else",
        ),
    ),
    Fault(
        title="The path does not begin with a SPEC",
        fits=lambda seen: seen.status == HTTPStatus.NOT_FOUND and not seen.path.startswith(SPEC_BEGINNINGS),
        rule=6,
        expected="/SPEC/KEY, and a SPEC in lower case that begins with a size, Np, orig or p-NAME",
        mend=(
            "S3 is right to answer 404: nothing else reaches the function. Put a SPEC before the "
            "key, such as /300x200/; docs/grammar.md has all of them."
        ),
    ),
    Fault(
        title="S3 does not redirect what is missing",
        fits=lambda seen: seen.status == HTTPStatus.NOT_FOUND,
        rule=1,
        expected="307 to the generator",
        mend=f"The rules of the website are gone or changed. {_APPLY}",
        checks=(
            "S3 redirects what begins like a SPEC, and nothing else",
            "S3 redirects what is missing, and nothing that exists",
            "S3 redirects to the generator, with the key whole",
        ),
    ),
    Fault(
        title="Delivery does not reach the website",
        fits=lambda seen: seen.status in (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT),
        rule=9,
        expected="200, or 307 to the generator",
        mend="The origin of delivery names no host, or asks with https, which a website does not speak.",
        checks=("Delivery asks the website of the bucket of derivatives",),
    ),
    Fault(
        title="Delivery gives no picture",
        fits=lambda seen: not seen.is_redirect and seen.status != HTTPStatus.OK,
        expected="200, or 307 to the generator",
        mend="S3 or CloudFront failed, or the address is none. Ask again; then see AWS's health dashboard.",
        checks=("Every distribution is deployed",),
    ),
)
