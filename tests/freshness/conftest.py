"""Use the S3 of the tests of stores, and make two buckets in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.freshness.events import BUCKET
from tests.stores.conftest import aws_environment, bare_environment, moto_endpoint, s3

__all__ = ["aws_environment", "bare_environment", "buckets", "moto_endpoint", "s3"]


@pytest.fixture
def buckets(s3: Any) -> Iterator[Any]:
    """Make the buckets ``originals`` and ``pictures``, and give boto3's client."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield s3
    for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=found["Key"])
    s3.delete_bucket(Bucket=BUCKET)
