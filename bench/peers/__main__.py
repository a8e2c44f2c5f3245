"""``python -m bench.peers``: measure the CPU time of resizes, ours and those of other programs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.peers.children import HERE, PYTHON, Child, find_peers
from bench.peers.jobs import JOBS, Job, make_originals, of_own
from bench.report import heading, spread, table
from bench.resize import cpu
from resizer_core import plan_for, resize

import pyvips  # isort: skip

METHOD = (
    "This measures the CPU time (user and system) from encoded bytes to encoded bytes, with one thread for "
    "the pixels. Each program runs in a process that has made the picture before, and tells the CPU time of "
    "this process. The programs take turns within a round, and the ratio is the time of `resize()` divided "
    "by the time of the other program in the same round: less than 1 is faster. The table shows the median, "
    "and in brackets the range of the middle half of the rounds. Each program has its own defaults for the "
    "format, so the bytes differ. Pillow's `thumbnail` and `resize()` let the decoder of JPEG shrink less "
    "than sharp does. cykooz.resizer stands between Pillow's decoder, which shrinks as far as sharp's, and "
    "Pillow's encoder."
)
PEERS = ("sharp", "Pillow", "cykooz.resizer")
#: A small picture is made so often in a turn that the turn takes this time, ms.
TURN = 20.0
Measure = Callable[[int, Path | None], tuple[float, int]]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "picture",
        nargs="?",
        type=Path,
        help="a photograph, stored upright; default: pictures made of examples",
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="measure the jobs whose original or SPEC has this text")
    given = parser.parse_args()
    find_peers()
    with (
        TemporaryDirectory() as name,
        Child(["node", str(HERE / "by_sharp.mjs")]) as sharp,
        Child([str(PYTHON), str(HERE / "by_pillow.py")]) as pillow,
    ):
        folder = Path(name)
        if given.picture:
            originals, jobs = {given.picture.name: given.picture.resolve()}, of_own(given.picture.name)
        else:
            originals, jobs = make_originals(folder), JOBS
        jobs = tuple(job for job in jobs if given.only in f"{job.original} {job.spec}")
        heading("Beside other programs", METHOD)
        print(f"{sharp.versions}; {pillow.versions}; {given.rounds} rounds.\n")
        for original in dict.fromkeys(job.original for job in jobs):
            path = originals[original]
            size = plan_for(path.read_bytes(), "orig").size
            print(f"- {original}: {size.width}x{size.height}, {path.stat().st_size:,} bytes")
        print()
        columns = ("original", "SPEC", *(f"/ {peer}" for peer in PEERS), "`resize()`, ms", "bytes", *PEERS)
        rows = (row(job, originals[job.original], sharp, pillow, given.rounds, folder) for job in jobs)
        table(columns, rows)


def row(job: Job, path: Path, sharp: Child, pillow: Child, rounds: int, folder: Path) -> tuple[str, ...]:
    """Measure one job. The first round of each program does not count.

    Raises:
        RuntimeError: a program made another size.
    """
    contenders: dict[str, Measure] = {
        "resize()": partial(by_the_core, path.read_bytes(), job.spec),
        "sharp": partial(by_child, sharp, {}, job, path),
        "Pillow": partial(by_child, pillow, {"way": "pillow"}, job, path),
        "cykooz.resizer": partial(by_child, pillow, {"way": "cykooz"}, job, path),
    }
    first = {name: measure(1, folder / name) for name, measure in contenders.items()}
    sizes = {name: shown_size(folder / name) for name in contenders}
    if any(
        abs(one - ours) > 1
        for size in sizes.values()
        for one, ours in zip(size, sizes["resize()"], strict=True)
    ):
        raise RuntimeError(f"expected one size of {job.spec}, got {sizes}")
    times = max(1, round(TURN / first["resize()"][0]))
    turns = [{name: measure(times, None)[0] for name, measure in contenders.items()} for _ in range(rounds)]
    return (
        job.original,
        f"`{job.spec}`",
        *(spread([turn["resize()"] / turn[peer] for turn in turns], 2) for peer in PEERS),
        f"{median(turn['resize()'] for turn in turns):.2f}",
        *(f"{size:,}" for _, size in first.values()),
    )


def by_the_core(data: bytes, spec: str, times: int, keep: Path | None) -> tuple[float, int]:
    """Make one picture so many times here. Return the CPU time of one, ms, and its bytes."""
    body = b""

    def make() -> None:
        nonlocal body
        for _ in range(times):
            body = bytes(resize(data, spec).body)

    used = cpu(make) / times
    if keep:
        keep.write_bytes(body)
    return used, len(body)


def by_child(
    child: Child, way: dict[str, str], job: Job, path: Path, times: int, keep: Path | None
) -> tuple[float, int]:
    """Let another program make it so many times. Return the CPU time of one, ms, and its bytes."""
    answer = child.ask(job.question(path, times, keep) | way)
    return answer["cpu"], answer["bytes"]


def shown_size(path: Path) -> tuple[int, int, int]:
    """Read width, height and frames of a picture."""
    image = pyvips.Image.new_from_file(str(path))
    return image.width, image.height, image.get_n_pages()


if __name__ == "__main__":
    main()
