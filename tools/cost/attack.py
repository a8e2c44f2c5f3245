"""Count the possible cost of an attack in a day, and print its tables."""

from __future__ import annotations

from typing import Final

from bench.report import table
from resizer_core import FORMATS
from tools.cost.model import (
    HEADERS_KIB,
    LARGEST,
    TINY,
    Deployment,
    Picture,
    Question,
    edge,
    inspected,
    kept,
    run,
    runs_per_second,
    times,
    view,
)
from tools.cost.prices import KIB_PER_GB, Usage, usd

DAY: Final = 86_400
#: Forms of a preset without a signature: no `f`, and each format that `f` can name.
VARIANTS: Final = 1 + sum(format.writable for format in FORMATS.values())


def attempt(deployment: Deployment, seconds: float) -> Usage:
    """Count a run without a result, called at the generator. In failover delivery asks S3 before."""
    delivery, generator = (0, 1) if deployment.redirects else (1, 0)
    return {
        "requests": 1,
        "data": HEADERS_KIB / KIB_PER_GB,
        "edge": edge(deployment, delivery),
        "reads": delivery,
        **run(deployment, seconds),
        "inspected": inspected(deployment, delivery=delivery, generator=generator),
    }


def making(deployment: Deployment, picture: Picture) -> Usage:
    """Count a run whose picture nobody fetches: by HEAD, or without following the redirect."""
    tried = attempt(deployment, picture.seconds)
    return {**tried, "reads": tried["reads"] + 2, "writes": 1}


def print_attack(question: Question) -> None:
    """Print a day with the most possible runs."""
    deployment = question.deployment
    shapes = {
        "refused": (0.01, None),
        "nothing but time": (deployment.timeout_s, None),
        "tiny ones": (TINY.seconds, TINY),
        "usual ones": (question.picture.seconds, question.picture),
        "the largest": (LARGEST.seconds, LARGEST),
    }
    columns = (
        "made all day",
        "s each",
        "a second",
        "memory and time",
        "requests, PUTs, logs",
        "**USD a day**",
    )
    table(
        (*columns, "GB stored", "to keep them, USD a month", "to fetch each once, USD"),
        ((name, *_cells(deployment, *shape)) for name, shape in shapes.items()),
    )


def _cells(deployment: Deployment, seconds: float, picture: Picture | None) -> tuple[str, ...]:
    """Count a day of runs of so many seconds, each with a picture or without a result."""
    a_second = runs_per_second(deployment, seconds)
    count = a_second * DAY
    each = attempt(deployment, seconds) if picture is None else making(deployment, picture)
    day = times(each, count)
    compute = {deployment.architecture: day[deployment.architecture]}
    stored = times(kept(picture), count) if picture else {"stored": 0.0}
    fetched = times({"data": picture.kib / KIB_PER_GB}, count) if picture else {"data": 0.0}
    return (
        f"{seconds:g}",
        f"{a_second:.3g}",
        f"{usd(compute):,.2f}",
        f"{usd(day) - usd(compute):,.2f}",
        f"**{usd(day):,.2f}**",
        f"{stored['stored']:,.0f}",
        f"{usd(stored):,.2f}",
        f"{usd(fetched):,.2f}",
    )


def print_presets(question: Question) -> None:
    """Print all pictures that strangers can order once, if they may only ask for presets."""

    def cells(presets: int, originals: int) -> tuple[str, ...]:
        count = presets * VARIANTS * originals
        made = times(making(question.deployment, question.picture), count)
        return (
            f"{presets:,}",
            f"{originals:,}",
            f"{count:,}",
            f"{usd(made):,.2f}",
            f"{usd(times(kept(question.picture), count)):,.2f}",
        )

    table(
        (
            "presets",
            "originals",
            "derivatives, once each",
            "to make them all, USD",
            "to keep them, USD a month",
        ),
        (cells(*shape) for shape in ((5, 1_000), (10, 10_000), (20, 100_000))),
    )


def print_unlimited(question: Question) -> None:
    """Print a day of requests that no switch of the function limits."""
    deployment = question.deployment
    # In failover the function at the edge answers this request.
    missed = 1 if deployment.redirects else 0
    answer = {**view(deployment, question.picture, missed=missed), "data": HEADERS_KIB / KIB_PER_GB}
    thousand = times(answer, 1000 * DAY)
    gigabit = {"data": 1e9 / 8 / 1024 * DAY / KIB_PER_GB}
    table(
        ("a day of", "USD"),
        (
            (
                "1,000 requests a second to delivery, for what is not there and nothing like a SPEC",
                f"{usd(thousand):,.2f}",
            ),
            ("1 Gbit a second of what is there", f"{usd(gigabit):,.2f}"),
        ),
    )
