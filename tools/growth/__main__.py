"""``python -m tools.growth``: print how the measured costs grow."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from math import log

from tools.growth.plots import PLOTS
from tools.growth.points import Point, curves, read

#: Where and when the points were measured: not a plot, but printed like one.
_MACHINE = "machine"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the line about the machine, and the tables of the plots that are named, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.growth", description="How the measured costs grow."
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join((_MACHINE, *PLOTS))}; all")
    given = parser.parse_args(arguments)
    machine, points = read()
    for part in given.parts or (_MACHINE, *PLOTS):
        if part == _MACHINE:
            print(machine)
        else:
            _print_table([point for point in points if point.plot == part])
        print()


def _print_table(points: Sequence[Point]) -> None:
    print("| curve | from | to | CPU, ms | twice as much costs | peak, MiB |")
    print("|---|---:|---:|---:|---:|---:|")
    for series, curve in curves(points).items():
        first, last = curve[0], curve[-1]
        print(
            f"| {series} | {first.x:,} | {last.x:,} | {_short(first.cpu)} to {_short(last.cpu)} "
            f"| {_doubled(curve[-3], last):.1f} times | {first.peak:.0f} to {last.peak:.0f} |"
        )


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2g}"


def _doubled(one: Point, other: Point) -> float:
    """Work out how much more CPU time twice as much takes between two points."""
    return float((other.cpu / one.cpu) ** (log(2) / log(other.x / one.x)))


if __name__ == "__main__":
    main()
