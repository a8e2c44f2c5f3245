"""Break settings of an applied stack with failover where it is deployed, and mend them again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from doctor.checks.edge import GUARD
from tests.terraform.breaking import (
    BROKEN as OF_REDIRECTS,
)
from tests.terraform.breaking import (
    Break,
    Client,
    a_ttl,
    distribution,
    environment,
    errors_for_five_minutes,
    no_headers_of_its_own,
    policy,
    the_viewers_host,
)

Change = Callable[[dict[str, Any]], object]


def codes(*statuses: int) -> Change:
    """Set other statuses for which the second origin is asked."""

    def change(configuration: dict[str, Any]) -> None:
        found = configuration["OriginGroups"]["Items"][0]["FailoverCriteria"]["StatusCodes"]
        found |= {"Quantity": len(statuses), "Items": list(statuses)}

    return change


def swapped(configuration: dict[str, Any]) -> None:
    configuration["OriginGroups"]["Items"][0]["Members"]["Items"].reverse()


def origin(place: int, change: Change) -> Change:
    """Change an origin of the group: 0 is the one that is asked first, 1 the second."""

    def change_it(configuration: dict[str, Any]) -> None:
        wanted = configuration["OriginGroups"]["Items"][0]["Members"]["Items"][place]["OriginId"]
        (found,) = (one for one in configuration["Origins"]["Items"] if one["Id"] == wanted)
        change(found)

    return change_it


def another_host(found: dict[str, Any]) -> None:
    found["DomainName"] = "another.example.com"


def no_access_control(found: dict[str, Any]) -> None:
    found["OriginAccessControlId"] = ""


def over_http(found: dict[str, Any]) -> None:
    found["CustomOriginConfig"]["OriginProtocolPolicy"] = "http-only"


def three_attempts(found: dict[str, Any]) -> None:
    found["ConnectionAttempts"] = 3


def sends(*secrets: str) -> Change:
    """Set another secret, or none."""
    items = [{"HeaderName": "x-resizer-secret", "HeaderValue": secret} for secret in secrets]

    def change(found: dict[str, Any]) -> None:
        found["CustomHeaders"] = {"Quantity": len(items), **({"Items": items} if items else {})}

    return change


def no_root(configuration: dict[str, Any]) -> None:
    configuration["DefaultRootObject"] = ""


def nothing_at_the_edge(configuration: dict[str, Any]) -> None:
    others = configuration.get("CacheBehaviors", {}).get("Items", [])
    for behavior in (configuration["DefaultCacheBehavior"], *others):
        behavior["FunctionAssociations"] = {"Quantity": 0}


def statements(change: Callable[[list[dict[str, Any]]], object]) -> Break:
    """Set other statements of the bucket policy."""

    def changed(found: str) -> str:
        document = json.loads(found)
        change(document["Statement"])
        return json.dumps(document)

    return policy(changed)


def no_list(found: list[dict[str, Any]]) -> None:
    found[:] = [one for one in found if one["Action"] != "s3:ListBucket"]


def of_another_distribution(found: list[dict[str, Any]]) -> None:
    for one in found:
        one["Condition"]["StringEquals"]["aws:SourceArn"] += "2"


def for_everybody(found: list[dict[str, Any]]) -> None:
    found.append({**found[0], "Sid": "Everybody", "Principal": "*"})


def no_block(switch: str) -> Break:
    """Turn off one switch of the bucket's public access block."""

    def break_it(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
        s3, bucket = client("s3"), stack["derivatives_bucket"]
        found = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]

        def put(block: dict[str, bool]) -> None:
            s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)

        put({**found, switch: False})
        return lambda: put(found)

    return break_it


