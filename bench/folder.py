"""Measure how many pictures of a folder a second the command makes, and other programs do, on two cores."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.peers.children import HERE, PYTHON, ROOT, find_peers
from bench.peers.jobs import PHOTOGRAPH
from bench.report import heading, spread, table
from bench.resize import enlarged

import pyvips  # isort: skip

METHOD = (
    "A folder of photographs of 6 megapixels, as JPEG, is reduced to 720 px wide, with each program's "
    "defaults for JPEG. The programs run on two cores, and each has its own way to use both: "
    "`resizer resize` and `vipsthumbnail` as they are, sharp with its pool of threads, Pillow in two "
    "processes. The programs take turns within a round. A time is from the start of the process to its end, "
    "by the clock: a neighbour on the machine moves it. The ratio is the rate of `resizer resize` divided by "
    "the rate of the other in the same round: more than 1 is faster. The table shows the median, and in "
    "brackets the range of the middle half of the rounds. CPU is user and system time of all processes of "
    "the program, for one picture."
)
OURS = "`resizer resize`"
WIDTH = 720
CORES = 2


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    find_peers()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with TemporaryDirectory() as name:
        originals, derivatives = Path(name, "originals"), Path(name, "derivatives")
        fill(originals, given.pictures)
        programs = dict(commands(originals, derivatives))
        turns = [
            {program: turn(command, derivatives, given.pictures) for program, command in programs.items()}
            for _ in range(given.rounds + 1)
        ][1:]  # the first round is not counted
    heading("A folder", METHOD)
    missing = "" if shutil.which("vipsthumbnail") else " vipsthumbnail is not on the PATH."
    print(f"{given.pictures} pictures, {given.rounds} rounds.{missing}\n")
    table(
        ("program", "pictures a second", f"{OURS} / this", "CPU, ms a picture"),
        [
            (
                program,
                spread([given.pictures / one[program][0] for one in turns], 1),
                spread([one[program][0] / one[OURS][0] for one in turns], 2),
                f"{median(one[program][1] for one in turns) * 1000 / given.pictures:.1f}",
            )
            for program in programs
        ],
    )


def fill(folder: Path, count: int) -> None:
    """Make a photograph, and give it so many names. All programs find it in the memory of the system."""
    folder.mkdir()
    first = folder / "000.jpg"
    first.write_bytes(enlarged(PHOTOGRAPH, 2.725, keep="none"))
    for number in range(1, count):
        (folder / f"{number:03}.jpg").hardlink_to(first)


def commands(originals: Path, derivatives: Path) -> Iterator[tuple[str, list[str]]]:
    """Name the programs that are there, each with its command."""
    places = [str(originals), str(derivatives)]
    resizer = [sys.executable, "-m", "resizer_core", "resize", "--quiet", f"{WIDTH}x_f-jpg"]
    yield OURS, [*resizer, *(f"{place}/" for place in places)]
    yield "sharp", ["node", str(HERE / "folder.mjs"), *places, str(WIDTH)]
    yield "Pillow", [str(PYTHON), str(HERE / "folder_by_pillow.py"), *places, str(WIDTH)]
    if shutil.which("vipsthumbnail"):
        pictures = sorted(map(str, originals.iterdir()))
        yield (
            "vipsthumbnail",
            ["vipsthumbnail", "--size", f"{WIDTH}x", "-o", f"{derivatives}/%s.jpg", *pictures],
        )


def turn(command: list[str], derivatives: Path, count: int) -> tuple[float, float]:
    """Let one program make all pictures. Return its time by the clock and its CPU time, s.

    Raises:
        RuntimeError: a picture is missing, or has another width.
    """
    shutil.rmtree(derivatives, ignore_errors=True)
    derivatives.mkdir()
    # bench.resize sets this one.
    environment = {name: value for name, value in os.environ.items() if name != "VIPS_CONCURRENCY"}
    before, start = processor(), time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    wall, cpu = time.perf_counter() - start, processor() - before
    widths = [pyvips.Image.new_from_file(str(path)).width for path in derivatives.iterdir()]
    if widths != [WIDTH] * count:
        raise RuntimeError(f"expected {count} pictures of {WIDTH} px, got {widths} of {command}")
    return wall, cpu


def processor() -> float:
    """Add up the CPU time of all programs so far, s."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
