"""The tool that sends jobs: what it prints, what it tries, and what it sends."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from moto import mock_aws

from tests.backfill.service import Jobs
from tests.batch.driver import csv_manifest, inventory
from tests.doubles import picture
from tests.making import Made
from tools.backfill import keys
from tools.backfill.__main__ import Clients, main
from tools.backfill.cost import usage
from tools.backfill.jobs import Task
from tools.backfill.names import Names
from tools.scale.quotas import usd

STACK: dict[str, Any] = {
    "region": "eu-west-1",
    "function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:img-batch",
    "role_arn": "arn:aws:iam::123456789012:role/img-backfill",
    "originals": {"": "s3://originals/pics"},
    "reports": "s3://jobs/img",
    "memory_mb": 1536,
    "architecture": "arm64",
}
KEYS = ["cat.jpg", "a+b c.jpg", 'say "x", y.jpg', "notes.txt", "old/dog.jpg"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in ("originals", "jobs"):
            s3.create_bucket(Bucket=bucket)
        for key in KEYS:
            s3.put_object(Bucket="originals", Key=f"pics/{key}", Body=b"")
        s3.put_object(Bucket="originals", Key="elsewhere.jpg", Body=b"")
        made = Made.over({key: b"no picture" if key == "notes.txt" else picture() for key in KEYS})
        yield Jobs(s3, made)


def backfill(service: Jobs, monkeypatch: pytest.MonkeyPatch, *arguments: str, **stack: Any) -> int:
    def open_clients(region: str) -> Clients:
        assert region == "eu-west-1"
        sts = Mock(get_caller_identity=lambda: {"Account": "123456789012"})
        jobs: Any = service  # as much of a client as is used
        return Clients(service.s3, jobs, sts)

    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(STACK | stack)))
    return main(list(arguments), open_clients=open_clients, sleep=lambda _: None)


def test_a_sample_is_run_and_told_and_nothing_else_is_sent(
    service: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "SAMPLE", 4)
    assert backfill(service, monkeypatch, "--prefix", "", "--specs", "20x 30x_f-webp") == 1
    said = capsys.readouterr().out
    assert "5 tasks, about 0.50 USD, the sample included" in said
    assert "the sample of 4 runs" in said
    assert "job-1: Complete, 3 succeeded, 1 failed" in said
    assert "    1  no         0 there now; UnsupportedFormat: " in said
    assert said.rstrip().endswith("nothing else was sent: YES=1 sends the whole job")
    assert len(service.requests) == 1
    assert len(service.made.stored()) == 6


def test_with_yes_the_whole_job_is_sent_after_the_sample(
    service: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "SAMPLE", 2)
    backfill(service, monkeypatch, "--prefix", "", "--specs", "20x", "--yes")
    sample, whole = service.requests
    assert sample["Manifest"]["Spec"] == {
        "Format": "S3BatchOperations_CSV_20180820",
        "Fields": ["Bucket", "Key"],
    }
    assert whole["ManifestGenerator"]["S3JobManifestGenerator"]["Filter"] == {
        "KeyNameConstraint": {"MatchAnyPrefix": ["pics/"]}
    }
    assert whole["ConfirmationRequired"] is False
    assert whole["RoleArn"] == STACK["role_arn"]
    assert whole["Operation"]["LambdaInvoke"] == {
        "FunctionArn": STACK["function_arn"],
        "InvocationSchemaVersion": "2.0",
        "UserArguments": {"do": "make", "specs": "20x"},
    }
    assert whole["Report"]["Bucket"] == "arn:aws:s3:::jobs"
    assert sample["ClientRequestToken"] != whole["ClientRequestToken"]
    assert service.made.stored() == sorted(f"20x/{key}" for key in KEYS if key != "notes.txt")
    assert "JOB=job-2 waits for it" in capsys.readouterr().out


def test_a_job_that_was_sent_is_told(
    service: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "SAMPLE", 2)
    backfill(service, monkeypatch, "--prefix", "", "--specs", "20x", "--yes")
    capsys.readouterr()
    assert backfill(service, monkeypatch, "--job", "job-2") == 1
    said = capsys.readouterr().out
    assert said.startswith("job-2: Complete, 4 succeeded, 1 failed\n")
    assert said.rstrip().endswith("pics/notes.txt")


def test_failures_are_counted_by_their_reason(
    service: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("cat.jpg", "a+b c.jpg"):
        service.made.originals.delete(key)
    backfill(service, monkeypatch, "--prefix", "", "--specs", "20x")
    rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines() if "  no  " in line]
    assert rows == [["2", "no"], ["1", "no"]]


@pytest.mark.parametrize("kind", ["csv", "inventory"])
def test_a_manifest_names_the_objects(
    kind: str, service: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [f"pics/{key}" for key in KEYS[:3]]
    if kind == "csv":
        files = {"list.csv": csv_manifest("originals", named)}
    else:
        files = inventory("originals", named)
        files["manifest.json"] = json.dumps(
            json.loads(files["manifest.json"]) | {"destinationBucket": "arn:aws:s3:::jobs"}
        ).encode()
    for key, body in files.items():
        service.s3.put_object(Bucket="jobs", Key=key, Body=body)
    manifest = "list.csv" if kind == "csv" else "manifest.json"
    assert backfill(service, monkeypatch, "--manifest", f"s3://jobs/{manifest}", "--specs", "20x") == 0
    assert "3 tasks" in capsys.readouterr().out
    assert service.made.stored() == sorted(f"20x/{key}" for key in KEYS[:3])

    monkeypatch.setattr(keys, "SAMPLE", 1)
    assert (
        backfill(service, monkeypatch, "--manifest", f"s3://jobs/{manifest}", "--specs", "9x", "--yes") == 0
    )
    assert len([key for key in service.made.stored() if key.startswith("9x/")]) == 3


def test_a_sample_that_ended_badly_keeps_the_whole_job_back(
    service: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(keys, "SAMPLE", 2)
    service.status = "Failed"
    assert backfill(service, monkeypatch, "--prefix", "", "--specs", "20x", "--yes") == 2
    assert len(service.requests) == 1
    assert "the whole job was not sent" in capsys.readouterr().err


def test_a_purge_names_its_arguments(service: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        backfill(service, monkeypatch, *("--prefix", "old/", "--do", "purge", "--made-before", "2026-01-01"))
        == 0
    )
    assert service.requests[0]["Operation"]["LambdaInvoke"]["UserArguments"] == {
        "do": "purge",
        "made-before": "2026-01-01",
    }


WRONG: dict[str, tuple[list[str], dict[str, Any], str]] = {
    "no SPEC": (["--prefix", ""], {}, "SPECS: expected what to make"),
    "many SPECs": (
        ["--prefix", "", "--specs", "300x200 " * 200],
        {},
        "SPECS: expected at most 1024 characters",
    ),
    "a header": (["--manifest", "s3://jobs/header.csv", "--specs", "9x"], {}, "MANIFEST: expected no header"),
    "no manifest": (
        ["--manifest", "s3://jobs/odd.csv", "--specs", "9x"],
        {},
        "MANIFEST: expected BUCKET,KEY",
    ),
    "no URL": (["--manifest", "list.csv", "--specs", "9x"], {}, "expected s3://BUCKET/KEY"),
    "Parquet": (
        ["--manifest", "s3://jobs/manifest.json", "--specs", "9x"],
        {},
        "expected an inventory as CSV",
    ),
    "a stack without": (["--prefix", "", "--specs", "9x"], {"else": 1}, "expected the output backfill with"),
    "no such segment": (
        ["--prefix", "blog/", "--specs", "9x"],
        {"originals": {"shop/": "s3://wares"}},
        "PREFIX: expected one that begins with one of shop/",
    ),
}


@pytest.mark.parametrize(("arguments", "stack", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_before_anything_is_sent(
    arguments: list[str],
    stack: dict[str, Any],
    said: str,
    service: Jobs,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    service.s3.put_object(Bucket="jobs", Key="header.csv", Body=b"bucket,key\noriginals,a\n")
    service.s3.put_object(Bucket="jobs", Key="odd.csv", Body=b"a.jpg\n")
    service.s3.put_object(Bucket="jobs", Key="manifest.json", Body=b'{"fileFormat": "Parquet"}')
    assert backfill(service, monkeypatch, *arguments, **stack) == 2
    assert said in capsys.readouterr().err
    assert service.requests == []


def test_a_million_originals_by_hand() -> None:
    """Three derivatives each, 1.5 GB for 0.4 s, a look and a read, one run and one line of log each."""
    used = usage(Names(**STACK), Task(do="make", specs=("9x", "8x", "7x")), 1_000_000, jobs=2)
    by_hand = (
        2 * 0.25
        + 1.00
        + 0.20
        + 3 * (5.00 + 2 * 0.40)
        + 3e6 * 1.5 * 0.4 * 0.0000133334
        + 3e6 * 1.4 / 1024 / 1024 * 0.50
    )
    assert usd(used) == pytest.approx(by_hand)


def test_a_sample_has_every_object_or_so_many_of_all_over() -> None:
    few = keys._sampled(str(number) for number in range(10))
    assert (few.count, few.sample) == (10, tuple(map(str, range(10))))
    many = keys._sampled(str(number) for number in range(10_000))
    assert (many.count, len(set(many.sample))) == (10_000, keys.SAMPLE)
    assert 4_000 < sum(map(int, many.sample)) / keys.SAMPLE < 6_000
