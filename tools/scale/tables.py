"""Print the formula and the simulator as Markdown tables, one for each section of docs/scale.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from bench.report import table
from tools.cost.model import Deployment, times
from tools.cost.prices import MILLION, PRICES, Usage
from tools.scale.model import (
    Job,
    array_job,
    backfill,
    capacities,
    duration,
    eager,
    first_limit,
    on_demand,
    seconds_each,
)
from tools.scale.quotas import JOB_PRICES, QUOTAS, SPOT, usd
from tools.scale.simulator import Run, play

HOUR: Final = 3600.0
#: Seconds until CloudFront has finished an invalidation, at the 95th percentile. AWS says this of tags.
#: Source: AWS's announcement of invalidation by tag, 2026-04-29.
INVALIDATION_SECONDS: Final = 25
#: Seconds of one LIST of 1,000 SPECs; assumed.
LIST_SECONDS: Final = 0.1
#: Each change gets two looks, because of runs and fetches under way.
PASSES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Hold the figures for the tables."""

    job: Job
    deployment: Deployment


def print_answer(question: Question) -> None:
    """Print the cost and the time of jobs of several sizes."""
    job = question.job
    steps = {"10": (10, 1), "100": (100, 1), "1,000": (1000, 1), "10,000": (10_000, 1)}
    steps["10,000, S3 split in eight"] = (10_000, 8)

    def at(of: Job, concurrency: float, partitions: float) -> Job:
        return replace(of, concurrency=concurrency, partitions=partitions)

    rows = [
        (
            f"{originals:,.0f}",
            f"{usd(backfill(at(replace(job, originals=originals), 10, 1), question.deployment)):,.0f}",
            *(_hours(duration(at(replace(job, originals=originals), *step))) for step in steps.values()),
        )
        for originals in (1e6, 10e6, 100e6)
    ]
    rows.append(("*first limit*", "", *(first_limit(at(job, *step)) for step in steps.values())))
    table(("originals", "USD", *(f"hours at {name}" for name in steps)), rows)


def print_concurrency(question: Question) -> None:
    """Print the load of each concurrency on S3 and S3 Batch, and its cost if S3 refuses that load."""

    def cells(concurrency: float) -> tuple[str, ...]:
        one = replace(question.job, concurrency=concurrency, partitions=1)
        rate = capacities(one)["runs at once"]
        writes = ceil(rate / QUOTAS["writes"].value)
        enough = replace(one, partitions=writes)
        return (
            f"{concurrency:,}",
            f"{rate:,.0f}",
            f"{rate / one.specs:,.0f}",
            f"{writes}",
            f"{ceil(rate / QUOTAS['reads'].value)}",
            *(
                figure
                for job in (enough, one)
                for figure in (
                    _hours(duration(job)),
                    f"{usd(backfill(job, question.deployment)):,.0f}",
                )
            ),
        )

    table(
        (
            "runs at once",
            "derivatives a second",
            "calls of S3 Batch a second",
            "partitions of derivatives",
            "partitions of originals",
            "hours with these",
            "USD with these",
            "hours with one of each",
            "USD with one of each",
        ),
        (cells(each) for each in (10, 100, 890, 1000, 2000, 5000, 10_000)),
    )


def print_items(question: Question) -> None:
    """Print the usage of a backfill, item by item."""
    used = backfill(question.job, question.deployment)
    prices = {**PRICES, **JOB_PRICES}
    rows = [
        (
            prices[key].what,
            f"{units / prices[key].per:,.3g}" if units / prices[key].per < 1000 else f"{units:,.0f}",
            prices[key].unit,
            f"{usd({key: units}):,.2f}",
        )
        for key, units in used.items()
    ]
    table(("item", "number", "unit", "USD"), [*rows, ("**all**", "", "", f"**{usd(used):,.2f}**")])


