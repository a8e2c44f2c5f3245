"""Read distributions from CloudFront, with their policies and functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from doctor.facts import (
    AccessControl,
    Behavior,
    CachePolicy,
    Chosen,
    CustomErrorResponse,
    Distribution,
    EdgeFunction,
    Origin,
    OriginRequestPolicy,
    ResponseHeader,
    ResponseHeadersPolicy,
    Unread,
)
from doctor.reading.answers import read_fact, read_if_there

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient


def read_distribution(cloudfront: CloudFrontClient, id: str) -> Distribution | Unread | None:
    """Read a distribution, and the policies and functions of its behaviours."""
    given = read_if_there(lambda: cloudfront.get_distribution(Id=id)["Distribution"], "NoSuchDistribution")
    if given is None or isinstance(given, Unread):
        return given
    config = given["DistributionConfig"]
    behavior = config["DefaultCacheBehavior"]
    certificate = config.get("ViewerCertificate", {})
    behaviors = _Behaviors(cloudfront)
    origin, secondary, codes = _asked(cloudfront, config, behavior["TargetOriginId"])
    is_own = bool(certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId"))
    return Distribution(
        id=given["Id"],
        arn=given["ARN"],
        domain_name=given["DomainName"],
        aliases=tuple(config.get("Aliases", {}).get("Items", [])),
        status=given["Status"],
        enabled=config["Enabled"],
        origin=origin,
        secondary=secondary,
        failover_codes=codes,
        default_root_object=config.get("DefaultRootObject", ""),
        behavior=behaviors.read(behavior),
        others=tuple(
            (other["PathPattern"], behaviors.read(other))
            for other in config.get("CacheBehaviors", {}).get("Items", [])
        ),
        custom_error_responses=tuple(
            CustomErrorResponse(
                error_code=error["ErrorCode"],
                error_caching_min_ttl=error.get("ErrorCachingMinTTL"),
                response_code=error.get("ResponseCode", ""),
                response_page=error.get("ResponsePagePath", ""),
            )
            for error in config.get("CustomErrorResponses", {}).get("Items", [])
        ),
        web_acl_id=config.get("WebACLId", ""),
        certificate_arn=certificate.get("ACMCertificateArn", ""),
        minimum_protocol_version=certificate.get("MinimumProtocolVersion", "") if is_own else "",
    )


def read_origins(cloudfront: CloudFrontClient) -> Mapping[str, tuple[str, ...]] | Unread:
    """Read the hosts that each distribution of the account asks, by the distribution's id."""

    def look() -> dict[str, tuple[str, ...]]:
        pages = cloudfront.get_paginator("list_distributions").paginate()
        return {
            one["Id"]: tuple(origin["DomainName"] for origin in one["Origins"]["Items"])
            for page in pages
            for one in page["DistributionList"].get("Items", [])
        }

    return read_fact(look)


class _Behaviors:
    """Read the policies and functions of behaviours, once for behaviours that differ only in their path."""

    def __init__(self, cloudfront: CloudFrontClient) -> None:
        self._cloudfront = cloudfront
        self._known: list[tuple[Any, Behavior]] = []

    def read(self, given: Any) -> Behavior:
        described = {name: value for name, value in given.items() if name != "PathPattern"}
        for known, behavior in self._known:
            if known == described:
                return behavior
        self._known.append((described, _behavior(self._cloudfront, given)))
        return self._known[-1][1]


def _behavior(cloudfront: CloudFrontClient, given: Any) -> Behavior:
    return Behavior(
        origin_id=given["TargetOriginId"],
        viewer_protocol_policy=given["ViewerProtocolPolicy"],
        allowed_methods=tuple(given.get("AllowedMethods", {}).get("Items", [])),
        cache_policy=_cache_policy(cloudfront, given.get("CachePolicyId", "")),
        origin_request_policy=_origin_request_policy(cloudfront, given.get("OriginRequestPolicyId", "")),
        response_headers_policy=_response_headers_policy(
            cloudfront, given.get("ResponseHeadersPolicyId", "")
        ),
        functions=tuple(_functions(cloudfront, given)),
    )


def _asked(
    cloudfront: CloudFrontClient, config: Any, id: str
) -> tuple[Origin | None, Origin | None, tuple[int, ...]]:
    """Read an origin, or both origins of a group with the statuses for which the second is asked."""
    origins = {origin["Id"]: origin for origin in config["Origins"]["Items"]}
    groups = {group["Id"]: group for group in config.get("OriginGroups", {}).get("Items", [])}
    members, codes = [id], []
    if id in groups:
        members = [member["OriginId"] for member in groups[id]["Members"]["Items"]]
        codes = groups[id]["FailoverCriteria"]["StatusCodes"]["Items"]
    first, second, *_ = (
        *(_origin(cloudfront, origins[one]) for one in members if one in origins),
        None,
        None,
    )
    return first, second, tuple(sorted(codes))


def _origin(cloudfront: CloudFrontClient, given: Any) -> Origin:
    custom = given.get("CustomOriginConfig", {})
    headers = given.get("CustomHeaders", {}).get("Items", [])
    return Origin(
        domain_name=given["DomainName"],
        path=given.get("OriginPath", ""),
        protocol_policy=custom.get("OriginProtocolPolicy", ""),
        http_port=custom.get("HTTPPort", 80),
        https_port=custom.get("HTTPSPort", 443),
        attempts=given.get("ConnectionAttempts", 3),
        read_timeout=custom.get("OriginReadTimeout", 30),
        access_control=_access_control(cloudfront, given.get("OriginAccessControlId", "")),
        custom_headers={header["HeaderName"].lower(): header["HeaderValue"] for header in headers},
    )


