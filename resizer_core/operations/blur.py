"""Soften a picture with a Gaussian: ``blur``."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, ClassVar, Final

from resizer_core import tokens
from resizer_core.model import ImageHeader
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import map_premultiplied
from resizer_core.tokens import Argument
from resizer_core.value import Value

if TYPE_CHECKING:
    from pyvips import Image

#: The width of the Gaussian, in px of the reduced picture. Wide ones are computed on a reduced picture.
_REDUCED_SIGMA: Final = 2.5
#: Where the Gaussian ends, as a share of its peak. With libvips' own 0.2, the end is visible, and 0.3 px do
#: not blur at all.
_LEAST: Final = 0.002


class Blur(Value):
    """Soften with a Gaussian of ``sigma`` px, 0.3 to 100."""

    name: ClassVar[str] = "blur"
    long_name: ClassVar[str] = "blur"
    order: ClassVar[int] = 10
    about: ClassVar[str] = "Soften the picture."
    takes: ClassVar[Argument] = Argument(kind="number", lowest=0.3, highest=100, unit="px", example="5")
    sigma: float

    def __post_init__(self) -> None:
        if not self.takes.holds(self.sigma):
            raise ValueError(f"{self.name} is {self.takes.expected}, got {self.sigma:g}")

    @classmethod
    def parse(cls, text: str) -> Blur:
        return cls(float(cls.takes.read(arguments(text))))

    def scaled(self, factor: float) -> Blur:
        return Blur(tokens.times(self.sigma, factor, decimals=1))

    def measure(self, header: ImageHeader) -> ImageHeader:
        return header

    def apply(self, image: Image) -> Image:
        return map_premultiplied(image, lambda weighted: softened(weighted, self.sigma))

    def __str__(self) -> str:
        return f"{self.name}-{tokens.format_number(self.sigma)}"


def softened(image: Image, sigma: float) -> Image:
    """Soften ``image`` with a Gaussian of ``sigma`` px. Return fractions of a level.

    The pixels at the edges continue outwards. A wide Gaussian costs no more than a narrow one, since the
    picture is reduced first. So no SPEC takes minutes. The result differs by 3 levels of 255 at most from a
    Gaussian in one step.
    """
    factor = int(sigma / _REDUCED_SIGMA)
    if factor < 2:
        return image.gaussblur(sigma, min_ampl=_LEAST, precision="float")
    margin = -(-int(3 * sigma) // factor) * factor
    width, height = image.width, image.height
    wide = image.embed(margin, margin, width + 2 * margin, height + 2 * margin, extend="copy")
    # The reduction and the enlargement soften too, by the variances of a box and of a triangle.
    rest = sqrt(sigma**2 - (factor**2 - 1) / 12 - factor**2 / 6) / factor
    # Convert to floating point first, or every average would be rounded.
    small = wide.cast("float").shrink(factor, factor, ceil=True)
    small = small.gaussblur(rest, min_ampl=_LEAST, precision="float").copy_memory()
    middle = (factor - 1) / 2
    return small.affine(
        [factor, 0, 0, factor],
        odx=middle,
        ody=middle,
        oarea=[margin, margin, width, height],
        extend="copy",
        premultiplied=True,  # the colours are weighted by alpha already
    )
