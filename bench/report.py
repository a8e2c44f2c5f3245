"""Print the heading and the tables of every benchmark, and sum up many rounds in one figure."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

ORIGINALS = Path(__file__).parents[1] / "examples" / "originals"


def heading(title: str, method: str) -> None:
    """Print the title, the method in one line, and the versions and the machine of the figures."""
    print(f"## {title}\n\n{method}\n\n{machine()}\n")


def machine() -> str:
    """Write the date, the versions, the machine and its load."""
    import pyvips

    libvips = ".".join(str(pyvips.version(part)) for part in range(3))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; CPython {platform.python_version()}, pyvips {version('pyvips')}, "
        f"libvips {libvips}, obstore {version('obstore')}; {_processor()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}."
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table: the first column is text, the others are figures."""
    print(f"| {' | '.join(columns)} |")
    print("|---" + "|---:" * (len(columns) - 1) + "|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print()


def spread(values: Sequence[float], digits: int) -> str:
    """Write the median, and in brackets the range of the middle half of the rounds."""
    low, middle, high = quantiles(values, n=4)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _processor() -> str:
    """Find the processor's name if Linux gives it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
