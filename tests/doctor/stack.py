"""Stand in for AWS: describe a right stack, and change one thing of it at a time.

It is one file of more than 300 lines as it is one stack: each change names a part of what stands above it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from doctor.facts import (
    Behavior,
    Bucket,
    CachePolicy,
    Chosen,
    CustomErrorResponse,
    Distribution,
    EdgeFunction,
    Facts,
    Function,
    HttpApi,
    Integration,
    LifecycleRule,
    Origin,
    OriginRequestPolicy,
    PublicAccessBlock,
    ResponseHeader,
    ResponseHeadersPolicy,
    Route,
    RoutingRule,
    Stage,
    Throttle,
    Website,
)
from doctor.names import Names
from local_loop.cloudfront_function import negotiation

REFERER = "a referer that nobody would guess"
SECRET = "a secret that nobody else can know"
KEY = "a key for signing that is long enough"

NAMES = Names(
    name="img",
    region="eu-west-1",
    base_url="https://img.example.com",
    delivery_distribution_id="EDELIVERY",
    generator_distribution_id="EGENERATOR",
    derivatives_bucket="img-derivatives",
    originals_bucket="img-originals",
    api_id="api1",
    function_name="img",
)
WEBSITE_HOST = "img-derivatives.s3-website-eu-west-1.amazonaws.com"
BUCKET_HOST = "img-derivatives.s3.eu-west-1.amazonaws.com"
API_HOST = "api1.execute-api.eu-west-1.amazonaws.com"
GENERATOR_HOST = "dgenerator.cloudfront.net"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:img"
ENVIRONMENT = {
    "RESIZER_ORIGINALS": "s3://img-originals",
    "RESIZER_DERIVATIVES": "s3://img-derivatives",
    "RESIZER_BASE_URL": "https://img.example.com",
    "RESIZER_ORIGIN_SECRETS": json.dumps([SECRET]),
    "RESIZER_ACCESS": "open",
}
READING = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::img-derivatives/*",
    "Condition": {"StringEquals": {"aws:Referer": REFERER}},
}
CALLING = {
    "Effect": "Allow",
    "Principal": {"Service": "apigateway.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": FUNCTION_ARN,
    "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:api1/*/*/{key+}"}},
}
NONE = Chosen(behavior="none")


#: The code that Terraform deploys at the edge.
NEGOTIATION = EdgeFunction(
    event_type="viewer-request",
    arn="arn:aws:cloudfront::123456789012:function/img-edge",
    code=negotiation({}),
)


def standard_facts() -> Facts:
    """Make the facts of a stack that is right in every respect."""
    return Facts(
        names=NAMES,
        account_id="123456789012",
        account_access_block=None,
        account_concurrency=1000,
        origins={
            "EDELIVERY": (WEBSITE_HOST,),
            "EGENERATOR": (API_HOST,),
            "EOTHER": ("other.example.com",),
        },
        originals_region="eu-west-1",
        derivatives=_derivatives(),
        delivery=_distribution(
            "EDELIVERY",
            "ddelivery.cloudfront.net",
            Origin(
                domain_name=WEBSITE_HOST, protocol_policy="http-only", custom_headers={"referer": REFERER}
            ),
            aliases=("img.example.com",),
            max_ttl=31_536_000,
            forwards=None,
        ),
        generator=_distribution(
            "EGENERATOR",
            GENERATOR_HOST,
            Origin(
                domain_name=API_HOST,
                protocol_policy="https-only",
                read_timeout=35,
                attempts=1,
                custom_headers={"x-resizer-secret": SECRET},
            ),
            max_ttl=0,
            forwards=OriginRequestPolicy(
                headers=Chosen(behavior="whitelist", names=("accept", "cloudfront-viewer-address")),
                query_strings=NONE,
                cookies=NONE,
            ),
        ),
        api=_api(),
        function=_function(),
    )


def _derivatives() -> Bucket:
    return Bucket(
        name="img-derivatives",
        website=Website(
            index_suffix="no-such-index-document",
            routing_rules=tuple(
                RoutingRule(
                    key_prefix_equals=beginning,
                    http_error_code_returned_equals="404",
                    host_name=GENERATOR_HOST,
                    protocol="https",
                    http_redirect_code="307",
                )
                for beginning in (*"123456789", "x", "orig", "p-")
            ),
        ),
        policy=(READING,),
        access_block=PublicAccessBlock(
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=False,
            restrict_public_buckets=False,
        ),
        encryption="AES256",
        ownership="BucketOwnerEnforced",
        lifecycle=(LifecycleRule(expires_after=180),),
        notifications=(),
    )


def _api() -> HttpApi:
    integration = Integration(
        uri=f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION_ARN}/invocations",
        kind="AWS_PROXY",
        payload_format_version="2.0",
        timeout_ms=30_000,
    )
    return HttpApi(
        id="api1",
        endpoint=f"https://{API_HOST}",
        protocol_type="HTTP",
        routes=tuple(
            Route(key=f"{method} /{{key+}}", authorization_type="NONE", integration=integration)
            for method in ("GET", "HEAD")
        ),
        stages=(Stage(name="$default", throttle=Throttle(rate_limit=50.0, burst_limit=100)),),
    )


def _function() -> Function:
    return Function(
        arn=FUNCTION_ARN,
        environment=ENVIRONMENT,
        memory=1536,
        timeout=29,
        reserved_concurrency=10,
        package_type="Image",
        image_uri=f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/img@sha256:{'0' * 64}",
        code_sha256="0" * 64,
        state="Active",
        last_update_status="Successful",
        architectures=("arm64",),
        policy=(CALLING,),
    )


def _distribution(
    id: str,
    domain_name: str,
    origin: Origin,
    *,
    max_ttl: int,
    forwards: OriginRequestPolicy | None,
    aliases: tuple[str, ...] = (),
) -> Distribution:
    ttls = dict.fromkeys((400, 403, 404, 405, 414), 10) | dict.fromkeys((500, 502, 503, 504), 1)
    return Distribution(
        id=id,
        arn=f"arn:aws:cloudfront::123456789012:distribution/{id}",
        domain_name=domain_name,
        aliases=aliases,
        status="Deployed",
        enabled=True,
        origin=origin,
        behavior=Behavior(
            origin_id="origin",
            viewer_protocol_policy="https-only",
            allowed_methods=("HEAD", "GET"),
            cache_policy=CachePolicy(
                min_ttl=0, default_ttl=0, max_ttl=max_ttl, headers=NONE, query_strings=NONE, cookies=NONE
            ),
            origin_request_policy=forwards,
            response_headers_policy=ResponseHeadersPolicy(
                {
                    "access-control-allow-origin": ResponseHeader("*", override=True),
                    "content-security-policy": ResponseHeader("default-src 'none'; sandbox", override=True),
                    "cross-origin-resource-policy": ResponseHeader("cross-origin", override=True),
                    "timing-allow-origin": ResponseHeader("*", override=True),
                    "x-content-type-options": ResponseHeader("nosniff", override=True),
                }
            ),
        ),
        custom_error_responses=tuple(
            CustomErrorResponse(error_code=code, error_caching_min_ttl=ttl) for code, ttl in ttls.items()
        ),
        minimum_protocol_version="TLSv1.2_2021" if aliases else "",
    )


# Each function changes fields of the value in its name, and returns new facts.


def with_bucket(facts: Facts, **changes: Any) -> Facts:
    assert isinstance(facts.derivatives, Bucket)
    return replace(facts, derivatives=replace(facts.derivatives, **changes))


def with_website(facts: Facts, **changes: Any) -> Facts:
    assert isinstance(facts.derivatives, Bucket)
    assert isinstance(facts.derivatives.website, Website)
    return with_bucket(facts, website=replace(facts.derivatives.website, **changes))


def with_rules(facts: Facts, **changes: Any) -> Facts:
    """Change each routing rule."""
    assert isinstance(facts.derivatives, Bucket)
    assert isinstance(facts.derivatives.website, Website)
    rules = tuple(replace(rule, **changes) for rule in facts.derivatives.website.routing_rules)
    return with_website(facts, routing_rules=rules)


def with_distribution(facts: Facts, name: str, **changes: Any) -> Facts:
    """Change a distribution. ``name`` is delivery or generator."""
    distribution = getattr(facts, name)
    assert isinstance(distribution, Distribution)
    changed: Any = {name: replace(distribution, **changes)}
    return replace(facts, **changed)


def with_origin(facts: Facts, name: str, **changes: Any) -> Facts:
    origin: Origin = getattr(facts, name).origin
    return with_distribution(facts, name, origin=replace(origin, **changes))


def with_behavior(facts: Facts, name: str, **changes: Any) -> Facts:
    behavior: Behavior = getattr(facts, name).behavior
    return with_distribution(facts, name, behavior=replace(behavior, **changes))


def with_other(facts: Facts, name: str, path: str, **changes: Any) -> Facts:
    """Add a behaviour: the default one with changes."""
    distribution: Distribution = getattr(facts, name)
    other = replace(distribution.behavior, **changes)
    return with_distribution(facts, name, others=(*distribution.others, (path, other)))


def with_vary(facts: Facts, *paths: tuple[str, bool]) -> Facts:
    """Make behaviours of delivery for these patterns, with or without ``Vary: Accept``."""
    assert isinstance(facts.delivery, Distribution)
    policy = facts.delivery.behavior.response_headers_policy
    assert isinstance(policy, ResponseHeadersPolicy)
    negotiated = ResponseHeadersPolicy({**policy.added, "vary": ResponseHeader("Accept", override=True)})
    for path, varies in paths:
        facts = with_other(facts, "delivery", path, response_headers_policy=negotiated if varies else policy)
    return facts


def with_cache_policy(facts: Facts, name: str, **changes: Any) -> Facts:
    policy: CachePolicy = getattr(facts, name).behavior.cache_policy
    return with_behavior(facts, name, cache_policy=replace(policy, **changes))


def with_forwarded(facts: Facts, name: str, **changes: Any) -> Facts:
    nothing = OriginRequestPolicy(headers=NONE, query_strings=NONE, cookies=NONE)
    policy: OriginRequestPolicy = getattr(facts, name).behavior.origin_request_policy or nothing
    return with_behavior(facts, name, origin_request_policy=replace(policy, **changes))


def with_error(facts: Facts, name: str, code: int, **changes: Any) -> Facts:
    """Change the custom error response for one status."""
    errors: tuple[CustomErrorResponse, ...] = getattr(facts, name).custom_error_responses
    changed = tuple(replace(error, **changes) if error.error_code == code else error for error in errors)
    return with_distribution(facts, name, custom_error_responses=changed)


def with_header(facts: Facts, name: str, header: str, value: str | None) -> Facts:
    """Change or remove one added header."""
    added: dict[str, ResponseHeader] = dict(getattr(facts, name).behavior.response_headers_policy.added)
    del added[header]
    if value is not None:
        added[header] = ResponseHeader(value, override=True)
    return with_behavior(facts, name, response_headers_policy=ResponseHeadersPolicy(added))


def with_api(facts: Facts, **changes: Any) -> Facts:
    assert isinstance(facts.api, HttpApi)
    return replace(facts, api=replace(facts.api, **changes))


def with_routes(facts: Facts, **changes: Any) -> Facts:
    """Change each route."""
    assert isinstance(facts.api, HttpApi)
    assert isinstance(facts.api.routes, tuple)
    return with_api(facts, routes=tuple(replace(route, **changes) for route in facts.api.routes))


def with_integration(facts: Facts, **changes: Any) -> Facts:
    assert isinstance(facts.api, HttpApi)
    assert isinstance(facts.api.routes, tuple)
    assert facts.api.routes[0].integration
    return with_routes(facts, integration=replace(facts.api.routes[0].integration, **changes))


def with_stage(facts: Facts, **changes: Any) -> Facts:
    assert isinstance(facts.api, HttpApi)
    assert isinstance(facts.api.stages, tuple)
    return with_api(facts, stages=(replace(facts.api.stages[0], **changes),))


def with_function(facts: Facts, **changes: Any) -> Facts:
    assert isinstance(facts.function, Function)
    return replace(facts, function=replace(facts.function, **changes))


def with_environment(facts: Facts, **changes: str) -> Facts:
    assert isinstance(facts.function, Function)
    assert isinstance(facts.function.environment, dict)
    return with_function(facts, environment=facts.function.environment | changes)
