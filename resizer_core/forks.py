"""Refuse to wait for threads that a fork has not brought along.

libvips and obstore work in threads of their own. A process that is forked after their first use has none of
them, and would wait for ever.
"""

from __future__ import annotations

import os

#: In which process each library was first used.
_first_used: dict[str, int] = {}


def check_process(library: str) -> None:
    """Refuse to use a library that the parent process used before the fork.

    Raises:
        RuntimeError: with what to do instead.
    """
    process = os.getpid()
    if _first_used.setdefault(library, process) != process:
        raise RuntimeError(
            f"{library} was used before this process was forked, and has lost its threads: "
            "use it only after the fork, or start processes with spawn"
        )
