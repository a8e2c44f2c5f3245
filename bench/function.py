"""Measure whole functions: this one, and one in Node.js that does what AWS's sample for pictures does."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from itertools import count
from math import exp, log
from pathlib import Path
from statistics import median
from typing import Any

from bench.limits import ENVIRONMENT
from bench.peers.children import HERE, Child, find_peers
from bench.report import ORIGINALS, heading, spread, table
from bench.warm import Distant
from local_loop.s3 import S3Server
from resizer_core import ObjectStore, open_store

METHOD = (
    "Both functions read an original from S3, make a derivative, store it, and answer. Ours runs with the "
    "image's settings of the allocator and answers with a redirect. The other one, "
    "`bench/peers/function.mjs`, does what the function of aws-samples/image-optimization does, and answers "
    "with the picture. S3 is a server on loopback in a process that is not measured. The functions take "
    "turns within a round, and the ratio of a round is our time divided by the other: less than 1 is faster. "
    "The tables show the median, and in brackets the range of the middle half of the rounds. Each request is "
    "for a new derivative."
)
OURS = [sys.executable, "-m", "bench.function", "--child"]
THEIRS = ["node", "--no-warnings", str(HERE / "function.mjs")]
SETTINGS = ENVIRONMENT | {
    "RESIZER_ORIGINALS": "s3://originals",
    "RESIZER_DERIVATIVES": "s3://derivatives",
    "RESIZER_BASE_URL": "https://img.example.com",
}
#: A photograph of 6 megapixels, which is made.
LARGE = "large.jpg"
Environments = tuple[dict[str, str], dict[str, str]]
#: As it was before bench.resize sets the threads of libvips.
_BEFORE = dict(os.environ)
_versions = count()


@dataclass(frozen=True, slots=True)
class Case:
    """Hold one request: the key, the SPEC, and the same for the other function, which covers its box."""

    key: str
    spec: str
    operations: str

    def paths(self) -> tuple[str, str]:
        """Make the paths of a new derivative, ours first."""
        version = next(_versions)
        return f"/{self.spec}_v-{version}/{self.key}", f"/{self.key}/{self.operations},v={version}"


CASES = (
    Case("cat.jpg", "100x100_fit-cover_f-jpg", "width=100,height=100,format=jpeg"),
    Case("cat.jpg", "300x_f-jpg", "width=300,format=jpeg"),
    Case("cat.jpg", "300x_f-webp", "width=300,format=webp"),
    Case("galaxies.jpg", "720x_f-jpg", "width=720,format=jpeg"),
    Case("galaxies.jpg", "720x_f-webp", "width=720,format=webp"),
    Case("cup.png", "300x_f-png", "width=300,format=png"),
    Case("cup.png", "300x_f-webp", "width=300,format=webp"),
    Case("photographer.avif", "300x_f-jpg", "width=300,format=jpeg"),
    Case("flight.gif", "100x_f-webp", "width=100,format=webp"),
    Case(LARGE, "300x200_fit-cover_f-jpg", "width=300,height=200,format=jpeg"),
    Case(LARGE, "720x_f-jpg", "width=720,format=jpeg"),
    Case(LARGE, "1600x_f-jpg", "width=1600,format=jpeg"),
    Case(LARGE, "720x_f-webp", "width=720,format=webp"),
)


def main() -> None:
    """Print three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--latency", type=float, default=20, help="of S3 in the last table, ms (default: 20)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        answer_lines()
        return
    find_peers()
    heading("Whole functions", METHOD)
    originals = originals_of(open_store("memory:"))
    derivatives = open_store("memory:")
    with S3Server({"originals": originals, "derivatives": derivatives}) as near:
        cold(environments(near), given.rounds)
        warm("CPU", "cpu", environments(near), derivatives, given.rounds)
    distant = Distant(given.latency / 1000)
    originals_of(distant)
    kept = Distant(given.latency / 1000)
    with S3Server({"originals": distant, "derivatives": kept}) as far:
        title = f"time by the clock, {given.latency:g} ms before each answer of S3"
        warm(title, "wall", environments(far), kept, given.rounds)


def originals_of(store: ObjectStore) -> ObjectStore:
    """Put the originals of all cases into a store."""
    from bench.resize import enlarged

    for key in dict.fromkeys(case.key for case in CASES):
        path = ORIGINALS / key
        data = path.read_bytes() if key != LARGE else enlarged(ORIGINALS / "galaxies.jpg", 2.725, keep="none")
        store.put(key, data, media_type="image/" + path.suffix[1:].replace("jpg", "jpeg"))
    return store


