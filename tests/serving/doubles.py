"""A service over stores that remember or wait, and how to look at its answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import resizer_core as core
from tests.doubles import Passing, Recording, filled, picture

CAT = {"cat.jpg": picture(), "dog.jpg": picture(width=50), "a/b c.png": picture(".png")}
#: Seconds for what happens in another thread.
PATIENCE = 20


@dataclass
class Held(Passing):
    """Answers a ``get`` once it is let go, and counts those that came."""

    gate: Event = field(default_factory=Event)
    came: list[str] = field(default_factory=list)

    def called(self, method: str, key: str) -> None:
        if method == "get":
            self.came.append(key)
            assert self.gate.wait(PATIENCE)


@dataclass
class Bench:
    """A service and its stores."""

    service: core.Service
    derivatives: Recording

    def get(self, path: str, **headers: str) -> core.Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.answer("GET", path, named)

    def counted(self, sample: str) -> float:
        """One sample of the metrics; 0 where it has never been counted."""
        lines = self.get("/metrics").body.decode().splitlines()
        found = [line.rpartition(" ")[2] for line in lines if line.startswith(f"resizer_{sample} ")]
        return float(found[0]) if found else 0

    def waiting(self) -> int:
        """How many views wait for a picture that is being made, or will be."""
        return sum(len(flight.waiters) for flight in [*self.service._flights._flights.values()])

    def stored(self) -> list[str]:
        return [found.key for found in self.derivatives.list()]


def bench(
    originals: Mapping[str, bytes] | core.ObjectStore = CAT,
    derivatives: core.ObjectStore | None = None,
    *,
    site: core.Site | None = None,
    **settings: Any,
) -> Bench:
    read = filled(originals) if isinstance(originals, Mapping) else originals
    written = Recording(derivatives or core.open_store("memory:"))
    resizer = core.Resizer(read, written, site=site or core.Site())
    return Bench(core.Service(resizer, **settings), written)


def message(answer: core.Answer) -> dict[str, str]:
    """The words of a refusal."""
    said: dict[str, str] = json.loads(answer.body)
    return said


def until(happened: Callable[[], object]) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)
