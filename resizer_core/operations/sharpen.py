"""Bring out the edges of a picture: ``sharp``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resizer_core import tokens
from resizer_core.model import ImageHeader
from resizer_core.operations.base import arguments
from resizer_core.operations.blur import softened
from resizer_core.operations.channels import rounded, split
from resizer_core.tokens import Argument
from resizer_core.value import Value

if TYPE_CHECKING:
    from pyvips import Image


class Sharpen(Value):
    """Bring out edges with an unsharp mask of ``sigma`` px, 0.1 to 10.

    The mask adds the difference between the picture and its ``blur`` of that width.
    """

    name: ClassVar[str] = "sharp"
    long_name: ClassVar[str] = "sharpen"
    order: ClassVar[int] = 20
    about: ClassVar[str] = "Bring out edges."
    takes: ClassVar[Argument] = Argument(
        kind="number", lowest=0.1, highest=10, unit="px", bare="1", example="2"
    )
    sigma: float = 1

    def __post_init__(self) -> None:
        if not self.takes.holds(self.sigma):
            raise ValueError(f"{self.name} is {self.takes.expected}, got {self.sigma:g}")

    @classmethod
    def parse(cls, text: str) -> Sharpen:
        return cls(float(cls.takes.read(arguments(text))))

    def measure(self, header: ImageHeader) -> ImageHeader:
        return header

    def apply(self, image: Image) -> Image:
        colours, alpha = split(image)
        if alpha is None:
            return rounded(colours * 2 - softened(colours, self.sigma), image)
        # Transparent pixels do not count as neighbours. Alpha stays as it is, or the outline would fray.
        soft, _ = split(softened(image.premultiply(), self.sigma).unpremultiply())
        return rounded(colours * 2 - soft, colours).bandjoin(alpha)

    def __str__(self) -> str:
        return self.name if self.sigma == 1 else f"{self.name}-{tokens.format_number(self.sigma)}"
