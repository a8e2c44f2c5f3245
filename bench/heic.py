"""Measure the cost of HEIC in a process of its own, compared with the same decoder in this process."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from statistics import median

from bench.report import heading, spread, table

ROOT = Path(__file__).parents[1]
METHOD = (
    "This measures the CPU time (user and system) of a process and of those that it starts, from the bytes "
    "of a HEIC to its header and then to its pixels. In one way each of the two has a process of its own, "
    "as in `resize()`. In the other the same decoder does both in the process that asks. They take turns "
    "within a round, and the ratio is taken per round. The tables show the median, and in brackets the "
    "range of the middle half of the rounds. Peak is the largest resident set of a fresh process that does "
    "nothing else, and of the largest process that it starts. Between the two the pixels are in a file in "
    "memory. Neither peak counts it."
)
#: 48x64 px are so few that only the cost of the process is left.
TINY = ROOT / "tests" / "rendering" / "heic" / "quarters.heic"


def apart(data: bytes) -> int:
    """Read header and pixels as the library does. Return the bytes of the pixels."""
    from resizer_core.rendering import heic

    heic.probe(data)
    return len(heic.decode(data).pixels)


def inside(data: bytes) -> int:
    """Read header and pixels in this process. Return the bytes of the pixels."""
    import pi_heif

    size: tuple[int, int] = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=False).size
    file = pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=False)
    pixels = bytes(file.data)
    assert file.size == size  # noqa: S101
    return len(pixels)


WAYS: dict[str, Callable[[bytes], int]] = {"in a process of its own": apart, "in the same process": inside}


def main() -> None:
    """Print one table, for the pictures that the command names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", nargs="*", type=Path, help="default: a picture of the tests, 48x64 px")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--peak", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    pictures: list[Path] = options.pictures or [TINY]
    if options.peak:
        WAYS[options.peak](pictures[0].read_bytes())
        print(json.dumps([peak(resource.RUSAGE_SELF), peak(resource.RUSAGE_CHILDREN)]))
        return
    # Measure before this process grows: a process that it starts begins with its peak.
    peaks = {(picture, way): peaks_of(way, picture) for picture in pictures for way in WAYS}
    heading("HEIC", METHOD)
    print(f"pi-heif {version('pi-heif')}. {options.rounds} rounds.\n")
    columns = (
        "picture",
        "way",
        "CPU, ms",
        "CPU, ratio",
        "peak, MiB",
        "peak of the other, MiB",
        "pixels, MiB",
    )
    table(columns, [row for picture in pictures for row in rows(picture, options.rounds, peaks)])


def rows(picture: Path, rounds: int, peaks: dict[tuple[Path, str], list[float]]) -> list[tuple[str, ...]]:
    """Measure both ways with one picture."""
    data = picture.read_bytes()
    pixels = {way(data) for way in WAYS.values()}.pop()  # the first call of each is not counted
    taken: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            before = busy()
            way(data)
            taken[name].append(busy() - before)
    result = []
    for name, values in taken.items():
        ratios = [value / other for value, other in zip(values, taken["in the same process"], strict=True)]
        mebibytes = [f"{value:.0f}" for value in (*peaks[picture, name], pixels / 2**20)]
        result.append((picture.name, name, f"{1000 * median(values):.0f}", spread(ratios, 2), *mebibytes))
    return result


def busy() -> float:
    """Add up the CPU time of this process and of those that it waited for, s."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak(who: int) -> float:
    """Read the largest resident set, MiB. Linux gives KiB."""
    return resource.getrusage(who).ru_maxrss / 1024


def peaks_of(way: str, picture: Path) -> list[float]:
    """Run this file as the process to measure."""
    command = [sys.executable, "-m", "bench.heic", "--peak", way, str(picture.resolve())]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    peaks: list[float] = json.loads(run.stdout)
    return peaks


if __name__ == "__main__":
    main()