def environments(server: S3Server) -> Environments:
    """Give the whole environments of our function and of the other, which has no settings of our image."""
    other = _BEFORE | server.environment
    return other | SETTINGS, other


def cold(environments: Environments, rounds: int) -> None:
    """Print what fresh processes cost until they have given their first answer."""
    case = Case("cat.jpg", "300x200_fit-cover_f-webp", "width=300,height=200,format=webp")
    program = (
        "import handler, json, sys; sys.exit(handler.handler(json.loads(sys.argv[1]))['statusCode'] != 302)"
    )
    commands = ([sys.executable, "-c", program], THEIRS)
    measured = [
        [
            whole_process([*command, json.dumps(event(path))], environment)
            for command, path, environment in zip(commands, case.paths(), environments, strict=True)
        ]
        for _ in range(rounds + 1)
    ]
    del measured[0]  # compiles the modules that are not compiled yet
    print("From the start of the process to its end, CPU:\n")
    table(
        ("first answer", "ours / Node.js", "ours, ms", "Node.js, ms"),
        [
            (
                f"`{case.spec}`, {case.key}",
                spread([ours / theirs for ours, theirs in measured], 2),
                f"{median(ours for ours, _ in measured):.0f}",
                f"{median(theirs for _, theirs in measured):.0f}",
            )
        ],
    )


def whole_process(command: list[str], environment: Mapping[str, str]) -> float:
    """Measure the CPU time of a process from start to end, ms.

    Raises:
        RuntimeError: the process failed.
    """
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawnp(command[0], command, environment, file_actions=silent)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"failed: {command}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def warm(title: str, figure: str, environments: Environments, derivatives: ObjectStore, rounds: int) -> None:
    """Print a row for each case, and one for all: the geometric mean of the ratios of each round."""
    with ExitStack() as stack:
        children = [
            stack.enter_context(Child(command, environment))
            for command, environment in zip((OURS, THEIRS), environments, strict=True)
        ]
        for case in CASES:
            check(case, children, derivatives)
        turns = [
            [
                [child.ask(event(path))[figure] for child, path in zip(children, case.paths(), strict=True)]
                for case in CASES
            ]
            for _ in range(rounds)
        ]
        print(f"Running processes, {title}; {children[1].versions}; {rounds} rounds:\n")
    ratios = [[ours / theirs for ours, theirs in turn] for turn in turns]
    rows = [
        (
            f"`{case.spec}`, {case.key}",
            spread([one[number] for one in ratios], 2),
            *(f"{median(turn[number][who] for turn in turns):.1f}" for who in (0, 1)),
        )
        for number, case in enumerate(CASES)
    ]
    means = spread([exp(sum(map(log, one)) / len(one)) for one in ratios], 3)
    sums = [f"{median(sum(pair[who] for pair in turn) for turn in turns):.0f}" for who in (0, 1)]
    columns = ("request", "ours / Node.js", "ours, ms", "Node.js, ms")
    table(columns, [*rows, ("all: mean of the ratios, sum of the times", means, *sums)])


def check(case: Case, children: Sequence[Child], derivatives: ObjectStore) -> None:
    """Ask both once, and compare the sizes of what they store.

    Raises:
        RuntimeError: they made different sizes.
    """
    import pyvips

    sizes = []
    for child, path in zip(children, case.paths(), strict=True):
        child.ask(event(path))
        stored = derivatives.get(path[1:])
        image = pyvips.Image.new_from_buffer(bytes(stored.body) if stored else b"", "")
        sizes.append((image.width, image.height, image.get_n_pages()))
    if sizes[0] != sizes[1]:
        raise RuntimeError(f"expected one size for {case}, got {sizes}")


def event(path: str) -> dict[str, Any]:
    """Make a request as an HTTP API sends it."""
    return {"rawPath": path, "requestContext": {"http": {"method": "GET", "path": path}}}


def answer_lines() -> None:
    """Answer each line of the standard input as the function, and tell the times of one call, ms."""
    from handler import handler

    told = os.fdopen(os.dup(1), "w")
    print(json.dumps({"versions": ""}), file=told, flush=True)
    with Path(os.devnull).open("w") as log, redirect_stdout(log):
        for line in sys.stdin:
            cpu, wall = time.process_time(), time.perf_counter()
            status = handler(json.loads(line))["statusCode"]
            times = {"cpu": (time.process_time() - cpu) * 1000, "wall": (time.perf_counter() - wall) * 1000}
            if status != 302:
                raise RuntimeError(f"failed: {line}")
            print(json.dumps(times), file=told, flush=True)


if __name__ == "__main__":
    main()
