"""Measure memory and CPU time of requests at the limits: what a function's size and time-out have to bear."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.report import ORIGINALS, heading, table

if TYPE_CHECKING:
    from pyvips import Image

ROOT = Path(__file__).parents[1]
METHOD = (
    "A fresh process for each row, with one libvips thread and the image's settings of the allocator, reads "
    "the original and makes one derivative. Peak: the largest resident set of the process. CPU: user and "
    "system time of the resize alone, once."
)
#: The same environment as in the Dockerfile.
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "VIPS_CONCURRENCY": "1",
}


def photograph(width: int, height: int) -> Image:
    """Enlarge the example photograph to this size, px, and add the grain of a camera."""
    import pyvips

    cat = pyvips.Image.new_from_file(str(ORIGINALS / "cat.jpg"))
    large = cat.resize(width / cat.width, vscale=height / cat.height, kernel="linear")
    return (large + pyvips.Image.gaussnoise(width, height, mean=0, sigma=6)).cast("uchar")


def squares(width: int, height: int) -> Image:
    """Enlarge the photograph without grain, in squares of one colour. Lossless formats make that small."""
    import pyvips

    cat = pyvips.Image.new_from_file(str(ORIGINALS / "cat.jpg"))
    return cat.zoom(-(-width // cat.width), -(-height // cat.height)).crop(0, 0, width, height)


def frames(count: int, side: int) -> Image:
    """Make ``count`` square frames, one below the other, that move over such squares."""
    import pyvips

    large = squares(8 * side, 8 * side).crop(2 * side, 2 * side, side + count, side + count).copy_memory()
    pages = [large.crop(number, number, side, side) for number in range(count)]
    return pyvips.Image.arrayjoin(pages, across=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hold an original and its SPEC. ``save`` is libvips' suffix and options for the original."""

    name: str
    draw: Callable[[], Image]
    save: str
    spec: str


JOBS = (
    Job(name="JPEG, 12 MP", draw=lambda: photograph(4000, 3000), save=".jpg", spec="720x_f-webp"),
    Job(name="JPEG, 120 MP", draw=lambda: photograph(12000, 10000), save=".jpg", spec="720x_f-webp"),
    Job(
        name="JPEG, progressive, 120 MP",
        draw=lambda: photograph(12000, 10000),
        save=".jpg[interlace]",
        spec="720x_f-webp",
    ),
    Job(
        name="JPEG, 120 MP, trimmed",
        draw=lambda: photograph(12000, 10000),
        save=".jpg",
        spec="720x_trim_f-webp",
    ),
    Job(
        name="PNG, 120 MP",
        draw=lambda: squares(12000, 10000),
        save=".png[compression=1]",
        spec="720x_f-webp",
    ),
    Job(
        name="PNG, interlaced, 45 MP",
        draw=lambda: squares(9000, 5000),
        save=".png[compression=1,interlace]",
        spec="720x_f-webp",
    ),
    Job(
        name="WebP, 45 MP",
        draw=lambda: squares(9000, 5000),
        save=".webp[effort=0]",
        spec="720x_f-webp",
    ),
    Job(
        name="AVIF, 45 MP",
        draw=lambda: squares(9000, 5000),
        save=".avif[effort=0]",
        spec="720x_f-webp",
    ),
    Job(
        name="GIF, 240 frames, 60 MP",
        draw=lambda: frames(240, 500),
        save=".gif[page-height=500,dither=0]",
        spec="orig_f-webp",
    ),
    Job(name="JPEG to WebP, 40 MP", draw=lambda: photograph(8000, 5000), save=".jpg", spec="orig_f-webp"),
    Job(name="JPEG to AVIF, 12 MP", draw=lambda: photograph(4000, 3000), save=".jpg", spec="orig_f-avif"),
    Job(name="JPEG to AVIF, 40 MP", draw=lambda: photograph(8000, 5000), save=".jpg", spec="orig_f-avif"),
    Job(
        name="JPEG to JPEG, 23 MP, every operation",
        draw=lambda: photograph(5000, 4600),
        save=".jpg",
        spec="orig_blur-4.9_sharp-4.9_pix-2_bri-5_con-5_sat-5_gray_round-max_f-jpg",
    ),
    Job(
        name="JPEG to WebP, 12 MP, at most 900 KiB",
        draw=lambda: photograph(4000, 3000),
        save=".jpg",
        spec="orig_f-webp_kb-900",
    ),
    Job(
        name="JPEG to PNG, 40 MP, turned",
        draw=lambda: photograph(8000, 5000),
        save=".jpg",
        spec="orig_rot-90_f-png",
    ),
)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measured(Path(options.child[0]), options.child[1])))
        return
    heading("At the limits", METHOD)
    table(
        ("original", "SPEC", "MB", "peak, MiB", "CPU, s"),
        (row(job) for job in JOBS if options.only in job.name),
    )


def row(job: Job) -> tuple[str, ...]:
    """Draw the original, and run this file as the process to measure."""
    suffix, _, options = job.save.partition("[")
    with TemporaryDirectory() as folder:
        original = Path(folder, f"original{suffix}")
        job.draw().write_to_file(f"{original}[{options}" if options else str(original))
        command = [sys.executable, "-m", "bench.limits", "--child", str(original), job.spec]
        run = subprocess.run(
            command, cwd=ROOT, env=os.environ | ENVIRONMENT, stdout=subprocess.PIPE, check=True
        )
        megabytes = original.stat().st_size / 1e6
    peak, seconds = json.loads(run.stdout)
    return job.name, f"`{job.spec}`", f"{megabytes:.1f}", f"{peak:.0f}", f"{seconds:.1f}"


def measured(original: Path, spec: str) -> tuple[float, float]:
    """Measure the peak of this process's resident set, MiB, and the CPU time of one resize, s."""
    from resizer_core import LimitExceeded, resize

    data = original.read_bytes()
    before = time.process_time()
    try:
        resize(data, spec)
    except LimitExceeded as error:  # two limits show late: the size of the file, and the time for kb
        print(f"{spec}: {error}", file=sys.stderr)
    return peak(), time.process_time() - before


def peak() -> float:
    """Read the peak of the resident set, MiB. getrusage(2) counts the process before exec too.

    Source: proc(5), VmHWM.
    """
    status = Path("/proc/self/status").read_text()
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kibibytes) / 1024


if __name__ == "__main__":
    main()
