"""Damaged files of every format in one process: no crash, no hang, no foreign error, no poisoning."""

from __future__ import annotations

import os
import sys
from random import Random

import pytest

from tests.fuzz.fuzzer import FINDINGS, Fuzzer
from tests.fuzz.mutations import mutated
from tests.fuzz.parts import WALKS
from tests.fuzz.seeds import seeds

#: How long the run takes; .ci/run says 60.
SECONDS = float(os.environ.get("RESIZER_FUZZ_SECONDS", "5"))


def test_nothing_is_found() -> None:
    with Fuzzer() as fuzzer:
        report = fuzzer.run(seconds=SECONDS, seed=1)
    assert report.findings == [], report.table()
    assert sum(counts["made"] + counts["refused"] for counts in report.counts.values()) >= 25


@pytest.mark.parametrize("format", WALKS)
def test_a_file_is_taken_apart_as_it_is_put_together(format: str) -> None:
    # BigTIFF is left to the changes that know no parts.
    assert max(len(list(WALKS[format](data))) for data in seeds()[format]) >= 3
    for data in seeds()[format]:
        parts = list(WALKS[format](data))
        assert all(0 <= part.start < part.end <= len(data) for part in parts)
        assert all(at >= 0 and width >= 0 for part in parts for at, width in part.fields)


@pytest.mark.parametrize("format", WALKS)
def test_what_is_damaged_can_be_taken_apart_again(format: str) -> None:
    """No walk fails or goes on for ever, whatever became of the file."""
    random = Random(2)
    for data in seeds()[format][:3]:
        for _ in range(60):
            damaged = mutated(data, format, seeds()[format], random)
            assert len(list(WALKS[format](damaged))) <= len(damaged)


#: A worker that answers as an honest one for its first three files, and then does what is planted in it.
STAND_IN = """
import os, signal, struct, sys, time
def taken():
    length = sys.stdin.buffer.read(4)
    return sys.stdin.buffer.read(struct.unpack("=I", length)[0]) if length else None
number = 0
while taken() is not None:
    taken()
    number += 1
    told = "a"
    if number > 3:
        PLANTED
    print('{"outcome": "%s", "told": "%s"}' % ("made" if told != "x" else "foreign", told), flush=True)
"""
PLANTED = {
    "crash": "os.kill(os.getpid(), signal.SIGSEGV)",
    "hang": "time.sleep(60)",
    "foreign": "told = 'x'",
    "poisoning": "told = 'b'",
}


@pytest.mark.parametrize(("kind", "planted"), PLANTED.items(), ids=PLANTED)
def test_what_is_planted_is_found(kind: str, planted: str) -> None:
    command = (sys.executable, "-c", STAND_IN.replace("PLANTED", planted))
    with Fuzzer(command, patience=0.5) as fuzzer:
        report = fuzzer.run(seconds=0, seed=1)
    assert kind in {finding.kind for finding in report.findings} <= set(FINDINGS)
    assert report.findings[0].data
