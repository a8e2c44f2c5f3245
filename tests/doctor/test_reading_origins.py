"""Read where distributions ask, as facts: answers of CloudFront in its own words, and nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.stub import Stubber

from doctor.facts import AccessControl, Distribution, Origin, Unread
from doctor.reading.cloudfront import read_distribution, read_origins

BEHAVIOR = {
    "TargetOriginId": "group",
    "ViewerProtocolPolicy": "https-only",
    "AllowedMethods": {"Quantity": 2, "Items": ["GET", "HEAD"]},
}
BUCKET = {
    "Id": "bucket",
    "DomainName": "a.s3.eu-west-1.amazonaws.com",
    "S3OriginConfig": {"OriginAccessIdentity": ""},
    "OriginAccessControlId": "EOAC",
}
API = {
    "Id": "api",
    "DomainName": "b.example.com",
    "ConnectionAttempts": 1,
    "CustomHeaders": {
        "Quantity": 1,
        "Items": [{"HeaderName": "X-Resizer-Secret", "HeaderValue": "no one knows"}],
    },
    "CustomOriginConfig": {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "https-only",
        "OriginReadTimeout": 35,
    },
}
GROUP = {
    "Id": "group",
    "FailoverCriteria": {"StatusCodes": {"Quantity": 2, "Items": [404, 403]}},
    "Members": {"Quantity": 2, "Items": [{"OriginId": "bucket"}, {"OriginId": "api"}]},
}
CONTROL = {
    "OriginAccessControl": {
        "Id": "EOAC",
        "OriginAccessControlConfig": {
            "Name": "a",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        },
    }
}


def cloudfront() -> Any:
    """A client of CloudFront."""
    return boto3.client(
        "cloudfront", region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
    )


def read(*origins: dict[str, Any], groups: list[dict[str, Any]], control: bool = True) -> Distribution:
    client = cloudfront()
    config = {
        "CallerReference": "a",
        "Comment": "",
        "Enabled": True,
        "DefaultRootObject": "none",
        "Origins": {"Quantity": len(origins), "Items": list(origins)},
        "OriginGroups": {"Quantity": len(groups), **({"Items": groups} if groups else {})},
        "DefaultCacheBehavior": BEHAVIOR,
    }
    with Stubber(client) as told:
        told.add_response(
            "get_distribution",
            {
                "Distribution": {
                    "Id": "E1",
                    "ARN": "arn:aws:cloudfront::1:distribution/E1",
                    "Status": "Deployed",
                    "LastModifiedTime": "2026-01-01",
                    "InProgressInvalidationBatches": 0,
                    "DomainName": "d.cloudfront.net",
                    "DistributionConfig": config,
                }
            },
            {"Id": "E1"},
        )
        if control:
            told.add_response("get_origin_access_control", CONTROL, {"Id": "EOAC"})
        else:
            told.add_client_error("get_origin_access_control", "NoSuchOriginAccessControl")
        found = read_distribution(client, "E1")
    assert isinstance(found, Distribution)
    return found


def test_both_origins_of_a_group_are_read_in_their_order() -> None:
    found = read(API, BUCKET, groups=[GROUP])
    assert found.origin == Origin(
        domain_name="a.s3.eu-west-1.amazonaws.com",
        access_control=AccessControl(origin_type="s3", signing_behavior="always", signing_protocol="sigv4"),
    )
    assert found.secondary == Origin(
        domain_name="b.example.com",
        protocol_policy="https-only",
        read_timeout=35,
        attempts=1,
        custom_headers={"x-resizer-secret": "no one knows"},
    )
    assert found.failover_codes == (403, 404)
    assert (found.default_root_object, found.arn) == ("none", "arn:aws:cloudfront::1:distribution/E1")
    assert "no one knows" not in repr(found)


def test_an_origin_without_a_group_has_no_second() -> None:
    found = read({**BUCKET, "Id": "group"}, groups=[])
    assert found.origin is not None
    assert (found.secondary, found.failover_codes) == (None, ())


def test_an_access_control_that_was_deleted_is_none() -> None:
    found = read(API, BUCKET, groups=[GROUP], control=False)
    assert found.origin is not None
    assert found.origin.access_control is None


class Listing:
    """Say pages of distributions, each with one host."""

    def __init__(self, *pages: dict[str, str]) -> None:
        self._pages = pages

    def get_paginator(self, method: str) -> Listing:
        assert method == "list_distributions"
        return self

    def paginate(self) -> Iterator[Any]:
        for page in self._pages:
            items = [{"Id": id, "Origins": {"Items": [{"DomainName": host}]}} for id, host in page.items()]
            yield {"DistributionList": {"Items": items} if items else {}}


def test_every_distribution_of_the_account_is_listed_with_its_hosts() -> None:
    client: Any = Listing({"E1": "a.test"}, {"E2": "b.test"})
    assert read_origins(client) == {"E1": ("a.test",), "E2": ("b.test",)}


def test_an_account_without_distributions_has_none() -> None:
    client: Any = Listing({})
    assert read_origins(client) == {}


def test_whoever_may_not_list_is_told_nothing() -> None:
    client = cloudfront()
    with Stubber(client) as told:
        told.add_client_error("list_distributions", "AccessDenied")
        assert isinstance(read_origins(client), Unread)
