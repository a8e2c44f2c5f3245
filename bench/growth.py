"""Measure how CPU time and memory grow with the original, the derivative, the frames and the presets.

It writes the points to docs/performance/, draws the plots and prints the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from bench.limits import ENVIRONMENT, ROOT, frames, peak, photograph
from bench.report import machine
from tools.growth import __main__ as table
from tools.growth import plots
from tools.growth.points import DECODING, Point, read, write

if TYPE_CHECKING:
    from resizer_core import Site

METHOD = (
    "A fresh process for each point, with one libvips thread, the image's settings of the allocator and no "
    "limits of size. Peak: its largest resident set after one call. CPU: user and system time of a call, the "
    "median of some rounds after that. Decoding alone: libvips decodes the same file, as small as the plan "
    "does, and throws the pixels away."
)
#: What a round takes at least, s. A short call is repeated.
_ROUND: Final = 0.05
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "JPEG": ".jpg[Q=85]",
        "progressive JPEG": ".jpg[Q=85,interlace]",
        "PNG": ".png[compression=1]",
        "WebP": ".webp[effort=0]",
    }
)
_MEGAPIXELS: Final = (1, 2, 4, 8, 12, 24, 48, 96)
_FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {"to JPEG": "jpg", "to WebP": "webp", "to AVIF": "avif", "to PNG": "png"}
)
_WIDTHS: Final = (100, 200, 400, 720, 1000, 1600, 2400, 4000)
_FRAMES: Final = (1, 2, 5, 10, 50, 100, 200, 500)
_PRESETS: Final = (1, 10, 100, 1000, 10_000)


def main() -> None:
    """Measure, write, draw and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=_PLOTS, help="measure the points of this plot alone")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        work, *given = options.child
        print(json.dumps(_measured(_WORKS[work](*given), options.rounds)))
        return
    about = machine()
    chosen = [options.only] if options.only else list(_PLOTS)
    others = [point for point in read()[1] if point.plot not in chosen] if options.only else []
    points = []
    for plot in chosen:
        with TemporaryDirectory() as folder:
            for series, x, work, *given in _PLOTS[plot](Path(folder)):
                cpu, memory = _child(work, given, options.rounds)
                points.append(Point(plot, series, x, cpu, memory))
                print(f"{plot}, {series}, {x}: {cpu:.4g} ms, {memory:.0f} MiB", file=sys.stderr)
    write(about, sorted([*others, *points], key=lambda point: list(_PLOTS).index(point.plot)))
    plots.main()
    print(f"## How it grows\n\n{METHOD}\n")
    table.main([])


#: A series, a value of x, the work of a process, and its two arguments.
_Job = tuple[str, int, str, str, str]


def _megapixels(folder: Path) -> Iterator[_Job]:
    for megapixels in _MEGAPIXELS:
        side = round((megapixels * 1e6 / 6) ** 0.5)
        image = photograph(3 * side, 2 * side).copy_memory()
        for kind, save in _KINDS.items():
            suffix, _, options = save.partition("[")
            path = folder / f"original{suffix}"
            image.write_to_file(f"{path}[{options}")
            yield kind, megapixels, "resize", str(path), "720x_f-jpg"
            yield f"{kind}, {DECODING}", megapixels, "decode", str(path), "720x_f-jpg"
            path.unlink()


def _pixels_out(folder: Path) -> Iterator[_Job]:
    path = folder / "original.jpg"
    photograph(6000, 4000).write_to_file(str(path), Q=85)
    for width in _WIDTHS:
        for series, format in _FORMATS.items():
            yield series, width, "resize", str(path), f"{width}x_f-{format}"
        yield DECODING, width, "decode", str(path), f"{width}x_f-jpg"


def _frames(folder: Path) -> Iterator[_Job]:
    path = folder / "original.gif"
    for number in _FRAMES:
        frames(number, 200).write_to_file(str(path), page_height=200, dither=0)
        yield "to WebP", number, "resize", str(path), "100x_f-webp"
        yield DECODING, number, "decode", str(path), "100x_f-webp"


