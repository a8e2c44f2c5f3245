"""Measure the CPU time of whole resizes, bytes to bytes: ``resize()`` and the same work in plain pyvips."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

os.environ["VIPS_CONCURRENCY"] = "1"  # with one thread, CPU time is the time that one core is busy

import pyvips

from bench.report import ORIGINALS, heading, spread, table
from resizer_core import resize

METHOD = (
    "This measures the CPU time (user and system) of one process with one libvips thread, from encoded "
    "bytes to encoded bytes. The contenders take turns within a round, and the ratio is taken per round. "
    "The tables show the median, and in brackets the range of the middle half of the rounds. Ratios compare "
    "between machines, milliseconds do not."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hold one SPEC, and the arguments for the same picture in a program without this library."""

    spec: str
    width: int
    height: int
    suffix: str
    crop: str = "none"
    save: dict[str, Any]

    def by_hand(self, data: bytes) -> bytes:
        image = pyvips.Image.thumbnail_buffer(
            data, self.width, height=self.height, crop=self.crop, size="down", option_string="[fail_on=error]"
        )
        return bytes(image.write_to_buffer(self.suffix, keep="none", **self.save))

    def by_the_core(self, data: bytes) -> bytes:
        return bytes(resize(data, self.spec).body)


JPEG: dict[str, Any] = {"Q": 75, "quant_table": 3}
WEBP: dict[str, Any] = {"Q": 80, "effort": 2}
AVIF: dict[str, Any] = {"Q": 63, "effort": 1, "compression": "av1", "bitdepth": 8}
JOBS = (
    Job(spec="720x_f-jpg", width=720, height=100_000, suffix=".jpg", save=JPEG),
    Job(spec="1600x_f-jpg", width=1600, height=100_000, suffix=".jpg", save=JPEG),
    Job(spec="300x200_fit-cover_f-jpg", width=300, height=200, suffix=".jpg", crop="centre", save=JPEG),
    Job(spec="720x_f-webp", width=720, height=100_000, suffix=".webp", save=WEBP),
    Job(spec="720x_f-avif", width=720, height=100_000, suffix=".avif", save=AVIF),
)


def main() -> None:
    """Print one table, for the picture that the command names or for an example."""
    data, rounds = begun("Resizing", METHOD, __doc__)
    table(
        ("SPEC", "resize(), ms", "pyvips by hand, ms", "ratio", "bytes", "bytes by hand"),
        [row(job, data, rounds) for job in JOBS],
    )


def begun(title: str, method: str, description: str | None) -> tuple[bytes, int]:
    """Read the command line, and print the text above the table. Return the original and the rounds."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "picture", nargs="?", type=Path, help="default: an example, enlarged to 14 megapixels"
    )
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    data = options.picture.read_bytes() if options.picture else enlarged(ORIGINALS / "galaxies.jpg", 4)

    picture = pyvips.Image.new_from_buffer(data, "")
    name = options.picture.name if options.picture else "galaxies.jpg, enlarged 4 times"
    heading(title, method)
    print(
        f"Original: {name}; {picture.width}x{picture.height}, {len(data):,} bytes. {options.rounds} rounds.\n"
    )
    return data, options.rounds


def row(job: Job, data: bytes, rounds: int) -> tuple[str, ...]:
    """Measure one job. The first round of each contender does not count."""
    ours, theirs = job.by_the_core(data), job.by_hand(data)
    pairs = [(cpu(job.by_the_core, data), cpu(job.by_hand, data)) for _ in range(rounds)]
    return (
        f"`{job.spec}`",
        f"{median(core for core, _ in pairs):.1f}",
        f"{median(hand for _, hand in pairs):.1f}",
        spread([core / hand for core, hand in pairs], 2),
        f"{len(ours):,}",
        f"{len(theirs):,}",
    )


def cpu(work: Callable[..., object], *given: object) -> float:
    """Measure the CPU time of one call, ms, in all threads of the process."""
    before = time.process_time()
    work(*given)
    return (time.process_time() - before) * 1000


def enlarged(path: Path, factor: float, *, keep: str = "all") -> bytes:
    """Make a larger JPEG of a picture. Add a camera's noise, so that it costs as much as a photograph.

    Its sides are multiples of 16 px, as those of cameras are: other sizes are not always decoded smaller.
    ``keep`` says which metadata stays: "none" leaves out the profile as well.
    """
    image = pyvips.Image.new_from_file(str(path)).resize(factor)
    image = image.crop(0, 0, image.width // 16 * 16, image.height // 16 * 16)
    noise = pyvips.Image.gaussnoise(image.width, image.height, sigma=4, mean=0, seed=1)
    photograph = (image + noise).cast("uchar").copy(interpretation="srgb")
    return bytes(photograph.write_to_buffer(".jpg", Q=92, keep=keep))


if __name__ == "__main__":
    main()
