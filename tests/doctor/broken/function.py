"""Break the function in every way that a check has to see."""

from __future__ import annotations

from dataclasses import replace

from doctor.facts import Facts
from tests.doctor.stack import (
    ENVIRONMENT,
    NAMES,
    SECRET,
    standard_facts,
    with_environment,
    with_function,
    with_integration,
    with_origin,
)

FACTS = standard_facts()

#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "The function accepts its settings": {
        "a word": (with_environment(FACTS, RESIZER_ACCESS="closed"), "RESIZER_ACCESS: expected"),
        "a missing one": (
            with_function(
                FACTS, environment={k: v for k, v in ENVIRONMENT.items() if k != "RESIZER_ORIGINALS"}
            ),
            "RESIZER_ORIGINALS: expected",
        ),
    },
    "The function knows the way of delivery": {
        "the other one": (
            with_environment(FACTS, RESIZER_DELIVERY="failover"),
            "failover, and the stack has redirect",
        ),
    },
    "The function stores where delivery reads": {
        "another bucket": (with_environment(FACTS, RESIZER_DERIVATIVES="s3://other"), "s3://other"),
        "a prefix": (
            with_environment(FACTS, RESIZER_DERIVATIVES="s3://img-derivatives/v1"),
            "s3://img-derivatives/v1",
        ),
    },
    "Originals and derivatives are different buckets": {
        "one bucket": (
            replace(FACTS, names=replace(NAMES, originals_bucket="img-derivatives")),
            "img-derivatives and img-derivatives",
        ),
        "the function reads another": (
            with_environment(FACTS, RESIZER_ORIGINALS="s3://other/pictures"),
            "s3://other/pictures",
        ),
        "the function reads others": (
            with_environment(FACTS, RESIZER_ORIGINALS='{"shop/": "s3://one", "blog/": "s3://two"}'),
            "the function reads s3://one, s3://two",
        ),
        "one of several is that of the derivatives": (
            with_environment(
                FACTS, RESIZER_ORIGINALS='{"a/": "s3://img-originals", "b/": "s3://img-derivatives/b"}'
            ),
            "s3://img-derivatives/b",
        ),
    },
    "The function asks for originals in their region": {
        "another": (replace(FACTS, originals_region="us-east-1"), "us-east-1, the function in eu-west-1"),
        "another than is named": (
            replace(
                with_environment(FACTS, RESIZER_ORIGINALS="s3://img-originals?region=us-east-2"),
                originals_region="us-east-1",
            ),
            "us-east-1, the function in eu-west-1",
        ),
        "no bucket": (replace(FACTS, originals_region=None), "the bucket img-originals is not there"),
    },
    "The function asks for CloudFront's secret": {
        "another secret": (
            with_origin(FACTS, "generator", custom_headers={"x-resizer-secret": SECRET[::-1]}),
            "does not name",
        ),
        "none is sent": (with_origin(FACTS, "generator", custom_headers={}), "sends no secret"),
        "none is asked for": (with_environment(FACTS, RESIZER_ORIGIN_SECRETS=""), "names 0"),
    },
    "The function is active": {
        "failed": (with_function(FACTS, state="Failed"), "Failed"),
        "a failed update": (with_function(FACTS, last_update_status="Failed"), "Failed"),
    },
    "The function ends before the API gives up": {
        "too late": (with_function(FACTS, timeout=30), "30 s"),
        "an impatient API": (with_integration(FACTS, timeout_ms=5000), "the API waits 5 s"),
    },
    "The function may run at all": {"stopped": (with_function(FACTS, reserved_concurrency=0), "0")},
    "Concurrency is bounded": {
        "none": (
            with_function(FACTS, reserved_concurrency=None),
            "none is reserved, and the account has 1000 that are not",
        ),
    },
    "The image is pinned by its digest": {
        "a tag": (
            with_function(FACTS, image_uri="123456789012.dkr.ecr.eu-west-1.amazonaws.com/img:latest"),
            "img:latest",
        ),
        "no image": (with_function(FACTS, package_type="Zip", image_uri=""), "Zip"),
    },
}
