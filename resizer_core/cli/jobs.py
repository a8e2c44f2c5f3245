"""Find the pictures of a call, and choose an output file for each."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from resizer_core.formats import BUILTIN, SVG_HEAD_BYTES, begins_as_picture
from resizer_core.value import Value


class Job(Value, kw_only=True):
    """Describe one picture to make.

    Attributes:
        source: the file to read.
        target: the file to write, without the suffix of the format, which is not known yet.
        asked_for: whether the call names the file itself, and not a folder that it is in.
    """

    source: Path
    target: Path
    asked_for: bool

    def is_picture(self) -> bool:
        """Say whether its name or its first bytes are a picture's, also in a format that is not read."""
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
    """List every file that the call names, and every file below a named folder that is not hidden.

    If a folder is the only input, its files go directly into ``target``. Otherwise a folder keeps its name.

    Raises:
        ValueError: two pictures would have the same output file, ``target`` is not a folder, or it is the
            folder of originals.
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
    # cat.png and cat.jpg become cat.png.webp and cat.jpg.webp, and neither replaces the other. Neither may
    # replace the picture of a cat.png.jpg.
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
    # Pictures that an earlier call made here are no originals.
    made_here = inside.is_relative_to(source.resolve())
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(source).parts)
        if path.is_file() and not hidden and not (made_here and path.resolve().is_relative_to(inside)):
            yield path
