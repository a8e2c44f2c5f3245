"""Read the two functions that make derivatives before anybody asks."""

from __future__ import annotations

from typing import Any

import boto3

from doctor.facts import Backfill, Eager
from doctor.names import Names
from doctor.reading.answers import CONFIG
from doctor.reading.aws_lambda import read_function
from doctor.reading.queues import read_hands, read_queue
from doctor.reading.roles import read_role, read_trust


def read_eager(names: Names, session: boto3.Session) -> Eager:
    """Read NAME-warm, its queues and its event source mappings."""
    client = session.client("lambda", config=CONFIG)
    sqs: Any = session.client("sqs", config=CONFIG)
    name = f"{names.name}-warm"
    return Eager(
        queue=read_queue(sqs, name),
        dead=read_queue(sqs, f"{name}-dead"),
        hands=read_hands(client, name),
        function=read_function(client, name),
    )


def read_backfill(names: Names, session: boto3.Session) -> Backfill:
    """Read NAME-batch, and the role of its jobs."""
    iam: Any = session.client("iam", config=CONFIG)
    role = f"{names.name}-job-{names.region}"
    return Backfill(
        function=read_function(session.client("lambda", config=CONFIG), f"{names.name}-batch"),
        trust=read_trust(iam, role),
        role=read_role(iam, role),
    )
