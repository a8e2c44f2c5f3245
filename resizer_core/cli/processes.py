"""Start the processes of a command, and end them with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing.context import BaseContext
from threading import Thread


def context() -> BaseContext:
    """Choose how processes start: by ``fork`` where that is safe, else by ``spawn``.

    A fork costs a few milliseconds, and ``spawn`` imports everything again. A fork would lose the threads of
    libvips. So it is safe only before the first use of libvips, and Linux alone promises it for other
    libraries.
    """
    safe = sys.platform == "linux" and "pyvips" not in sys.modules
    return multiprocessing.get_context("fork" if safe else "spawn")


def begin() -> None:
    """Begin a process that works for a command. The command handles Ctrl-C, and ends this process."""
    # Ctrl-C goes to every process of the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, for example killed. Nobody would use its results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
