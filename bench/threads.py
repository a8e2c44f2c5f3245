"""Measure whether two threads, or two processes, make more small pictures a second than one thread."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

os.environ["VIPS_CONCURRENCY"] = "1"  # the children of this process get it too

from bench.report import ORIGINALS, heading, spread, table
from resizer_core import resize

METHOD = (
    "`100x100_fit-cover_f-jpg` of a photograph of 451x300 px is made over and over, with one libvips thread "
    "for each picture. The ways take turns within a round. The rate is by the clock: a neighbour on the "
    "machine moves it. The ratio is taken per round. The table shows the median, and in brackets the range "
    "of the middle half of the rounds."
)
DATA = (ORIGINALS / "cat.jpg").read_bytes()
ONE = "one thread"


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--pictures", type=int, default=400, help="in a turn (default: 400)")
    given = parser.parse_args()
    with ThreadPoolExecutor(2) as threads, get_context("spawn").Pool(2) as processes:
        half = given.pictures // 2
        ways: dict[str, Callable[[], object]] = {
            ONE: partial(make, 2 * half),
            "two threads": lambda: list(threads.map(make, [half, half])),
            "two processes": lambda: processes.map(make, [half, half], chunksize=1),
        }
        rates = [
            {name: 2 * half / seconds(work) for name, work in ways.items()} for _ in range(given.rounds + 1)
        ][1:]  # the first round is not counted
    heading("Small pictures in threads", METHOD)
    table(
        ("way", "times one thread", "pictures a second"),
        [
            (
                name,
                spread([one[name] / one[ONE] for one in rates], 2),
                spread([one[name] for one in rates], 0),
            )
            for name in ways
        ],
    )


def make(count: int) -> None:
    """Make the picture so many times."""
    for _ in range(count):
        resize(DATA, "100x100_fit-cover_f-jpg")


def seconds(work: Callable[[], object]) -> float:
    """Measure one turn by the clock, s."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
