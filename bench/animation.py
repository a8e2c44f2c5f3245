"""Measure what it costs to keep the frames of an animation apart, and what their edges gain."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

os.environ["VIPS_CONCURRENCY"] = "1"  # with one thread, CPU time is the time that one core is busy

import pyvips

from bench.limits import ENVIRONMENT, peak
from bench.report import ORIGINALS, heading, spread, table
from resizer_core import resize

ROOT = Path(__file__).parents[1]
METHOD = (
    "Animations are halved and saved as animated WebP in two ways: with the frames apart, as `resize()` "
    "does, and the whole strip in one go, as libvips' thumbnailer does, with the same settings of the "
    "encoder. CPU is user and system time of one libvips thread. The ways take turns within a round, and the "
    "ratio is taken per round. The tables show the median, and in brackets the range of the middle half of "
    "the rounds. "
    "Peak is the largest resident set of a fresh process that does nothing else, with the image's settings "
    "of the allocator. Difference is the largest one, in levels of 255, from the same frame made alone, "
    "before the encoder (`resize()` saves without loss for it). Neighbours bleed into the first and the "
    "last row of a frame. In the rows far from them only the arithmetic differs."
)
#: The settings of resizer_core.planning.encoders for animated WebP.
WEBP = {"Q": 75, "effort": 2}


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        name, path = options.child
        WAYS[name](Path(path).read_bytes())
        print(json.dumps(peak()))
        return
    animations = {
        "flight.gif": (ORIGINALS / "flight.gif").read_bytes(),
        "wandering": wandering(),
        "wandering for long": wandering(500, 160, 120),
    }
    heading("Animations", METHOD)
    table(
        ("animation", "frames", "way", "CPU, ms", "CPU, ratio", "peak, MiB", "bytes"),
        [row for name, data in animations.items() for row in costs(name, data, options.rounds)],
    )
    table(
        ("animation", "way", "difference in outer rows", "in inner rows"),
        [
            (name, way, *(f"{levels:.0f}" for levels in differences(roll, data)))
            for name, data in animations.items()
            for way, roll in (("frames apart", by_the_core(data)), ("in one go", halved(data)))
        ],
    )


def frames_apart(data: bytes) -> bytes:
    """Make the derivative as the project does."""
    return bytes(resize(data, "50p_f-webp").body)


def in_one_go(data: bytes) -> bytes:
    """Make the derivative as a program without this library would."""
    return bytes(halved(data).write_to_buffer(".webp", keep="none", **WEBP))


WAYS: dict[str, Callable[[bytes], bytes]] = {"frames apart": frames_apart, "in one go": in_one_go}


def halved(data: bytes, pages: str = "n=-1") -> pyvips.Image:
    """Resize the strip of frames as one picture. ``pages`` tells the loader which frames to take."""
    width = pyvips.Image.gifload_buffer(data).width // 2
    return pyvips.Image.thumbnail_buffer(
        data, width, height=100_000, size="down", option_string=f"[{pages},fail_on=error]"
    )


def by_the_core(data: bytes) -> pyvips.Image:
    """Make the strip of all frames at half the size with ``resize()``."""
    return pyvips.Image.webpload_buffer(resize(data, "50p_ll_f-webp").body, n=-1)


def costs(name: str, data: bytes, rounds: int) -> list[tuple[str, ...]]:
    """Make a row for each way. The first round of each does not count."""
    picture = pyvips.Image.gifload_buffer(data)
    frames = f"{picture.get_n_pages()} of {picture.width}x{picture.height}"
    sizes = {way: len(work(data)) for way, work in WAYS.items()}
    measured = [{way: cpu(work, data) for way, work in WAYS.items()} for _ in range(rounds)]
    return [
        (
            name,
            frames,
            way,
            f"{median(one[way] for one in measured):.0f}",
            spread([one[way] / one["in one go"] for one in measured], 2),
            f"{peak_of(way, data):.0f}",
            f"{sizes[way]:,}",
        )
        for way in WAYS
    ]


def cpu(work: Callable[[bytes], bytes], data: bytes) -> float:
    """Measure the CPU time of one call, ms, in all threads of the process."""
    before = time.process_time()
    work(data)
    return (time.process_time() - before) * 1000


def peak_of(way: str, data: bytes) -> float:
    """Run this file as the process to measure, and return its peak, MiB."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "animation.gif")
        path.write_bytes(data)
        command = [sys.executable, "-m", "bench.animation", "--child", way, str(path)]
        run = subprocess.run(
            command, cwd=ROOT, env=os.environ | ENVIRONMENT, stdout=subprocess.PIPE, check=True
        )
    return float(json.loads(run.stdout))


def differences(roll: pyvips.Image, data: bytes) -> tuple[float, float]:
    """Find the largest difference from frames resized alone, in their outer rows and inside; 0 to 255."""
    roll = roll.copy_memory()
    width, height = roll.width, roll.get_page_height()
    outer, inner = [], []
    for number in range(roll.get_n_pages()):
        alone = halved(data, f"page={number}").extract_band(0, n=3)
        frame = roll.crop(0, number * height, width, height).extract_band(0, n=3)
        difference = (frame - alone).abs().copy_memory()
        outer += [largest(difference.crop(0, top, width, 1)) for top in (0, height - 1)]
        inner.append(largest(difference.crop(0, 10, width, height - 20)))
    return max(outer), max(inner)


def largest(image: pyvips.Image) -> float:
    """Find the largest value of any band."""
    return float(image.stats().getpoint(1, 0)[0])


def wandering(count: int = 24, width: int = 480, height: int = 360) -> bytes:
    """Make a GIF of ``count`` frames, with one palette: a window that moves over ``galaxies.jpg``."""
    ground = pyvips.Image.new_from_file(str(ORIGINALS / "galaxies.jpg")).copy_memory()
    right, down = ground.width - width, ground.height - height
    frames = [ground.crop(10 * number % right, 8 * number % down, width, height) for number in range(count)]
    roll = pyvips.Image.arrayjoin(frames, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", height)
    roll.set_type(pyvips.GValue.array_int_type, "delay", [100] * len(frames))
    # With this maximum, no frame gets a palette of its own.
    return bytes(roll.gifsave_buffer(effort=1, interpalette_maxerror=256))


if __name__ == "__main__":
    main()
