"""Round the corners: ``round``."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, ClassVar

from resizer_core import tokens
from resizer_core.model import TRANSPARENT, Colour, ImageHeader
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import in_colour, levels, rounded, with_alpha
from resizer_core.tokens import Argument
from resizer_core.value import Value, field, replace

if TYPE_CHECKING:
    from pyvips import Image


class Radius(Value):
    """Round the corners by ``pixels`` px, 1 to 4096. None rounds fully, to a circle or a pill.

    ``background`` is the colour outside the corners. The plan sets it, not the option.
    """

    name: ClassVar[str] = "round"
    long_name: ClassVar[str] = "radius"
    order: ClassVar[int] = 90
    about: ClassVar[str] = "Round the corners; max makes circles and pills."
    takes: ClassVar[Argument] = Argument(
        kind="integer", lowest=1, highest=4096, unit="px", choices=("max",), example="20"
    )
    pixels: int | None
    background: Colour = field(default=TRANSPARENT, compare=False)

    def __post_init__(self) -> None:
        if self.pixels is not None and not self.takes.holds(self.pixels):
            raise ValueError(f"{self.name} is 1 to 4096 px or max, got {self.pixels}")

    @classmethod
    def parse(cls, text: str) -> Radius:
        if text == "max":
            return cls(None)
        return cls(
            tokens.integer(
                tokens.single_argument(arguments(text), "1 to 4096 px or max"), 1, 4096, "px or max"
            )
        )

    def scaled(self, factor: float) -> Radius:
        return self if self.pixels is None else replace(self, pixels=int(tokens.times(self.pixels, factor)))

    def with_background(self, background: Colour) -> Radius:
        return replace(self, background=background)

    def measure(self, header: ImageHeader) -> ImageHeader:
        if self.background == TRANSPARENT:
            return replace(header, has_alpha=True)
        return replace(header, has_alpha=header.has_alpha or not self.background.is_opaque, bands=3)

    def apply(self, image: Image) -> Image:
        furthest = min(image.width, image.height) / 2
        kept = _kept(image, furthest if self.pixels is None else min(self.pixels, furthest))
        if self.background == TRANSPARENT:
            image = with_alpha(image)
            alpha = rounded(image.extract_band(image.bands - 1) * kept / 255, image)
            return image.extract_band(0, n=image.bands - 1).bandjoin(alpha)
        image = in_colour(image)
        if not self.background.is_opaque:
            image = with_alpha(image)
        sheet = image.new_from_image(levels(self.background, image)[: image.bands])
        sheet = sheet.cast(image.format).copy(interpretation=image.interpretation)
        if not image.hasalpha():
            return kept.ifthenelse(image, sheet, blend=True)
        # Without the weight, the colour of transparent pixels would show along the edge.
        mixed = kept.ifthenelse(image.premultiply(), sheet.premultiply(), blend=True)
        return rounded(mixed.unpremultiply(), image)

    def __str__(self) -> str:
        return f"{self.name}-{self.pixels or 'max'}"


def _kept(image: Image, radius: float) -> Image:
    """Work out how much of each pixel lies inside the rounded corners. 255 is all of it.

    The distance of a pixel's centre from the arc decides. The area of the corner comes out within half a
    pixel.
    """
    side = ceil(radius)
    away = type(image).xyz(side, side) - (radius - 0.5)
    distance = (away[0] ** 2 + away[1] ** 2) ** 0.5
    corner = ((radius + 0.5 - distance) * 255).rint().cast("uchar").copy_memory()
    across, down = image.width - side, image.height - side
    kept = image.extract_band(0).new_from_image(255).cast("uchar")
    for turned, left, top in (
        (corner, 0, 0),
        (corner.fliphor(), across, 0),
        (corner.flipver(), 0, down),
        (corner.rot180(), across, down),
    ):
        kept = kept.insert(turned, left, top)
    return kept.copy(interpretation="b-w")
