"""Emulate S3 Batch Operations over moto's buckets. The driver of the contract runs each job at once."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.validate import validate_parameters

from batch import Batch
from tests.batch.driver import Result, Row, csv_manifest, read_csv, read_inventory, run
from tests.making import Made

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass
class Jobs:
    """Stand in for ``boto3.client("s3control")``."""

    s3: S3Client
    made: Made
    requests: list[dict[str, Any]] = field(default_factory=list)
    #: The final status of every job.
    status: str = "Complete"
    results: dict[str, list[Result]] = field(default_factory=dict)
    looks: int = 0

    def create_job(self, **request: Any) -> dict[str, str]:
        """Accept a request that AWS would accept."""
        client = boto3.client("s3control", region_name="eu-west-1")
        shape = client.meta.service_model.operation_model("CreateJob").input_shape
        assert shape
        validate_parameters(request, shape)
        self.requests.append(request)
        job = f"job-{len(self.requests)}"
        invoked = request["Operation"]["LambdaInvoke"]
        self.results[job] = run(
            Batch(self.made.maker),
            self._rows(request),
            arguments=invoked["UserArguments"],
            schema=invoked["InvocationSchemaVersion"],
        )
        self._report(job, request["Report"])
        return {"JobId": job}

    def describe_job(self, *, AccountId: str, JobId: str) -> dict[str, Any]:  # noqa: N803 - AWS's names
        """Say at the first look that the job runs, and at the second that it ended."""
        assert AccountId == "123456789012"
        self.looks += 1
        if self.looks % 2:
            return {"Job": {"Status": "Active"}}
        succeeded = [found.code for found in self.results[JobId]].count("Succeeded")
        progress = {
            "NumberOfTasksSucceeded": succeeded,
            "NumberOfTasksFailed": len(self.results[JobId]) - succeeded,
        }
        return {"Job": {"Status": self.status, "ProgressSummary": progress}}

    def _rows(self, request: dict[str, Any]) -> list[Row]:
        if "Manifest" not in request:
            generator = request["ManifestGenerator"]["S3JobManifestGenerator"]
            bucket = generator["SourceBucket"].rpartition(":")[2]
            [prefix] = generator.get("Filter", {"KeyNameConstraint": {"MatchAnyPrefix": [""]}})[
                "KeyNameConstraint"
            ]["MatchAnyPrefix"]
            keys = [
                found["Key"] for found in self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
            ]
            return read_csv(csv_manifest(bucket, keys))
        location = request["Manifest"]["Location"]
        bucket, _, key = location["ObjectArn"].rpartition(":")[2].partition("/")
        found = self.s3.get_object(Bucket=bucket, Key=key)
        assert found["ETag"].strip('"') == location["ETag"]
        body = found["Body"].read()
        if request["Manifest"]["Spec"]["Format"] == "S3BatchOperations_CSV_20180820":
            return read_csv(body)
        lists = [file["key"] for file in json.loads(body)["files"]]
        read = {each: self.s3.get_object(Bucket=bucket, Key=each)["Body"].read() for each in lists}
        return read_inventory({"manifest.json": body, **read})

    def _report(self, job: str, report: dict[str, Any]) -> None:
        failed = [found for found in self.results[job] if found.code != "Succeeded"]
        if not failed:
            return
        bucket, folder = report["Bucket"].rpartition(":")[2], f"{report['Prefix']}/job-{job}"
        text = io.StringIO()
        lines = csv.writer(text)
        for found in failed:
            lines.writerow([found.row.bucket, found.row.key, "", "failed", found.code, "200", found.text])
        key = f"{folder}/results/1.csv"
        self.s3.put_object(Bucket=bucket, Key=key, Body=text.getvalue().encode())
        manifest = {
            "Format": report["Format"],
            "Results": [{"TaskExecutionStatus": "failed", "Bucket": bucket, "Key": key}],
            "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
        }
        self.s3.put_object(Bucket=bucket, Key=f"{folder}/manifest.json", Body=json.dumps(manifest).encode())
