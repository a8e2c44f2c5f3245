"""Make the derivatives of a few originals, in one of several processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import resizer_core as core
from resizer_core.cli import processes

#: How many keys one process works on at once. While some wait for the store, it makes a picture of another.
_AT_ONCE: Final = 4
#: The most seconds of one derivative. No viewer waits for it, and several keys share a core.
_SECONDS: Final = 300.0


@dataclass(slots=True, kw_only=True)
class Warmed:
    """Describe the result for one key.

    Attributes:
        key: the key of the original.
        made: how many derivatives were made.
        there: how many derivatives were stored already.
        failures: the SPEC, the kind of the error and its text, for each derivative that failed.
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
        """Make one derivative, unless it is stored. Say whether this call made it.

        This looks for the derivative first. ``make`` alone would read the original at the same time, which
        helps only a viewer who waits.
        """
        if self._generator.derivatives.head(str(core.DerivativeKey(spec, key))):
            return False
        return self._generator.make(spec, key, seconds=_SECONDS).outcome is core.Outcome.MADE


def open_generator(environ: Mapping[str, str]) -> core.Generator:
    """Open the stores that ``environ`` names.

    Raises:
        ValueError: a variable is wrong. The text begins with its name.
    """
    return core.Generator(core.Settings.from_environment(environ, read_object=core.read_object))


_worker: _Worker


def start(environ: Mapping[str, str], specs: Sequence[str]) -> None:
    """Start a process, and open its stores once."""
    global _worker
    processes.begin()
    generator = open_generator(environ)
    _worker = _Worker(generator, generator.specs(specs))


def warm(keys: Sequence[str]) -> list[Warmed]:
    """Make the derivatives of these originals. Never raise an error: failures are part of the result."""
    return list(_worker.threads.map(_worker.warm, keys))
