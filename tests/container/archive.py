"""Read an image from a file, layer by layer, as it would be pushed."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.container.engine import Engine


@dataclass(frozen=True, slots=True)
class Layer:
    """Hold the unpacked bytes of a layer."""

    data: bytes

    @property
    def compressed(self) -> int:
        """Return the size in bytes, as a registry keeps the layer."""
        return len(gzip.compress(self.data, compresslevel=6))

    def members(self) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
        """Go through its files, folders and links, with the bytes of files."""
        with tarfile.open(fileobj=io.BytesIO(self.data)) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                yield member, stream.read() if stream else b""

    def __len__(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Hold an image.

    Attributes:
        configuration: its command, its environment, and how it was made.
        layers: from the lowest to the highest.
    """

    configuration: dict[str, Any]
    layers: tuple[Layer, ...]


def save(engine: Engine, image: str, folder: Path) -> Archive:
    """Save an image to a new file in ``folder``, and read it."""
    path = folder / "image.tar"
    engine.run("save", "--output", str(path), image)
    with tarfile.open(path) as archive:

        def read(name: str) -> bytes:
            stream = archive.extractfile(name)
            assert stream is not None, name
            return stream.read()

        (manifest,) = json.loads(read("manifest.json"))
        return Archive(
            configuration=json.loads(read(manifest["Config"])),
            layers=tuple(Layer(read(name)) for name in manifest["Layers"]),
        )
