"""List what is resized: the originals, and one size and format of each for all programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import ORIGINALS
from bench.resize import enlarged  # it sets libvips to one thread, before pyvips is imported

import pyvips  # isort: skip

PHOTOGRAPH = ORIGINALS / "galaxies.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Hold one SPEC, and the same in the words of the other programs.

    Attributes:
        original: its name.
        spec: for ``resize()``.
        width, height: the box, px; no height limits nothing.
        fit: ``inside`` or ``cover``.
        format: as sharp and Pillow call it.
        animated: whether all frames are made.
    """

    original: str
    spec: str
    width: int
    height: int | None = None
    fit: str = "inside"
    format: str = "jpeg"
    animated: bool = False

    def question(self, path: Path, times: int, keep: Path | None = None) -> dict[str, Any]:
        """Ask a program to make it so many times, and to keep the last."""
        return {
            "path": str(path),
            "width": self.width,
            "height": self.height,
            "fit": self.fit,
            "format": self.format,
            "animated": self.animated,
            "times": times,
            "keep": str(keep) if keep else "",
        }


def of_photograph(name: str) -> tuple[Job, ...]:
    """List the sizes of a photograph."""
    return (
        Job(original=name, spec="720x_f-jpg", width=720),
        Job(original=name, spec="1600x_f-jpg", width=1600),
        Job(original=name, spec="720x_f-webp", width=720, format="webp"),
        Job(original=name, spec="1600x_f-webp", width=1600, format="webp"),
    )


def of_own(name: str) -> tuple[Job, ...]:
    """List what is made of a picture that the user names."""
    return (
        Job(original=name, spec="300x200_fit-cover_f-jpg", width=300, height=200, fit="cover"),
        *of_photograph(name),
        Job(original=name, spec="720x_f-avif", width=720, format="avif"),
    )


JOBS = (
    Job(original="alpha", spec="720x_f-png", width=720, format="png"),
    Job(original="alpha", spec="720x_f-webp", width=720, format="webp"),
    *of_own("6 MP"),
    *of_photograph("24 MP"),
    Job(original="64 px", spec="32x_f-jpg", width=32),
    Job(original="VGA", spec="100x100_f-jpg", width=100, height=100),
    Job(original="VGA", spec="100x100_fit-cover_f-jpg", width=100, height=100, fit="cover"),
    Job(original="animation", spec="100x_f-webp", width=100, format="webp", animated=True),
)


def make_originals(folder: Path) -> dict[str, Path]:
    """Write the originals of ``JOBS`` to a folder.

    They have no profile: not every program converts colours by its defaults.
    """
    photograph = pyvips.Image.new_from_file(str(PHOTOGRAPH))
    found = {
        "alpha": cut_out(),
        "6 MP": enlarged(PHOTOGRAPH, 2.725, keep="none"),  # 300 px are a ninth of its width
        "24 MP": enlarged(PHOTOGRAPH, 5.25, keep="none"),
        "64 px": photograph.thumbnail_image(64).write_to_buffer(".jpg", keep="none"),
        "VGA": photograph.thumbnail_image(640, height=480, crop="centre").write_to_buffer(
            ".jpg", keep="none"
        ),
        "animation": (ORIGINALS / "flight.gif").read_bytes(),
    }
    for name, data in found.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in found}


def cut_out() -> bytes:
    """Enlarge the cut-out of a cup to 2048x1536 px: a PNG with alpha and soft edges."""
    cup = pyvips.Image.new_from_file(str(ORIGINALS / "cup.png"))
    large = (
        cup.premultiply().resize(2048 / cup.width, kernel="linear").unpremultiply().crop(0, 200, 2048, 1536)
    )
    return bytes(large.cast("uchar").copy(interpretation="srgb").write_to_buffer(".png", keep="none"))
