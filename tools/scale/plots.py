"""Draw the plots of docs/scale.md: ``python -m tools.scale.plots`` writes them to docs/scale/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tools.cost.model import Deployment
from tools.scale.model import Job, duration, seconds_each
from tools.scale.quotas import QUOTAS
from tools.scale.simulator import Run, play
from tools.scale.viewers import Viewers, lost, refused
from tools.svg import Axis, Series, chart

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "scale"
HOUR: Final = 3600.0
#: Seconds until S3 splits a busy partition: the shorter end of the reported range.
SPLIT_SECONDS: Final = QUOTAS["splits"].value * 60


def hours() -> str:
    """Draw the time for a hundred million originals by the number of runs at once."""
    whole = Job()
    steps = [10 ** (at / 8) for at in range(8, 33)]
    sizes = (10, 30, 100, 300, 1000, 2000, 3000, 10_000)

    def formula(partitions: float) -> list[tuple[float, float]]:
        return [
            (each, duration(replace(whole, concurrency=each, partitions=partitions)) / HOUR) for each in steps
        ]

    def played(concurrency: float) -> float:
        """Simulate a part of a job, and scale it up."""
        job = replace(whole, originals=concurrency * 400, concurrency=concurrency)
        run = play(Run(job=job, part=concurrency / 20 if concurrency > 20 else 1))
        return run.seconds / job.originals * whole.originals / HOUR

    return chart(
        "A hundred million originals, three derivatives of each",
        "Hours fall in proportion to the runs at once, from some 3,000 hours at ten runs to 31 at a "
        "thousand, until S3 takes no more: never below 24 hours with one partition; with eight it is 3 at "
        "ten thousand runs. The simulator agrees with the formula.",
        Axis(
            title="runs at once",
            ticks={10: "10", 100: "100", 1000: "1,000", 10_000: "10,000"},
            logarithmic=True,
        ),
        Axis(
            title="hours",
            ticks={1: "1", 10: "10", 100: "100", 1000: "1,000", 10_000: "10,000"},
            logarithmic=True,
        ),
        [
            Series(name="formula, each bucket one partition of S3", values=formula(1), colour=0),
            Series(name="formula, eight partitions", values=formula(8), colour=1, style="dashed"),
            Series(
                name="simulator, one partition",
                values=[(each, played(each)) for each in sizes],
                colour=2,
                style="points",
            ),
        ],
    )


def splitting() -> str:
    """Draw three hours of 5,000 runs at once, with a shuffled and with a sorted manifest."""
    job = Job(concurrency=5000)

    def made(*, ordered: bool) -> list[tuple[float, float]]:
        run = Run(job=job, ordered=ordered, split_after=SPLIT_SECONDS, until=3 * HOUR, part=500)
        minutes = play(run).made
        return [((at + 2.5) / 60, sum(minutes[at : at + 5]) / 300) for at in range(0, len(minutes) - 4, 5)]

    def level(partitions: float) -> list[tuple[float, float]]:
        rate = job.derivatives / duration(replace(job, partitions=partitions))
        return [(0, rate), (3, rate)]

    return chart(
        "5,000 runs at once, while S3 splits what is busy",
        "With keys in any order the rate starts at 3,500 derivatives a second, which is one partition, and "
        "rises in steps every half hour to some 13,500, which is all that 5,000 runs make. With keys in "
        "alphabetical order it stays at 3,500.",
        Axis(title="hours since the start", ticks={each / 2: f"{each / 2:g}" for each in range(7)}),
        Axis(
            title="derivatives a second",
            ticks={each: f"{each:,}" for each in range(0, 15_001, 3000)},
        ),
        [
            Series(name="simulator, keys in any order", values=made(ordered=False), colour=0),
            Series(
                name="simulator, keys in alphabetical order",
                values=made(ordered=True),
                colour=1,
                style="points",
            ),
            Series(name="formula, one partition", values=level(1), colour=2, style="dotted"),
            Series(name="formula, enough partitions", values=level(8), colour=3, style="dashed"),
        ],
    )


def viewers() -> str:
    """Draw the share of first views that find no free run."""
    seconds = seconds_each(Deployment())
    rates = range(2, 41, 2)

    def played(**changed: int) -> list[tuple[float, float]]:
        return [
            (rate, 100 * refused(Viewers(rate=rate, seconds=seconds, until=600, **changed)))
            for rate in (2, *range(5, 41, 5))
        ]

    return chart(
        "First views that find no free run",
        "With ten runs of their own, single pictures find one up to some ten a second, as Erlang's formula "
        "says. Of pages of 20 new pictures half the pictures are refused even at a low rate; with thirty "
        "runs nearly none are. Where runs are shared with a backfill, three of four pictures are refused.",
        Axis(
            title="pictures asked for first, a second", ticks={each: str(each) for each in range(0, 41, 10)}
        ),
        Axis(title="refused, %", ticks={each: str(each) for each in range(0, 101, 20)}),
        [
            Series(
                name="20 runs, shared with a backfill that has ten callers for each",
                values=played(runs=20, callers=200),
                colour=3,
                style="dashed",
            ),
            Series(name="10 runs of their own, pages of 20 pictures", values=played(page=20), colour=1),
            Series(
                name="30 runs of their own, pages of 20 pictures",
                values=played(page=20, runs=30),
                colour=1,
                style="dotted",
            ),
            Series(
                name="10 runs of their own, single pictures: Erlang's formula",
                values=[(rate, 100 * lost(10, rate * seconds)) for rate in rates],
                colour=0,
            ),
            Series(name="the same, simulator", values=played(), colour=2, style="points"),
        ],
    )


PLOTS: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {"hours": hours, "splitting": splitting, "viewers": viewers}
)

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PLOTS.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8")
