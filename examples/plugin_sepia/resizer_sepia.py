"""Tone a picture brown with ``acme.sepia``, a plugin for resizer_core. This file is the whole plugin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from resizer_core import Argument

if TYPE_CHECKING:
    from pyvips import Image

    from resizer_core import ImageHeader

#: The shares of red, green and blue in each new channel.
BROWN = ((0.39, 0.77, 0.19), (0.35, 0.69, 0.17), (0.27, 0.53, 0.13))


@dataclass(frozen=True, slots=True)
class Sepia:
    """Tone the picture brown by ``percent``, 1 to 100. The rest of it stays as it was."""

    name: ClassVar[str] = "acme.sepia"
    long_name: ClassVar[str] = "acme.brown"
    order: ClassVar[int] = 75  # after gray (70), and before pad (80): a margin keeps its colour
    about: ClassVar[str] = "Tone the picture brown."
    takes: ClassVar[Argument] = Argument(
        kind="integer", lowest=1, highest=100, unit="percent", bare="100", example="60"
    )
    percent: int = 100

    def __post_init__(self) -> None:
        if not self.takes.holds(self.percent):
            raise ValueError(f"expected {self.takes.expected}, got {self.percent}")

    @classmethod
    def parse(cls, text: str) -> Sepia:
        return cls(int(cls.takes.read(text.split("-") if text else [])))

    def __str__(self) -> str:
        return self.name if self.percent == 100 else f"{self.name}-{self.percent}"

    def measure(self, header: ImageHeader) -> ImageHeader:
        return replace(header, bands=3)

    def apply(self, image: Image) -> Image:
        alpha = image[image.bands - 1] if image.hasalpha() else None
        picture = image[: image.bands - 1] if image.hasalpha() else image
        if picture.bands == 1:
            picture = picture.bandjoin([picture, picture])
        share = self.percent / 100
        mixed = [
            [part * share + (1 - share if row == column else 0) for column, part in enumerate(parts)]
            for row, parts in enumerate(BROWN)
        ]
        # 8 bits, or 16 where `hdr` keeps them: the result has the depth of the input.
        space = "rgb16" if image.format == "ushort" else "srgb"
        toned = picture.recomb(mixed).cast(image.format).copy(interpretation=space)
        return toned if alpha is None else toned.bandjoin(alpha)
