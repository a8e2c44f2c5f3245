"""Break what is other with failover, in every way that a check has to see."""

from __future__ import annotations

from dataclasses import replace

from doctor.facts import Chosen, Facts, Unread, Website
from local_loop.cloudfront_function import negotiation
from tests.doctor.failover_stack import (
    GUARDING,
    LISTING,
    READING,
    SIGNED,
    failover_facts,
    swapped,
    with_block,
    with_secondary,
)
from tests.doctor.stack import (
    API_HOST,
    BUCKET_HOST,
    SECRET,
    WEBSITE_HOST,
    with_behavior,
    with_bucket,
    with_cache_policy,
    with_distribution,
    with_environment,
    with_forwarded,
    with_origin,
    with_other,
)

FACTS = failover_facts()
OTHER_ARN = {"StringEquals": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EOTHER"}}
OF_ANOTHER = tuple({**one, "Condition": OTHER_ARN} for one in (READING, LISTING))
ALL = Chosen(behavior="all")

#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "The bucket of derivatives is private": {
        "ACLs can be put": (with_block(FACTS, block_public_acls=False), "BlockPublicAcls off"),
        "ACLs count": (with_block(FACTS, ignore_public_acls=False), "IgnorePublicAcls off"),
        "policies can be public": (with_block(FACTS, block_public_policy=False), "BlockPublicPolicy off"),
        "public policies count": (
            with_block(FACTS, restrict_public_buckets=False),
            "RestrictPublicBuckets off",
        ),
        "no block": (with_bucket(FACTS, access_block=None), "not there"),
        "a website that was left": (with_bucket(FACTS, website=Website(index_suffix="x")), "a website"),
    },
    "The bucket lets delivery read and list": {
        "no list": (with_bucket(FACTS, policy=(READING,)), "delivery may not s3:ListBucket"),
        "the list of objects": (
            with_bucket(FACTS, policy=(READING, {**LISTING, "Resource": READING["Resource"]})),
            "delivery may not s3:ListBucket",
        ),
        "no object": (with_bucket(FACTS, policy=(LISTING,)), "delivery may not s3:GetObject"),
        "another distribution": (with_bucket(FACTS, policy=OF_ANOTHER), "delivery may not s3:GetObject"),
        "no policy": (with_bucket(FACTS, policy=None), "not there"),
    },
    "The bucket lets nobody else in": {
        "everybody": (
            with_bucket(FACTS, policy=(READING, LISTING, {**READING, "Principal": "*"})),
            '"Principal": "*"',
        ),
        "any distribution": (with_bucket(FACTS, policy=({**READING, "Condition": {}},)), "not understood"),
        "one more distribution": (
            with_bucket(FACTS, policy=(READING, LISTING, *OF_ANOTHER)),
            "a statement for another distribution",
        ),
        "a put": (
            with_bucket(FACTS, policy=({**READING, "Action": ["s3:GetObject", "s3:PutObject"]},)),
            "s3:PutObject",
        ),
    },
    "Delivery asks the bucket of derivatives first": {
        "the website": (
            with_origin(FACTS, "delivery", domain_name=WEBSITE_HOST, protocol_policy="http-only"),
            "as a custom origin, http-only",
        ),
        "another bucket": (
            with_origin(FACTS, "delivery", domain_name="img-originals.s3.eu-west-1.amazonaws.com"),
            "img-originals",
        ),
        "a path": (with_origin(FACTS, "delivery", path="/v1"), "below /v1"),
        "the API": (swapped(FACTS), API_HOST),
        "nothing": (with_distribution(FACTS, "delivery", origin=None), "not there"),
    },
    "Delivery signs its requests to the bucket": {
        "no access control": (with_origin(FACTS, "delivery", access_control=None), "not there"),
        "never": (
            with_origin(FACTS, "delivery", access_control=replace(SIGNED, signing_behavior="never")),
            "s3, never, sigv4",
        ),
    },
    "The secret goes to the API alone": {
        "to the bucket": (
            with_origin(FACTS, "delivery", custom_headers={"x-resizer-secret": SECRET}),
            "x-resizer-secret",
        ),
    },
    "Delivery asks the API on 404 alone": {
        "on 403 too": (with_distribution(FACTS, "delivery", failover_codes=(403, 404)), "on 403, 404"),
        "on 5xx too": (with_distribution(FACTS, "delivery", failover_codes=(404, 503)), "on 404, 503"),
        "not on 404": (with_distribution(FACTS, "delivery", failover_codes=(500,)), "on 500"),
        "no group": (with_distribution(FACTS, "delivery", secondary=None, failover_codes=()), "on nothing"),
    },
    "The edge answers paths without a SPEC": {
        "nothing runs there": (with_behavior(FACTS, "delivery", functions=()), "nothing runs there"),
        "it lets / through": (
            with_behavior(FACTS, "delivery", functions=(replace(GUARDING, code=negotiation({})),)),
            "the negotiation alone",
        ),
        "after the cache": (
            with_behavior(FACTS, "delivery", functions=(replace(GUARDING, event_type="viewer-response"),)),
            "nothing runs there",
        ),
        "no root": (with_distribution(FACTS, "delivery", default_root_object=""), "a list of the bucket"),
    },
    # What redirects have as well.
    "CloudFront asks the API": {
        "no group": (with_distribution(FACTS, "delivery", secondary=None), "not there"),
        "http": (with_secondary(FACTS, protocol_policy="http-only"), "http-only"),
        "another API": (
            with_secondary(FACTS, domain_name="api2.execute-api.eu-west-1.amazonaws.com"),
            "api2",
        ),
        "the bucket": (swapped(FACTS), BUCKET_HOST),
    },
    "CloudFront asks the API once, and waits longer than the API does": {
        "three times": (with_secondary(FACTS, attempts=3), "3 attempts"),
        "too short": (with_secondary(FACTS, read_timeout=30), "30 s"),
    },
    "CloudFront forwards Accept, the viewer's address and nothing else": {
        "Host as well": (
            with_forwarded(
                FACTS,
                "delivery",
                headers=Chosen(behavior="whitelist", names=("accept", "cloudfront-viewer-address", "host")),
            ),
            "accept, cloudfront-viewer-address, host",
        ),
        "the query in the key": (
            with_cache_policy(FACTS, "delivery", query_strings=ALL),
            "query in the key: all",
        ),
        "nothing": (with_behavior(FACTS, "delivery", origin_request_policy=None), "not there"),
    },
    "The function asks for CloudFront's secret": {
        "none is sent": (with_secondary(FACTS, custom_headers={}), "CloudFront sends no secret"),
        "an old one": (
            with_secondary(FACTS, custom_headers={"x-resizer-secret": SECRET[::-1]}),
            "does not name",
        ),
    },
    "The function knows the way of delivery": {
        "the other one": (
            with_environment(FACTS, RESIZER_DELIVERY="redirect"),
            "redirect, and the stack has failover",
        ),
    },
    "Redirects of the function lead to delivery": {
        "elsewhere": (
            with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
            "the function's: https://other.example.com",
        ),
    },
    "Delivery keeps only answers that allow it": {
        "a day by default": (with_cache_policy(FACTS, "delivery", default_ttl=86_400), "0/86400/31536000"),
    },
    "Every distribution takes https alone": {
        "http as well": (with_behavior(FACTS, "delivery", viewer_protocol_policy="allow-all"), "allow-all"),
    },
    "Every distribution behaves the same on every path": {
        "the bucket alone on one": (
            with_other(FACTS, "delivery", "/raw/*", origin_id="raw"),
            "/raw/* has another origin_id",
        ),
    },
    "No other distribution asks the API or the bucket of derivatives": {
        "a generator that was left": (replace(FACTS, origins={"EGENERATOR": (API_HOST,)}), "EGENERATOR"),
    },
}

#: By the title of the check that cannot know: what could not be read.
UNKNOWN: dict[str, Facts] = {
    "The bucket of derivatives is private": with_bucket(FACTS, website=Unread("AccessDenied")),
    "The bucket lets delivery read and list": with_bucket(FACTS, policy=Unread("AccessDenied")),
    "Delivery signs its requests to the bucket": with_origin(
        FACTS, "delivery", access_control=Unread("AccessDenied")
    ),
    "The edge answers paths without a SPEC": with_behavior(
        FACTS, "delivery", functions=(replace(GUARDING, code=Unread("AccessDenied")),)
    ),
    "No other distribution asks the API or the bucket of derivatives": replace(
        FACTS, origins=Unread("AccessDenied")
    ),
}
