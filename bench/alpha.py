"""Measure ways to reduce a picture with alpha: CPU time, bytes, and the distance from floating point."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from statistics import median
from typing import Any

os.environ["VIPS_CONCURRENCY"] = "1"

import pyvips

from bench.report import ORIGINALS, heading, spread, table
from bench.resize import cpu
from resizer_core.model import Size
from resizer_core.rendering.resampling import resized

METHOD = (
    "This measures the CPU time (user and system) of one process with one libvips thread, from a PNG of "
    "2048x1536 px to a PNG of 720x540 px with the same settings. The contenders take turns within a round, "
    "and the ratio divides by `as sharp` of the same round. The table shows the median, and in brackets the "
    "range of the middle half of the rounds. Difference is to floating point, in levels of 255: each picture "
    "is put on black and on white, and the worse one counts."
)
SIZE = Size(720, 540)
Way = Callable[[pyvips.Image], pyvips.Image]


def in_floating_point(image: pyvips.Image) -> pyvips.Image:
    """Weight by alpha, reduce, and divide again, all in floating point."""
    return reduced(image.premultiply()).unpremultiply().rint().cast(image.format)


def as_sharp(image: pyvips.Image) -> pyvips.Image:
    """Keep 8 bits all the way, as sharp and libvips' thumbnailer do. Fractions are cut off."""
    return reduced(image.premultiply().cast("uchar")).unpremultiply().cast("uchar")


def rounded_in_eight_bits(image: pyvips.Image) -> pyvips.Image:
    """Keep 8 bits all the way, and round."""
    return reduced(image.premultiply().rint().cast("uchar")).unpremultiply().rint().cast("uchar")


def in_sixteen_bits(image: pyvips.Image) -> pyvips.Image:
    """Multiply whole numbers, and reduce 14 bits of them with a sign."""
    colours, alpha = image.extract_band(0, n=image.bands - 1), image.extract_band(image.bands - 1)
    weighted = ((colours.bandjoin(255) * alpha) >> 2).cast("short")
    worked = reduced(weighted).linear([4 / 255], [0.0]).copy(interpretation=image.interpretation)
    return worked.unpremultiply().rint().cast("uchar")


def twice(image: pyvips.Image) -> pyvips.Image:
    """Reduce two roundings of each level, which together tell all 256 levels apart."""
    weighted = image.premultiply()
    both = [reduced(weighted.linear([0.6], [51 + part]).cast("uchar")) for part in (0.25, 0.75)]
    return (both[0] + both[1]).linear([1 / 1.2], [-85.0]).unpremultiply().rint().cast("uchar")


def as_we_do(image: pyvips.Image) -> pyvips.Image:
    """Take the project's own way."""
    return resized(image, SIZE)


def reduced(image: pyvips.Image) -> pyvips.Image:
    """Reduce with Lanczos, in the format of the picture."""
    return image.resize(SIZE.width / image.width, vscale=SIZE.height / image.height)


WAYS: dict[str, Way] = {
    "in floating point": in_floating_point,
    "as sharp": as_sharp,
    "in 8 bits, rounded": rounded_in_eight_bits,
    "in 16 bits": in_sixteen_bits,
    "in 8 bits, twice": twice,
    "**8 bits with room**": as_we_do,
}


def main() -> None:
    """Print one table for each picture: a photograph that fades out, and white text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    heading("Alpha", METHOD)
    for name, picture in (("a photograph that fades out", faded()), ("white text", written())):
        data = bytes(picture.pngsave_buffer())
        print(f"Original: {name}, {len(data):,} bytes. {rounds} rounds.\n")
        table(("way", "ms", "ratio", "bytes", "mean difference", "worst"), rows(data, rounds))


def rows(data: bytes, rounds: int) -> list[tuple[str, ...]]:
    """Measure each way with one picture. The first call of each does not count."""
    saved = {name: made(data, way) for name, way in WAYS.items()}
    turns = [{name: cpu(made, data, way) for name, way in WAYS.items()} for _ in range(rounds)]
    lines: list[tuple[str, ...]] = []
    for name, body in saved.items():
        mean, worst = apart(body, saved["in floating point"])
        ratios = [turn[name] / turn["as sharp"] for turn in turns]
        milliseconds = median(turn[name] for turn in turns)
        lines.append(
            (name, f"{milliseconds:.1f}", spread(ratios, 2), f"{len(body):,}", f"{mean:.2f}", f"{worst:.1f}")
        )
    return lines


def made(data: bytes, way: Way) -> bytes:
    """Make a PNG of a PNG in one of the ways."""
    image = pyvips.Image.pngload_buffer(data, access="sequential", fail_on="error")
    return bytes(way(image).write_to_buffer(".png", compression=6, filter="none", keep="none"))


def apart(body: bytes, wanted: bytes) -> tuple[float, float]:
    """Measure the mean and the worst difference of two pictures, on the background that shows it best."""
    pair = [pyvips.Image.new_from_buffer(each, "").cast("float") for each in (body, wanted)]
    off: Any = [
        abs(pair[0].flatten(background=[level]) - pair[1].flatten(background=[level]))
        for level in (0.0, 255.0)
    ]
    return max(each.avg() for each in off), max(each.max() for each in off)


def faded() -> pyvips.Image:
    """Make a photograph whose corners are transparent."""
    photograph = pyvips.Image.thumbnail(
        str(ORIGINALS / "galaxies.jpg"), 2048, height=1536, crop="centre", size="both"
    )
    at = pyvips.Image.xyz(2048, 1536) - [1024, 768]
    away = (at[0] ** 2 + at[1] ** 2) ** 0.5
    return coloured(photograph, (1000 - away) / 2)


def written() -> pyvips.Image:
    """Write white text on nothing."""
    text = pyvips.Image.text("The quick brown fox jumps over the lazy dog. " * 60, font="sans 28", width=2000)
    alpha = text.gravity("centre", 2048, 1536)
    return coloured(alpha.new_from_image([255, 255, 255]), alpha)


def coloured(colours: pyvips.Image, alpha: pyvips.Image) -> pyvips.Image:
    """Join colours and alpha in 8 bits."""
    return colours.bandjoin(alpha).cast("uchar").copy(interpretation="srgb")


if __name__ == "__main__":
    main()
