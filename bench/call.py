"""Measure what one call costs however small its picture is, and which step costs how much."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

os.environ["VIPS_CONCURRENCY"] = "1"  # with one thread, CPU time is the time that one core is busy

import pyvips

from bench.report import ORIGINALS, heading, spread, table
from bench.resize import enlarged
from resizer_core import Plan, Site, detect, make_plan, parse_spec, plan_for, resize
from resizer_core.planning.limits import check_request
from resizer_core.rendering.composing import each_strip
from resizer_core.rendering.page import finished_page, upright_page
from resizer_core.rendering.reading import probe
from resizer_core.rendering.watch import Watch
from resizer_core.rendering.writing import encoded, with_metadata

METHOD = (
    "This measures the CPU time (user and system) of one process with one libvips thread, from encoded "
    "bytes to encoded bytes, in microseconds for a call. By hand is the same loader, resize, crop and saver "
    "in pyvips, with the same options. The contenders take turns within a round, and a round is several "
    "calls of each if the picture is small. The tables show the median, and in brackets the range of the "
    "middle half of the rounds. The difference is taken per round: it is what a call costs beside its "
    "picture."
)
#: How many calls with a small picture are measured together. One is too short for the clock.
CALLS = 20
SITE = Site()
#: The loader of each format that is read here, and the saver of each that is written.
LOADERS = {"jpg": "jpegload_buffer", "png": "pngload_buffer", "webp": "webpload_buffer"}
SAVERS = {"jpg": "jpegsave_buffer", "png": "pngsave_buffer", "webp": "webpsave_buffer"}
#: What is made of an original of 14 megapixels.
LARGE = ("720x_f-jpg", "1600x_f-jpg", "300x200_fit-cover_f-jpg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hold an original, and what is made of it."""

    name: str
    data: bytes
    spec: str
    plan: Plan

    def by_the_core(self) -> bytes:
        return bytes(resize(self.data, self.spec, site=SITE).body)

    def by_hand(self) -> bytes:
        return self.saved(self.resized(self.opened()))

    def opened(self) -> pyvips.Image:
        loader: Callable[..., pyvips.Image] = getattr(pyvips.Image, LOADERS[self.plan.original.name])
        options = {"shrink": int(self.plan.shrink)} if self.plan.shrink > 1 else {}
        return loader(self.data, access="sequential", fail_on="error", **options)

    def resized(self, image: pyvips.Image) -> pyvips.Image:
        size, crop = self.plan.scaled, self.plan.placement.crop
        if size.width < image.width or size.height < image.height:
            image = image.resize(size.width / image.width, vscale=size.height / image.height)
        return (
            image.crop(crop.left, crop.top, crop.size.width, crop.size.height) if crop.size != size else image
        )

    def saved(self, image: pyvips.Image) -> bytes:
        saver: Callable[..., Any] = getattr(image, SAVERS[self.plan.format.name])
        return bytes(saver(keep="none", **self.plan.settings))


def main() -> None:
    """Print the cost of whole calls, and then that of the steps of one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--large", type=int, default=15, help="rounds for each large picture")
    given = parser.parse_args()
    heading("The fixed cost of a call", METHOD)
    small = [
        job(f"{format} of {side} px", noise(format, side), f"{max(1, side // 2)}x")
        for side in (64, 1)
        for format in LOADERS
    ]
    photograph = enlarged(ORIGINALS / "galaxies.jpg", 4)
    large = [job("jpg of 14 MP", photograph, spec) for spec in LARGE]
    table(
        ("picture", "resize(), µs", "by hand, µs", "difference, µs", "ratio", "bytes", "by hand"),
        [
            *(row(job, given.rounds, CALLS) for job in small),
            *(row(job, given.large, 1) for job in large),
        ],
    )
    print(f"The steps of the first row, each by itself, in µs. {given.rounds} rounds.\n")
    steps = {**core_steps(small[0]), **hand_steps(small[0])}
    taken = turns(steps, given.rounds, CALLS)
    table(("step", "µs"), [(name, spread(taken[name], 0)) for name in steps])


def job(name: str, data: bytes, spec: str) -> Job:
    """Plan what is made of an original."""
    return Job(name=name, data=data, spec=spec, plan=plan_for(data, spec, site=SITE))


def noise(format: str, side: int) -> bytes:
    """Make an original of noise in colour."""
    red, green, blue = (
        pyvips.Image.gaussnoise(side, side, sigma=30, mean=128, seed=seed) for seed in (1, 2, 3)
    )
    image = red.bandjoin(green).bandjoin(blue).cast("uchar").copy(interpretation="srgb")
    return bytes(image.write_to_buffer(f".{format}", keep="none"))


def row(job: Job, rounds: int, calls: int) -> tuple[str, ...]:
    """Measure whole calls of one job."""
    taken = turns({"core": job.by_the_core, "hand": job.by_hand}, rounds, calls)
    pairs = list(zip(taken["core"], taken["hand"], strict=True))
    return (
        f"{job.name}, `{job.spec}`",
        f"{median(taken['core']):.0f}",
        f"{median(taken['hand']):.0f}",
        spread([core - hand for core, hand in pairs], 0),
        spread([core / hand for core, hand in pairs], 3),
        f"{len(job.by_the_core()):,}",
        f"{len(job.by_hand()):,}",
    )


def core_steps(job: Job) -> dict[str, Callable[[], object]]:
    """List the steps of ``resize``. libvips computes the pixels of them all in the last one, not here."""
    data, plan, site = job.data, job.plan, SITE
    original, spec = plan.original, parse_spec(job.spec, site)
    header = probe(data, original)

    def page() -> pyvips.Image:
        return next(each_strip(data, original, plan.stored, shrink=plan.shrink))

    opened = page()
    upright = upright_page(opened, plan)
    finished = finished_page(upright, plan, plan.placement.crop)
    ready = with_metadata(finished, plan).copy_memory()

    def read_anew() -> object:
        site._parsed.clear()
        return parse_spec(job.spec, site)

    def watch() -> None:
        with Watch(20):
            pass

    return {
        "read the SPEC for the first time": read_anew,
        "read the SPEC again": lambda: parse_spec(job.spec, site),
        "check the request": lambda: check_request(spec, site),
        "find the format": lambda: detect(data, site.formats),
        "read the header": lambda: probe(data, original),
        "plan": lambda: make_plan(spec, header, original, site=site),
        "watch": watch,
        "open": page,
        "resize and convert": lambda: upright_page(opened, plan),
        "crop and finish": lambda: finished_page(upright, plan, plan.placement.crop),
        "drop metadata": lambda: with_metadata(finished, plan),
        "save, from memory": lambda: encoded(ready, plan),
    }


def hand_steps(job: Job) -> dict[str, Callable[[], object]]:
    """List the same by hand."""
    opened, ready = job.opened(), job.resized(job.opened()).copy_memory()
    return {
        "by hand: open": job.opened,
        "by hand: resize": lambda: job.resized(opened),
        "by hand: save, from memory": lambda: job.saved(ready),
    }


def turns(works: Mapping[str, Callable[[], object]], rounds: int, calls: int) -> dict[str, list[float]]:
    """Measure each work in each round, in microseconds for a call. The first round does not count."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            before = time.process_time()
            for _ in range(calls):
                work()
            taken[name].append((time.process_time() - before) / calls * 1e6)
    return {name: each[1:] for name, each in taken.items()}


if __name__ == "__main__":
    main()
