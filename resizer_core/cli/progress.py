"""Show how far a command is: a bar where a person looks, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

_Item = TypeVar("_Item")

#: Between two lines where there is no bar, s.
_SECONDS: Final = 10.0


def with_progress(items: Iterable[_Item], total: int, unit: str, *, quiet: bool = False) -> Iterator[_Item]:
    """Give the same items; ``unit`` is one of them, such as ``picture``."""
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
