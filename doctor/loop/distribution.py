"""Make an emulated distribution from the facts: its cache, headers, and forwarded headers."""

from __future__ import annotations

from collections.abc import Callable

from doctor.facts import Behavior, Chosen, Distribution, OriginRequestPolicy, ResponseHeadersPolicy, known
from doctor.policies import NotUnderstood
from local_loop.distribution import (
    AddedHeader,
    AddedHeaders,
    CachePolicy,
    DistributionConfiguration,
    Edge,
    OriginGroup,
)

#: The effect of a behaviour without such a policy.
_NOTHING = OriginRequestPolicy(
    headers=Chosen(behavior="none"), query_strings=Chosen(behavior="none"), cookies=Chosen(behavior="none")
)
_NO_HEADERS = ResponseHeadersPolicy({})

#: Makes a function at the edge from its code.
Run = Callable[[str], Edge]


def emulated_distribution(
    distribution: Distribution, origin_host: str, *, run: Run | None, secondary_host: str = ""
) -> DistributionConfiguration:
    """Configure a distribution that asks ``origin_host`` and runs its code with ``run``.

    ``secondary_host`` is the host of the second origin of its group, if it has one.
    """
    behavior, name = distribution.behavior, distribution.id
    if not distribution.enabled:
        raise NotUnderstood(f"{name} is not enabled")
    for path, other in distribution.others:
        if different := behavior.apart(other):
            raise NotUnderstood(f"{name} has another behaviour for {path}: {', '.join(different)}")
    for error in distribution.custom_error_responses:
        if error.response_code or error.response_page:
            raise NotUnderstood(f"{name} answers {error.error_code} with {error.response_code or 'a page'}")
    forwarded = known(behavior.origin_request_policy or _NOTHING, f"what {name} forwards")
    return DistributionConfiguration(
        origin_host=origin_host,
        origin_group=OriginGroup(
            secondary_host=secondary_host,
            status_codes=frozenset(distribution.failover_codes),
            headers=distribution.secondary.custom_headers,
        )
        if distribution.secondary
        else None,
        default_root_object=distribution.default_root_object,
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
        response_headers=_added(behavior, name),
        headers_by_pattern=tuple((path, _added(other, name)) for path, other in distribution.others),
        edge=_edge(distribution, run),
    )


def _added(behavior: Behavior, distribution: str) -> AddedHeaders:
    headers = known(behavior.response_headers_policy or _NO_HEADERS, f"the headers that {distribution} adds")
    return {name: AddedHeader(one.value, override=one.override) for name, one in headers.added.items()}


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
