"""Read and write the measured points, which are committed. So the plots are drawn again without measuring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs" / "performance"
_FILE: Final = FOLDER / "growth.tsv"
_HEAD: Final = "plot\tseries\tx\tCPU, ms\tpeak, MiB"
#: The name of a series that only decodes ends so.
DECODING: Final = "decoding alone"


@dataclass(frozen=True, slots=True)
class Point:
    """Hold one measurement.

    Attributes:
        plot: the name of the plot.
        series: the name of the curve.
        x: what grows.
        cpu: user and system time, ms.
        peak: the largest resident set of the process, MiB.
    """

    plot: str
    series: str
    x: int
    cpu: float
    peak: float


def read() -> tuple[str, list[Point]]:
    """Read the line about the machine, and the points in their order."""
    machine, _, *rows = _FILE.read_text(encoding="utf-8").splitlines()
    points = []
    for row in rows:
        plot, series, x, cpu, peak = row.split("\t")
        points.append(Point(plot, series, int(x), float(cpu), float(peak)))
    return machine, points


def curves(points: Iterable[Point]) -> dict[str, list[Point]]:
    """Sort the points of one plot by series."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.series, []).append(point)
    return found


def write(machine: str, points: Iterable[Point]) -> None:
    """Write the line about the machine, and the points."""
    FOLDER.mkdir(exist_ok=True)
    lines = ["\t".join(map(_text, astuple(point))) for point in points]
    _FILE.write_text("\n".join([machine, _HEAD, *lines, ""]), encoding="utf-8")


def _text(value: str | float) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