def never_signed(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    cloudfront = client("cloudfront")
    config = cloudfront.get_distribution_config(Id=stack["delivery_distribution_id"])["DistributionConfig"]
    identities = [one["OriginAccessControlId"] for one in config["Origins"]["Items"]]
    (identity,) = filter(None, identities)
    found = cloudfront.get_origin_access_control(Id=identity)["OriginAccessControl"]

    def put(control: dict[str, Any]) -> None:
        etag = cloudfront.get_origin_access_control(Id=identity)["ETag"]
        cloudfront.update_origin_access_control(Id=identity, IfMatch=etag, OriginAccessControlConfig=control)

    put({**found["OriginAccessControlConfig"], "SigningBehavior": "never"})
    return lambda: put(found["OriginAccessControlConfig"])


def no_guard(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    """Publish the function at the edge without its guard."""
    cloudfront = client("cloudfront")
    config = cloudfront.get_distribution_config(Id=stack["delivery_distribution_id"])["DistributionConfig"]
    (used,) = config["DefaultCacheBehavior"]["FunctionAssociations"]["Items"]
    name = used["FunctionARN"].rpartition("/")[2]
    found = cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read().decode()
    stage = {"Name": name, "Stage": "DEVELOPMENT"}
    described = cloudfront.describe_function(**stage)["FunctionSummary"]["FunctionConfig"]

    def etag() -> str:
        return str(cloudfront.describe_function(**stage)["ETag"])

    def put(code: str) -> None:
        written = {"FunctionConfig": described, "FunctionCode": code.encode()}
        cloudfront.update_function(Name=name, IfMatch=etag(), **written)
        cloudfront.publish_function(Name=name, IfMatch=etag())

    put(found.removeprefix(GUARD).replace("function behind(", "function handler("))
    return lambda: put(found)


def one_more_distribution(client: Client, stack: Mapping[str, str]) -> Callable[[], object]:
    """Leave a distribution that asks the API, as a change of the way of delivery may."""
    cloudfront = client("cloudfront")
    config = cloudfront.get_distribution_config(Id=stack["delivery_distribution_id"])["DistributionConfig"]
    api = [one for one in config["Origins"]["Items"] if "execute-api" in one["DomainName"]]
    behavior = {**config["DefaultCacheBehavior"], "TargetOriginId": api[0]["Id"]}
    made = cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "left",
            "Comment": "left over",
            "Enabled": False,
            "Origins": {"Quantity": 1, "Items": api},
            "DefaultCacheBehavior": behavior,
        }
    )
    return lambda: cloudfront.delete_distribution(Id=made["Distribution"]["Id"], IfMatch=made["ETag"])


def delivery(change: Change) -> Break:
    """Set another configuration of the only distribution."""
    return distribution("delivery", change)


#: The faults that both a test of the loop and the doctor find.
BROKEN: Mapping[str, Break] = {
    "not on 404": delivery(codes(500)),
    "the origins have changed places": delivery(swapped),
    "delivery may not list": statements(no_list),
    "the policy is for another distribution": statements(of_another_distribution),
    "the policy is for everybody too": statements(for_everybody),
    "nothing is signed": never_signed,
    "no access control": delivery(origin(0, no_access_control)),
    "another host of the bucket": delivery(origin(0, another_host)),
    "no secret": delivery(origin(1, sends())),
    "an old secret": delivery(origin(1, sends("another" * 8))),
    "the API over http": delivery(origin(1, over_http)),
    "another host of the API": delivery(origin(1, another_host)),
    "a TTL of delivery": a_ttl,
    "what delivery forwards": delivery(the_viewers_host),
    "the headers of delivery": delivery(no_headers_of_its_own),
    "what runs at the edge has no guard": no_guard,
    "nothing runs at the edge": delivery(nothing_at_the_edge),
    "the function's way of delivery": environment(
        RESIZER_DELIVERY="redirect", RESIZER_BASE_URL="https://elsewhere.example.com"
    ),
    **{
        name: OF_REDIRECTS[name]
        for name in (
            "the function's base URL",
            "the function's secret",
            "the function's derivatives",
            "the permission of the API",
            "the throttle of the API",
            "the route of HEAD",
        )
    },
}

#: The faults that no test of the loop finds. Most do no harm until something else breaks.
UNSEEN: Mapping[str, Break] = {
    "how long delivery keeps errors": delivery(errors_for_five_minutes),
    "on 403 too": delivery(codes(403, 404)),
    "on 503 too": delivery(codes(404, 503)),
    "the secret goes to the bucket as well": delivery(origin(0, sends("another" * 8))),
    "the API is asked three times": delivery(origin(1, three_attempts)),
    "no default root object": delivery(no_root),
    "a distribution is left over": one_more_distribution,
    **{
        f"{switch} is off": no_block(switch)
        for switch in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    },
}
