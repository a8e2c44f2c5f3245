"""Measure bytes and CPU time of encoder settings at equal quality, for ``planning/encoders.py``."""

from __future__ import annotations

import argparse
import os
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from math import exp, log
from pathlib import Path
from statistics import geometric_mean, median
from typing import Any

os.environ["VIPS_CONCURRENCY"] = "1"  # with one thread, CPU time is the time that one core is busy

import pyvips

from bench.animation import halved, wandering
from bench.report import ORIGINALS, heading, spread, table
from bench.samples import drawn, reduced, sheet
from bench.score import score
from resizer_core.formats import BUILTIN
from resizer_core.model import ImageHeader, Size
from resizer_core.planning.encoders import settings
from resizer_core.site import Defaults

METHOD = (
    "Settings of one format are compared at the same SSIMULACRA2 score, 70 and 80. For each picture we "
    "search the lowest Q that reaches it, and interpolate the bytes between this Q and the Q below. Bytes "
    "are the geometric mean over the pictures, relative to the first row, which is libvips' default. CPU is "
    "user and system time of one libvips thread for encoding alone, at that Q, for all pictures of a "
    "setting together. The settings take turns within a round, and the ratio is taken per round. The tables "
    "show the median, and in brackets the range of the middle half of the rounds. The project takes the "
    "settings in bold for photographs. Graphics and partly transparent pictures take the first row of PNG."
)
#: galaxies.jpg is left out. It is so noisy that some settings do not reach a score of 80 at any Q.
PHOTOGRAPHS = ("astronaut.jpg", "cat.jpg", "rocket.jpg", "un café.jpg")
#: The part of a large photograph that stands for a large derivative.
LARGE = Size(768, 512)
SCORES = (70, 80)
QUALITIES = range(1, 101)

Options = Mapping[str, "int | str | bool"]
#: An encoder for every picture, and the arguments of its call besides its options.
Contender = Sequence["tuple[Encoder, dict[str, int]]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Hold the settings to compare for a format with a quality.

    The first contender is libvips' default. Each gets ``always`` too.
    """

    always: Options
    contenders: Sequence[Options]


CONTESTS = {
    # From Q 90 on libvips keeps all colour. That would be a step in the curve that we search.
    "jpg": Contest(
        always={"subsample_mode": "on"},
        contenders=(
            {"quant_table": 0},
            {"quant_table": 3},
            {"quant_table": 0, "optimize_coding": True},
            {"quant_table": 3, "optimize_coding": True},
        ),
    ),
    "webp": Contest(always={}, contenders=({"effort": 4}, {"effort": 0}, {"effort": 1}, {"effort": 2})),
    "avif": Contest(
        always={"compression": "av1", "bitdepth": 8},
        contenders=(
            {"effort": 4},
            {"effort": 0},
            {"effort": 1},
            {"effort": 2},
            {"effort": 0, "subsample_mode": "off"},
            {"effort": 1, "subsample_mode": "off"},
        ),
    ),
}
PNG: Sequence[Options] = (
    {"compression": 6, "filter": "none"},
    {"compression": 3, "filter": "none"},
    {"compression": 6, "filter": "sub"},
    {"compression": 3, "filter": "sub"},
)
GIF: Sequence[Options] = (
    {"reuse": False, "effort": 7},
    {"reuse": False, "effort": 1},
    {"reuse": True, "effort": 7},
    {"reuse": True, "effort": 1},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """Encode one picture with one setting."""

    picture: pyvips.Image
    format: str
    options: Options

    def encoded(self, **more: int) -> bytes:
        suffix = BUILTIN[self.format].suffix
        return bytes(self.picture.write_to_buffer(suffix, keep="none", **self.options, **more))

    def cpu(self, **more: int) -> float:
        """Measure the CPU time, ms, in all threads of the process."""
        before = time.process_time()
        self.encoded(**more)
        return (time.process_time() - before) * 1000

    def at_score(self, wanted: float) -> tuple[int, float]:
        """Find the lowest Q that reaches the score, and estimate the bytes for exactly this score.

        Raises:
            ValueError: no Q reaches the score.
        """

        @cache
        def measured(q: int) -> tuple[float, float]:
            body = self.encoded(Q=q)
            return score(self.picture, pyvips.Image.new_from_buffer(body, "")), log(len(body))

        q = bisect_left(QUALITIES, wanted, key=lambda q: measured(q)[0]) + QUALITIES.start
        if q == QUALITIES.start or q == QUALITIES.stop:
            raise ValueError(f"{self.format} with {label(self.options)} does not reach a score of {wanted}")
        (low, fewer), (high, more) = measured(q - 1), measured(q)
        return q, exp(fewer + (more - fewer) * (wanted - low) / (high - low))


def main() -> None:
    """Print a table for each format, and one across the formats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--large", nargs="+", type=Path, default=(), help="photographs of a camera; compares AVIF alone"
    )
    options = parser.parse_args()
    rounds = options.rounds

    heading("Encoders", METHOD)
    if options.large:
        names = ", ".join(path.name for path in options.large)
        print(f"Photographs: the middle {LARGE} of {names}, as large as in the original. {rounds} rounds.\n")
        compare("avif", CONTESTS["avif"], [middle(path) for path in options.large], rounds)
        return
    photographs = [reduced(name) for name in PHOTOGRAPHS]
    print(
        f"ssimulacra2 {version('ssimulacra2')}. Photographs: {', '.join(PHOTOGRAPHS)}, each reduced to three "
        f"quarters and at most 640 wide, so that the blocks of its JPEG are gone: "
        f"{', '.join(f'{each.width}x{each.height}' for each in photographs)}. {rounds} rounds.\n"
    )
    sizes = {name: compare(name, contest, photographs, rounds) for name, contest in CONTESTS.items()}
    across(sizes, photographs)
    compare_png(photographs, rounds)
    compare_gif(rounds)