def _presets(folder: Path) -> Iterator[_Job]:
    path = folder / "original.jpg"
    photograph(640, 480).write_to_file(str(path), Q=85)
    for number in _PRESETS:
        yield "resize", number, "preset", str(number), str(path)
        yield DECODING, number, "decode", str(path), "100x_f-jpg"
        yield "read a SPEC", number, "parse", str(number), "p-name{}"
        yield "refuse an unknown preset", number, "parse", str(number), "p-nmae{}"
        yield "make the Site", number, "site", str(number), ""


#: Each plot, and the generator of its jobs. A job is run before the next one is drawn.
_PLOTS: Final[Mapping[str, Callable[[Path], Iterator[_Job]]]] = MappingProxyType(
    {"megapixels": _megapixels, "pixels-out": _pixels_out, "frames": _frames, "presets": _presets}
)


def _child(work: str, given: list[str], rounds: int) -> tuple[float, float]:
    """Run this file as the process to measure. Return ms and MiB."""
    command = [sys.executable, "-m", "bench.growth", f"--rounds={rounds}", "--child", work, *given]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | ENVIRONMENT, stdout=subprocess.PIPE, check=True)
    cpu, memory = json.loads(run.stdout)
    return cpu, memory


def _measured(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    call()  # the first call is not counted
    memory = peak()
    times = max(1, round(_ROUND / _seconds(call, 1)))
    return median(_seconds(call, times) for _ in range(rounds)) * 1000, memory


def _seconds(call: Callable[[], object], times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - before) / times


def _resize(path: str, spec: str) -> Callable[[], object]:
    from resizer_core import resize

    data, site = Path(path).read_bytes(), _boundless()
    return lambda: resize(data, spec, site=site)


def _decode(path: str, spec: str) -> Callable[[], object]:
    from resizer_core import plan_for
    from resizer_core.rendering.libvips import pyvips

    data = Path(path).read_bytes()
    plan = plan_for(data, spec, site=_boundless())
    options: dict[str, int] = {"n": -1} if plan.original.name == "gif" else {}
    if plan.shrink > 1:
        options["shrink"] = int(plan.shrink)

    def decode() -> None:
        source = pyvips.Source.new_from_memory(data)
        image = pyvips.Image.new_from_source(source, "", access="sequential", **options)
        image.rawsave("/dev/null")

    return decode


def _boundless() -> Site:
    from resizer_core import Limits, Site

    return Site(limits=Limits(**dict.fromkeys((field.name for field in fields(Limits)), 10**9)))


def _specs(number: str, pattern: str) -> Callable[[], tuple[str, Site]]:
    """Make a Site of many presets. Return a function that gives it and another SPEC each time.

    No cache of SPECs helps, because ``v`` differs each time.
    """
    site = _site(number)()
    versions = count()
    return lambda: (f"{pattern.format(int(number) - 1)}_v-{next(versions)}", site)


def _preset(number: str, path: str) -> Callable[[], object]:
    from resizer_core import resize

    data, another = Path(path).read_bytes(), _specs(number, "p-name{}")

    def make() -> None:
        spec, site = another()
        resize(data, spec, site=site)

    return make


def _parse(number: str, pattern: str) -> Callable[[], object]:
    from resizer_core import InvalidSpec, parse_spec

    another = _specs(number, pattern)

    def parse() -> None:
        with suppress(InvalidSpec):
            parse_spec(*another())

    return parse


def _site(number: str, _: str = "") -> Callable[[], Site]:
    from resizer_core import Site, parse_presets

    named = {f"name{at}": f"100x_f-jpg_v-{at}" for at in range(int(number))}
    return lambda: Site(presets=parse_presets(named))


#: What a process does. Each function prepares a call from the two arguments.
_WORKS: Final[Mapping[str, Callable[[str, str], Callable[[], object]]]] = MappingProxyType(
    {"resize": _resize, "decode": _decode, "preset": _preset, "parse": _parse, "site": _site}
)

if __name__ == "__main__":
    main()
