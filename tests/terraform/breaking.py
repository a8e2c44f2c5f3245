"""Break settings of an applied example where it is deployed, and mend them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.terraform.conftest import Applied
from tests.terraform.ministack import set_variables

Client = Callable[[str], Any]


@contextmanager
def clients(applied: Applied) -> Iterator[Client]:
    """boto3 clients of the account, closed at the end."""
    with ExitStack() as opened:

        def client(service: str) -> Any:
            return opened.enter_context(applied.ministack.client(service))

        yield client


Break = Callable[[Client, Mapping[str, str]], Callable[[], object]]
"""Breaks one setting of a stack, and gives what mends it again."""


def rules(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Break:
    """Set another list of routing rules."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        s3, bucket = client("s3"), stack["derivatives_bucket"]
        found = s3.get_bucket_website(Bucket=bucket)
        website = {name: found[name] for name in ("IndexDocument", "RoutingRules")}
        broken = {**website, "RoutingRules": change(json.loads(json.dumps(website["RoutingRules"])))}
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=broken)
        return lambda: s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)

    return break_it


def redirected(**changes: str) -> Break:
    """Let each routing rule redirect in another way."""
    return rules(lambda found: [{**rule, "Redirect": {**rule["Redirect"], **changes}} for rule in found])


def on_403_too(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    on_403 = {"HttpErrorCodeReturnedEquals": "403"}
    return [*found, *({**rule, "Condition": {**rule["Condition"], **on_403}} for rule in found)]


def of_any_key(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**found[0], "Condition": {"HttpErrorCodeReturnedEquals": "404"}}]


def policy(change: Callable[[str], str]) -> Break:
    """Set another bucket policy."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        s3, bucket = client("s3"), stack["derivatives_bucket"]
        found = s3.get_bucket_policy(Bucket=bucket)["Policy"]
        assert change(found) != found
        s3.put_bucket_policy(Bucket=bucket, Policy=change(found))
        return lambda: s3.put_bucket_policy(Bucket=bucket, Policy=found)

    return break_it


def with_another_referer(found: str) -> str:
    document = json.loads(found)
    document["Statement"][0]["Condition"]["StringEquals"]["aws:Referer"] = "another" * 8
    return json.dumps(document)


def no_public_policy(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    s3, bucket = client("s3"), stack["derivatives_bucket"]
    found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={**found, "RestrictPublicBuckets": True}
    )
    return lambda: s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=found)


def distribution(part: str, change: Callable[[dict[str, Any]], object]) -> Break:
    """Set another configuration of a distribution."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        cloudfront, identity = client("cloudfront"), stack[f"{part}_distribution_id"]
        found = cloudfront.get_distribution_config(Id=identity)
        broken = json.loads(json.dumps(found["DistributionConfig"]))
        change(broken)
        assert broken != found["DistributionConfig"]
        _update(cloudfront, identity, broken)
        return lambda: _update(cloudfront, identity, found["DistributionConfig"])

    return break_it


def _update(cloudfront: Any, identity: str, configuration: dict[str, Any]) -> None:
    etag = cloudfront.get_distribution_config(Id=identity)["ETag"]
    cloudfront.update_distribution(Id=identity, IfMatch=etag, DistributionConfig=configuration)


def another_secret(configuration: dict[str, Any]) -> None:
    configuration["Origins"]["Items"][0]["CustomHeaders"]["Items"][0]["HeaderValue"] = "another" * 8


def a_cache(configuration: dict[str, Any]) -> None:
    # Managed-CachingOptimized keeps objects for at least a second, and for a day by default.
    configuration["DefaultCacheBehavior"]["CachePolicyId"] = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def the_viewers_host(configuration: dict[str, Any]) -> None:
    # Managed-AllViewer
    configuration["DefaultCacheBehavior"]["OriginRequestPolicyId"] = "216adef6-5c7f-47e4-b989-5492eafa07d3"


def no_headers_of_its_own(configuration: dict[str, Any]) -> None:
    del configuration["DefaultCacheBehavior"]["ResponseHeadersPolicyId"]


def errors_for_five_minutes(configuration: dict[str, Any]) -> None:
    for error in configuration["CustomErrorResponses"]["Items"]:
        error["ErrorCachingMinTTL"] = 300


