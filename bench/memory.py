"""Measure the memory of a process that goes on resizing, and of one that resizes one large original."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice, product
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import ORIGINALS, heading, spread, table

ROOT = Path(__file__).parents[1]
METHOD = (
    "A fresh process makes derivatives of all example pictures in turn, with two libvips threads. The table "
    "shows its resident set in MiB. `start` is after the first derivative."
)
METHOD_OF_LARGE = (
    "A fresh process makes `720x_f-jpg` of one large original, with one libvips thread and our settings of "
    "the allocator. libvips reads the original where it is. The other way copies it first, as pyvips' "
    "`load_buffer` does. The ways take turns. Peak is the largest resident set, the original included. CPU "
    "is user and system time of the call, and the ratio is taken per round."
)
SPECS = ("300x200_fit-cover_f-webp", "720x_f-jpg", "200x_f-png", "1000x1000_fit-contain_f-webp")
#: glibc keeps an arena per thread and returns little memory. These three make it return more, at no cost in
#: CPU time.
OURS = "glibc, told to give back"
ALLOCATORS = {
    "glibc": {},
    OURS: {
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "MALLOC_MMAP_THRESHOLD_": "131072",
    },
}
COPIED = "copied"
WAYS = ("where it is", COPIED)


def main() -> None:
    """Print two tables, each figure from a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resizes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5, help="for large originals")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--large", nargs=2, metavar=("FILE", "WAY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(go_on_resizing(options.resizes)))
    elif options.large:
        print(json.dumps(resize_once(Path(options.large[0]), options.large[1])))
    else:
        print_soak(options.resizes)
        print_large(options.rounds)


def print_soak(resizes: int) -> None:
    """Print the table of a process that goes on resizing."""
    heading("Memory", METHOD)
    columns = ("start", "half way", "end", "peak")
    table(
        ("allocator", *columns),
        [
            (name, *(f"{figures[column]:.0f}" for column in columns))
            for name, figures in (
                (name, measured({"VIPS_CONCURRENCY": "2"} | env, "--child", "--resizes", str(resizes)))
                for name, env in ALLOCATORS.items()
            )
        ],
    )


def print_large(rounds: int) -> None:
    """Print the table of large originals."""
    heading("Large originals", METHOD_OF_LARGE)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original"
        for name, make in LARGE.items():
            path.write_bytes(make())
            found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
            for _, way in product(range(rounds), WAYS):
                env = {"VIPS_CONCURRENCY": "1"} | ALLOCATORS[OURS]
                found[way].append(measured(env, "--large", str(path), way))
            for way, runs in found.items():
                ratios = [run["cpu"] / other["cpu"] for run, other in zip(runs, found[COPIED], strict=True)]
                peak, cpu = (median(run[figure] for run in runs) for figure in ("peak", "cpu"))
                size = f"{path.stat().st_size / 2**20:.0f}"
                rows.append((name, size, way, f"{peak:.0f}", f"{1000 * cpu:.0f}", spread(ratios, 2)))
    table(("original", "MiB", "way", "peak, MiB", "CPU, ms", "CPU, ratio"), rows)


def measured(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    """Run this file as the process to measure."""
    command = [sys.executable, "-m", "bench.memory", *arguments]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    variables = inherited | environment
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
    return figures | {"end": resident(), "peak": peak()}


def resize_once(path: Path, way: str) -> dict[str, float]:
    """Make one derivative, and measure its CPU time, s, and the peak of the process, MiB."""
    import pyvips

    from resizer_core import Limits, Site, resize

    if way == COPIED:
        sources: Any = pyvips.Source
        in_place = sources.new_from_memory
        sources.new_from_memory = lambda data: in_place(bytes(memoryview(data)))
    site = Site(limits=Limits(input_bytes=2**30))
    data = path.read_bytes()
    begun = time.process_time()
    resize(data, "720x_f-jpg", site=site)
    return {"cpu": time.process_time() - begun, "peak": peak()}


def enlarged_photograph() -> bytes:
    """Make a JPEG of 96 megapixels."""
    from bench.resize import enlarged

    return enlarged(ORIGINALS / "galaxies.jpg", 10.5)


def noise() -> bytes:
    """Make a PNG of 20 megapixels that cannot be compressed."""
    import pyvips

    one, *more = (pyvips.Image.gaussnoise(5000, 4000, mean=128, sigma=60, seed=seed) for seed in range(3))
    others: Any = more
    image = one.bandjoin(others).cast("uchar").copy(interpretation="srgb")
    return bytes(image.pngsave_buffer(compression=1))


#: Large originals by name.
LARGE: dict[str, Callable[[], bytes]] = {"JPEG, 96 MP": enlarged_photograph, "PNG, 20 MP": noise}


def peak() -> float:
    """Read the largest resident set that this process had, MiB.

    Source: proc(5), VmHWM in /proc/self/status. ``getrusage`` counts the process that started this one, too.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024  # it is in KiB


def resident() -> float:
    """Read the resident set of this process now, MiB.

    Source: proc(5), the second number of /proc/self/statm.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
