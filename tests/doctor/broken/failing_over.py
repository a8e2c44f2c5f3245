"""Make an address of a stack with failover fail, in every way in which that is other than with redirects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from doctor.diagnosis.seen import Part
from doctor.facts import Chosen, Throttle
from local_loop.http import Response
from tests.doctor.broken.address import DELIVERY, ORIGINAL, PATH, Failing
from tests.doctor.broken.at_function import too_large
from tests.doctor.broken.failover import FACTS, OF_ANOTHER
from tests.doctor.deployed import Deployed
from tests.doctor.failover_stack import READING, SIGNED, with_secondary
from tests.doctor.stack import (
    SECRET,
    with_bucket,
    with_cache_policy,
    with_distribution,
    with_environment,
    with_forwarded,
    with_function,
    with_origin,
    with_stage,
)

JSON = {"content-type": "application/json"}
UPPER = f"{DELIVERY}/300x200_Q-80/{ORIGINAL}"


def failing(words: str, rule: int | None, **given: Any) -> Failing:
    return replace(Failing(words=words, rule=rule, facts=FACTS), **given)


def stored(body: bytes, media_type: str) -> Callable[[Deployed], object]:
    return lambda deployed: deployed.buckets["img-derivatives"].put(PATH[1:], body, media_type=media_type)


def xml(status: int, code: str) -> dict[Part, Response]:
    """Let S3 answer."""
    body = f"<Error><Code>{code}</Code></Error>".encode()
    headers = {"content-type": "application/xml", "server": "AmazonS3"}
    return {Part.DELIVERY: Response(status=status, headers=headers, body=body)}


def json(status: int, message: str) -> dict[Part, Response]:
    """Let the API answer."""
    return {Part.DELIVERY: Response(status=status, headers=JSON, body=f'{{"message": "{message}"}}'.encode())}


#: By the title of the fault.
FAILING: dict[str, dict[str, Failing]] = {
    "CloudFront has kept a redirect": {
        "a minute": failing(
            "hop 2, delivery: 302, Hit from cloudfront",
            3,
            facts=with_environment(
                with_cache_policy(FACTS, "delivery", min_ttl=60, default_ttl=60), RESIZER_DELIVERY="redirect"
            ),
            causes=("Delivery keeps only answers that allow it",),
        ),
    },
    "Delivery does not find stored pictures": {
        "the other way, another bucket": failing(
            "hop 2, delivery: 302",
            9,
            facts=FACTS,
            at={
                Part.DELIVERY: Response(
                    status=302, headers={"location": DELIVERY + PATH, "cache-control": "no-store"}
                )
            },
        ),
    },
    "The function redirects out of the loop": {
        "another base URL": failing(
            "hop 1, delivery: 302, Miss from cloudfront, to https://other.example.com/",
            11,
            facts=with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
            url=UPPER,
            causes=("Redirects of the function lead to delivery",),
        ),
    },
    "The address is not canonical": {
        "upper case": failing("/300x200_q-80/pictures/red.png", 10, url=UPPER),
    },
    "Delivery has something that is not a picture": {
        "a page": failing("200, Miss from cloudfront, text/html", 22, before=stored(b"ok", "text/html")),
    },
    "CloudFront itself refuses the request": {
        "the firewall": failing(
            "403", None, at={Part.DELIVERY: Response(status=403, headers={"server": "CloudFront"})}
        ),
    },
    "S3 refuses delivery": {
        "another distribution": failing(
            "hop 1, delivery: 403, Miss from cloudfront, AccessDenied",
            23,
            facts=with_bucket(FACTS, policy=OF_ANOTHER),
            causes=("The bucket lets delivery read and list",),
        ),
        "no list": failing(
            "403, Miss from cloudfront, AccessDenied",
            23,
            facts=with_bucket(FACTS, policy=(READING,)),
            causes=("The bucket lets delivery read and list",),
        ),
        "no signature": failing(
            "403, Miss from cloudfront, AccessDenied",
            23,
            facts=with_origin(FACTS, "delivery", access_control=replace(SIGNED, signing_behavior="never")),
            causes=("Delivery signs its requests to the bucket",),
        ),
        "KMS": failing(
            "AccessDenied",
            23,
            facts=with_bucket(FACTS, encryption="aws:kms"),
            causes=("Derivatives are encrypted by S3's own keys",),
        ),
    },
    "The path does not begin with a SPEC": {
        "none": failing("hop 1, delivery: 404", 6, url=f"{DELIVERY}/{ORIGINAL}"),
    },
    "Nobody is asked for what is missing": {
        "not on 404": failing(
            "hop 1, delivery: 404, Miss from cloudfront, NoSuchKey",
            1,
            facts=with_distribution(FACTS, "delivery", failover_codes=(403,)),
            causes=("Delivery asks the API on 404 alone",),
        ),
    },
    "CloudFront does not reach its origin": {
        "http to the API": failing(
            "hop 1, delivery: 502",
            None,
            facts=with_secondary(FACTS, protocol_policy="http-only"),
            causes=("CloudFront asks the API",),
        ),
        "another bucket's name": failing(
            "hop 1, delivery: 502",
            None,
            facts=with_origin(FACTS, "delivery", domain_name="nowhere.example.com"),
            causes=("Delivery asks the bucket of derivatives first",),
        ),
    },
    "The picture is stored, and delivery did not find it": {
        "too large for an answer": failing(
            "hop 1, delivery: 503, Miss from cloudfront, StoredAlready",
            9,
            facts=with_environment(FACTS, RESIZER_DERIVATIVES="s3://elsewhere"),
            before=too_large,
            causes=("The function stores where delivery reads",),
        ),
    },
    "The SPEC breaks the grammar": {
        "an option": failing("unknown option 'blr'", None, url=f"{DELIVERY}/300x200_blr-2/{ORIGINAL}"),
    },
    "The function refuses CloudFront, or the SPEC": {
        "an old secret": failing(
            "hop 1, delivery: 403, Miss from cloudfront, NotAllowed",
            24,
            facts=with_secondary(FACTS, custom_headers={"x-resizer-secret": SECRET[::-1]}),
            causes=("The function asks for CloudFront's secret",),
        ),
    },
    "There is no original": {
        "nothing like it": failing(
            "the key is a/b/c.gif, the bucket img-originals; nothing in its folder is like it",
            None,
            url=f"{DELIVERY}/300x200/a/b/c.gif",
        ),
        "the fallback stands in": failing(
            "the key is none.png",
            None,
            facts=with_environment(FACTS, RESIZER_FALLBACK=ORIGINAL),
            url=f"{DELIVERY}/300x200/none.png",
        ),
    },
    "The API refuses CloudFront": {
        "the viewer's Host": failing(
            "403, Miss from cloudfront, Forbidden",
            5,
            facts=with_forwarded(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
            causes=("CloudFront forwards Accept, the viewer's address and nothing else",),
        ),
    },
    "The API has no route": {
        "another stage": failing(
            "404, Miss from cloudfront, Not Found",
            16,
            facts=with_stage(FACTS, name="prod"),
            causes=("The API's stage is $default",),
        ),
    },
    "There are too many requests": {
        "a throttle of 0": failing(
            "429",
            25,
            facts=with_stage(FACTS, throttle=Throttle(rate_limit=0.0, burst_limit=100)),
            causes=("The API's throttle is set, and not 0",),
        ),
    },
    "The API gets no answer from the function": {
        "it may not call": failing(
            "500, Miss from cloudfront, Internal Server Error",
            8,
            facts=with_function(FACTS, policy=None),
            causes=("The API may call the function",),
        ),
    },
    "The function is too slow, or there is no room for it": {
        "the API gives up": failing("503", 25, at=json(503, "Service Unavailable")),
        "CloudFront gives up": failing("504", 25, at={Part.DELIVERY: Response(status=504)}),
    },
    "There is no picture": {
        "S3 is busy": failing("503, SlowDown", None, at=xml(503, "SlowDown")),
    },
}
