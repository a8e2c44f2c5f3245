"""Asks AWS, and changes nothing. The only module that knows boto3.

Credentials, profile and endpoint come from where boto3 looks for them: ``AWS_PROFILE``, ``AWS_ENDPOINT_URL``.
What is refused or cannot be reached becomes `Unread`, and what is not there ``None``: reading never fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import unquote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

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
    Origin,
    OriginRequestPolicy,
    PublicAccessBlock,
    ResponseHeader,
    ResponseHeadersPolicy,
    Route,
    RoutingRule,
    Stage,
    Statement,
    Throttle,
    Unread,
    Website,
)
from doctor.names import Names

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_apigatewayv2.type_defs import RouteSettingsTypeDef
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

#: Every permission that reading takes, as an IAM policy names it. Who one is needs none.
ACTIONS: Final = (
    "apigateway:GET",
    "cloudfront:GetCachePolicy",
    "cloudfront:GetDistribution",
    "cloudfront:GetFunction",
    "cloudfront:GetOriginRequestPolicy",
    "cloudfront:GetResponseHeadersPolicy",
    "lambda:GetAccountSettings",
    "lambda:GetFunction",
    "lambda:GetPolicy",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketNotification",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:ListBucket",
)

#: Seconds, and how often.
_CONFIG: Final = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "max_attempts": 2})
_NO_BUCKET: Final = "NoSuchBucket"


def open_session(names: Names) -> boto3.Session:
    """A session in the stack's region."""
    return boto3.Session(region_name=names.region)


def read(names: Names, session: boto3.Session) -> Facts:
    """Read everything that the checks and the emulated loop go by."""
    s3 = session.client("s3", config=_CONFIG)
    cloudfront = session.client("cloudfront", config=_CONFIG)
    lambda_client = session.client("lambda", config=_CONFIG)
    account_id = _read(lambda: session.client("sts", config=_CONFIG).get_caller_identity()["Account"])
    return Facts(
        names=names,
        account_id=account_id,
        account_access_block=_account_access_block(session, account_id),
        account_concurrency=_read(
            lambda: lambda_client.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
        ),
        derivatives=_read_if_there(lambda: _bucket(s3, names.derivatives_bucket), _NO_BUCKET),
        delivery=_distribution(cloudfront, names.delivery_distribution_id),
        generator=_distribution(cloudfront, names.generator_distribution_id),
        api=_api(session.client("apigatewayv2", config=_CONFIG), names.api_id),
        function=_function(lambda_client, names.function_name),
    )


def keys(bucket: str, prefix: str, session: boto3.Session) -> tuple[str, ...] | Unread:
    """The first thousand keys below ``prefix`` of a bucket, without those of nothing."""
    s3 = session.client("s3", config=_CONFIG)
    listed = _read_if_there(
        lambda: s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []), _NO_BUCKET
    )
    if listed is None:
        return Unread(f"there is no bucket {bucket}")
    return listed if isinstance(listed, Unread) else tuple(found["Key"] for found in listed if found["Size"])


def _read(look: Callable[[], T]) -> T | Unread:
    found = _read_if_there(look)
    return Unread("AWS gave nothing") if found is None else found


def _read_if_there(look: Callable[[], T], *absent: str) -> T | Unread | None:
    """What ``look`` gives; ``None`` when AWS answers with one of the codes ``absent``."""
    try:
        return look()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in absent:
            return None
        if code == _NO_BUCKET:
            raise  # one answer for the bucket as a whole
        return Unread(str(error))
    except BotoCoreError as error:
        return Unread(str(error))


# The bucket


def _account_access_block(
    session: boto3.Session, account_id: str | Unread
) -> PublicAccessBlock | Unread | None:
    if isinstance(account_id, Unread):
        return account_id
    control = session.client("s3control", config=_CONFIG)
    return _read_if_there(
        lambda: _access_block(
            control.get_public_access_block(AccountId=account_id)["PublicAccessBlockConfiguration"]
        ),
        "NoSuchPublicAccessBlockConfiguration",
    )


def _access_block(given: Any) -> PublicAccessBlock:
    return PublicAccessBlock(
        block_public_acls=bool(given.get("BlockPublicAcls")),
        ignore_public_acls=bool(given.get("IgnorePublicAcls")),
        block_public_policy=bool(given.get("BlockPublicPolicy")),
        restrict_public_buckets=bool(given.get("RestrictPublicBuckets")),
    )


