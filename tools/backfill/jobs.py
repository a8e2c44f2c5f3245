"""Describe a job, send it, and wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from tools.backfill.keys import is_inventory
from tools.backfill.names import Names, Place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3control import S3ControlClient
    from mypy_boto3_s3control.type_defs import JobDescriptorTypeDef

#: Characters of one argument. Source: S3 API reference, "LambdaInvokeOperation".
_LONGEST_ARGUMENT: Final = 1024
_ENDED: Final = ("Complete", "Failed", "Cancelled")
#: Seconds between two looks at a job.
_PAUSE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Describe what the job does to every object.

    Raises:
        ValueError: the arguments are too long for a job, or SPECs are missing.
    """

    do: str
    specs: tuple[str, ...]
    made_before: str = ""

    def __post_init__(self) -> None:
        if not self.specs and self.do != "purge":
            raise ValueError(f"SPECS: expected what to {self.do}, got nothing")
        if len(" ".join(self.specs)) > _LONGEST_ARGUMENT:
            raise ValueError(f"SPECS: expected at most {_LONGEST_ARGUMENT} characters: send several jobs")

    @property
    def arguments(self) -> dict[str, str]:
        """Write the arguments as the function reads them."""
        given = {"do": self.do, "specs": " ".join(self.specs), "made-before": self.made_before}
        return {name: value for name, value in given.items() if value}


def over_manifest(s3: S3Client, manifest: Place) -> dict[str, Any]:
    """Name the objects of a job by a manifest in S3."""
    etag = s3.head_object(Bucket=manifest.bucket, Key=manifest.prefix)["ETag"]
    spec: dict[str, Any] = {"Format": "S3InventoryReport_CSV_20161130"}
    if not is_inventory(manifest):
        spec = {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]}
    location = {"ObjectArn": f"{manifest.arn}/{manifest.prefix}", "ETag": etag.strip('"')}
    return {"Manifest": {"Spec": spec, "Location": location}}


def over_prefix(place: Place) -> dict[str, Any]:
    """Name the objects of a job by the prefix of their keys. S3 makes the manifest."""
    generator: dict[str, Any] = {"SourceBucket": place.arn, "EnableManifestOutput": False}
    if place.prefix:
        generator["Filter"] = {"KeyNameConstraint": {"MatchAnyPrefix": [place.prefix]}}
    return {"ManifestGenerator": {"S3JobManifestGenerator": generator}}


def request(names: Names, account: str, task: Task, objects: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Write the request that creates the job."""
    reports = Place.of(names.reports)
    return {
        "AccountId": account,
        "ConfirmationRequired": False,
        "Description": f"{what}: {task.do} {' '.join(task.specs)}".strip()[:256],
        "Priority": 10,
        "RoleArn": names.role_arn,
        "ClientRequestToken": str(uuid4()),
        "Operation": {
            "LambdaInvoke": {
                "FunctionArn": names.function_arn,
                "InvocationSchemaVersion": "2.0",
                "UserArguments": task.arguments,
            }
        },
        "Report": {
            "Bucket": reports.arn,
            "Prefix": reports.below("reports"),
            "Format": "Report_CSV_20180820",
            "Enabled": True,
            "ReportScope": "FailedTasksOnly",
        },
        **objects,
    }


def wait_for(
    s3control: S3ControlClient, account: str, job: str, sleep: Callable[[float], object] = time.sleep
) -> JobDescriptorTypeDef:
    """Wait until a job has ended, and return AWS's description of it."""
    while (found := describe(s3control, account, job))["Status"] not in _ENDED:
        sleep(_PAUSE)
    return found


def describe(s3control: S3ControlClient, account: str, job: str) -> JobDescriptorTypeDef:
    """Get AWS's description of a job."""
    return s3control.describe_job(AccountId=account, JobId=job)["Job"]
