"""Score JPEGs that were decoded smaller, at the bytes of a full decoding, for ``planning/shrinking.py``."""

from __future__ import annotations

import argparse
import os
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from math import log
from pathlib import Path
from statistics import fmean

os.environ["VIPS_CONCURRENCY"] = "1"  # with one thread, CPU time is the time that one core is busy

import pyvips

from bench.encoders import PHOTOGRAPHS, Encoder, chosen
from bench.report import heading, spread, table
from bench.resize import cpu
from bench.samples import drawn, reduced
from bench.score import score
from resizer_core import Limits, Site, Spec, parse_spec, plan_for
from resizer_core.rendering.render import render
from tools.svg import Axis, Series, chart

METHOD = (
    "An original is made smaller by a factor: the decoder takes a share (2, 4 or 8), and Lanczos the rest, "
    "which is the margin. The result is coded as `resize()` codes a JPEG, with the Q that takes as many "
    "bytes as the reference does at the project's Q. The reference is decoded in full and made smaller by "
    "Lanczos in one step. Lost are the points of SSIMULACRA2 between the two. Both are scored against the "
    "reference before it is coded. In full: the same with a share of 1. CPU is user and system time of one "
    "libvips thread for the whole `resize()`, divided by that of a full decoding. The two take turns within "
    "a round. The table shows the median, and in brackets the range of the middle half of the rounds."
)
PLOT = Path(__file__).parents[1] / "docs" / "adr" / "margin.svg"
WIDTH, HEIGHT = 384, 256
SHRINKS = (2, 4, 8)
MARGINS = [1 + eighths / 8 for eighths in range(9)]
#: The search for equal bytes stays below 90. From there on libvips keeps all colour.
QUALITIES = range(40, 90)
SITE = Site(limits=Limits(input_pixels=10**9, cpu_seconds=10**6))
AS_PIXELS = parse_spec(f"{WIDTH}x{HEIGHT}_fit-fill_f-png", SITE)
AS_JPEG = parse_spec(f"{WIDTH}x{HEIGHT}_fit-fill_f-jpg", SITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Hold what a decoder's share loses at one margin: points by picture, and the ratio of CPU time."""

    shrink: int
    margin: float
    lost: Mapping[str, float]
    in_full: Mapping[str, float]
    cpu: str


def main() -> None:
    """Print the table, and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photograph", nargs="*", type=Path, help="default: five examples, and a drawing")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    pictures = {path.name: pyvips.Image.jpegload(str(path)) for path in options.photograph} or {
        **{name: reduced(name) for name in (*PHOTOGRAPHS, "galaxies.jpg")},
        "drawing": drawn(),
    }
    heading("Margin of the decoder", METHOD)
    print(
        f"ssimulacra2 {version('ssimulacra2')}. Results of {WIDTH}x{HEIGHT}. Originals: "
        f"{', '.join(pictures)}. Each keeps its pixels and is continued by its mirror images until it is as "
        f"large as the factor asks. {options.rounds} rounds.\n"
    )
    large = {name: continued(picture) for name, picture in pictures.items()}
    rows = [row(shrink, margin, large, options.rounds) for shrink in SHRINKS for margin in MARGINS]
    photographs = [name for name in pictures if name != "drawing"]
    table(
        ("decoded smaller by", "margin", "factor", "lost, mean", *pictures, "in full, mean", "CPU"),
        [
            (
                str(each.shrink),
                f"{each.margin:g}",
                f"{each.shrink * each.margin:g}",
                f"{mean(each.lost, photographs):.2f}",
                *(f"{each.lost[name]:.2f}" for name in pictures),
                f"{mean(each.in_full, photographs):.2f}",
                each.cpu,
            )
            for each in rows
        ],
    )
    if not options.photograph:
        PLOT.parent.mkdir(exist_ok=True)
        PLOT.write_text(plot(rows, photographs), encoding="utf-8")


def continued(picture: pyvips.Image) -> pyvips.Image:
    """Continue a picture by its mirror images. So it is as large as wanted, and as sharp as it was."""
    most = MARGINS[-1] * SHRINKS[-1]
    wide, high = round(WIDTH * most), round(HEIGHT * most)
    return picture.embed(0, 0, wide, high, extend="mirror").copy_memory()


def row(shrink: int, margin: float, large: Mapping[str, pyvips.Image], rounds: int) -> Row:
    """Measure one margin."""
    factor = shrink * margin
    size = round(WIDTH * factor), round(HEIGHT * factor)
    originals = {
        name: bytes(picture.crop(0, 0, *size).write_to_buffer(".jpg", Q=92, keep="none"))
        for name, picture in large.items()
    }
    points = {name: points_lost(data, (shrink, 1)) for name, data in originals.items()}
    first = next(iter(originals.values()))
    smaller, full = (partial(made, first, of=AS_JPEG, shrink=each) for each in (shrink, 1))
    pairs = [(cpu(smaller), cpu(full)) for _ in range(rounds + 1)][1:]
    return Row(
        shrink=shrink,
        margin=margin,
        lost={name: lost for name, (lost, _) in points.items()},
        in_full={name: lost for name, (_, lost) in points.items()},
        cpu=spread([one / other for one, other in pairs], 2),
    )


def points_lost(data: bytes, shrinks: Sequence[int]) -> list[float]:
    """Count the points below a picture that Lanczos made in one step, for each of the decoder's shares."""
    whole = pyvips.Image.jpegload_buffer(data)
    reference = whole.resize(WIDTH / whole.width, vscale=HEIGHT / whole.height, gap=0).copy_memory()
    body = coder(reference).encoded(Q=chosen("jpg")["Q"])
    best = score(reference, decoded(body))
    smaller = [decoded(made(data, of=AS_PIXELS, shrink=shrink)) for shrink in shrinks]
    return [best - score_at(len(body), picture, reference) for picture in smaller]


def score_at(size: int, picture: pyvips.Image, reference: pyvips.Image) -> float:
    """Estimate the score of a picture that is coded in ``size`` bytes, between two qualities."""
    encoded = coder(picture).encoded
    q = bisect_left(QUALITIES, size, key=lambda q: len(encoded(Q=q))) + QUALITIES.start
    low, high = encoded(Q=q - 1), encoded(Q=q)
    share = log(size / len(low)) / log(len(high) / len(low))
    below, above = score(reference, decoded(low)), score(reference, decoded(high))
    return below + share * (above - below)


def coder(picture: pyvips.Image) -> Encoder:
    """Make the encoder that the project has for a photograph, without its Q."""
    options = {name: value for name, value in chosen("jpg").items() if name != "Q"}
    return Encoder(picture=picture.copy_memory(), format="jpg", options=options)


def made(data: bytes, *, of: Spec, shrink: int) -> bytes:
    """Make the derivative with this share for the decoder, whatever the margin."""
    return render(data, replace(plan_for(data, of, site=SITE), shrink=shrink))


def decoded(body: bytes) -> pyvips.Image:
    """Open what was encoded."""
    return pyvips.Image.new_from_buffer(body, "")


def mean(points: Mapping[str, float], names: Sequence[str]) -> float:
    """Take the mean over these pictures."""
    return fmean(points[name] for name in names)


def plot(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Draw the mean of these pictures."""

    def line(shrink: int) -> list[tuple[float, float]]:
        return [(each.margin, mean(each.lost, names)) for each in rows if each.shrink == shrink]

    in_full = [
        (margin, fmean(mean(each.in_full, names) for each in rows if each.margin == margin))
        for margin in MARGINS
    ]
    return chart(
        "What a smaller decoding loses",
        "At a margin of 1 a decoder that makes the picture 2, 4 or 8 times smaller loses two to five points "
        "of SSIMULACRA2 at equal bytes, most just above 1. At 1.5 it loses about one more than a full "
        "decoding, at 2 none.",
        Axis(title="margin: what Lanczos has left to do", ticks={each: f"{each:g}" for each in MARGINS[::2]}),
        Axis(title="points lost at equal bytes", ticks={each: str(each) for each in range(-1, 7)}),
        [
            Series(name="decoded 8 times smaller", values=line(8), colour=1),
            Series(name="decoded 4 times smaller", values=line(4), colour=2, style="dashed"),
            Series(name="decoded 2 times smaller", values=line(2), colour=0),
            Series(name="decoded in full", values=in_full, colour=3, style="dotted"),
        ],
    )


if __name__ == "__main__":
    main()
