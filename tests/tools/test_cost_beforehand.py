"""Count what derivatives cost that nobody asked for yet: by hand, and with what Terraform makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.backfill.cost import usage
from tools.backfill.jobs import Task
from tools.backfill.names import Names
from tools.cost import beforehand
from tools.cost.beforehand import idle, job
from tools.cost.model import Deployment, Picture, Question, Traffic
from tools.cost.prices import usd
from tools.scale.model import backfill, eager

MODULES = Path(__file__).parents[2] / "terraform" / "modules"
QUESTION = Question(deployment=Deployment(), picture=Picture(), traffic=Traffic())
#: Three derivatives of a million originals: S3, runs, memory and time; a line each, and three of each run.
BY_HAND = 6 * 0.40 + 3 * 5.00 + 0.20 + 1.5 * 0.4 * 3e6 * 0.0000133334 + (3 * 709 + 543) / 1024**3 * 1e6 * 0.50


def test_eager_by_hand() -> None:
    """A message is sent, taken and deleted."""
    assert usd(eager(job(QUESTION), Deployment())) == pytest.approx(BY_HAND + 3 * 0.40)
    assert round(BY_HAND + 3 * 0.40, 2) == 44.04


def test_backfill_by_hand() -> None:
    """A job, a million objects, and the list."""
    assert usd(backfill(job(QUESTION), Deployment())) == pytest.approx(BY_HAND + 0.25 + 1.00 + 0.005)


def test_the_estimate_of_a_job_is_the_same() -> None:
    names = Names(
        region="",
        function_arn="",
        role_arn="",
        originals={},
        reports="",
        memory_mb=1536,
        architecture="arm64",
    )
    estimate = usage(names, Task(do="make", specs=("1x", "2x", "3x")), 1_000_000, jobs=1)
    assert usd(estimate) == pytest.approx(usd(backfill(job(QUESTION), Deployment())), rel=0.03)


def test_a_month_without_a_run_is_alarms_and_an_empty_queue() -> None:
    eager_idle, backfill_idle = map(usd, idle())
    assert eager_idle == pytest.approx(5 * 30 * 86400 / 20 * 0.40 / 1e6 + 2 * 0.10)
    assert backfill_idle == pytest.approx(0.10)


def test_its_alarms_are_those_of_terraform() -> None:
    found = [
        len(re.findall(r'^ +metric(?:_name)? += "', (MODULES / file).read_text(), re.MULTILINE))
        for file in ("warm/alarms.tf", "batch/main.tf")
    ]
    assert found == [beforehand.EAGER_ALARMS, beforehand.BACKFILL_ALARMS]
