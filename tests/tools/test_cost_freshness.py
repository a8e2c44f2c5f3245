"""Count what fresh derivatives cost: by hand, and with the figures of what Terraform makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from freshness import function
from tools.cost import freshness
from tools.cost.freshness import Changes, followed, invalidated, standing
from tools.cost.prices import usd

MODULE = Path(__file__).parents[2] / "terraform" / "modules" / "freshness"


def test_a_million_replaced_originals_by_hand() -> None:
    """Ten SPECs: 12 calls of S3 at the first look, 11 at the second."""
    by_hand = (
        1.00  # EventBridge
        + 1.5 * 0.40  # SQS
        + 23 * 0.40  # S3
        + 0.02 * 0.20  # runs
        + 0.5 * 5 * 0.02 * 1e6 * 0.0000133334
    )
    assert usd(followed(Changes(), "arm64")) == pytest.approx(by_hand)
    assert round(by_hand, 2) == 11.47


def test_more_specs_than_calls_at_once_take_another_round() -> None:
    few, many = (followed(Changes(originals=1, specs=specs), "arm64")["arm64"] for specs in (32, 33))
    assert (few, many) == pytest.approx((0.5 * 5 * 0.02, 0.5 * 7 * 0.02))


def test_each_derivative_is_invalidated_twice_and_a_thousand_paths_are_free() -> None:
    paths = invalidated(Changes(originals=100, specs=10))
    assert usd(paths) == pytest.approx(2000 * 0.005)
    assert usd(paths, free_tier=True) == pytest.approx(1000 * 0.005)


def test_a_queue_that_nobody_fills_is_asked_all_month() -> None:
    """Five long polls of 20 s at once, for 30 days."""
    assert standing()["messages"] == 5 * 30 * 86400 / 20
    assert usd(standing(), free_tier=True) == 0


def test_its_metrics_are_those_that_the_function_counts() -> None:
    assert len(function.METRICS) == freshness.METRICS


def test_its_figures_are_those_of_terraform() -> None:
    made = (MODULE / "main.tf").read_text()
    assert f"memory_size   = {freshness.MEMORY_MB}\n" in made
    assert re.search(rf"batch_size += {freshness.BATCH}\n", made)
    alarms = (MODULE / "alarms.tf").read_text()
    assert len(re.findall(r'\bmetric += "', alarms)) == freshness.ALARM_METRICS
