"""Damage files for some time, and watch the one process that makes pictures of them."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Final

from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import honest, seeds
from tests.fuzz.worker import LENGTH

ROOT: Final = Path(__file__).parents[2]
WORKER: Final = (sys.executable, "-m", "tests.fuzz.worker")
#: What is asked for, so that each reader, each page, metadata, profiles and each writer have their turn.
SPECS: Final = (
    "32x_f-png",
    "40x30_fit-cover_g-sm_f-jpg",
    "16x_meta-keep_f-png",
    "24x_meta-keep_f-jpg",
    "16x_meta-copyright_f-webp",
    "20x_trim_f-webp",
    "32x_f-gif",
    "20x_page-2_f-png",
    "24x_hdr_f-png",
    "16x_hdr_f-avif",
    "20x_icc-keep_f-tif",
    "20x_icc-p3_f-webp",
    "40x_rot-90_flip-h_f-tif",
    "16x_still_f-png",
    "30x_crop-10p-10p-50p-50p_f-jpg",
    "24x_hdr_f-jpg",
)
#: What a run may find: the process ended, it did not answer, an error is not ours, or the picture after it is
#: not the one that it was before.
FINDINGS: Final = ("crash", "hang", "foreign", "poisoning")
#: How many files come between two honest pictures.
_BATCH: Final = 25


@dataclass(frozen=True, slots=True)
class Finding:
    """Keep what went wrong, and the file and the SPEC that it went wrong with."""

    kind: str
    format: str
    spec: str
    data: bytes = field(repr=False)
    told: str


@dataclass(slots=True)
class Report:
    """Count what became of the files of each format."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, format: str, outcome: str) -> None:
        """Count one file."""
        self.counts.setdefault(format, Counter())[outcome] += 1

    def table(self) -> str:
        """Write the counts as a table of Markdown."""
        columns = ("made", "refused", *FINDINGS)
        rows = [("format", "files", *columns), ("---", *["---:"] * (len(columns) + 1))]
        for format, counts in sorted(self.counts.items()):
            rows.append((format, str(sum(counts.values())), *(str(counts[name]) for name in columns)))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


class Fuzzer:
    """Run a worker while the ``with`` block lasts; one that ends or hangs is replaced.

    Args:
        command: starts the worker.
        patience: how long it may take for one file, s.
    """

    def __init__(self, command: Sequence[str] = WORKER, *, patience: float = 10) -> None:
        self._command = command
        self._patience = patience
        self._report = Report()
        self._worker = self._started()
        self._expected = self._asked(honest(), "16x_f-png")

    def __enter__(self) -> Fuzzer:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, *, seconds: float, seed: int) -> Report:
        """Damage files for so many seconds, and at least one batch of them."""
        random, end = Random(seed), monotonic() + seconds
        while True:
            batch = [self._one(random) for _ in range(_BATCH)]
            self._look_at_an_honest_picture(batch[-1])
            if monotonic() >= end:
                return self._report

    def _one(self, random: Random) -> Finding:
        """Try one file; what is given back is what a poisoning would be told of."""
        format = random.choice(sorted(seeds()))
        of_format = seeds()[format]
        spec = random.choice(SPECS)
        data = mutated(random.choice(of_format), format, of_format, random)
        outcome, told = self._asked(data, spec)
        self._report.add(format, outcome)
        tried = Finding(outcome, format, spec, data, told)
        if outcome in FINDINGS:
            self._report.findings.append(tried)
        return tried

    def _look_at_an_honest_picture(self, last: Finding) -> None:
        if (came := self._asked(honest(), "16x_f-png")) != self._expected:
            self._report.add(last.format, "poisoning")
            told = f"an honest picture gave {came}, not {self._expected}"
            self._report.findings.append(Finding("poisoning", last.format, last.spec, last.data, told))
            self._stop()
            self._worker = self._started()

    def _asked(self, data: bytes, spec: str) -> tuple[str, str]:
        """Try a file: its outcome, and what is told of it."""
        request = b"".join((LENGTH.pack(len(spec)), spec.encode(), LENGTH.pack(len(data)), data))
        answered = False
        try:
            assert self._worker.stdin
            assert self._worker.stdout
            self._worker.stdin.write(request)
            self._worker.stdin.flush()
            answered = bool(select.select([self._worker.stdout], [], [], self._patience)[0])
            line = self._worker.stdout.readline() if answered else b""
        except BrokenPipeError:
            answered, line = True, b""
        if line:
            answer = json.loads(line)
            return answer["outcome"], answer["told"]
        self._stop()
        status = self._worker.returncode
        self._worker = self._started()
        return (
            ("crash", f"exit status {status}") if answered else ("hang", f"no answer for {self._patience} s")
        )

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _stop(self) -> None:
        with self._worker:
            self._worker.kill()
