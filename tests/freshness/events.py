"""Make events of S3 as EventBridge hands them to a queue."""

from __future__ import annotations

import json

BUCKET = "originals"


def event(key: str, *, kind: str = "Object Created", bucket: str = BUCKET) -> str:
    """Make one event. Source: S3 user guide, "EventBridge event message structure"."""
    return json.dumps(
        {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": kind,
            "source": "aws.s3",
            "account": "111122223333",
            "time": "2026-11-12T00:00:00Z",
            "region": "eu-west-1",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {
                "version": "0",
                "bucket": {"name": bucket},
                "object": {"key": key, "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184"},
                "reason": "PutObject",
            },
        }
    )
