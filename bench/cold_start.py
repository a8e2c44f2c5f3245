"""CPU time of whole processes: what a cold start pays before and for the first picture."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from statistics import median

from bench.report import ORIGINALS, heading, spread, table

ROOT = Path(__file__).parents[1]
METHOD = (
    "CPU time (user and system) of a fresh interpreter from start to exit, compiled files in place. The "
    "programs take turns within a round; `python -c pass` of the same round is what the ratio divides by. "
    "Shown: the median, and in brackets where the middle half of the rounds lies."
)

_PICTURE = f"open({str(ORIGINALS / 'cat.jpg')!r}, 'rb').read()"
PROGRAMS = {
    "python -c pass": "pass",
    "import resizer_core": "import resizer_core",
    "parse one SPEC": "import resizer_core; resizer_core.parse_spec('300x200_f-webp')",
    "import pyvips alone": "import pyvips",
    "import and first resize": f"import resizer_core; resizer_core.resize({_PICTURE}, '300x200_f-webp')",
    "import and two resizes": f"import resizer_core; d = {_PICTURE}; "
    "resizer_core.resize(d, '300x200_f-webp'); resizer_core.resize(d, '300x200_f-webp')",
    "open an S3 store": "import resizer_core; resizer_core.open_store('s3://bucket')",
    "import handler": "import handler",
}
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_REGION": "eu-west-1",
    "RESIZER_ORIGINALS": "memory:",
    "RESIZER_DERIVATIVES": "memory:",
    "RESIZER_BASE_URL": "https://img.example.com",
}


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds

    os.chdir(ROOT)
    for program in PROGRAMS.values():
        cpu(program)  # compiles what is not compiled yet
    measured = [{name: cpu(program) for name, program in PROGRAMS.items()} for _ in range(rounds)]
    heading("Cold start", METHOD)
    table(
        ("program", "CPU, ms", "times `python -c pass`"),
        [
            (
                name,
                f"{median(one[name] for one in measured):.0f}",
                spread([one[name] / one["python -c pass"] for one in measured], 2),
            )
            for name in PROGRAMS
        ],
    )


def cpu(program: str) -> float:
    """Milliseconds of CPU time that a fresh interpreter takes for the program.

    Raises:
        RuntimeError: the program failed.
    """
    command = [sys.executable, "-c", program]
    child = os.posix_spawn(sys.executable, command, os.environ | ENVIRONMENT)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"failed: {program}")
    return (usage.ru_utime + usage.ru_stime) * 1000


if __name__ == "__main__":
    main()
