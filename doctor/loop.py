"""The emulated loop of what was deployed, made of the facts and of nothing else.

A wrong TTL, a lost routing rule, a secret that differs, a base URL that leads elsewhere: each becomes a loop
that is wrong in the same way, and whoever walks it sees what viewers would.

Left out, because the emulation has no such thing: the firewall, certificates, the protocol that viewers use,
time-outs, throttles other than 0, the error document of the website, headers that a policy takes away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doctor.facts import (
    Bucket,
    Chosen,
    Distribution,
    Facts,
    Function,
    HttpApi,
    Origin,
    OriginRequestPolicy,
    PublicAccessBlock,
    ResponseHeadersPolicy,
    Route,
    Throttle,
    Unread,
    known,
)
from doctor.policies import NotUnderstood, Readers, lets_call, readers
from local_loop.distribution import AddedHeader, CachePolicy, DistributionConfiguration, Edge
from local_loop.http_api import HttpApiConfiguration
from local_loop.stack import LoopConfiguration
from local_loop.website import RoutingRule, WebsiteConfiguration

_ANY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_DEFAULT_ROUTE = "$default"
#: The stage that answers where none is named.
DEFAULT_STAGE: Final = "$default"

#: What a behaviour without such a policy does.
_NOTHING = OriginRequestPolicy(
    headers=Chosen(behavior="none"), query_strings=Chosen(behavior="none"), cookies=Chosen(behavior="none")
)
_NO_HEADERS = ResponseHeadersPolicy({})


#: Makes what runs at the edge of its code.
Run = Callable[[str], Edge]


def emulated(facts: Facts, run: Run | None = None) -> tuple[LoopConfiguration, Mapping[str, str]]:
    """The loop's configuration, and the environment in which the function runs.

    ``run`` is asked for what runs at delivery's edge; without it there must be nothing.

    Viewers begin at the delivery distribution's first alias, or at its own domain name. A redirect of the
    function or of the website that leads to another host than the distributions' ends outside of the loop.

    Raises:
        NotUnderstood: a fact says what the emulation cannot do.
        NotThere, NotRead: a fact is missing.
    """
    delivery = known(facts.delivery, "the delivery distribution")
    generator = known(facts.generator, "the generator distribution")
    bucket = known(facts.derivatives, "the bucket of derivatives")
    api = known(facts.api, "the API")
    function = known(facts.function, "the function")
    origin_of_delivery = known(delivery.origin, "the origin of delivery")
    origin_of_generator = known(generator.origin, "the origin of the generator")
    if origin_of_delivery.path:
        raise NotUnderstood(f"delivery asks its origin below {origin_of_delivery.path}")
    if generator.aliases:
        raise NotUnderstood(f"the generator has aliases: {', '.join(generator.aliases)}")

    website_host = _one_of(website_hosts(bucket.name, facts.names.region), origin_of_delivery.domain_name)
    api_host = _one_of(api_hosts(api, facts.names.region), origin_of_generator.domain_name)
    first, *others = [host for host in delivery.hosts if "*" not in host]
    configuration = LoopConfiguration(
        delivery_host=first,
        delivery_aliases=tuple(others),
        generator_host=generator.domain_name,
        website_host=website_host,
        delivery=_distribution(
            delivery, _reached(origin_of_delivery, website_host, encrypted=False), run=run
        ),
        website=_website(bucket, facts.account_access_block),
        generator=_distribution(generator, _reached(origin_of_generator, api_host, encrypted=True), run=None),
        api=_api(
            api,
            function,
            facts.names.region,
            host=api_host,
            stage=origin_of_generator.path[1:] or DEFAULT_STAGE,
        ),
    )
    return configuration, known(function.environment, "the environment of the function")


def website_hosts(bucket: str, region: str) -> tuple[str, str]:
    """The website endpoint in both spellings; which of them a region has, no rule says.

    Source: S3 user guide, "Website endpoints".
    """
    return (
        f"{bucket}.s3-website-{region}.amazonaws.com",
        f"{bucket}.s3-website.{region}.amazonaws.com",
    )


def api_hosts(api: HttpApi, region: str) -> tuple[str, str]:
    """Where the API says that it answers, and where every API does; emulations of AWS tell them apart."""
    return api.host, f"{api.id}.execute-api.{region}.amazonaws.com"


def integrates(route: Route, function: Function, region: str) -> bool:
    """Whether a route leads to the function, by its own ARN or by the one that API Gateway has for it."""
    partition = function.arn.split(":")[1]
    prefix = f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
    return (
        route.integration is not None
        and route.integration.kind == "AWS_PROXY"
        and route.integration.uri in (function.arn, f"{prefix}{function.arn}/invocations")
    )


def source_arn(route: Route, api: HttpApi, function: Function, region: str, *, stage: str) -> str:
    """What API Gateway calls itself when a route calls the function."""
    _, partition, _, _, account, *_ = function.arn.split(":")
    method, _, path = route.key.partition(" ")
    return f"arn:{partition}:execute-api:{region}:{account}:{api.id}/{stage}/{method}{path}"


def lets_nothing_through(throttle: Throttle) -> bool:
    """Whether every call is 429: a limit of 0, or only one of the two, beside which the other counts as 0."""
    limits = (throttle.rate_limit, throttle.burst_limit)
    return limits != (None, None) and not all(limits)


def _one_of(hosts: tuple[str, ...], host: str) -> str:
    return host if host in hosts else hosts[0]


def _reached(origin: Origin, host: str, *, encrypted: bool) -> str:
    """The name under which the origin is asked; with a port where nothing answers, if it is the wrong one.

    The website speaks http alone, the API https alone; viewers come with https.
    """
    speaks_https = origin.protocol_policy in ("https-only", "match-viewer")
    port = origin.https_port if speaks_https else origin.http_port
    if origin.domain_name != host or (speaks_https, port) == (encrypted, 443 if encrypted else 80):
        return origin.domain_name
    return f"{origin.domain_name}:{port}"


# The website


def _website(bucket: Bucket, account: PublicAccessBlock | Unread | None) -> WebsiteConfiguration:
    website = known(bucket.website, "the website")
    if website.redirects_all_to:
        raise NotUnderstood(f"the website redirects everything to {website.redirects_all_to}")
    rules = tuple(
        RoutingRule(
            key_prefix=rule.key_prefix_equals or "",
            http_error_code=int(rule.http_error_code_returned_equals)
            if rule.http_error_code_returned_equals
            else None,
            host_name=rule.host_name or "",
            protocol=rule.protocol or "http",
            http_redirect_code=int(rule.http_redirect_code or 301),
            replace_key_prefix_with=rule.replace_key_prefix_with,
            replace_key_with=rule.replace_key_with,
        )
        for rule in website.routing_rules
    )
    opened = _readers(bucket)
    # An account's block that could not be read is taken to be off: emulations of AWS have none.
    blocked = any(
        isinstance(block, PublicAccessBlock) and block.restrict_public_buckets
        for block in (bucket.access_block, account)
    )
    # What is encrypted with a key of KMS cannot be read without an identity.
    encrypted = isinstance(bucket.encryption, str) and bucket.encryption != "AES256"
    return WebsiteConfiguration(
        bucket=bucket.name,
        index_suffix=website.index_suffix,
        routing_rules=rules,
        readable=(opened.everybody or bool(opened.referers)) and not blocked and not encrypted,
        referers=() if opened.everybody else opened.referers,
    )


def _readers(bucket: Bucket) -> Readers:
    if bucket.policy is None:
        return Readers(everybody=False, referers=())
    return readers(known(bucket.policy, "the policy of the bucket"), bucket.name)


# The distributions


def _distribution(
    distribution: Distribution, origin_host: str, *, run: Run | None
) -> DistributionConfiguration:
    behavior, name = distribution.behavior, distribution.id
    if not distribution.enabled:
        raise NotUnderstood(f"{name} is not enabled")
    if distribution.other_paths:
        raise NotUnderstood(f"{name} has more than one behaviour: {', '.join(distribution.other_paths)}")
    for error in distribution.custom_error_responses:
        if error.response_code or error.response_page:
            raise NotUnderstood(f"{name} answers {error.error_code} with {error.response_code or 'a page'}")
    forwarded = known(behavior.origin_request_policy or _NOTHING, f"what {name} forwards")
    headers = known(behavior.response_headers_policy or _NO_HEADERS, f"the headers that {name} adds")
    return DistributionConfiguration(
        origin_host=origin_host,
        cache_policy=_cache_policy(distribution),
        error_caching_min_ttl={
            error.error_code: error.error_caching_min_ttl
            for error in distribution.custom_error_responses
            if error.error_caching_min_ttl is not None
        },
        allowed_methods=behavior.allowed_methods,
        forwarded_headers=_whitelist(forwarded.headers),
        forwards_headers=_forwards_headers(forwarded.headers),
        forwards_host=_forwards_host(forwarded.headers),
        forwards_query=_all_or_none(forwarded.query_strings, "query strings"),
        forwards_cookies=_all_or_none(forwarded.cookies, "cookies"),
        origin_headers=distribution.origin.custom_headers if distribution.origin else {},
        response_headers={
            name: AddedHeader(added.value, override=added.override) for name, added in headers.added.items()
        },
        edge=_edge(distribution, run),
    )


def _edge(distribution: Distribution, run: Run | None) -> Edge | None:
    functions = distribution.behavior.functions
    match functions:
        case ():
            return None
        case (function,) if function.event_type == "viewer-request" and run is not None:
            return run(known(function.code, f"the code of {function.arn}"))
        case _:
            arns = ", ".join(function.arn for function in functions)
            raise NotUnderstood(f"{distribution.id} runs functions at the edge: {arns}")


def _cache_policy(distribution: Distribution) -> CachePolicy:
    policy = known(distribution.behavior.cache_policy, f"the cache policy of {distribution.id}")
    if policy.headers.behavior not in ("none", "whitelist"):
        raise NotUnderstood(f"the key of {distribution.id} has headers: {policy.headers.behavior}")
    compression = policy.accept_encoding_gzip or policy.accept_encoding_brotli
    return CachePolicy(
        min_ttl=policy.min_ttl,
        default_ttl=policy.default_ttl,
        max_ttl=policy.max_ttl,
        key_headers=(*policy.headers.names, *(("accept-encoding",) if compression else ())),
        key_query=_all_or_none(policy.query_strings, "query strings"),
        key_cookies=_all_or_none(policy.cookies, "cookies"),
    )


def _whitelist(headers: Chosen) -> tuple[str, ...]:
    return tuple(name for name in headers.names if name != "host") if headers.behavior == "whitelist" else ()


def _forwards_headers(headers: Chosen) -> bool:
    excepted = set(headers.names) - {"host"} if headers.behavior == "allExcept" else set()
    if excepted:
        raise NotUnderstood(f"all headers but {', '.join(sorted(excepted))} are forwarded")
    return headers.behavior not in ("none", "whitelist")


def _forwards_host(headers: Chosen) -> bool:
    match headers.behavior:
        case "none":
            return False
        case "whitelist":
            return "host" in headers.names
        case "allExcept":
            return "host" not in headers.names
    return True


def _all_or_none(chosen: Chosen, what: str) -> bool:
    if chosen.behavior not in ("none", "all"):
        raise NotUnderstood(f"some {what} count and others do not: {chosen.behavior}")
    return chosen.behavior == "all"


# The API


def _api(api: HttpApi, function: Function, region: str, *, host: str, stage: str) -> HttpApiConfiguration:
    routes = known(api.routes, "the routes of the API")
    stages = {found.name: found for found in known(api.stages, "the stages of the API")}
    for route in routes:
        if route.authorization_type != "NONE":
            raise NotUnderstood(f"the route {route.key} asks for {route.authorization_type}")
    formats = {route.integration.payload_format_version for route in routes if route.integration}
    if len(formats) > 1:
        raise NotUnderstood(f"routes with different payload formats: {', '.join(sorted(formats))}")
    policy = known(function.policy, "the policy of the function") if function.policy is not None else ()
    can_run = function.reserved_concurrency != 0 and function.state in ("Active", "Inactive")
    found = stages.get(stage)
    throttles = (found.throttle, *found.routes.values()) if found else ()
    return HttpApiConfiguration(
        domain_name=host,
        stage=stage,
        # Without the stage that it is asked for, the API answers 404 to everything.
        routed_methods=tuple(sorted({method for route in routes for method in _methods(route)}))
        if found
        else (),
        payload_format="".join(formats) or "2.0",
        throttled=any(map(lets_nothing_through, throttles)),
        invokes=can_run
        and all(
            integrates(route, function, region)
            and lets_call(policy, source_arn=source_arn(route, api, function, region, stage=stage))
            for route in routes
        ),
    )


def _methods(route: Route) -> tuple[str, ...]:
    method, _, path = route.key.partition(" ")
    if route.key == _DEFAULT_ROUTE:
        return _ANY_METHOD
    if not (path.startswith("/{") and path.endswith("+}")):
        raise NotUnderstood(f"the route {route.key} is not for every path")
    return _ANY_METHOD if method == "ANY" else (method,)
