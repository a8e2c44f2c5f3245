"""Change the originals of the example ``complete`` on an AWS emulator, and look at what became of them.

ministack wants Docker for an image. So it hands its batches to the functions of this checkout, which run
under Lambda's emulator with the variables that Terraform set. Between a function and ministack stands what
lets calls fail.

Two things are not as they were deployed, for the time that they take: a message that failed is visible again
after 20 s, and the generator's time-out is taken for a second, so that a second look comes 32 s later.
ministack's invalidations are noted, and drop nothing. EventBridge's own attempts, where a queue does not take
an event, are not emulated.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
from local_loop.lambda_runtime import FunctionFailed, find_emulator, of_checkout
from tests.pictures import encoded, solid
from tests.terraform.conftest import Applied
from tests.terraform.faults import Faults, Invocations, served
from tests.terraform.ministack import set_variables

#: Seconds until the second look has surely come, even on a busy machine.
LONG = 240

#: The id of the notification that the owner of the originals has on the bucket.
THEIRS = "theirs"
#: A stand-in for the command line of AWS, for the two calls in the output of the example.
AWS = f"""\
#!{sys.executable}
import json, sys
import boto3
call, bucket = sys.argv[2], sys.argv[4]
s3 = boto3.client("s3")
if call == "get-bucket-notification-configuration":
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    del found["ResponseMetadata"]
    print(json.dumps(found) if found else "", end="")
elif call == "put-bucket-notification-configuration":
    with open(sys.argv[6].removeprefix("file://")) as file:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=json.load(file))
else:
    sys.exit(f"unknown here: {{sys.argv}}")
