"""Measure the CPU time that a smaller decoding of a JPEG saves, also with crop, trim and a turn."""

from __future__ import annotations

import os
from dataclasses import replace
from statistics import median

os.environ["VIPS_CONCURRENCY"] = "1"  # with one thread, CPU time is the time that one core is busy

import pyvips

from bench.report import spread, table
from bench.resize import begun, cpu
from resizer_core import parse_spec, plan_for
from resizer_core.rendering.render import render

METHOD = (
    "This measures the CPU time (user and system) of one process with one libvips thread, from encoded "
    "bytes to encoded bytes, planning included. One contender is `resize()`. The other has the same plan, "
    "but decodes a JPEG in full. They take turns within a round, and the ratio is taken per round. The "
    "tables show the median, and in brackets the range of the middle half of the rounds."
)
#: The SPECs, and whether the original is stored sideways.
JOBS = (
    ("720x", False),
    ("720x_crop-10p-10p-80p-80p", False),
    ("720x_trim", False),
    ("720x_rot-90", False),
    ("720x_rot-180", False),
    ("720x_flip-h", False),
    ("720x", True),
    ("720x_crop-10p-10p-80p-80p_trim_rot-90_flip-h", True),
    ("300x200_fit-cover_g-sm", False),
    ("720x_blur-4_sharp_round-20", False),
)


def main() -> None:
    """Print one table, for the picture that the command names or for an example."""
    data, rounds = begun("Decoding smaller", METHOD, __doc__)
    table(
        ("SPEC", "decoded smaller by", "resize(), ms", "decoded in full, ms", "ratio"),
        [row(spec, turned(data) if sideways else data, sideways, rounds) for spec, sideways in JOBS],
    )


def row(spec: str, data: bytes, sideways: bool, rounds: int) -> tuple[str, ...]:
    """Measure one SPEC. The first round of each contender does not count."""
    asked = parse_spec(spec)

    def smaller() -> None:
        render(data, plan_for(data, asked))

    def in_full() -> None:
        render(data, replace(plan_for(data, asked), shrink=1))

    smaller()
    in_full()
    pairs = [(cpu(smaller), cpu(in_full)) for _ in range(rounds)]
    return (
        f"`{spec}`{', stored sideways' if sideways else ''}",
        f"{plan_for(data, asked).shrink:g}",
        f"{median(ours for ours, _ in pairs):.1f}",
        f"{median(full for _, full in pairs):.1f}",
        spread([ours / full for ours, full in pairs], 2),
    )


def turned(data: bytes) -> bytes:
    """Store the picture as a camera held sideways does, with EXIF orientation 6."""
    image = pyvips.Image.new_from_buffer(data, "").rot270().copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)
    return bytes(image.jpegsave_buffer(Q=92))


if __name__ == "__main__":
    main()
