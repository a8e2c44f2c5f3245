"""Make the derivatives of a few originals, in one process of several."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Thread
from typing import Final

import resizer_core as core

#: Keys in hand at once in one process: while some wait for the store, one is made.
_AT_ONCE: Final = 4
#: How long one derivative may take, s. Nobody waits for it, and keys in hand share a core.
_SECONDS: Final = 300.0


@dataclass(slots=True, kw_only=True)
class Warmed:
    """Say what became of one key.

    Attributes:
        key: of the original.
        made: derivatives that were made.
        there: derivatives that were there already.
        failures: for each that could not be made its SPEC, the kind of error, and its text.
    """

    key: str
    made: int = 0
    there: int = 0
    failures: list[tuple[str, str, str]] = field(default_factory=list)


class _Worker:
    def __init__(self, generator: core.Generator, specs: Sequence[core.Spec]) -> None:
        self._generator = generator
        self._specs = specs
        self.threads = ThreadPoolExecutor(_AT_ONCE)

    def warm(self, key: str) -> Warmed:
        warmed = Warmed(key=key)
        for spec in self._specs:
            try:
                done = self._made(spec, key)
            except Exception as error:
                warmed.failures.append((str(spec), type(error).__name__, str(error)))
            else:
                warmed.made += done
                warmed.there += not done
        return warmed

    def _made(self, spec: core.Spec, key: str) -> bool:
        """Make one derivative, unless it is there; say whether this call made it.

        The look comes first: ``make`` reads the original while it looks, for a viewer who waits.
        """
        if self._generator.derivatives.head(str(core.DerivativeKey(spec, key))):
            return False
        return self._generator.make(spec, key, seconds=_SECONDS).outcome is core.Outcome.MADE


def open_generator(environ: Mapping[str, str]) -> core.Generator:
    """Open the stores that ``environ`` names.

    Raises:
        ValueError: a variable is wrong; the text begins with its name.
    """
    return core.Generator(core.Settings.from_environment(environ, read_object=core.read_object))


_worker: _Worker


def start(environ: Mapping[str, str], specs: Sequence[str]) -> None:
    """Begin a process: what it needs is opened once."""
    global _worker
    # Ctrl-C goes to every process of the terminal. The first one ends the run, and this one with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    generator = open_generator(environ)
    _worker = _Worker(generator, generator.specs(specs))


def warm(keys: Sequence[str]) -> list[Warmed]:
    """Make the derivatives of these originals. Never raises: a failure is part of the answer."""
    return list(_worker.threads.map(_worker.warm, keys))


def _end_with_parent() -> None:
    """End this process once the one that began it is gone, killed for example: nobody would take its work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
