"""``make doctor`` on what Terraform applied: all is right there, and what is broken is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from doctor.checks import check
from doctor.facts import Facts
from doctor.findings import Status
from doctor.visits import visit
from resizer_core import Delivery
from tests.doctor.deployed import Deployed
from tests.terraform.conftest import Applied
from tests.terraform.deployed import edge, facts_of, secrets_of
from tests.terraform.terraform import ROOT

#: What an emulator does not tell: ministack has no settings of a whole account. A private bucket needs none.
UNKNOWN_ON_MINISTACK: Mapping[Delivery, set[str]] = {
    Delivery.REDIRECT: {"Block Public Access of the account lets the bucket policy through"},
    Delivery.FAILOVER: set(),
}


@pytest.fixture(scope="module", params=["minimal", "signed", "private", "complete"])
def applied(
    request: pytest.FixtureRequest, minimal: Applied, signed: Applied, private: Applied, complete: Applied
) -> Applied:
    """Each of the examples. They are named, so that they are applied for whoever asks."""
    return {"minimal": minimal, "signed": signed, "private": private, "complete": complete}[request.param]


@pytest.fixture(scope="module")
def facts(applied: Applied) -> Facts:
    """What was read of each example."""
    return facts_of(applied)


def test_it_finds_nothing_wrong(facts: Facts) -> None:
    findings = check(facts)
    assert [finding for finding in findings if finding.status is Status.WRONG] == []
    unknown = {finding.title for finding in findings if finding.status is Status.UNKNOWN}
    assert unknown == UNKNOWN_ON_MINISTACK[facts.names.delivery]


def test_its_visits_go_round_the_deployed_loop(facts: Facts) -> None:
    """Behind them is the emulated loop of what was read: with the domain of the one, and its signature."""
    with edge() as run:
        deployed = Deployed(facts, original="red.png", run=run)
        findings = visit(facts, deployed.fetch, key="red.png", version="a1")
    assert [finding for finding in findings if finding.status is not Status.RIGHT] == []


def test_the_command_says_so_and_prints_no_secret(applied: Applied) -> None:
    run, facts = doctor(applied, "--no-visits"), facts_of(applied)
    unknown = len(UNKNOWN_ON_MINISTACK[facts.names.delivery])
    assert run.returncode == (2 if unknown else 0), "what could not be found out is not right"
    assert f"0 wrong, {unknown} unknown" in run.stdout
    secrets = secrets_of(facts)
    assert secrets
    assert [secret for secret in secrets if secret in run.stdout + run.stderr] == []


def test_the_command_names_what_is_broken(minimal: Applied) -> None:
    with minimal.ministack.client("s3") as s3:
        bucket = minimal.stack["derivatives_bucket"]
        website = s3.get_bucket_website(Bucket=bucket)
        s3.delete_bucket_website(Bucket=bucket)
        try:
            run = doctor(minimal, "--no-visits", "--json")
        finally:
            described = {name: website[name] for name in ("IndexDocument", "RoutingRules")}
            s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=described)
    assert run.returncode == 1
    wrong = {finding["title"] for finding in json.loads(run.stdout) if finding["status"] == "wrong"}
    assert "S3 redirects only keys that begin like a SPEC" in wrong


def test_the_command_that_may_read_nothing_knows_nothing(minimal: Applied) -> None:
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    run = doctor(minimal, "--no-visits", "--json", environment=nowhere)
    assert run.returncode == 2
    assert {finding["status"] for finding in json.loads(run.stdout)} == {"unknown"}


def doctor(
    applied: Applied, *arguments: str, environment: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """What it prints of a stack."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "doctor", *arguments],
        input=json.dumps(applied.stack),
        cwd=ROOT,
        env={**own, **applied.environment, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