def compare(name: str, contest: Contest, photographs: Sequence[pyvips.Image], rounds: int) -> list[float]:
    """Print the table of one format. Return the bytes of the project's setting, by score and photograph."""
    print(f"### {name}\n")
    ours: list[float] = []
    columns: list[list[str]] = []
    for wanted in SCORES:
        sizes: list[list[float]] = []
        contenders: list[Contender] = []
        for options in contest.contenders:
            encoders = [
                Encoder(picture=picture, format=name, options={**contest.always, **options})
                for picture in photographs
            ]
            found = [encoder.at_score(wanted) for encoder in encoders]
            contenders.append([(encoder, {"Q": q}) for encoder, (q, _) in zip(encoders, found, strict=True)])
            sizes.append([size for _, size in found])
            if is_ours(name, options):
                ours += sizes[-1]
        columns += [*timed(contenders, rounds), ratios(sizes)]
    table(
        ("setting", *(f"{wanted}: {what}" for wanted in SCORES for what in ("ms/MP", "CPU", "bytes"))),
        list(zip(names(name, contest.contenders), *columns, strict=True)),
    )
    return ours


def middle(path: Path) -> pyvips.Image:
    """Cut the middle out of a large photograph. In its pixels there is less detail than in reduced ones."""
    image = pyvips.Image.jpegload(str(path), autorotate=True).colourspace("srgb")
    left, top = (image.width - LARGE.width) // 2, (image.height - LARGE.height) // 2
    return image.crop(left, top, LARGE.width, LARGE.height).copy_memory()


def across(sizes: Mapping[str, Sequence[float]], photographs: Sequence[pyvips.Image]) -> None:
    """Print a comparison of the formats, each with the project's settings."""
    print("### across formats\n")
    rows = []
    for name in CONTESTS:
        options = chosen(name)
        bodies = [Encoder(picture=picture, format=name, options=options).encoded() for picture in photographs]
        scores = [
            score(picture, pyvips.Image.new_from_buffer(body, ""))
            for picture, body in zip(photographs, bodies, strict=True)
        ]
        to_jpeg = [size / jpeg for size, jpeg in zip(sizes[name], sizes["jpg"], strict=True)]
        half = len(photographs)
        rows.append(
            (
                f"{name}, Q {options['Q']}",
                f"{median(scores):.1f} ({min(scores):.1f} to {max(scores):.1f})",
                f"{median(map(len, bodies)):,.0f}",
                f"{geometric_mean(to_jpeg[:half]):.3f}",
                f"{geometric_mean(to_jpeg[half:]):.3f}",
            )
        )
    table(
        ("default", "its score, median (range)", "its bytes, median", "70: bytes to jpg", "80: bytes to jpg"),
        rows,
    )


