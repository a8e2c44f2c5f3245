"""Make the emulated private bucket from the facts: whether delivery may read, and list."""

from __future__ import annotations

from typing import Final

from doctor.facts import AccessControl, Bucket, Distribution, known
from doctor.policies import granted
from local_loop.bucket import BucketConfiguration

#: The settings with which a distribution signs every request to S3.
SIGNED: Final = AccessControl(origin_type="s3", signing_behavior="always", signing_protocol="sigv4")


def emulated_bucket(bucket: Bucket, delivery: Distribution, host: str) -> BucketConfiguration:
    """Configure the bucket for a distribution that asks it at ``host``."""
    policy = known(bucket.policy, "the policy of the bucket") if bucket.policy is not None else ()
    actions = granted(policy, bucket.name, distribution=delivery.arn)
    signs = any(
        known(origin.access_control, "the Origin Access Control") == SIGNED
        for origin in (delivery.origin, delivery.secondary)
        if origin and origin.domain_name == host and origin.access_control is not None
    )
    return BucketConfiguration(
        bucket=bucket.name,
        readable=signs and "s3:GetObject" in actions and not is_encrypted_by_kms(bucket),
        listable=signs and "s3:ListBucket" in actions,
    )


def is_encrypted_by_kms(bucket: Bucket) -> bool:
    """Say whether reading needs a KMS key. Its default policy lets in neither everybody nor CloudFront."""
    return isinstance(bucket.encryption, str) and bucket.encryption != "AES256"


def bucket_host(bucket: str, region: str) -> str:
    """Name the host of a bucket's REST endpoint in its region.

    Source: S3 user guide, "Virtual hosting of buckets".
    """
    return f"{bucket}.s3.{region}.amazonaws.com"
