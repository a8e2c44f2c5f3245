"""Measure the memory of a process that goes on resizing, with glibc's defaults and with our settings."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from itertools import cycle, islice, product
from pathlib import Path

from bench.report import ORIGINALS, heading, table

ROOT = Path(__file__).parents[1]
METHOD = (
    "A fresh process makes derivatives of all example pictures in turn, with two libvips threads. The table "
    "shows its resident set in MiB. `start` is after the first derivative."
)
SPECS = ("300x200_fit-cover_f-webp", "720x_f-jpg", "200x_f-png", "1000x1000_fit-contain_f-webp")
#: glibc keeps an arena per thread and returns little memory. These three make it return more, at no cost in
#: CPU time.
ALLOCATORS = {
    "glibc": {},
    "glibc, told to give back": {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "MALLOC_MMAP_THRESHOLD_": "131072",
    },
}


def main() -> None:
    """Print one table, a process for each row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resizes", type=int, default=500)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(go_on_resizing(options.resizes)))
        return
    heading("Memory", METHOD)
    columns = ("start", "half way", "end", "peak")
    table(
        ("allocator", *columns),
        [
            (name, *(f"{figures[column]:.0f}" for column in columns))
            for name, figures in ((name, measured(options.resizes, env)) for name, env in ALLOCATORS.items())
        ],
    )


def measured(resizes: int, environment: dict[str, str]) -> dict[str, float]:
    """Run this file as the process to measure."""
    command = [sys.executable, "-m", "bench.memory", "--child", "--resizes", str(resizes)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    variables = inherited | {"VIPS_CONCURRENCY": "2"} | environment
    run = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def go_on_resizing(resizes: int) -> dict[str, float]:
    """Make so many derivatives, and measure the resident set, MiB, on the way."""
    from resizer_core import resize

    originals = [path.read_bytes() for path in sorted(ORIGINALS.iterdir())]
    figures = {}
    for number, (spec, data) in enumerate(islice(cycle(product(SPECS, originals)), resizes), start=1):
        resize(data, spec)
        if number == 1:
            figures["start"] = resident()
        if number == (resizes + 1) // 2:
            figures["half way"] = resident()
    return figures | {
        "end": resident(),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux gives KiB
    }


def resident() -> float:
    """Read the resident set of this process now, MiB.

    Source: proc(5), the second number of /proc/self/statm.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
