"""Measure the worst requests that the limits accept: for each way to be slow, the largest noise allowed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bench.limits import Job, row
from bench.report import heading, table

if TYPE_CHECKING:
    from pyvips import Image

    from resizer_core import ImageHeader

METHOD = (
    "For each SPEC the largest original of noise is looked for that is planned, not refused, in steps of "
    "a megapixel; of animations, in steps of 10 frames. It is made once, as in `bench.limits`: the peak "
    "of the resident set, and user and system time, of a fresh process with one libvips thread."
)
WIDTH = 5000
EFFECTS = "blur-4.9_sharp-4.9_pix-2_bri-5_con-5_sat-5_gray_round-max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Describe one way to be slow.

    ``bands`` and ``bits`` are those of the original. ``side`` is that of a frame, px; 0 means a still.
    """

    spec: str
    save: str = ".jpg"
    bands: int = 3
    bits: int = 8
    side: int = 0

    def header(self, count: int) -> ImageHeader:
        """Describe an original of so many megapixels, or frames."""
        from resizer_core import ImageHeader, Size

        size = Size(self.side, self.side) if self.side else Size(WIDTH, count * 1_000_000 // WIDTH)
        # The loader gives a GIF alpha, whether anything is transparent or not.
        header = ImageHeader(size=size, bits=self.bits, has_alpha=self.bands == 4 or bool(self.side))
        return replace(header, pages=count, animated=count > 1) if self.side else header

    def draw(self, count: int) -> Image:
        """Draw that original."""
        import pyvips

        size = self.header(count).size
        width, height = size.width, size.height * (count if self.side else 1)
        image, *others = (
            pyvips.Image.gaussnoise(width, height, mean=128, sigma=60, seed=band)
            for band in range(self.bands)
        )
        for other in others:
            image = image.bandjoin(other)
        if self.bits == 16:
            return (image * 257).cast("ushort").copy(interpretation="rgb16")
        return image.cast("uchar").copy(interpretation="srgb")


#: Formats that hold much of such noise in 50 MiB: lossy WebP with alpha, AVIF of 12 bits.
CLEAR, DEEP = ".webp[effort=0]", ".avif[effort=0,bitdepth=12]"
WAYS = (
    Way(spec="orig_f-avif"),
    Way(spec="orig_f-avif_ll"),
    Way(spec="orig_f-avif", bands=4, save=CLEAR),
    Way(spec="orig_f-avif_ll", bands=4, save=CLEAR),
    Way(spec="orig_hdr_f-avif", bits=16, save=DEEP),
    Way(spec="orig_hdr_f-avif_ll", bits=16, save=DEEP),
    Way(spec="orig_f-avif_kb-900"),
    Way(spec="orig_f-webp_q-100", bands=4, save=CLEAR),
    Way(spec="orig_f-gif"),
    Way(spec=f"orig_{EFFECTS}_f-jpg"),
    Way(spec=f"orig_{EFFECTS}_f-webp", bands=4, save=CLEAR),
    Way(spec=f"orig_hdr_{EFFECTS}_f-tif", bits=16, save=DEEP),
    Way(spec="orig_blur-4.9_f-webp", save=".gif[page-height=400,dither=0,effort=1]", side=400),
    Way(spec="2000x_trim_f-avif"),
)


def jobs() -> Iterator[Job]:
    """Find the largest original for each way."""
    for way in WAYS:
        count = largest(way)
        unit = "frames" if way.side else "MP"
        draw: Callable[[], Image] = partial(way.draw, count)
        kind = f"{way.bands} bands of {way.bits} bits"
        yield Job(name=f"noise, {count} {unit}, {kind}", draw=draw, save=way.save, spec=way.spec)


def largest(way: Way) -> int:
    """Find the megapixels, or frames, of the largest original that is not refused."""
    from resizer_core import FORMATS, LimitExceeded, make_plan, parse_spec

    original = FORMATS[way.save.lstrip(".").partition("[")[0]]
    step = 10 if way.side else 1
    count = step
    while True:
        try:
            make_plan(parse_spec(way.spec), way.header(count + step), original)
        except LimitExceeded:
            return count
        count += step


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="SPECs that contain this")
    only = parser.parse_args().only
    heading("The worst that is accepted", METHOD)
    table(("original", "SPEC", "MB", "peak, MiB", "CPU, s"), (row(job) for job in jobs() if only in job.spec))


if __name__ == "__main__":
    main()
