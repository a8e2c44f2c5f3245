"""Read buckets from S3, and the account's Block Public Access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from doctor.facts import Bucket, LifecycleRule, PublicAccessBlock, RoutingRule, Unread, Website
from doctor.reading.answers import NO_BUCKET, read_fact, read_if_there
from doctor.reading.statements import statements

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control import S3ControlClient


def read_bucket(s3: S3Client, name: str) -> Bucket | Unread | None:
    """Read the bucket of derivatives, with its website."""
    return read_if_there(lambda: _bucket(s3, name), NO_BUCKET)


def read_keys(s3: S3Client, bucket: str, prefix: str) -> tuple[str, ...] | Unread:
    """List the first thousand keys below ``prefix``, without those of empty objects."""
    listed = read_if_there(
        lambda: s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []), NO_BUCKET
    )
    if listed is None:
        return Unread(f"there is no bucket {bucket}")
    return listed if isinstance(listed, Unread) else tuple(found["Key"] for found in listed if found["Size"])


def read_region(s3: S3Client, bucket: str) -> str | Unread | None:
    """Read the region of a bucket. S3 names it also to callers who may not read the bucket.

    Source: S3 API reference, "HeadBucket".
    """
    given: Any
    try:
        given = s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] == "404":
            return None
        given = error.response
    except BotoCoreError as error:
        return Unread(str(error))
    region = given["ResponseMetadata"].get("HTTPHeaders", {}).get("x-amz-bucket-region")
    return region or Unread("S3 does not name its region")


def read_object(s3: S3Client, url: str) -> bytes | Unread | None:
    """Read a whole object by its URL, ``s3://BUCKET/KEY``."""
    address = urlsplit(url)
    return read_if_there(
        lambda: s3.get_object(Bucket=address.netloc, Key=address.path.removeprefix("/"))["Body"].read(),
        "NoSuchKey",
        NO_BUCKET,
    )


def read_account_access_block(
    control: S3ControlClient, account_id: str | Unread
) -> PublicAccessBlock | Unread | None:
    """Read the account's Block Public Access."""
    if isinstance(account_id, Unread):
        return account_id
    return read_if_there(
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
        website=read_if_there(lambda: _website(s3, name), "NoSuchWebsiteConfiguration"),
        policy=read_if_there(
            lambda: statements(s3.get_bucket_policy(Bucket=name)["Policy"]), "NoSuchBucketPolicy"
        ),
        access_block=read_if_there(
            lambda: _access_block(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]),
            "NoSuchPublicAccessBlockConfiguration",
        ),
        encryption=read_if_there(
            lambda: _encryption(s3, name), "ServerSideEncryptionConfigurationNotFoundError"
        ),
        ownership=read_if_there(lambda: _ownership(s3, name), "OwnershipControlsNotFoundError"),
        lifecycle=read_if_there(lambda: tuple(_lifecycle(s3, name)), "NoSuchLifecycleConfiguration"),
        notifications=read_fact(lambda: tuple(_notifications(s3, name))),
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


def _lifecycle(s3: S3Client, name: str) -> Iterator[LifecycleRule]:
    for rule in s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]:
        if rule["Status"] == "Enabled":
            yield LifecycleRule(
                expires_after=rule.get("Expiration", {}).get("Days"),
                moves_to=tuple(move["StorageClass"] for move in rule.get("Transitions", [])),
            )


def _notifications(s3: S3Client, name: str) -> Iterator[str]:
    given = s3.get_bucket_notification_configuration(Bucket=name)
    yield from (function["LambdaFunctionArn"] for function in given.get("LambdaFunctionConfigurations", []))
    yield from (queue["QueueArn"] for queue in given.get("QueueConfigurations", []))
    yield from (topic["TopicArn"] for topic in given.get("TopicConfigurations", []))
    if "EventBridgeConfiguration" in given:
        yield "EventBridge"
