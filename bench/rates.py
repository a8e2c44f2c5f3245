"""Measure the CPU time for a million pixels of noise, the hardest picture, for ``planning/cost.py``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import heading, table

if TYPE_CHECKING:
    from pyvips import Image

ROOT = Path(__file__).parents[1]
METHOD = (
    "This resizes 2 megapixels of noise once, by one libvips thread in one process. No predictor foresees "
    "noise. The rate is user and system time, the best of three, divided by the pixels. For an operation it "
    "is the difference to the same without it."
)
WIDTH, HEIGHT = 2000, 1000
WRITE = (
    *("f-jpg", "f-jpg_q-100", "f-png", "f-tif", "f-webp", "f-webp_q-100", "f-webp_ll"),
    *("f-avif", "f-avif_q-100", "f-avif_ll", "f-gif"),
)
WITH_ALPHA = ("f-png", "f-webp", "f-webp_q-100", "f-webp_ll", "f-avif", "f-avif_q-100", "f-avif_ll", "f-gif")
HIGH = ("hdr_f-png", "hdr_f-tif", "hdr_f-avif", "hdr_f-avif_q-100", "hdr_f-avif_ll")
OPERATIONS = (
    *("blur-0.3", "blur-4.9", "blur-100", "sharp-0.1", "sharp-4.9", "sharp-10", "pix-2", "bri-5", "con-5"),
    *("sat-5", "gray", "pad-5", "round-max"),
)
#: Larger than Full HD, so that AVIF takes effort 0.
LARGE = 1100
READ = ("jpg", "jpg[interlace]", "png", "png[interlace]", "webp", "avif", "gif", "tif")


def noise(bands: int, bits: int, height: int = HEIGHT) -> Image:
    """Draw noise of so many channels."""
    import pyvips

    image, *others = (
        pyvips.Image.gaussnoise(WIDTH, height, mean=128, sigma=60, seed=band) for band in range(bands)
    )
    for other in others:
        image = image.bandjoin(other)
    if bits == 16:
        return (image * 257).cast("ushort").copy(interpretation="rgb16")
    return image.cast("uchar").copy(interpretation="srgb")


def rate(data: bytes, spec: str, share: float = 1) -> float:
    """Measure one resize, in CPU seconds for a million pixels. The derivative has this ``share`` of them."""
    from resizer_core import Limits, Site, resize

    site = Site(limits=Limits(cpu_seconds=10**6, output_bytes=10**9))
    best = float("inf")
    for _ in range(3):
        before = time.process_time()
        resize(data, spec, site=site)
        best = min(best, time.process_time() - before)
    return best / (WIDTH * HEIGHT / 1e6 * share)


def measure() -> None:
    """Print the tables."""
    plain, clear, high = (
        bytes(noise(bands, bits).pngsave_buffer(compression=0)) for bands, bits in ((3, 8), (4, 8), (3, 16))
    )
    heading("Rates of noise", METHOD)
    table(("SPEC", "s/MP"), [(spec, f"{rate(plain, f'orig_{spec}'):.3f}") for spec in WRITE])
    table(("with alpha", "s/MP"), [(spec, f"{rate(clear, f'orig_{spec}'):.3f}") for spec in WITH_ALPHA])
    table(("16 bits", "s/MP"), [(spec, f"{rate(high, f'orig_{spec}'):.3f}") for spec in HIGH])
    large = [
        (bytes(noise(bands, bits, LARGE).pngsave_buffer(compression=0)), f"orig_{hdr}")
        for bands, bits, hdr in ((3, 8, ""), (4, 8, ""), (3, 16, "hdr_"))
    ]
    table(
        ("larger than Full HD", "s/MP", "with alpha, s/MP", "hdr of 16 bits, s/MP"),
        [
            (spec, *(f"{rate(data, begun + spec, LARGE / HEIGHT):.3f}" for data, begun in large))
            for spec in ("f-avif", "f-avif_q-100", "f-avif_ll")
        ],
    )
    indexed = [bytes(noise(bands, 8).pngsave_buffer(palette=True)) for bands in (3, 4)]
    table(
        ("indexed", "s/MP"),
        [
            (name, f"{rate(data, '80p_f-png', 0.64):.3f}")
            for name, data in zip(("opaque", "alpha"), indexed, strict=True)
        ],
    )
    usual = ((plain, "f-jpg"), (high, "hdr_f-tif"))
    bases = [(data, rate(data, f"orig_{spec}"), spec) for data, spec in usual]
    table(
        ("operation", "8 bits, s/MP", "16 bits, s/MP"),
        [
            (name, *(f"{rate(data, f'orig_{name}_{spec}') - base:.3f}" for data, base, spec in bases))
            for name in OPERATIONS
        ],
    )
    table(
        ("original", "s/MP"),
        [(kind, f"{rate(bytes(noise(3, 8).write_to_buffer(f'.{kind}')), '64x_f-jpg'):.3f}") for kind in READ],
    )


def main() -> None:
    """Measure in a process with one thread of libvips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().child:
        measure()
        return
    environment = os.environ | {"VIPS_CONCURRENCY": "1"}
    subprocess.run([sys.executable, "-m", "bench.rates", "--child"], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    main()
