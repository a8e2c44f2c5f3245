"""Make small pictures with ``resize()`` and by hand. A wrong result ends in 1, a time never does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from bench.animation import frames_apart, in_one_go
from bench.peers.jobs import cut_out
from bench.report import ORIGINALS, heading, table
from bench.resize import JOBS, JPEG, Job, cpu, enlarged
from resizer_core import detect

import pyvips  # isort: skip

METHOD = (
    "Each picture is made three times by `resize()` and three times by hand, with the same settings of the "
    "encoder. CPU is the time of `resize()` divided by the time by hand, the median of three, for "
    "information alone. The bytes are divided in the same way. The difference is the mean over all pixels "
    "and channels, in levels of 255. A picture is wrong if it has another size or format than the picture by "
    "hand, more than 1.1 times its bytes, or a difference of more than 4 levels."
)
#: What the bytes may be, times those by hand.
BYTES = 1.1
#: Levels of 255 of the mean difference. Both shrink in the decoder, but not alike.
LEVELS = 4.0
#: The settings of resizer_core.planning.encoders for PNG with alpha.
PNG = {"compression": 6, "filter": "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Hold a picture, and both ways to make it."""

    name: str
    ours: Callable[[], bytes]
    by_hand: Callable[[], bytes]


def main() -> None:
    """Print one table, and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    heading("Small pictures", METHOD)
    wrong: list[str] = []
    rows = [row(case, rounds, wrong) for case in cases()]
    table(("picture", "CPU", "bytes", "difference"), rows)
    if wrong:
        sys.exit("\n".join(wrong))


def cases() -> Iterator[Case]:
    """List the pictures."""
    face = pyvips.Image.thumbnail(str(ORIGINALS / "astronaut.jpg"), 64, crop="centre")
    photograph = enlarged(ORIGINALS / "astronaut.jpg", 4)
    yield from (of_job("photograph", job, photograph) for job in JOBS)
    alpha = Job(spec="720x_f-png", width=720, height=100_000, suffix=".png", save=PNG)
    yield of_job("alpha", alpha, cut_out())
    tiny = Job(spec="32x_f-jpg", width=32, height=100_000, suffix=".jpg", save=JPEG)
    yield of_job("64 px", tiny, face.write_to_buffer(".jpg", keep="none"))
    flight = (ORIGINALS / "flight.gif").read_bytes()
    yield Case(
        name="animation, `50p_f-webp`",
        ours=partial(frames_apart, flight),
        by_hand=partial(in_one_go, flight),
    )


def of_job(original: str, job: Job, data: bytes) -> Case:
    """Make a job's picture of these bytes."""
    return Case(
        name=f"{original}, `{job.spec}`",
        ours=partial(job.by_the_core, data),
        by_hand=partial(job.by_hand, data),
    )


def row(case: Case, rounds: int, wrong: list[str]) -> tuple[str, ...]:
    """Measure one picture, and add to ``wrong`` what is wrong about it."""
    ours, by_hand = case.ours(), case.by_hand()
    found = list(faults(ours, by_hand))
    wrong += [f"{case.name}: {fault}" for fault in found]
    ratio = median(cpu(case.ours) / cpu(case.by_hand) for _ in range(rounds))
    levels = "–" if found else f"{difference(ours, by_hand):.2f}"
    return case.name, f"{ratio:.2f}", f"{len(ours) / len(by_hand):.3f}", levels


def faults(ours: bytes, by_hand: bytes) -> Iterator[str]:
    """Say what is wrong about a picture beside the one that was made by hand."""
    if detect(ours) != detect(by_hand):
        yield f"expected {detect(by_hand)}, got {detect(ours)}"
        return
    size, expected = ((image.width, image.height, image.bands) for image in (opened(ours), opened(by_hand)))
    if size != expected:
        yield f"expected width, height and channels {expected}, got {size}"
        return
    if len(ours) > BYTES * len(by_hand):
        yield f"expected at most {BYTES * len(by_hand):,.0f} bytes, got {len(ours):,}"
    if (levels := difference(ours, by_hand)) > LEVELS:
        yield f"expected a difference of at most {LEVELS} levels, got {levels:.2f}"


def difference(ours: bytes, by_hand: bytes) -> float:
    """Measure the mean difference of two pictures of one size over all pixels and channels, 0 to 255."""
    return float((seen(ours) - seen(by_hand)).abs().avg())


def seen(data: bytes) -> pyvips.Image:
    """Decode a picture. Put it on gray if it has alpha: nobody sees the colour of what is transparent."""
    image = opened(data)
    return image.flatten(background=[128]) if image.hasalpha() else image


def opened(data: bytes) -> pyvips.Image:
    """Open a picture with all of its frames, one below the other."""
    pages = "[n=-1]" if str(detect(data)) in {"gif", "webp"} else ""
    return pyvips.Image.new_from_buffer(data, pages)


if __name__ == "__main__":
    main()
