"""Set up a service over stores that remember or wait, and read its answers."""

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
#: How long to wait for another thread, s.
PATIENCE = 20


@dataclass
class Held(Passing):
    """Hold each ``get`` until the gate opens, and note the keys that came."""

    gate: Event = field(default_factory=Event)
    came: list[str] = field(default_factory=list)

    def called(self, method: str, key: str) -> None:
        if method == "get":
            self.came.append(key)
            assert self.gate.wait(PATIENCE)


@dataclass
class Bench:
    """Hold a service and its stores."""

    service: core.Service
    derivatives: Recording

    def get(self, path: str, **headers: str) -> core.Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.service.answer("GET", path, named)

    def counted(self, sample: str) -> float:
        """Read one sample of the metrics. It is 0 if it was never counted."""
        lines = self.get("/metrics").body.decode().splitlines()
        found = [line.rpartition(" ")[2] for line in lines if line.startswith(f"resizer_{sample} ")]
        return float(found[0]) if found else 0

    def waiting(self) -> int:
        """Count the requests that wait for a picture, which is being made or will be."""
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
    """Read the body of a refusal."""
    said: dict[str, str] = json.loads(answer.body)
    return said


def until(happened: Callable[[], object]) -> None:
    """Wait until another thread has done something."""
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)
