"""Show the progress of a command: a bar on a terminal, else a line from time to time."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

_Item = TypeVar("_Item")

#: The time between two lines, s.
_SECONDS: Final = 10.0


def with_progress(items: Iterable[_Item], total: int, unit: str, *, quiet: bool = False) -> Iterator[_Item]:
    """Yield the same items, and show how many are done. ``unit`` names one item, such as ``picture``."""
    if quiet:
        yield from items
        return
    if sys.stderr.isatty():
        try:
            from tqdm import tqdm
        except ImportError:
            pass
        else:
            yield from tqdm(items, total=total, unit=unit)
            return
    told = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - told >= _SECONDS:
            told = time.monotonic()
            print(f"{done} of {total} {unit}s", file=sys.stderr, flush=True)
