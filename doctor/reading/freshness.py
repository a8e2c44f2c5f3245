"""Read the way from a changed original to the function that deletes its derivatives."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import boto3

from doctor.facts import Statement, Unread
from doctor.facts.freshness import Freshness, Hand, Queue, Rule
from doctor.names import Names
from doctor.reading.answers import CONFIG, NO_BUCKET, read_fact, read_if_there
from doctor.reading.aws_lambda import read_function
from doctor.reading.statements import statements
from freshness.changes import originals_by_place
from resizer_core import read_variables

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NO_QUEUE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def read_freshness(names: Names, session: boto3.Session) -> Freshness:
    """Read all of it, by the names that Terraform gives."""
    lambda_client = session.client("lambda", config=CONFIG)
    events: Any = session.client("events", config=CONFIG)
    sqs: Any = session.client("sqs", config=CONFIG)
    iam: Any = session.client("iam", config=CONFIG)
    s3 = session.client("s3", config=CONFIG)
    name = f"{names.name}-freshness"
    function = read_function(lambda_client, name)
    environment = getattr(function, "environment", {})
    return Freshness(
        tells={
            bucket: read_if_there(partial(_tells, s3, bucket), NO_BUCKET)
            for bucket in _buckets({} if isinstance(environment, Unread) else environment)
        },
        rules=read_fact(lambda: tuple(_rules(events, names.name))),
        changes=read_if_there(lambda: _queue(sqs, f"{names.name}-changes"), *_NO_QUEUE),
        dead=read_if_there(lambda: _queue(sqs, f"{names.name}-changes-dead"), *_NO_QUEUE),
        hands=read_fact(
            lambda: tuple(
                Hand(
                    queue_arn=given.get("EventSourceArn", ""),
                    state=given.get("State", ""),
                    partial="ReportBatchItemFailures" in given.get("FunctionResponseTypes", []),
                )
                for given in lambda_client.list_event_source_mappings(FunctionName=name)[
                    "EventSourceMappings"
                ]
            )
        ),
        function=function,
        role=read_if_there(lambda: tuple(_role(iam, f"{name}-{names.region}")), "NoSuchEntity"),
    )


def _buckets(environment: Mapping[str, str]) -> list[str]:
    """Name the buckets of originals; none where the function does not accept what it is told."""
    try:
        originals = read_variables(environment, "RESIZER_ORIGINALS").get("originals", {})
        return sorted({bucket for bucket, _, _ in originals_by_place(originals)})
    except ValueError:
        return []


def _tells(s3: S3Client, bucket: str) -> bool:
    return "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=bucket)


def _rules(events: Any, name: str) -> Iterator[Rule]:
    for bus in ("default", f"{name}-originals"):
        asked = {"Name": f"{name}-changes", "EventBusName": bus}
        rule = _there(events.describe_rule, events, **asked)
        if rule is not None:
            targets = events.list_targets_by_rule(Rule=asked["Name"], EventBusName=bus)["Targets"]
            yield Rule(
                bus=bus,
                arn=rule["Arn"],
                state=rule["State"],
                pattern=rule.get("EventPattern", "{}"),
                targets=tuple(target["Arn"] for target in targets),
            )


def _there(call: Any, events: Any, **asked: str) -> Any:
    """Ask for what may be absent; every other refusal is one of the rules as a whole."""
    try:
        return call(**asked)
    except events.exceptions.ResourceNotFoundException:
        return None


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


def _role(iam: Any, name: str) -> Iterator[Statement]:
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        # boto3 gives the document as a value already.
        yield from statements(
            json.dumps(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        )
