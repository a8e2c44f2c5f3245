"""Read what S3 says of buckets, as facts: answers in its own words, and nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from doctor.facts import LifecycleRule, Unread, known
from doctor.reading.s3 import read_bucket, read_region


@pytest.fixture
def s3() -> Any:
    """A client of S3."""
    return boto3.client("s3", region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")


@pytest.fixture
def told(s3: Any) -> Iterator[Stubber]:
    """Say what the client is answered, in this order."""
    with Stubber(s3) as stub:
        yield stub


def answer(**headers: str) -> dict[str, Any]:
    return {"ResponseMetadata": {"HTTPHeaders": {name.replace("_", "-"): v for name, v in headers.items()}}}


def test_the_region_of_a_bucket_is_named(s3: Any, told: Stubber) -> None:
    told.add_response("head_bucket", answer(x_amz_bucket_region="us-east-1"))
    assert read_region(s3, "originals") == "us-east-1"


def test_whoever_may_not_read_a_bucket_is_told_its_region(s3: Any, told: Stubber) -> None:
    metadata = answer(x_amz_bucket_region="us-east-1")["ResponseMetadata"]
    told.add_client_error("head_bucket", "403", http_status_code=403, response_meta=metadata)
    assert read_region(s3, "originals") == "us-east-1"


def test_a_bucket_that_is_not_there_has_no_region(s3: Any, told: Stubber) -> None:
    told.add_client_error("head_bucket", "404", http_status_code=404)
    assert read_region(s3, "originals") is None


def test_a_region_that_nobody_names_is_not_known(
    s3: Any, told: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.add_client_error("head_bucket", "403", http_status_code=403)
    assert read_region(s3, "originals") == Unread("S3 does not name its region")

    def unreachable(**_arguments: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.example.com")

    monkeypatch.setattr(s3, "head_bucket", unreachable)
    assert isinstance(read_region(s3, "originals"), Unread)


def test_the_rules_of_a_bucket_that_are_on_are_its_lifecycle(s3: Any, told: Stubber) -> None:
    for method, code in (
        ("get_bucket_website", "NoSuchWebsiteConfiguration"),
        ("get_bucket_policy", "NoSuchBucketPolicy"),
        ("get_public_access_block", "NoSuchPublicAccessBlockConfiguration"),
        ("get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError"),
        ("get_bucket_ownership_controls", "OwnershipControlsNotFoundError"),
    ):
        told.add_client_error(method, code)
    rules = [
        {"Status": "Enabled", "Prefix": "", "Expiration": {"Days": 180}},
        {"Status": "Enabled", "Prefix": "", "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
        {"Status": "Disabled", "Prefix": "", "Expiration": {"Days": 1}},
    ]
    told.add_response("get_bucket_lifecycle_configuration", {"Rules": rules})
    told.add_response("get_bucket_notification_configuration", {})
    assert known(read_bucket(s3, "derivatives"), "the bucket").lifecycle == (
        LifecycleRule(expires_after=180),
        LifecycleRule(moves_to=("GLACIER",)),
    )
