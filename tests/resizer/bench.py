"""Set up a resizer between two stores that remember their calls."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import pyvips

import resizer_core as core
from tests.doubles import Recording, filled, picture

CAT = {"cat.jpg": picture()}
NFC, NFD = unicodedata.normalize("NFC", "café/ü.jpg"), unicodedata.normalize("NFD", "café/ü.jpg")


@dataclass
class Bench:
    """Hold a resizer between two stores that remember their calls."""

    originals: Recording
    derivatives: Recording
    resizer: core.Resizer

    def stored(self, key: str) -> core.StoredObject:
        found = self.derivatives.behind.get(key)
        assert found is not None, f"nothing is stored under {key!r}"
        return found


def bench(
    originals: dict[str, bytes] | None = None, derivatives: core.ObjectStore | None = None, **settings: Any
) -> Bench:
    read = Recording(filled(CAT if originals is None else originals))
    written = Recording(core.open_store("memory:") if derivatives is None else derivatives)
    return Bench(read, written, core.Resizer(read, written, site=core.Site(**settings)))


def measured(body: bytes | memoryview) -> tuple[int, int]:
    image = pyvips.Image.new_from_buffer(bytes(body), "")
    return image.width, image.height
