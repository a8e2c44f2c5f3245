"""Read the manifest of the corpus: difficult pictures, each with the result that is expected of it."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Hold one line of the manifest.

    Attributes:
        name: of the file.
        expected: ``ok``, ``ok-degraded``, or ``reject: reason``.
        upright: the size of the upright picture, ``WxH``; empty if nobody can see it.
        frames: how many frames it has; 1 if the manifest does not say.
    """

    name: str
    expected: str
    upright: str
    frames: int

    @property
    def is_svg(self) -> bool:
        return self.name.endswith((".svg", ".svgz"))

    @property
    def is_read_all_the_same(self) -> bool:
        """Say whether we read the file though the manifest expects a refusal, as libvips cannot read it."""
        heic = self.name.endswith(".heic") and find_spec("pi_heif") is not None
        return heic or self.name.endswith(".avifs")

    def __str__(self) -> str:
        return self.name


def rows() -> list[Row]:
    """Read the manifest. Return no rows if there is no corpus."""
    folder = os.environ.get("RESIZER_CORPUS")
    if not folder:
        return []
    with (Path(folder) / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        lines = csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Row(
                name=line["file"],
                expected=line["expected"],
                upright=line["upright_wxh"],
                frames=int(line["frames"] or 1),
            )
            for line in lines
        ]