def print_ways(question: Question) -> None:
    """Compare the ways to make the same derivatives."""
    job, deployment = question.job, question.deployment
    workers = replace(job, seconds=seconds_each())
    fargate = array_job(workers)
    spot = {key: units * (SPOT if key in ("processors", "memory") else 1) for key, units in fargate.items()}
    lasts = [_hours(duration(replace(job, concurrency=each))) for each in (100, 1000)]
    walks = [_hours(duration(replace(workers, concurrency=each))) for each in (100, 1000)]
    ways: Mapping[str, tuple[Usage, list[str]]] = {
        "backfill on S3 Batch": (backfill(job, deployment), lasts),
        "`eager`, as originals come": (eager(job, deployment), lasts),
        "`resizer warm` in array jobs, Fargate": (fargate, walks),
        "the same on Spot, half the price": (spot, walks),
        "on demand, if viewers ask for all": (on_demand(job, deployment), ["", ""]),
    }
    table(
        ("way", "USD", "USD per million derivatives", "hours at 100", "hours at 1,000"),
        (
            (name, f"{usd(used):,.0f}", f"{usd(times(used, MILLION / job.derivatives)):.2f}", *spent)
            for name, (used, spent) in ways.items()
        ),
    )


def print_agreement(_question: Question) -> None:
    """Print the time by the simulator beside the time by the formula."""
    cases = {
        "100 runs at once, 50,000 originals": Run(job=Job(originals=50e3, concurrency=100)),
        "S3 Batch calls 50 times a second": Run(
            job=Job(originals=30e3, concurrency=100, tasks_per_second=50)
        ),
        "2,000 runs, one partition": Run(job=Job(originals=2e6, concurrency=2000), part=100),
        "2,000 runs, two partitions": Run(job=Job(originals=2e6, concurrency=2000, partitions=2), part=100),
        "10,000 runs, eight partitions, 100,000 originals": Run(
            job=Job(originals=1e5, concurrency=10_000, partitions=8), part=20
        ),
        "5,000 runs, six partitions, keys in any order": Run(
            job=Job(originals=2e6, concurrency=5000, partitions=6), part=100
        ),
        "the same, keys in alphabetical order": Run(
            job=Job(originals=2e6, concurrency=5000, partitions=6), part=100, ordered=True
        ),
    }

    def cells(name: str, run: Run) -> tuple[str, ...]:
        said, played = duration(run.job), play(run)
        return (
            name,
            first_limit(run.job),
            f"{said:,.0f}",
            f"{played.seconds:,.0f}",
            f"{played.seconds / said:.2f}",
            f"{sum(played.refused):,.0f}",
        )

    table(
        ("job", "first limit", "formula, s", "simulator, s", "ratio", "answers of 503"),
        (cells(name, run) for name, run in cases.items()),
    )


def print_purge(question: Question) -> None:
    """Print the usage of finding and purging the derivatives of replaced originals."""
    specs = question.job.specs

    def cells(originals: float) -> tuple[str, ...]:
        heads = originals * (1 + specs) * PASSES
        paths = originals * specs * PASSES
        return (
            f"{originals:,.0f}",
            f"{usd({'reads': heads}):,.2f}",
            f"{usd({'paths': paths}):,.0f}",
            _hours(paths / QUOTAS["paths"].value * INVALIDATION_SECONDS),
            f"{usd({'paths': originals * PASSES}):,.0f}",
            f"{usd({'paths': 1}):.3f}",
        )

    columns = ("originals", "HEADs, USD", "each path, USD", "hours", "each tag, USD", "one `/*`, USD")
    table(columns, (cells(each) for each in (1000, 1e6, 100e6)))


def print_specs(_question: Question) -> None:
    """Print the usage of the list of SPECs."""

    def cells(specs: int) -> tuple[str, ...]:
        requests = ceil(specs / 1000)
        return (
            f"{specs:,}",
            f"{requests:,}",
            f"{requests * LIST_SECONDS:,.1f}",
            f"{usd({'lists': requests}):,.6f}".rstrip("0").rstrip("."),
            f"{usd({'reads': specs * PASSES * MILLION}):,.2f}",
        )

    columns = (
        "SPECs in the bucket",
        "LISTs",
        "s, in sequence",
        "USD",
        "HEADs of a million changes, USD",
    )
    table(columns, (cells(each) for each in (10, 2000, 100_000, 100_000_000)))


def print_quotas(_question: Question) -> None:
    """Print AWS's quotas."""
    table(
        ("quota", "value", "unit", "read at"),
        ((quota.what, f"{quota.value:,g}", quota.unit, quota.source) for quota in QUOTAS.values()),
    )


def print_prices(_question: Question) -> None:
    """Print the prices that docs/cost.md does not have."""
    table(
        ("item", "USD", "for a", "read at"),
        ((price.what, f"{price.usd:g}", price.unit, price.source) for price in JOB_PRICES.values()),
    )


def _hours(seconds: float) -> str:
    hours = seconds / HOUR
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:.2g}"
