"""Refuse to use a library after a fork that lost its threads.

libvips and obstore work in threads of their own. A fork after their first use does not copy these threads,
so the new process would wait for ever.
"""

from __future__ import annotations

import os

#: The number of the process that first used each library.
_first_used: dict[str, int] = {}


def check_process(library: str) -> None:
    """Refuse to use a library that the parent process used before the fork.

    Raises:
        RuntimeError: the process was forked too late. The text says what to do instead.
    """
    process = os.getpid()
    if _first_used.setdefault(library, process) != process:
        raise RuntimeError(
            f"{library} was used before this process was forked, and has lost its threads: "
            "use it only after the fork, or start processes with spawn"
        )
