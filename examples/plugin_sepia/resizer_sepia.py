"""``acme.sepia``: tone a picture brown. A plugin for resizer_core, whole in this file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pyvips import Image

    from resizer_core import ImageHeader

#: How much of red, green and blue goes into each of them.
BROWN = ((0.39, 0.77, 0.19), (0.35, 0.69, 0.17), (0.27, 0.53, 0.13))


@dataclass(frozen=True, slots=True)
class Sepia:
    """Brown by ``percent``, 1 to 100; the rest is the picture as it was."""

    name: ClassVar[str] = "acme.sepia"
    long_name: ClassVar[str] = "acme.brown"
    order: ClassVar[int] = 75  # after gray (70), before pad (80), whose margin keeps its colour
    percent: int = 100

    def __post_init__(self) -> None:
        if not 1 <= self.percent <= 100:
            raise ValueError(f"expected 1 to 100 percent, got {self.percent}")

    @classmethod
    def parse(cls, text: str) -> Sepia:
        if not text:
            return cls()
        if not (text.isascii() and text.isdecimal() and len(text) <= 3) or text.startswith("0"):
            raise ValueError(f"expected 1 to 100 percent, got {text!r}")
        return cls(int(text))

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
        # 8 bits, or 16 where `hdr` keeps them: what comes in goes out.
        space = "rgb16" if image.format == "ushort" else "srgb"
        toned = picture.recomb(mixed).cast(image.format).copy(interpretation=space)
        return toned if alpha is None else toned.bandjoin(alpha)
