"""Let derivatives follow their originals on an AWS emulator, while one step after the other fails.

S3's events, EventBridge's rule, the queue with its delays and its dead letters, the mapping with its
partial answers, the deletes and the invalidations are ministack's, as Terraform applied them from the
example. ministack wants Docker for an image. So it hands its batches to the function of this checkout, which
runs under Lambda's emulator with the variables that Terraform set. Between that function and ministack
stands what lets calls fail.

Two things are not as they were deployed, for the time that they take: a message that failed is visible again
after 20 s, and the generator's time-out is taken for a second, so that a second look comes 32 s later.
ministack's invalidations are noted, and drop nothing. EventBridge's own attempts, where a queue does not take
an event, are not emulated.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
from local_loop.lambda_runtime import FunctionFailed, find_emulator, of_checkout
from tests.pictures import encoded, solid
from tests.terraform.conftest import Applied
from tests.terraform.faults import Fault, Faults, Invocations, served

SPECS = ("300x200_f-webp", "90x_f-png")
VERSIONED = "300x200_f-webp_v-1"
#: Seconds until a second look has come, in all that a busy machine may take.
LONG = 240
#: Which calls fail, by the step that they are.
STEPS: Mapping[str, Fault] = {
    "the look at the original": lambda method, target, _: method == "HEAD" and "-originals/" in target,
    "the look at a derivative": lambda method, target, _: method == "HEAD" and "-derived-" in target,
    "the promise of a second look": lambda _method, _target, headers: (
        "SendMessage" in headers.get("x-amz-target", "")
    ),
    "the delete": lambda method, target, _: method == "POST" and "?delete" in target,
    "the invalidation": lambda method, target, _: method == "POST" and target.endswith("/invalidation"),
}
DIES = "the run as a whole"
#: What the owner of the originals has on their bucket.
THEIRS = "theirs"
#: In the place of the command line of AWS: the two calls that the output of the example makes.
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
        """Replace the original that is called like a step, and wait until a change has failed."""
        before = self.invocations.failures()
        self.put(f"{step}.png", (200, 100, 50))
        until(lambda: self.invocations.failures() > before, step)

    def delete(self, key: str) -> None:
        """Delete an original."""
        self.s3.delete_object(Bucket=self.applied.stack["originals_bucket"], Key=f"pictures/{key}")

    def view(self, key: str, *specs: str) -> None:
        """Have its derivatives made."""
        for spec in specs or SPECS:
            self.resizer.produce(f"/{spec}/{key}")

    def derivatives(self, key: str) -> dict[str, str]:
        """Name the SPECs of the derivatives that it has, with the ETag of what each was made of."""
        bucket = self.applied.stack["derivatives_bucket"]
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        found = (one["Key"] for one in listed if one["Key"].endswith(f"/{key}"))
        made_of = {
            name: self.s3.head_object(Bucket=bucket, Key=name)["Metadata"]["original"] for name in found
        }
        return {name.partition("/")[0]: tag.strip('"') for name, tag in made_of.items()}

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
        """Count the messages of a queue, those that nobody sees yet included."""
        names = ("", "NotVisible", "Delayed")
        attributes = [f"ApproximateNumberOfMessages{name}" for name in names]
        with self.applied.ministack.client("sqs") as sqs:
            url = self.applied.outputs["freshness"]["queues"][queue]
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=attributes)["Attributes"]
        return sum(int(number) for number in found.values())


@pytest.fixture(scope="module")
def site(complete: Applied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example while its function runs, and its buckets without a picture before and after."""
    try:
        emulator = find_emulator()
    except FunctionFailed as error:
        pytest.skip(str(error))
    with ExitStack() as opened:
        s3 = opened.enter_context(complete.ministack.client("s3"))
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        for name, value in complete.environment.items():
            patch.setenv(name, value)
        resizer = core.Resizer(
            core.open_store(f"s3://{complete.stack['originals_bucket']}/pictures"),
            core.open_store(f"s3://{complete.stack['derivatives_bucket']}"),
        )
        tell_of_changes(complete, tmp_path_factory.mktemp("shell"))
        faults = Faults(complete.ministack.port)
        aws = opened.enter_context(served(faults.answer))
        invocations = opened.enter_context(function_runs(complete, emulator, aws))
        yield Site(complete, s3, resizer, faults, invocations, set())
        s3.put_bucket_notification_configuration(
            Bucket=complete.stack["originals_bucket"],
            NotificationConfiguration={"EventBridgeConfiguration": {}},
        )
        with complete.ministack.client("sqs") as sqs:
            sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=THEIRS)["QueueUrl"])
        for bucket in (complete.stack["originals_bucket"], complete.stack["derivatives_bucket"]):
            for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=found["Key"])