def another_origin(configuration: dict[str, Any]) -> None:
    configuration["Origins"]["Items"][0]["DomainName"] = "another.example.com"


def a_ttl(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    """Let the distribution keep S3's redirect for a day."""
    cloudfront = client("cloudfront")
    delivery = cloudfront.get_distribution_config(Id=stack["delivery_distribution_id"])["DistributionConfig"]
    identity = delivery["DefaultCacheBehavior"]["CachePolicyId"]
    found = cloudfront.get_cache_policy(Id=identity)["CachePolicy"]["CachePolicyConfig"]

    def put(configuration: dict[str, Any]) -> None:
        etag = cloudfront.get_cache_policy(Id=identity)["ETag"]
        cloudfront.update_cache_policy(Id=identity, IfMatch=etag, CachePolicyConfig=configuration)

    put({**found, "MinTTL": 60, "DefaultTTL": 86_400})
    return lambda: put(found)


def environment(**changes: str) -> Break:
    """Set other variables of the function."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        function, name = client("lambda"), stack["function_name"]
        found = function.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

        set_variables(function, name, {**found, **changes})
        return lambda: set_variables(function, name, found)

    return break_it


def no_permission(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    function, name = client("lambda"), stack["function_name"]
    (found,) = json.loads(function.get_policy(FunctionName=name)["Policy"])["Statement"]
    function.remove_permission(FunctionName=name, StatementId=found["Sid"])
    return lambda: function.add_permission(
        FunctionName=name,
        StatementId=found["Sid"],
        Action=found["Action"],
        Principal=found["Principal"]["Service"],
        SourceArn=found["Condition"]["ArnLike"]["AWS:SourceArn"],
    )


def no_call(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    api = client("apigatewayv2")
    stage = {"ApiId": stack["api_id"], "StageName": "$default"}
    found = api.get_stage(**stage)["DefaultRouteSettings"]
    broken = {**found, "ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}
    api.update_stage(**stage, DefaultRouteSettings=broken)
    return lambda: api.update_stage(**stage, DefaultRouteSettings=found)


def no_head(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    api, identity = client("apigatewayv2"), stack["api_id"]
    (found,) = (
        route for route in api.get_routes(ApiId=identity)["Items"] if route["RouteKey"].startswith("HEAD")
    )
    route = {"ApiId": identity, "RouteId": found["RouteId"]}
    # Change the method in place: to Terraform, a new route would be another one.
    api.update_route(**route, RouteKey=found["RouteKey"].replace("HEAD", "PUT"))
    return lambda: api.update_route(**route, RouteKey=found["RouteKey"])


BROKEN: Mapping[str, Break] = {
    "a TTL of delivery": a_ttl,
    "a routing rule is lost": rules(lambda found: found[1:]),
    "the routing rules are 302": redirected(HttpRedirectCode="302"),
    "the routing rules lead elsewhere": redirected(HostName="elsewhere.example.com"),
    "the routing rules replace the key": redirected(ReplaceKeyPrefixWith="derived/"),
    "routing rules on 403": rules(on_403_too),
    "a routing rule for any key": rules(of_any_key),
    "the Referer of the bucket": policy(with_another_referer),
    "the public access block of the bucket": no_public_policy,
    "the Referer of delivery": distribution("delivery", another_secret),
    "the origin of delivery": distribution("delivery", another_origin),
    "the headers of delivery": distribution("delivery", no_headers_of_its_own),
    "how long delivery keeps errors": distribution("delivery", errors_for_five_minutes),
    "the secret of the generator": distribution("generator", another_secret),
    "the origin of the generator": distribution("generator", another_origin),
    "the cache of the generator": distribution("generator", a_cache),
    "what the generator forwards": distribution("generator", the_viewers_host),
    "how long the generator keeps errors": distribution("generator", errors_for_five_minutes),
    "the function's base URL": environment(RESIZER_BASE_URL="https://elsewhere.example.com"),
    "the function's secret": environment(RESIZER_ORIGIN_SECRETS="another" * 8),
    "the function's derivatives": environment(RESIZER_DERIVATIVES="s3://another-bucket"),
    "the permission of the API": no_permission,
    "the throttle of the API": no_call,
    "the route of HEAD": no_head,
}
