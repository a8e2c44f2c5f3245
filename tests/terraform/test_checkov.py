"""checkov finds nothing but what is skipped with a reason, and each skip is still one that it asks for."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.terraform import MODULES, ROOT

COMMAND = ROOT / ".venv-checkov" / "bin" / "checkov"
SETTINGS = ROOT / ".checkov.yaml"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    if not COMMAND.exists():
        pytest.skip("there is no .venv-checkov: make test-terraform")


@pytest.fixture(scope="module")
def asked_for(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What checkov asks for when nothing is skipped: the resources, by check."""
    elsewhere = tmp_path_factory.mktemp("checkov")
    settings = elsewhere / "settings.yaml"
    settings.write_text(SETTINGS.read_text(encoding="utf-8").partition("skip-check:")[0], encoding="utf-8")
    failed = (
        *failures("--directory", str(MODULES), "--config-file", str(settings)),
        *failures("--file", str(ROOT / "Dockerfile"), "--config-file", str(settings)),
    )
    found: dict[str, set[str]] = {}
    for failure in failed:
        found.setdefault(failure["check_id"], set()).add(failure["resource"])
    return found


def test_it_asks_for_nothing_that_is_not_skipped(asked_for: dict[str, set[str]]) -> None:
    assert {check: found for check, found in asked_for.items() if check not in skipped()} == {}


def test_every_skip_is_of_a_check_that_it_asks_for(asked_for: dict[str, set[str]]) -> None:
    assert skipped() - asked_for.keys() == set()


def test_with_the_settings_it_passes() -> None:
    for where in (("--directory", str(MODULES)), ("--file", str(ROOT / "Dockerfile"))):
        assert failures(*where, "--config-file", str(SETTINGS)) == []


def test_a_bucket_that_anybody_may_write_is_seen(tmp_path: Path) -> None:
    """So that a run which finds nothing says something."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_s3_bucket" "open" {\n  bucket = "a"\n  acl    = "public-read-write"\n}\n',
        encoding="utf-8",
    )
    assert failures("--directory", str(tmp_path), "--config-file", str(SETTINGS)) != []


def skipped() -> set[str]:
    """The checks that are left out."""
    return set(re.findall(r"^  - (CKV\w+)", SETTINGS.read_text(encoding="utf-8"), re.MULTILINE))


def failures(*arguments: str) -> list[dict[str, Any]]:
    """What checkov asks for."""
    command = [str(COMMAND), *arguments, "--output", "json"]
    # From elsewhere: in the checkout it would take the settings of the checkout as well.
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tempfile.gettempdir())
    assert run.returncode in (0, 1), run.stderr
    reported = json.loads(run.stdout)
    reports = reported if isinstance(reported, list) else [reported]
    assert all("summary" in report or "passed" in report for report in reports), run.stdout
    return [failure for report in reports for failure in report.get("results", {}).get("failed_checks", [])]
