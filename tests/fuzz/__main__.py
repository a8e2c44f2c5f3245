"""Damage files of every format for some time: ``make fuzz SECONDS=600``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import SystemRandom

from tests.fuzz.fuzzer import ROOT, Fuzzer

FOUND = ROOT / "build" / "fuzz"


def main() -> int:
    """Run; returns 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=None, help="of the same files again (default: new ones)")
    options = parser.parse_args()
    seed = SystemRandom().randrange(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    with Fuzzer() as fuzzer:
        report = fuzzer.run(seconds=options.seconds, seed=seed)
    print(report.table())
    for number, finding in enumerate(report.findings):
        FOUND.mkdir(parents=True, exist_ok=True)
        kept = FOUND / f"{seed}-{number}.{finding.format}"
        kept.write_bytes(finding.data)
        print(f"{finding.kind}: {finding.spec} of {kept.relative_to(Path.cwd())}\n{finding.told}")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
