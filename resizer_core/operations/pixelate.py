"""Make large square pixels: ``pix``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resizer_core.model import ImageHeader
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import map_premultiplied
from resizer_core.tokens import Argument
from resizer_core.value import Value

if TYPE_CHECKING:
    from pyvips import Image


class Pixelate(Value):
    """Replace each square of ``side`` px, 2 to 200, by its average. The first one is at the top left."""

    name: ClassVar[str] = "pix"
    long_name: ClassVar[str] = "pixelate"
    order: ClassVar[int] = 30
    about: ClassVar[str] = "Make large square pixels."
    takes: ClassVar[Argument] = Argument(kind="integer", lowest=2, highest=200, unit="px", example="12")
    side: int

    def __post_init__(self) -> None:
        if not self.takes.holds(self.side):
            raise ValueError(f"{self.name} is {self.takes.expected}, got {self.side}")

    @classmethod
    def parse(cls, text: str) -> Pixelate:
        return cls(int(cls.takes.read(arguments(text))))

    def measure(self, header: ImageHeader) -> ImageHeader:
        return header

    def apply(self, image: Image) -> Image:
        return map_premultiplied(image, self._averaged)

    def _averaged(self, image: Image) -> Image:
        side, width, height = self.side, image.width, image.height
        # Count the pixels in each block too: at the right and at the bottom, blocks may be incomplete.
        counted = image.cast("float").bandjoin(1)
        whole = counted.embed(0, 0, -(-width // side) * side, -(-height // side) * side)
        sums = whole.shrink(side, side)
        blocks = sums.extract_band(0, n=image.bands) / sums.extract_band(image.bands)
        blocks = blocks.copy(interpretation=image.interpretation)
        return blocks.copy_memory().zoom(side, side).crop(0, 0, width, height)

    def __str__(self) -> str:
        return f"{self.name}-{self.side}"
