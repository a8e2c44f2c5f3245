"""Note in ``goldens.tsv`` with which version of the pixels each golden was last drawn."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from resizer_core.version import PIXELS
from tests.pictures import apart, decoded

HEADER: Final = ("golden", "pixels", "sha256")


class SameVersion(Exception):
    """Report that a golden would get other pixels under the version that it was drawn with."""


@dataclass(frozen=True, slots=True)
class Note:
    """Describe a golden: ``pixels`` is the version, ``digest`` the SHA-256 of its file."""

    pixels: int
    digest: str


def digest_of(golden: Path) -> str:
    """Hash the file of a golden."""
    return sha256(golden.read_bytes()).hexdigest()


def read(notes: Path) -> dict[str, Note]:
    """Read the notes by the names of the goldens. Return none if there is no file yet."""
    if not notes.exists():
        return {}
    with notes.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter="\t")
    assert tuple(header) == HEADER
    return {name: Note(int(pixels), digest) for name, pixels, digest in rows}


def draw(golden: Path, body: bytes, notes: Path, *, pixels: int = PIXELS) -> None:
    """Write a golden and its note, unless it shows the same pixels as before.

    Raises:
        SameVersion: it shows others, and ``pixels`` is the version that it was drawn with.
    """
    noted = read(notes)
    name = golden.stem
    if golden.exists() and name in noted:
        before, after = decoded(golden.read_bytes()), decoded(body)
        alike = (before.width, before.height, before.bands) == (after.width, after.height, after.bands)
        if alike and before.format == after.format and apart(before, after) == (0, 0):
            return
        if noted[name].pixels >= pixels:
            raise SameVersion(
                f"{name} would show other pixels under version {pixels}: raise PIXELS in "
                "resizer_core/version.py first, for derivatives that are stored look different from now on"
            )
    golden.write_bytes(body)
    noted[name] = Note(pixels, digest_of(golden))
    with notes.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows((name, note.pixels, note.digest) for name, note in sorted(noted.items()))
