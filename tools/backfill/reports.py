"""Read the failures and their reasons from the report of a job."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from tools.backfill.names import Place

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(slots=True)
class Failures:
    """Count failures by the function's text, with the first key of each."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, code: str, text: str, key: str) -> None:
        """Count one task that failed."""
        why = (code, text)
        self.counts[why] += 1
        self.examples.setdefault(why, key)

    def table(self) -> str:
        """Write the failures as a table, the most frequent first."""
        rows = [("tasks", "try again", "why", "for example")]
        for (code, text), count in self.counts.most_common():
            again = "yes" if code == "TemporaryFailure" else "no"
            rows.append((f"{count:,}", again, text, self.examples[code, text]))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        return "\n".join(
            f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]}" for row in rows
        )


def read_failures(s3: S3Client, reports: Place, job: str) -> Failures:
    """Read the failed tasks. A job without failures has no report, or an empty one.

    Source: S3 user guide, "Examples: S3 Batch Operations completion reports".
    """
    failures = Failures()
    try:
        body = s3.get_object(Bucket=reports.bucket, Key=f"{reports.prefix}/job-{job}/manifest.json")[
            "Body"
        ].read()
    except s3.exceptions.NoSuchKey:
        return failures
    manifest = json.loads(body)
    columns = manifest["ReportSchema"].split(", ")
    for result in manifest["Results"]:
        if result["TaskExecutionStatus"] == "failed":
            text = s3.get_object(Bucket=result["Bucket"], Key=result["Key"])["Body"].read().decode()
            _count(failures, columns, csv.reader(io.StringIO(text)))
    return failures


def _count(failures: Failures, columns: list[str], lines: Iterable[list[str]]) -> None:
    for line in lines:
        row = dict(zip(columns, line, strict=False))
        # The function's text names each missing original, so all texts differ. The code does not.
        text = row["ResultMessage"].partition(" '")[0] or row["ErrorCode"]
        failures.add(row["ErrorCode"], text, unquote_plus(row["Key"]))