def _bucket(s3: S3Client, name: str) -> Bucket:
    return Bucket(
        name=name,
        website=_read_if_there(lambda: _website(s3, name), "NoSuchWebsiteConfiguration"),
        policy=_read_if_there(
            lambda: _statements(s3.get_bucket_policy(Bucket=name)["Policy"]), "NoSuchBucketPolicy"
        ),
        access_block=_read_if_there(
            lambda: _access_block(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]),
            "NoSuchPublicAccessBlockConfiguration",
        ),
        encryption=_read_if_there(
            lambda: _encryption(s3, name), "ServerSideEncryptionConfigurationNotFoundError"
        ),
        ownership=_read_if_there(lambda: _ownership(s3, name), "OwnershipControlsNotFoundError"),
        notifications=_read(lambda: tuple(_notifications(s3, name))),
    )


def _website(s3: S3Client, name: str) -> Website:
    given = s3.get_bucket_website(Bucket=name)
    rules = []
    for rule in given.get("RoutingRules", []):
        condition, redirect = rule.get("Condition", {}), rule["Redirect"]
        rules.append(
            RoutingRule(
                key_prefix_equals=condition.get("KeyPrefixEquals"),
                http_error_code_returned_equals=condition.get("HttpErrorCodeReturnedEquals"),
                host_name=redirect.get("HostName"),
                protocol=redirect.get("Protocol"),
                http_redirect_code=redirect.get("HttpRedirectCode"),
                replace_key_prefix_with=redirect.get("ReplaceKeyPrefixWith"),
                replace_key_with=redirect.get("ReplaceKeyWith"),
            )
        )
    return Website(
        index_suffix=given.get("IndexDocument", {"Suffix": ""})["Suffix"],
        error_key=given.get("ErrorDocument", {"Key": ""})["Key"],
        redirects_all_to=given.get("RedirectAllRequestsTo", {"HostName": ""})["HostName"],
        routing_rules=tuple(rules),
    )


def _encryption(s3: S3Client, name: str) -> str:
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    return next(
        (
            rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
            for rule in rules
            if "ApplyServerSideEncryptionByDefault" in rule
        ),
        "",
    )


def _ownership(s3: S3Client, name: str) -> str:
    return s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]["ObjectOwnership"]


def _notifications(s3: S3Client, name: str) -> Iterator[str]:
    given = s3.get_bucket_notification_configuration(Bucket=name)
    yield from (function["LambdaFunctionArn"] for function in given.get("LambdaFunctionConfigurations", []))
    yield from (queue["QueueArn"] for queue in given.get("QueueConfigurations", []))
    yield from (topic["TopicArn"] for topic in given.get("TopicConfigurations", []))
    if "EventBridgeConfiguration" in given:
        yield "EventBridge"


def _statements(policy: str) -> tuple[Statement, ...]:
    """The statements of a policy; JSON lets a single one stand without its list."""
    statements = json.loads(policy)["Statement"]
    return tuple(statements) if isinstance(statements, list) else (statements,)


# The distributions


