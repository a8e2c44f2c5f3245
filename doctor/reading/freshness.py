"""Read the way from a changed original to the function that deletes its derivatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3

from doctor.facts import Unread
from doctor.facts.freshness import Freshness, Rule
from doctor.names import Names
from doctor.reading.answers import CONFIG, NO_BUCKET, read_fact, read_if_there
from doctor.reading.aws_lambda import read_function
from doctor.reading.queues import read_hands, read_queue
from doctor.reading.roles import read_role
from freshness.changes import originals_by_place
from resizer_core import read_variables

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def read_freshness(names: Names, session: boto3.Session) -> Freshness:
    """Read all its facts, by the names that Terraform gives."""
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
        changes=read_queue(sqs, f"{names.name}-changes"),
        dead=read_queue(sqs, f"{names.name}-changes-dead"),
        hands=read_hands(lambda_client, name),
        function=function,
        role=read_role(iam, f"{name}-{names.region}"),
    )


def _buckets(environment: Mapping[str, str]) -> list[str]:
    """Name the buckets of originals. There is none if the function does not accept its settings."""
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
    """Ask for a rule that may be absent. Any other refusal makes all rules unread."""
    try:
        return call(**asked)
    except events.exceptions.ResourceNotFoundException:
        return None