def compare_png(photographs: Sequence[pyvips.Image], rounds: int) -> None:
    """Print the table of PNG, which is without loss."""
    print("### png\n")
    cup = pyvips.Image.new_from_file(str(ORIGINALS / "cup.png"))
    cup = cup.premultiply().resize(0.75).unpremultiply().cast("uchar").copy_memory()
    contents = {"photographs": photographs, "cut out": [cup], "drawn": [drawn()]}
    columns = []
    for pictures in contents.values():
        contenders: list[Contender] = [
            [(Encoder(picture=picture, format="png", options=options), {}) for picture in pictures]
            for options in PNG
        ]
        sizes = ratios(lengths(contenders))
        columns += [*timed(contenders, rounds), sizes]
    table(
        ("setting", *(f"{content}: {what}" for content in contents for what in ("ms/MP", "CPU", "bytes"))),
        list(zip(names("png", PNG), *columns, strict=True)),
    )


def compare_gif(rounds: int) -> None:
    """Print the table of animated GIF. It has no Q, so the score shows the loss."""
    print("### gif\n")
    animations = {
        "a palette a frame": (ORIGINALS / "flight.gif").read_bytes(),
        "one palette": wandering(),
    }
    columns = []
    for data in animations.values():
        picture = halved(data).copy_memory()
        contenders: list[Contender] = [
            [(Encoder(picture=picture, format="gif", options=options), {})] for options in GIF
        ]
        made = [pyvips.Image.gifload_buffer(encoder.encoded(), n=-1) for ((encoder, _),) in contenders]
        scores = [f"{score(sheet(picture), sheet(roll)):.1f}" for roll in made]
        columns += [*timed(contenders, rounds), ratios(lengths(contenders)), scores]
    table(
        (
            "setting",
            *(f"{name}: {what}" for name in animations for what in ("ms/MP", "CPU", "bytes", "score")),
        ),
        list(zip(names("gif", GIF), *columns, strict=True)),
    )


def timed(contenders: Sequence[Contender], rounds: int) -> tuple[list[str], list[str]]:
    """Make two columns: CPU time per megapixel, and its ratio to the first contender's."""
    measured = [
        [sum(encoder.cpu(**more) for encoder, more in contender) for contender in contenders]
        for _ in range(rounds)
    ]
    megapixels = sum(encoder.picture.width * encoder.picture.height for encoder, _ in contenders[0]) / 1e6
    by_contender = list(zip(*measured, strict=True))
    return (
        [f"{median(times) / megapixels:.1f}" for times in by_contender],
        [
            spread([one / first for one, first in zip(times, by_contender[0], strict=True)], 2)
            for times in by_contender
        ],
    )


def ratios(sizes: Sequence[Sequence[float]]) -> list[str]:
    """Make a column: the bytes of each contender relative to the first, as a mean over the pictures."""
    return [
        f"{geometric_mean([size / first for size, first in zip(row, sizes[0], strict=True)]):.3f}"
        for row in sizes
    ]


def lengths(contenders: Sequence[Contender]) -> list[list[float]]:
    """Count the bytes of each picture with each contender."""
    return [[float(len(encoder.encoded())) for encoder, _ in contender] for contender in contenders]


def names(format: str, contenders: Sequence[Options]) -> list[str]:
    """Make a column of the settings, with the project's own in bold."""
    return [f"**{label(each)}**" if is_ours(format, each) else label(each) for each in contenders]


def label(options: Options) -> str:
    """Write the options as in a call."""
    return f"`{', '.join(f'{name}={value}' for name, value in options.items())}`"


def is_ours(format: str, options: Options) -> bool:
    """Say whether the project writes photographs with these options."""
    return options.items() <= chosen(format).items()


def chosen(format: str) -> dict[str, Any]:
    """Find the project's settings for a photograph."""
    return dict(
        settings(
            BUILTIN[format],
            header=ImageHeader(size=Size(640, 480)),
            original=BUILTIN["jpg"],
            size=Size(640, 480),
            animated=False,
            quality=None,
            lossless=False,
            defaults=Defaults(),
        )
    )


if __name__ == "__main__":
    main()