def _distribution(cloudfront: CloudFrontClient, id: str) -> Distribution | Unread | None:
    given = _read_if_there(lambda: cloudfront.get_distribution(Id=id)["Distribution"], "NoSuchDistribution")
    if given is None or isinstance(given, Unread):
        return given
    config = given["DistributionConfig"]
    behavior = config["DefaultCacheBehavior"]
    certificate = config.get("ViewerCertificate", {})
    is_own = bool(certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId"))
    return Distribution(
        id=given["Id"],
        domain_name=given["DomainName"],
        aliases=tuple(config.get("Aliases", {}).get("Items", [])),
        status=given["Status"],
        enabled=config["Enabled"],
        origin=_origin(config["Origins"]["Items"], behavior["TargetOriginId"]),
        behavior=Behavior(
            viewer_protocol_policy=behavior["ViewerProtocolPolicy"],
            allowed_methods=tuple(behavior.get("AllowedMethods", {}).get("Items", [])),
            cache_policy=_cache_policy(cloudfront, behavior.get("CachePolicyId", "")),
            origin_request_policy=_origin_request_policy(
                cloudfront, behavior.get("OriginRequestPolicyId", "")
            ),
            response_headers_policy=_response_headers_policy(
                cloudfront, behavior.get("ResponseHeadersPolicyId", "")
            ),
            functions=tuple(_functions(cloudfront, behavior)),
        ),
        other_paths=tuple(
            other["PathPattern"] for other in config.get("CacheBehaviors", {}).get("Items", [])
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


def _origin(origins: list[Any], id: str) -> Origin | None:
    for origin in origins:
        if origin["Id"] == id:
            custom = origin.get("CustomOriginConfig", {})
            headers = origin.get("CustomHeaders", {}).get("Items", [])
            return Origin(
                domain_name=origin["DomainName"],
                path=origin.get("OriginPath", ""),
                protocol_policy=custom.get("OriginProtocolPolicy", ""),
                http_port=custom.get("HTTPPort", 80),
                https_port=custom.get("HTTPSPort", 443),
                custom_headers={header["HeaderName"].lower(): header["HeaderValue"] for header in headers},
            )
    return None


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

    return _read_if_there(look, "NoSuchFunctionExists")


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

    return _read_if_there(look, "NoSuchCachePolicy")


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

    return _read_if_there(look, "NoSuchOriginRequestPolicy")


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

    return _read_if_there(look, "NoSuchResponseHeadersPolicy")


def _added(config: Any) -> Iterator[tuple[str, ResponseHeader]]:
    """Of the three parts of a policy: for other origins, for security, and one's own."""
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


# The API


def _api(gateway: ApiGatewayV2Client, id: str) -> HttpApi | Unread | None:
    given = _read_if_there(lambda: gateway.get_api(ApiId=id), "NotFoundException")
    if given is None or isinstance(given, Unread):
        return given
    return HttpApi(
        id=given["ApiId"],
        endpoint=given["ApiEndpoint"],
        protocol_type=given["ProtocolType"],
        routes=_read(lambda: tuple(_routes(gateway, id))),
        stages=_read(lambda: tuple(_stages(gateway, id))),
    )


def _routes(gateway: ApiGatewayV2Client, id: str) -> Iterator[Route]:
    integrations = {
        f"integrations/{given['IntegrationId']}": Integration(
            uri=given.get("IntegrationUri", ""),
            kind=given.get("IntegrationType", ""),
            payload_format_version=given.get("PayloadFormatVersion", ""),
            timeout_ms=given.get("TimeoutInMillis", 30_000),
        )
        for page in gateway.get_paginator("get_integrations").paginate(ApiId=id)
        for given in page["Items"]
    }
    for page in gateway.get_paginator("get_routes").paginate(ApiId=id):
        for route in page["Items"]:
            yield Route(
                key=route["RouteKey"],
                authorization_type=route.get("AuthorizationType", "NONE"),
                integration=integrations.get(route.get("Target", "")),
            )


def _stages(gateway: ApiGatewayV2Client, id: str) -> Iterator[Stage]:
    for page in gateway.get_paginator("get_stages").paginate(ApiId=id):
        for stage in page["Items"]:
            yield Stage(
                # The API's answer has it percent-encoded where it stands in a path.
                name=unquote(stage["StageName"]),
                throttle=_throttle(stage.get("DefaultRouteSettings", {})),
                routes={key: _throttle(route) for key, route in stage.get("RouteSettings", {}).items()},
                access_log=stage.get("AccessLogSettings", {}).get("DestinationArn", ""),
            )


def _throttle(given: RouteSettingsTypeDef) -> Throttle:
    return Throttle(
        rate_limit=given.get("ThrottlingRateLimit"), burst_limit=given.get("ThrottlingBurstLimit")
    )


# The function


def _function(client: LambdaClient, name: str) -> Function | Unread | None:
    given = _read_if_there(lambda: client.get_function(FunctionName=name), "ResourceNotFoundException")
    if given is None or isinstance(given, Unread):
        return given
    config, environment = given["Configuration"], given["Configuration"].get("Environment", {})
    error = environment.get("Error", {})
    return Function(
        arn=config["FunctionArn"],
        environment=Unread(f"{error.get('ErrorCode', '')}: {error.get('Message', '')}")
        if error
        else environment.get("Variables", {}),
        memory=config["MemorySize"],
        timeout=config["Timeout"],
        reserved_concurrency=given.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        package_type=config.get("PackageType", "Zip"),
        image_uri=given.get("Code", {}).get("ImageUri", ""),
        code_sha256=config["CodeSha256"],
        state=config.get("State", ""),
        last_update_status=config.get("LastUpdateStatus", ""),
        architectures=tuple(config.get("Architectures", [])),
        policy=_read_if_there(
            lambda: _statements(client.get_policy(FunctionName=name)["Policy"]), "ResourceNotFoundException"
        ),
    )
