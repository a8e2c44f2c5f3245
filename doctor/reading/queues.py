"""Read queues from SQS, and their event source mappings from Lambda."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from doctor.facts import Unread
from doctor.facts.queues import Hand, Queue
from doctor.reading.answers import read_fact, read_if_there
from doctor.reading.statements import statements

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_NO_QUEUE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def read_queue(sqs: Any, name: str) -> Queue | Unread | None:
    """Read a queue by its name."""
    return read_if_there(lambda: _queue(sqs, name), *_NO_QUEUE)


def read_hands(client: LambdaClient, function: str) -> tuple[Hand, ...] | Unread:
    """Read the event source mappings of a function."""
    return read_fact(
        lambda: tuple(
            Hand(
                queue_arn=given.get("EventSourceArn", ""),
                state=given.get("State", ""),
                partial="ReportBatchItemFailures" in given.get("FunctionResponseTypes", []),
                concurrency=given.get("ScalingConfig", {}).get("MaximumConcurrency"),
            )
            for given in client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        )
    )


def _queue(sqs: Any, name: str) -> Queue:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    given = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    policy = given.get("Policy")
    return Queue(
        arn=given["QueueArn"],
        visibility_timeout=int(given["VisibilityTimeout"]),
        messages=int(given["ApproximateNumberOfMessages"]),
        dead_letter_arn=json.loads(given.get("RedrivePolicy") or "{}").get("deadLetterTargetArn", ""),
        policy=statements(policy) if policy else None,
    )