@pytest.fixture(scope="module")
def followed(site: Site) -> Site:
    """The same after originals were replaced and deleted, and each step has failed once."""
    keys = ["same.png", "gone.png", "late.png", *(f"{step}.png" for step in (*STEPS, DIES))]
    for key in keys:
        site.put(key, (10, 20, 30))
        site.view(key)
    for key in ("gone.png", "late.png"):
        site.view(key, VERSIONED)
    site.s3.put_object(Bucket=site.applied.stack["originals_bucket"], Key="elsewhere.png", Body=b"")
    until(lambda: {f"pictures/{key}" for key in keys} <= set(site.invocations.told()), "new originals")

    for step, fails in STEPS.items():
        with site.faults.of(fails):
            site.fail(step)
        site.broken |= {step} if site.faults.failed else set()
    with site.invocations.dying():
        site.fail(DIES)
    site.broken.add(DIES)
    until(lambda: not any(stale(site, f"{step}.png") for step in (*STEPS, DIES)), "the first looks")

    # A run that had read the original before it was replaced, and stores after the first look.
    late = {
        "Bucket": site.applied.stack["derivatives_bucket"],
        "Key": f"{SPECS[0]}/late.png",
    }
    stored = site.s3.get_object(**late)
    body, metadata = stored["Body"].read(), stored["Metadata"]
    site.put("late.png", (200, 100, 50))
    until(lambda: not stale(site, "late.png", but=VERSIONED), "the first look")
    site.s3.put_object(**late, Body=body, Metadata=metadata)
    site.view("late.png", SPECS[1])
    site.delete("gone.png")
    until(lambda: site.waiting("changes") == 0, "the second look")
    return site


def test_each_step_has_failed(followed: Site) -> None:
    assert followed.broken == {*STEPS, DIES}


@pytest.mark.parametrize("step", [*STEPS, DIES])
def test_what_failed_comes_again_and_nothing_stale_is_left(followed: Site, step: str) -> None:
    assert followed.derivatives(f"{step}.png") == {}
    paths = followed.invalidated()
    for spec in SPECS:
        assert f"/{spec}/{step.replace(' ', '%20')}.png" in paths


def test_no_change_is_laid_aside(followed: Site) -> None:
    assert (followed.waiting("changes"), followed.waiting("dead")) == (0, 0)


def test_of_what_is_gone_nothing_is_left(followed: Site) -> None:
    assert followed.derivatives("gone.png") == {}
    assert f"/{VERSIONED}/gone.png" in followed.invalidated()


def test_what_is_fresh_stays(followed: Site) -> None:
    assert followed.derivatives("same.png").keys() == {*SPECS}
    assert [path for path in followed.invalidated() if path.endswith("/same.png")] == []


def test_of_what_is_outside_of_the_prefix_nobody_is_told(followed: Site) -> None:
    assert [key for key in followed.invocations.told() if not key.startswith("pictures/")] == []


def test_what_was_stored_in_between_is_found_by_the_second_look(followed: Site) -> None:
    """What was made of the new original is not touched, nor is what has a version of its own."""
    assert followed.derivatives("late.png").keys() == {SPECS[1], VERSIONED}
    assert stale(followed, "late.png") == {VERSIONED}
    assert followed.invalidated().count(f"/{SPECS[0]}/late.png") >= 2


def test_the_generator_is_told_how_long_browsers_may_keep(complete: Applied) -> None:
    with complete.ministack.client("lambda") as functions:
        found = functions.get_function_configuration(FunctionName=complete.stack["function_name"])
    assert (
        found["Environment"]["Variables"]["RESIZER_CACHE_CONTROL"] == "public, max-age=300, s-maxage=31536000"
    )


def test_what_else_is_notified_of_the_bucket_stays(site: Site) -> None:
    found = site.s3.get_bucket_notification_configuration(Bucket=site.applied.stack["originals_bucket"])
    assert "EventBridgeConfiguration" in found
    assert [one["Id"] for one in found["QueueConfigurations"]] == [THEIRS]


def stale(site: Site, key: str, *, but: str = "") -> set[str]:
    """Name the SPECs whose derivative was made of another original than there is."""
    bucket = site.applied.stack["originals_bucket"]
    there = site.s3.head_object(Bucket=bucket, Key=f"pictures/{key}")["ETag"].strip('"')
    return {spec for spec, made_of in site.derivatives(key).items() if made_of != there} - {but}


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
def function_runs(applied: Applied, emulator: Path, aws: str) -> Iterator[Invocations]:
    """Have ministack post events to where a variable of the function says; gives what it posts them to."""
    name = {"FunctionName": f"{applied.stack['name']}-freshness"}
    queue = {"QueueUrl": applied.outputs["freshness"]["queues"]["changes"]}
    with applied.ministack.client("lambda") as functions, applied.ministack.client("sqs") as sqs:
        deployed = functions.get_function_configuration(**name)
        variables = deployed["Environment"]["Variables"]
        own = {
            **applied.environment,
            **variables,
            "AWS_ENDPOINT_URL": aws,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(deployed["Timeout"]),
            "RESIZER_TIMEOUT_S": "1",
        }
        (handler,) = deployed["ImageConfigResponse"]["ImageConfig"]["Command"]
        with of_checkout(own, emulator=emulator, handler=handler) as function:
            invocations = Invocations(function)
            with served(invocations.answer) as url:
                elsewhere = {**variables, "MINISTACK_LAMBDA_PROXY_URL": url}
                functions.update_function_configuration(**name, Environment={"Variables": elsewhere})
                sqs.set_queue_attributes(**queue, Attributes={"VisibilityTimeout": "20"})
                try:
                    yield invocations
                finally:
                    functions.update_function_configuration(**name, Environment={"Variables": variables})
                    visible_after = str(6 * deployed["Timeout"])
                    sqs.set_queue_attributes(**queue, Attributes={"VisibilityTimeout": visible_after})