"""


@dataclass
class Site:
    """The applied example, with what changes its originals and looks at what became of it.

    Attributes:
        resizer: makes derivatives, as the generator does.
        faults: lets calls of the function of freshness fail.
        invocations: of the same function.
        broken: the steps whose failure was seen.
    """

    applied: Applied
    s3: Any
    resizer: core.Resizer
    faults: Faults
    invocations: Invocations
    broken: set[str]

    def put(self, key: str, colour: tuple[int, int, int]) -> None:
        """Make or replace an original."""
        bucket = self.applied.stack["originals_bucket"]
        self.s3.put_object(Bucket=bucket, Key=f"pictures/{key}", Body=encoded(solid(colour), "png"))

    def fail(self, step: str) -> None:
        """Replace the original that has the name of a step, and wait until a change has failed."""
        before = self.invocations.failures()
        self.put(f"{step}.png", (200, 100, 50))
        until(lambda: self.invocations.failures() > before, step)

    def delete(self, key: str) -> None:
        """Delete an original."""
        self.s3.delete_object(Bucket=self.applied.stack["originals_bucket"], Key=f"pictures/{key}")

    def view(self, key: str, *specs: str) -> None:
        """Request its derivatives, so that they are made."""
        for spec in specs:
            self.resizer.produce(f"/{spec}/{key}")

    def derivatives(self, key: str) -> dict[str, str]:
        """List the SPECs of its derivatives, each with the ETag of the original that it was made from."""
        bucket = self.applied.stack["derivatives_bucket"]
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        made_of = {}
        for name in (one["Key"] for one in listed if one["Key"].endswith(f"/{key}")):
            with suppress(self.s3.exceptions.ClientError):  # deleted since it was listed
                tag = self.s3.head_object(Bucket=bucket, Key=name)["Metadata"]["original"]
                made_of[name.partition("/")[0]] = tag.strip('"')
        return made_of

    def invalidated(self) -> list[str]:
        """List the paths of all invalidations so far."""
        id = self.applied.stack["delivery_distribution_id"]
        with self.applied.ministack.client("cloudfront") as cloudfront:
            listed = cloudfront.list_invalidations(DistributionId=id)["InvalidationList"].get("Items", [])
            batches = [
                cloudfront.get_invalidation(DistributionId=id, Id=one["Id"])["Invalidation"] for one in listed
            ]
        return [path for batch in batches for path in batch["InvalidationBatch"]["Paths"]["Items"]]

    def waiting(self, queue: str) -> int:
        """Count the messages of the queue NAME-QUEUE, those that nobody sees yet included."""
        names = ("", "NotVisible", "Delayed")
        attributes = [f"ApproximateNumberOfMessages{name}" for name in names]
        with self.applied.ministack.client("sqs") as sqs:
            url = queue_url(self.applied, queue)
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=attributes)["Attributes"]
        return sum(int(number) for number in found.values())


@contextmanager
def changing(complete: Applied, folder: Path) -> Iterator[Site]:
    """Give the example while its function of freshness runs; its buckets are empty before and after.

    Args:
        complete: the example.
        folder: for what a shell needs.
    """
    with ExitStack() as opened:
        s3 = opened.enter_context(complete.ministack.client("s3"))
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        for name, value in complete.environment.items():
            patch.setenv(name, value)
        resizer = core.Resizer(
            core.open_store(f"s3://{complete.stack['originals_bucket']}/pictures"),
            core.open_store(f"s3://{complete.stack['derivatives_bucket']}"),
        )
        empty(complete, "changes", "changes-dead")
        tell_of_changes(complete, folder)
        faults, invocations = opened.enter_context(
            function_runs(complete, "freshness", "changes", RESIZER_TIMEOUT_S="1")
        )
        yield Site(complete, s3, resizer, faults, invocations, set())
        originals = complete.stack["originals_bucket"]
        # Nobody follows the objects that are removed now, so their messages would stay hidden in the queue.
        s3.put_bucket_notification_configuration(Bucket=originals, NotificationConfiguration={})
        for bucket in (originals, complete.stack["derivatives_bucket"]):
            for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])
        s3.put_bucket_notification_configuration(
            Bucket=originals, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        with complete.ministack.client("sqs") as sqs:
            sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=THEIRS)["QueueUrl"])


def until(holds: Callable[[], object], what: str) -> None:
    """Wait for something.

    Raises:
        AssertionError: it did not come.
    """
    give_up = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < give_up, f"waited in vain: {what}"
        time.sleep(0.2)


def tell_of_changes(applied: Applied, folder: Path) -> None:
    """Run the line of the example in a shell, on a bucket that notifies somebody already."""
    bucket = applied.stack["originals_bucket"]
    with applied.ministack.client("s3") as s3, applied.ministack.client("sqs") as sqs:
        url = sqs.create_queue(QueueName=THEIRS)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        theirs = {"Id": THEIRS, "QueueArn": arn, "Events": ["s3:ObjectRestore:*"]}
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [theirs]}
        )
    for name, text in {"aws": AWS, "python3": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    (line,) = applied.outputs["freshness"]["notifications"].values()
    subprocess.run(
        ["sh", "-euc", line],
        cwd=folder,
        env={**applied.environment, "PATH": f"{folder}:{applied.terraform.environment['PATH']}"},
        check=True,
    )


@contextmanager
def function_runs(
    applied: Applied, function: str, queue: str, **changed: str
) -> Iterator[tuple[Faults, Invocations]]:
    """Have ministack post the events of a queue to a function of this checkout, as its variables say.

    Args:
        applied: the example.
        function, queue: their names are these, behind the name of the example.
        changed: variables of the function that are not as they were deployed.
    """
    name = f"{applied.stack['name']}-{function}"
    try:
        emulator = find_emulator()
    except FunctionFailed as error:
        pytest.skip(str(error))
    faults = Faults(applied.ministack.port)
    with (
        applied.ministack.client("lambda") as functions,
        applied.ministack.client("sqs") as sqs,
        served(faults.answer) as aws,
    ):
        deployed = functions.get_function_configuration(FunctionName=name)
        variables = deployed["Environment"]["Variables"]
        own = {
            **applied.environment,
            **variables,
            "AWS_ENDPOINT_URL": aws,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(deployed["Timeout"]),
            **changed,
        }
        (handler,) = deployed["ImageConfigResponse"]["ImageConfig"]["Command"]
        with of_checkout(own, emulator=emulator, handler=handler) as runs:
            invocations = Invocations(runs)
            with served(invocations.answer) as url:
                elsewhere = {**variables, "MINISTACK_LAMBDA_PROXY_URL": url}
                address = {"QueueUrl": queue_url(applied, queue)}
                sqs.set_queue_attributes(**address, Attributes={"VisibilityTimeout": "20"})
                set_variables(functions, name, elsewhere)
                try:
                    yield faults, invocations
                finally:
                    set_variables(functions, name, variables)
                    visible_after = str(6 * deployed["Timeout"])
                    sqs.set_queue_attributes(**address, Attributes={"VisibilityTimeout": visible_after})


def empty(complete: Applied, *queues: str) -> None:
    """Drop messages that came to queues without a reader, since other tests change originals too."""
    with complete.ministack.client("sqs") as sqs:
        for queue in queues:
            sqs.purge_queue(QueueUrl=queue_url(complete, queue))


def queue_url(applied: Applied, queue: str) -> str:
    """Find the queue NAME-QUEUE."""
    with applied.ministack.client("sqs") as sqs:
        return str(sqs.get_queue_url(QueueName=f"{applied.stack['name']}-{queue}")["QueueUrl"])
