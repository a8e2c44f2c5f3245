"""Break the API in every way that a check has to see."""

from __future__ import annotations

from dataclasses import replace

from doctor.facts import Facts, Throttle, known
from tests.doctor.stack import (
    CALLING,
    standard_facts,
    with_api,
    with_function,
    with_integration,
    with_origin,
    with_routes,
    with_stage,
)

FACTS = standard_facts()

#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "The API has two routes, to the function": {
        "one alone": (
            with_api(FACTS, routes=known(known(FACTS.api, "").routes, "")[:1]),
            "no route for HEAD",
        ),
        "any method": (with_routes(FACTS, key="ANY /{key+}"), "a route ANY /{key+}"),
        "another path": (with_routes(FACTS, key="GET /v1/{key+}"), "a route GET /v1/{key+}"),
        "another function": (
            with_integration(FACTS, uri="arn:aws:lambda:eu-west-1:123456789012:function:other"),
            "does not lead to the function",
        ),
        "nowhere": (with_routes(FACTS, integration=None), "does not lead to the function"),
        "a lock": (with_routes(FACTS, authorization_type="AWS_IAM"), "asks for AWS_IAM"),
        "websockets": (with_api(FACTS, protocol_type="WEBSOCKET"), "WEBSOCKET"),
        "no API": (replace(FACTS, api=None), "api1 is not there"),
    },
    "The API may call the function": {
        "nobody may": (with_function(FACTS, policy=None), "not there"),
        "another API": (
            with_function(
                FACTS,
                policy=(
                    {
                        **CALLING,
                        "Condition": {
                            "ArnLike": {
                                "AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:api2/*/*/{key+}"
                            }
                        },
                    },
                ),
            ),
            "GET /{key+} may not",
        ),
    },
    "The API's stage is $default": {"prod": (with_stage(FACTS, name="prod"), "prod")},
    "The API's payload is 2.0": {"1.0": (with_integration(FACTS, payload_format_version="1.0"), "1.0")},
    "The API's throttle is set, and not 0": {
        "a rate of 0": (with_stage(FACTS, throttle=Throttle(rate_limit=0.0, burst_limit=100)), "rate 0"),
        "no burst": (with_stage(FACTS, throttle=Throttle(rate_limit=50.0)), "no burst"),
        "neither": (with_stage(FACTS, throttle=Throttle()), "no rate"),
        "of one route": (
            with_stage(FACTS, routes={"GET /{key+}": Throttle(rate_limit=50.0)}),
            "nothing gets through GET /{key+}",
        ),
        "another stage": (with_stage(FACTS, name="prod"), "$default is not there"),
    },
    "CloudFront asks the API once, and waits longer than the API does": {
        "impatient": (with_origin(FACTS, "generator", read_timeout=30), "30 s"),
        "again and again": (with_origin(FACTS, "generator", attempts=3), "3 attempts"),
    },
    "The API's log has no path": {
        "in JSON": (with_stage(FACTS, access_log_format='{"path": "$context.path"}'), "$context.path"),
    },
}
