"""Do with a manifest and a function what S3 Batch Operations does, as its documents say.

Source: S3 user guide, "Invoke AWS Lambda function", "Specifying a manifest", "Amazon S3 Inventory".
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

#: How often a task that fails temporarily is tried.
TRIES = 3


@dataclass(frozen=True)
class Row:
    """Describe an object of a manifest. Its key is as the manifest spells it."""

    bucket: str
    key: str


@dataclass(frozen=True)
class Result:
    """Hold a line of the report."""

    row: Row
    code: str
    text: str
    tries: int


def csv_manifest(bucket: str, keys: Iterable[str]) -> bytes:
    """Write a manifest as its owner has to: no header, keys encoded."""
    return "".join(f'"{bucket}","{quote_plus(key, safe="/")}"\n' for key in keys).encode()


def read_csv(body: bytes) -> list[Row]:
    """Read a manifest of the format S3BatchOperations_CSV_20180820."""
    return [Row(bucket, key) for bucket, key, *_ in csv.reader(io.StringIO(body.decode()))]


def inventory(bucket: str, keys: Iterable[str]) -> dict[str, bytes]:
    """Write what S3 Inventory does: ``manifest.json`` and the lists that it names."""
    lines = "".join(f'"{bucket}","{quote_plus(key, safe="/")}","99"\n' for key in keys)
    manifest = {
        "sourceBucket": bucket,
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "files": [{"key": "data/1.csv.gz"}],
    }
    return {"manifest.json": json.dumps(manifest).encode(), "data/1.csv.gz": gzip.compress(lines.encode())}


def read_inventory(files: Mapping[str, bytes]) -> list[Row]:
    """Read a manifest of the format S3InventoryReport_CSV_20161130."""
    manifest = json.loads(files["manifest.json"])
    columns = manifest["fileSchema"].split(", ")
    rows = []
    for file in manifest["files"]:
        for line in csv.reader(io.StringIO(gzip.decompress(files[file["key"]]).decode())):
            named = dict(zip(columns, line, strict=True))
            rows.append(Row(named["Bucket"], named["Key"]))
    return rows


def run(
    function: Callable[[dict[str, Any]], dict[str, Any]],
    rows: Iterable[Row],
    *,
    arguments: Mapping[str, str] | None = None,
    schema: str = "2.0",
    tasks_in_a_call: int = 1,
) -> list[Result]:
    """Run a job: call the function for every object, again after a temporary failure, and report."""
    waiting = [(row, f"task {number}", 1) for number, row in enumerate(rows)]
    results = []
    calls = 0
    while waiting:
        taken, waiting = waiting[:tasks_in_a_call], waiting[tasks_in_a_call:]
        calls += 1
        event = {
            "invocationSchemaVersion": schema,
            "invocationId": f"call {calls}",
            "job": {"id": "job"},
            "tasks": [_task(row, name, schema) for row, name, _ in taken],
        }
        if schema == "2.0" and arguments is not None:
            event["job"] = {"id": "job", "userArguments": dict(arguments)}
        answer = json.loads(json.dumps(function(event)))
        assert (answer["invocationSchemaVersion"], answer["invocationId"]) == (schema, f"call {calls}")
        assert answer["treatMissingKeysAs"] in ("TemporaryFailure", "PermanentFailure")
        assert [found["taskId"] for found in answer["results"]] == [name for _, name, _ in taken]
        for (row, name, tries), found in zip(taken, answer["results"], strict=True):
            code, text = found["resultCode"], found["resultString"]
            assert code in ("Succeeded", "TemporaryFailure", "PermanentFailure")
            if code == "TemporaryFailure" and tries < TRIES:
                waiting.append((row, name, tries + 1))
            else:
                results.append(Result(row, code, text, tries))
    return results


def _task(row: Row, name: str, schema: str) -> dict[str, Any]:
    bucket = {"s3Bucket": row.bucket} if schema == "2.0" else {"s3BucketArn": f"arn:aws:s3:::{row.bucket}"}
    return {"taskId": name, "s3Key": row.key, "s3VersionId": None, **bucket}
