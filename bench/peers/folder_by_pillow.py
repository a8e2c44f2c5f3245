"""Resize every picture of a folder with Pillow, in two processes: folder_by_pillow.py IN OUT WIDTH."""

from __future__ import annotations

import sys
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from PIL import Image

#: A height that limits nothing.
FREE = 100_000


def resize(path: Path, folder: Path, width: int) -> None:
    """Make one picture."""
    with Image.open(path) as image:
        image.thumbnail((width, FREE), Image.Resampling.LANCZOS)
        image.save(folder / path.name)


if __name__ == "__main__":
    originals, derivatives, width = sys.argv[1:]
    with Pool(2) as pool:
        pool.map(
            partial(resize, folder=Path(derivatives), width=int(width)),
            sorted(Path(originals).iterdir()),
            chunksize=1,
        )
