"""Make, remake or purge derivatives of many originals: ``python -m tools.backfill`` sends a job of S3."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tools.backfill import jobs, keys
from tools.backfill.cost import usage
from tools.backfill.names import Names, Place
from tools.backfill.reports import Failures, read_failures
from tools.scale.quotas import usd

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control import S3ControlClient
    from mypy_boto3_sts import STSClient

_DESCRIPTION = """\
Prints the job, its number of tasks and its cost. Then runs a sample of 1,000 objects, and prints which tasks
failed and why. With --yes it then sends the whole job, and prints its id."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Hold the clients for AWS."""

    s3: S3Client
    s3control: S3ControlClient
    sts: STSClient

    @classmethod
    def of(cls, region: str) -> Clients:
        """Open the clients for a region, with the credentials that boto3 finds."""
        import boto3

        session = boto3.Session(region_name=region)
        return cls(session.client("s3"), session.client("s3control"), session.client("sts"))


def main(
    arguments: Sequence[str] | None = None,
    *,
    open_clients: Callable[[str], Clients] = Clients.of,
    sleep: Callable[[float], object] = time.sleep,
) -> int:
    """Print the plan, try a sample, and send the job. Return 1 after a failure, and 2 after a wrong call."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        names = Names.from_json(sys.stdin.read())
        clients = open_clients(names.region)
        account = clients.sts.get_caller_identity()["Account"]
        if given.job:
            return _told(clients, names, account, given.job, sleep)
        task = jobs.Task(do=given.do, specs=tuple(given.specs.split()), made_before=given.made_before)
        return _backfill(clients, names, account, task, given, sleep)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


def _backfill(
    clients: Clients,
    names: Names,
    account: str,
    task: jobs.Task,
    given: argparse.Namespace,
    sleep: Callable[[float], object],
) -> int:
    if given.manifest:
        place = Place.of(given.manifest)
        objects, source = keys.named(clients.s3, place), jobs.over_manifest(clients.s3, place)
    else:
        place = names.original(given.prefix)
        objects, source = keys.listed(clients.s3, place), jobs.over_prefix(place)
    whole = jobs.request(names, account, task, source, "backfill")
    print(json.dumps(whole, indent=2))
    cost = usd(usage(names, task, objects.count, jobs=2))
    print(f"\n{objects.count:,} tasks, about {cost:,.2f} USD, the sample included")
    if not objects.count:
        return 1

    manifest = _write_sample(clients.s3, names, objects.sample)
    sample = jobs.request(names, account, task, jobs.over_manifest(clients.s3, manifest), "sample")
    print(f"\nthe sample of {len(objects.sample):,} runs")
    job = clients.s3control.create_job(**sample)["JobId"]
    status = _told(clients, names, account, job, sleep)
    if len(objects.sample) == objects.count:
        print("the sample was the whole job")
    elif not given.yes:
        print("\nnothing else was sent: YES=1 sends the whole job")
    elif status == 2:
        print("\nthe whole job was not sent: mend what ended the sample", file=sys.stderr)
    else:
        job = clients.s3control.create_job(**whole)["JobId"]
        print(f"\nthe job {job} was sent; JOB={job} waits for it and tells what failed")
    return status


def _told(clients: Clients, names: Names, account: str, job: str, sleep: Callable[[float], object]) -> int:
    """Wait for a job and print its result."""
    found = jobs.wait_for(clients.s3control, account, job, sleep)
    progress = found.get("ProgressSummary", {})
    done, failed = progress.get("NumberOfTasksSucceeded", 0), progress.get("NumberOfTasksFailed", 0)
    print(f"{job}: {found['Status']}, {done:,} succeeded, {failed:,} failed")
    for reason in found.get("FailureReasons", []):
        print(f"{reason.get('FailureCode', '')}: {reason.get('FailureReason', '')}")
    reports = Place(bucket=Place.of(names.reports).bucket, prefix=Place.of(names.reports).below("reports"))
    failures: Failures = read_failures(clients.s3, reports, job)
    if failures.counts:
        print("\n" + failures.table())
    if found["Status"] != "Complete":
        return 2
    return 1 if failed else 0


def _write_sample(s3: S3Client, names: Names, lines: Sequence[str]) -> Place:
    reports = Place.of(names.reports)
    key = reports.below(f"samples/{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}.csv")
    s3.put_object(Bucket=reports.bucket, Key=key, Body="".join(lines).encode())
    return Place(bucket=reports.bucket, prefix=key)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.backfill",
        description=_DESCRIPTION,
        epilog="The standard input is what `terraform output -json backfill` prints.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--manifest", metavar="URL", help="s3://BUCKET/KEY of a CSV file or a manifest.json")
    source.add_argument("--prefix", help="take every original whose key begins with this; '' takes all")
    source.add_argument("--job", help="the id of a job that was sent: wait for it, and tell what failed")
    parser.add_argument("--specs", default="", help="what to make, with spaces between them")
    parser.add_argument("--do", choices=("make", "remake", "purge"), default="make")
    parser.add_argument(
        "--made-before", metavar="DATE", default="", help="leave derivatives that are younger"
    )
    parser.add_argument("--yes", action="store_true", help="send the whole job after the sample")
    return parser


if __name__ == "__main__":
    sys.exit(main())
