"""``pix``: large square pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from resizer_core import tokens
from resizer_core.model import Frame
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import on_neighbours

if TYPE_CHECKING:
    from pyvips import Image


@dataclass(frozen=True, slots=True)
class Pixelate:
    """Turn every ``side`` by ``side`` px, 2 to 200, counted from the top left, into their average."""

    name: ClassVar[str] = "pix"
    long: ClassVar[str] = "pixelate"
    order: ClassVar[int] = 30
    side: int

    def __post_init__(self) -> None:
        if not 2 <= self.side <= 200:
            raise ValueError(f"{self.name} is 2 to 200 px, got {self.side}")

    @classmethod
    def parse(cls, text: str) -> Pixelate:
        return cls(tokens.integer(tokens.only(arguments(text), "2 to 200 px"), 2, 200, "px"))

    def measure(self, frame: Frame) -> Frame:
        return frame

    def apply(self, image: Image) -> Image:
        return on_neighbours(image, self._averaged)

    def _averaged(self, image: Image) -> Image:
        side, width, height = self.side, image.width, image.height
        # How much picture lies in each block: at the right and the bottom it may be less than all of it.
        counted = image.cast("float").bandjoin(1)
        whole = counted.embed(0, 0, -(-width // side) * side, -(-height // side) * side)
        sums = whole.shrink(side, side)
        blocks = sums.extract_band(0, n=image.bands) / sums.extract_band(image.bands)
        blocks = blocks.copy(interpretation=image.interpretation)
        return blocks.copy_memory().zoom(side, side).crop(0, 0, width, height)

    def __str__(self) -> str:
        return f"{self.name}-{self.side}"
