"""List the faults in answers of CloudFront and S3."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from doctor.diagnosis.faults import APPLY, Fault
from doctor.diagnosis.seen import Part, Seen
from local_loop.stack import SPEC_BEGINNINGS


def _is_missing(seen: Seen) -> bool:
    return seen.status == HTTPStatus.NOT_FOUND and seen.part is Part.DELIVERY


FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        title="Delivery has something that is not a picture",
        fits=lambda seen: seen.status == HTTPStatus.OK and seen.part is Part.DELIVERY and not seen.is_picture,
        rule=22,
        expected="a Content-Type that begins with image/",
        mend="The function did not store this object. Delete it, and invalidate the path.",
        checks=("The bucket policy grants s3:GetObject and nothing else", "The bucket lets nobody else in"),
    ),
    Fault(
        title="CloudFront itself refuses the request",
        fits=lambda seen: seen.status == HTTPStatus.FORBIDDEN and seen.is_of_cloudfront,
        mend="Look at the rate limit of the firewall, at the countries, and at the alternate domain names, "
        "which must have the host. CloudFront names the request in x-amz-cf-id.",
        checks=("Redirects of the function lead to delivery", "Every distribution is deployed"),
    ),
    Fault(
        title="S3 refuses delivery",
        fits=lambda seen: (
            seen.status == HTTPStatus.FORBIDDEN and seen.part is Part.DELIVERY and not seen.is_json
        ),
        rule=23,
        mend="The bucket policy does not let delivery in: its Referer was rotated on one side alone, or with "
        "failover the policy names another distribution, or does not let it list. `terraform apply` sets "
        "both sides. Or Block Public Access, or KMS, is in the way.",
        checks=(
            "The website opens to delivery's Referer alone",
            "The bucket policy grants s3:GetObject and nothing else",
            "Block Public Access of the account lets the bucket policy through",
            "Block Public Access of the bucket lets the policy through, and no ACL",
            "The bucket lets delivery read and list",
            "Delivery signs its requests to the bucket",
            "Derivatives are encrypted by S3's own keys",
            "The bucket's owner owns every derivative",
        ),
    ),
    Fault(
        title="The path does not begin with a SPEC",
        fits=lambda seen: _is_missing(seen) and not seen.path.startswith(SPEC_BEGINNINGS),
        rule=6,
        expected="/SPEC/KEY, and a SPEC in lower case that begins with a size, Np, orig or p-NAME",
        mend="The 404 is right: nothing else reaches the function. Put a SPEC before the key, such as "
        "/300x200/; docs/grammar.md has all of them.",
    ),
    Fault(
        title="Nobody is asked for what is missing",
        fits=lambda seen: _is_missing(seen) and not seen.is_json and not seen.is_picture,
        rule=1,
        expected="307 to the generator; with failover, the answer of the function",
        mend="Delivery asks another bucket or forwards Host; or the rules of the website, or the status of "
        f"the origin group, are gone or changed. {APPLY}",
        checks=(
            "Delivery asks the website of the bucket of derivatives",
            "Delivery uses the path alone",
            "S3 redirects only keys that begin like a SPEC",
            "S3 redirects only if the object is missing",
            "S3 redirects to the generator, with the key whole",
            "Delivery asks the API on 404 alone",
        ),
    ),
    Fault(
        title="CloudFront does not reach its origin",
        fits=lambda seen: (
            seen.status == HTTPStatus.BAD_GATEWAY
            or (seen.status == HTTPStatus.GATEWAY_TIMEOUT and not seen.asks_api)
        ),
        mend="The origin names no host, or CloudFront asks it by a wrong protocol: a website speaks http, "
        "and the API https.",
        checks=(
            "Delivery asks the website of the bucket of derivatives",
            "Delivery asks the bucket of derivatives first",
            "CloudFront asks the API",
        ),
    ),
)
