"""Find the pictures of a call, and give each a place of its own."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from resizer_core.formats import BUILTIN, SVG_HEAD_BYTES, begins_as_picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hold one file that is to become a picture.

    Attributes:
        source: where it is read.
        target: where it goes, without the suffix of the format, which is not known yet.
        asked_for: whether the call names it, or a folder that it is in.
    """

    source: Path
    target: Path
    asked_for: bool

    def is_picture(self) -> bool:
        """Say whether its name or its first bytes are those of a picture, of a kind that is read or not."""
        word = self.source.suffix.lower().removeprefix(".")
        if any(word in (format.name, *format.aliases) for format in BUILTIN.values()):
            return True
        with self.source.open("rb") as file:
            head = file.read(SVG_HEAD_BYTES)
        if head[:2] == b"\x1f\x8b":
            try:
                head = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(head, SVG_HEAD_BYTES)
            except zlib.error:
                return False
        return begins_as_picture(head)


def find_jobs(sources: Sequence[Path], target: Path) -> list[Job]:
    """List every file that is named, and every one below a folder that is named and is not hidden.

    One folder gives what is in it. Beside other inputs each folder keeps its name.

    Raises:
        ValueError: two would go to the same place, or ``target`` is no folder, or one of the originals.
    """
    if target.exists() and not target.is_dir():
        raise ValueError(f"{target}: expected a folder, got a file")
    found = []
    for source in sources:
        if not source.is_dir():
            found.append((source, Path(source.name), True))
            continue
        if target.resolve() == source.resolve():
            raise ValueError(f"{target}: expected another folder than that of the originals")
        below = Path(source.resolve().name) if len(sources) > 1 else Path()
        found += [(path, below / path.relative_to(source), False) for path in _files(source, target)]
    places: dict[Path, Path] = {}
    for path, place, _ in found:
        if other := places.get(place):
            raise ValueError(f"expected inputs of different names, got {other} and {path}")
        places[place] = path
    # cat.png and cat.jpg become cat.png.webp and cat.jpg.webp: neither may take the other's place, nor the
    # one of a cat.png.jpg.
    taken = Counter([*places, *(place.with_suffix("") for place in places if place.suffix)])
    return [
        Job(
            source=path,
            target=target / (place if taken[place.with_suffix("")] > 1 else place.with_suffix("")),
            asked_for=asked_for,
        )
        for path, place, asked_for in found
    ]


def _files(source: Path, target: Path) -> Iterator[Path]:
    inside = target.resolve()
    # What an earlier call made there is no original.
    made_here = inside.is_relative_to(source.resolve())
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(source).parts)
        if path.is_file() and not hidden and not (made_here and path.resolve().is_relative_to(inside)):
            yield path