def _access_control(cloudfront: CloudFrontClient, id: str) -> AccessControl | Unread | None:
    if not id:
        return None

    def look() -> AccessControl:
        control = cloudfront.get_origin_access_control(Id=id)["OriginAccessControl"]
        config = control["OriginAccessControlConfig"]
        return AccessControl(
            origin_type=config["OriginAccessControlOriginType"],
            signing_behavior=config["SigningBehavior"],
            signing_protocol=config["SigningProtocol"],
        )

    return read_if_there(look, "NoSuchOriginAccessControl")


def _functions(cloudfront: CloudFrontClient, behavior: Any) -> Iterator[EdgeFunction]:
    for function in behavior.get("FunctionAssociations", {}).get("Items", []):
        arn = function["FunctionARN"]
        yield EdgeFunction(event_type=function["EventType"], arn=arn, code=_edge_code(cloudfront, arn))
    for function in behavior.get("LambdaFunctionAssociations", {}).get("Items", []):
        code = Unread("it is a function of Lambda")
        yield EdgeFunction(event_type=function["EventType"], arn=function["LambdaFunctionARN"], code=code)


def _edge_code(cloudfront: CloudFrontClient, arn: str) -> str | Unread | None:
    def look() -> str:
        with cloudfront.get_function(Name=arn.rpartition("/")[2], Stage="LIVE")["FunctionCode"] as code:
            return code.read().decode()

    return read_if_there(look, "NoSuchFunctionExists")


def _cache_policy(cloudfront: CloudFrontClient, id: str) -> CachePolicy | Unread | None:
    if not id:
        return None

    def look() -> CachePolicy:
        config = cloudfront.get_cache_policy(Id=id)["CachePolicy"]["CachePolicyConfig"]
        key = config["ParametersInCacheKeyAndForwardedToOrigin"]
        return CachePolicy(
            min_ttl=config["MinTTL"],
            default_ttl=config.get("DefaultTTL", 86_400),
            max_ttl=config.get("MaxTTL", 31_536_000),
            headers=_headers(key["HeadersConfig"]),
            query_strings=_query_strings(key["QueryStringsConfig"]),
            cookies=_cookies(key["CookiesConfig"]),
            accept_encoding_gzip=key["EnableAcceptEncodingGzip"],
            accept_encoding_brotli=key.get("EnableAcceptEncodingBrotli", False),
        )

    return read_if_there(look, "NoSuchCachePolicy")


def _origin_request_policy(cloudfront: CloudFrontClient, id: str) -> OriginRequestPolicy | Unread | None:
    if not id:
        return None

    def look() -> OriginRequestPolicy:
        policy = cloudfront.get_origin_request_policy(Id=id)["OriginRequestPolicy"]
        config = policy["OriginRequestPolicyConfig"]
        return OriginRequestPolicy(
            headers=_headers(config["HeadersConfig"]),
            query_strings=_query_strings(config["QueryStringsConfig"]),
            cookies=_cookies(config["CookiesConfig"]),
        )

    return read_if_there(look, "NoSuchOriginRequestPolicy")


def _headers(config: Any) -> Chosen:
    names = config.get("Headers", {}).get("Items", [])
    return Chosen(behavior=config["HeaderBehavior"], names=tuple(sorted(name.lower() for name in names)))


def _query_strings(config: Any) -> Chosen:
    names = config.get("QueryStrings", {}).get("Items", [])
    return Chosen(behavior=config["QueryStringBehavior"], names=tuple(sorted(names)))


def _cookies(config: Any) -> Chosen:
    names = config.get("Cookies", {}).get("Items", [])
    return Chosen(behavior=config["CookieBehavior"], names=tuple(sorted(names)))


def _response_headers_policy(cloudfront: CloudFrontClient, id: str) -> ResponseHeadersPolicy | Unread | None:
    if not id:
        return None

    def look() -> ResponseHeadersPolicy:
        policy = cloudfront.get_response_headers_policy(Id=id)["ResponseHeadersPolicy"]
        return ResponseHeadersPolicy(dict(_added(policy["ResponseHeadersPolicyConfig"])))

    return read_if_there(look, "NoSuchResponseHeadersPolicy")


def _added(config: Any) -> Iterator[tuple[str, ResponseHeader]]:
    """List the headers of the three parts of a policy: CORS, security, and custom headers."""
    if cors := config.get("CorsConfig"):
        origins = " ".join(cors["AccessControlAllowOrigins"].get("Items", []))
        yield "access-control-allow-origin", ResponseHeader(origins, cors["OriginOverride"])
    security = config.get("SecurityHeadersConfig", {})
    if options := security.get("ContentTypeOptions"):
        yield "x-content-type-options", ResponseHeader("nosniff", options["Override"])
    if policy := security.get("ContentSecurityPolicy"):
        yield (
            "content-security-policy",
            ResponseHeader(policy["ContentSecurityPolicy"], policy["Override"]),
        )
    if frame := security.get("FrameOptions"):
        yield "x-frame-options", ResponseHeader(frame["FrameOption"], frame["Override"])
    if referrer := security.get("ReferrerPolicy"):
        yield "referrer-policy", ResponseHeader(referrer["ReferrerPolicy"], referrer["Override"])
    if strict := security.get("StrictTransportSecurity"):
        value = f"max-age={strict['AccessControlMaxAgeSec']}"
        value += "; includeSubDomains" if strict.get("IncludeSubdomains") else ""
        value += "; preload" if strict.get("Preload") else ""
        yield "strict-transport-security", ResponseHeader(value, strict["Override"])
    for item in config.get("CustomHeadersConfig", {}).get("Items", []):
        yield item["Header"].lower(), ResponseHeader(item["Value"], item["Override"])
