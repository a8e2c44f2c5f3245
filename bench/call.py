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

from bench.report import heading, spread, table
from resizer_core import FORMATS, Site, detect, make_plan, parse_spec, plan_for, resize
from resizer_core.planning.limits import check_request
from resizer_core.rendering.composing import each_page
from resizer_core.rendering.page import finished_page, upright_page
from resizer_core.rendering.reading import probe
from resizer_core.rendering.watch import Watch
from resizer_core.rendering.writing import encoded, with_metadata

METHOD = (
    "This measures the CPU time (user and system) of one process with one libvips thread, from encoded "
    "bytes to encoded bytes, in microseconds for a call. By hand is the same loader, resize and saver in "
    "pyvips, with the same options. The contenders take turns within a round, with {calls} calls each. The "
    "tables show the median, and in brackets the range of the middle half of the rounds. The difference is "
    "taken per round: it is what a call costs beside its picture."
)
#: How many calls are measured together: one is too short for the clock.
CALLS = 20
SITE = Site()
#: The loader of each format that is read here, and the saver of each that is written.
LOADERS = {"jpg": "jpegload_buffer", "png": "pngload_buffer", "webp": "webpload_buffer"}
SAVERS = {"jpg": "jpegsave_buffer", "png": "pngsave_buffer", "webp": "webpsave_buffer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hold an original, and the SPEC that makes it half as large."""

    format: str
    side: int
    data: bytes
    spec: str

    def by_the_core(self) -> bytes:
        return bytes(resize(self.data, self.spec, site=SITE).body)

    def opened(self) -> pyvips.Image:
        loader: Callable[..., pyvips.Image] = getattr(pyvips.Image, LOADERS[self.format])
        return loader(self.data, access="sequential", fail_on="error")

    def halved(self, image: pyvips.Image) -> pyvips.Image:
        return image.resize(0.5) if self.side > 1 else image

    def saved(self, image: pyvips.Image, settings: Mapping[str, Any]) -> bytes:
        return bytes(getattr(image, SAVERS[self.format])(keep="none", **settings))


def main() -> None:
    """Print the cost of whole calls, and then that of the steps of one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    heading("The fixed cost of a call", METHOD.format(calls=CALLS))
    jobs = [job(format, side) for side in (64, 1) for format in LOADERS]
    table(
        ("picture", "resize(), µs", "by hand, µs", "difference, µs", "ratio", "bytes", "by hand"),
        [row(job, rounds) for job in jobs],
    )
    print(f"The steps of the first row, each by itself, in µs. {rounds} rounds.\n")
    steps = {**core_steps(jobs[0]), **hand_steps(jobs[0])}
    taken = turns(steps, rounds)
    table(("step", "µs"), [(name, spread(taken[name], 0)) for name in steps])


def job(format: str, side: int) -> Job:
    """Make an original of noise in color."""
    red, green, blue = (
        pyvips.Image.gaussnoise(side, side, sigma=30, mean=128, seed=seed) for seed in (1, 2, 3)
    )
    image = red.bandjoin(green).bandjoin(blue).cast("uchar").copy(interpretation="srgb")
    data = bytes(image.write_to_buffer(f".{format}", keep="none"))
    return Job(format=format, side=side, data=data, spec=f"{max(1, side // 2)}x")


def row(job: Job, rounds: int) -> tuple[str, ...]:
    """Measure whole calls of one job."""
    settings = plan_for(job.data, job.spec).settings

    def by_hand() -> bytes:
        return job.saved(job.halved(job.opened()), settings)

    taken = turns({"core": job.by_the_core, "hand": by_hand}, rounds)
    pairs = list(zip(taken["core"], taken["hand"], strict=True))
    return (
        f"{job.format} of {job.side} px, `{job.spec}`",
        f"{median(taken['core']):.0f}",
        f"{median(taken['hand']):.0f}",
        spread([core - hand for core, hand in pairs], 0),
        spread([core / hand for core, hand in pairs], 2),
        f"{len(job.by_the_core()):,}",
        f"{len(by_hand()):,}",
    )


def core_steps(job: Job) -> dict[str, Callable[[], object]]:
    """List the steps of ``resize``. libvips computes the pixels of them all in the last one, not here."""
    data, site = job.data, SITE
    original, spec = FORMATS[job.format], parse_spec(job.spec, SITE)
    header = probe(data, original)
    plan = make_plan(spec, header, original, site=site)

    def page() -> pyvips.Image:
        return next(each_page(data, original, plan.stored, shrink=plan.shrink))

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
    opened, settings = job.opened(), plan_for(job.data, job.spec).settings
    ready = job.halved(job.opened()).copy_memory()
    return {
        "by hand: open": job.opened,
        "by hand: resize": lambda: job.halved(opened),
        "by hand: save, from memory": lambda: job.saved(ready, settings),
    }


def turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Measure each work in each round, in microseconds for a call. The first round does not count."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        for name, work in works.items():
            before = time.process_time()
            for _ in range(CALLS):
                work()
            taken[name].append((time.process_time() - before) / CALLS * 1e6)
    return {name: each[1:] for name, each in taken.items()}


if __name__ == "__main__":
    main()
