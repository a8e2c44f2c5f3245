"""Delete from S3, send to SQS, and invalidate at CloudFront. No viewer waits, so boto3 is fast enough."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

import resizer_core as core
from freshness.settings import FreshnessSettings
from function.places import bucket_of

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_s3 import S3Client

#: Source: S3 API reference, "DeleteObjects".
_DELETED_AT_ONCE: Final = 1000
#: Source: SQS API reference, "SendMessageBatch". The limit in bytes is for all messages together.
_SENT_AT_ONCE: Final = 10
_BYTES_AT_ONCE: Final = 250_000
#: The code with which S3 says that a derivative was replaced meanwhile.
_NEWER: Final = "PreconditionFailed"

_CONFIG: Final = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3}
)
#: With one of these, keys are asked for in path style: a private server seldom has a host per bucket.
_OWN_ENDPOINT: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")


class Aws:
    """Call the services of AWS, as ``following.Services`` and ``invalidation.Create``.

    Args:
        settings: the settings from the environment.
        s3, sqs, cloudfront: clients of boto3. Without them the environment configures new ones.
    """

    def __init__(
        self,
        settings: FreshnessSettings,
        *,
        s3: S3Client | None = None,
        sqs: Any = None,
        cloudfront: CloudFrontClient | None = None,
    ) -> None:
        self._settings = settings
        self._bucket, self._prefix = bucket_of(settings.derivatives)
        self._s3: S3Client = s3 or _open_s3(settings.derivatives)
        self._sqs: Any = sqs or boto3.client("sqs", config=_CONFIG)
        self._cloudfront: CloudFrontClient = cloudfront or boto3.client("cloudfront", config=_CONFIG)

    def delete(self, stale: Sequence[core.Stale]) -> Mapping[str, str]:
        """Delete each derivative if it still has the ETag that was seen; as ``Services.delete``."""
        wrong = {}
        for start in range(0, len(stale), _DELETED_AT_ONCE):
            answer = self._s3.delete_objects(
                Bucket=self._bucket,
                Delete={
                    "Quiet": True,
                    "Objects": [
                        {"Key": self._prefix + one.key, "ETag": one.etag}
                        for one in stale[start : start + _DELETED_AT_ONCE]
                    ],
                },
            )
            for error in answer.get("Errors", []):
                if error.get("Code") != _NEWER:
                    wrong[error["Key"].removeprefix(self._prefix)] = (
                        f"{error.get('Code')}: {error.get('Message')}"
                    )
        return wrong

    def look_again(self, messages: Mapping[str, str], delay: float) -> Mapping[str, str]:
        """Send messages to the queue of changes; as ``Services.look_again``."""
        return self._send(self._settings.queue, messages, round(delay))

    def warm(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Send keys to the queue of the function ``warm``; as ``Services.warm``."""
        return self._send(self._settings.warm_queue, {key: json.dumps({"key": key}) for key in keys}, 0)

    def invalidate(self, items: Sequence[str], reference: str) -> None:
        """Start one invalidation; as ``invalidation.Create``."""
        self._cloudfront.create_invalidation(
            DistributionId=self._settings.distribution,
            InvalidationBatch={
                "Paths": {"Quantity": len(items), "Items": list(items)},
                "CallerReference": reference,
            },
        )

    def _send(self, queue: str, messages: Mapping[str, str], delay: int) -> dict[str, str]:
        wrong = {}
        for keys in _batches(messages):
            answer = self._sqs.send_message_batch(
                QueueUrl=queue,
                Entries=[
                    {"Id": str(number), "MessageBody": messages[key], "DelaySeconds": delay}
                    for number, key in enumerate(keys)
                ],
            )
            for failed in answer.get("Failed", []):
                wrong[keys[int(failed["Id"])]] = f"{failed['Code']}: {failed.get('Message', '')}"
        return wrong


def _open_s3(url: str) -> S3Client:
    """Open S3 with the endpoint and the style of addresses that ``resizer_core.open_store`` uses."""
    own_server = any(map(os.environ.get, _OWN_ENDPOINT))
    style = Config(s3={"addressing_style": "path"}) if own_server else Config()
    return boto3.client("s3", region_name=url.partition("?region=")[2] or None, config=_CONFIG.merge(style))


def _batches(messages: Mapping[str, str]) -> Iterator[list[str]]:
    """Group the keys of messages into batches that SQS takes."""
    batch: list[str] = []
    size = 0
    for key, body in messages.items():
        if batch and (len(batch) == _SENT_AT_ONCE or size + len(body) > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(key)
        size += len(body)
    if batch:
        yield batch
