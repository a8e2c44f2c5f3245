"""Change brightness, contrast and colour: ``bri``, ``con``, ``sat`` and ``gray``.

The functions are those of CSS. They work on the coded levels, with the amount 1 + percent / 100.
Source: Filter Effects Module Level 1, "Shorthands defined in terms of the filter element", and
``feColorMatrix`` there for ``saturate``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

from resizer_core import tokens
from resizer_core.model import ImageHeader
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import highest, map_colours
from resizer_core.tokens import Argument
from resizer_core.value import Value

if TYPE_CHECKING:
    from pyvips import Image

#: How bright red, green and blue look, in the matrix of ``saturate`` and in that of ``grayscale``.
_SATURATE: Final = (0.213, 0.715, 0.072)
_GRAYSCALE: Final = (0.2126, 0.7152, 0.0722)


class _Percent(Value):
    """Change something by ``percent``, -100 to 100. 0 changes nothing."""

    name: ClassVar[str]
    takes: ClassVar[Argument] = Argument(
        kind="integer", lowest=-100, highest=100, unit="%", default="0", example="30"
    )
    percent: int

    def __post_init__(self) -> None:
        if not self.takes.holds(self.percent):
            raise ValueError(f"{self.name} is -100 to 100 percent, got {self.percent}")

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(int(cls.takes.read(arguments(text))))

    @property
    def amount(self) -> float:
        """Return the amount as CSS counts it. 1 changes nothing."""
        return 1 + self.percent / 100

    def measure(self, header: ImageHeader) -> ImageHeader:
        return header

    def __str__(self) -> str:
        return f"{self.name}-{tokens.format_number(self.percent)}" if self.percent else ""


class Brightness(_Percent):
    """Make the picture lighter (above 0) or darker (below 0) by ``percent``."""

    name: ClassVar[str] = "bri"
    long_name: ClassVar[str] = "brightness"
    order: ClassVar[int] = 40
    about: ClassVar[str] = "Make the picture lighter or darker."

    def apply(self, image: Image) -> Image:
        return map_colours(image, lambda colours: colours * self.amount)


class Contrast(_Percent):
    """Make contrasts harder (above 0) or softer (below 0) by ``percent``."""

    name: ClassVar[str] = "con"
    long_name: ClassVar[str] = "contrast"
    order: ClassVar[int] = 50
    about: ClassVar[str] = "Make contrasts harder or softer."

    def apply(self, image: Image) -> Image:
        middle = highest(image) / 2
        return map_colours(image, lambda colours: (colours - middle) * self.amount + middle)


class Saturation(_Percent):
    """Make colours stronger (above 0) or weaker (below 0) by ``percent``."""

    name: ClassVar[str] = "sat"
    long_name: ClassVar[str] = "saturation"
    order: ClassVar[int] = 60
    about: ClassVar[str] = "Give colours more or less strength."

    def apply(self, image: Image) -> Image:
        return _mixed(image, _SATURATE, self.amount)


class Grayscale(Value):
    """Take all colour away."""

    name: ClassVar[str] = "gray"
    long_name: ClassVar[str] = "grayscale"
    order: ClassVar[int] = 70
    about: ClassVar[str] = "Take all colour away."
    takes: ClassVar[Argument] = Argument(kind="flag")

    @classmethod
    def parse(cls, text: str) -> Grayscale:
        cls.takes.read(arguments(text))
        return cls()

    def measure(self, header: ImageHeader) -> ImageHeader:
        # The result keeps three equal channels, since an embedded profile may be one of colour.
        return header

    def apply(self, image: Image) -> Image:
        return _mixed(image, _GRAYSCALE, 0)

    def __str__(self) -> str:
        return self.name


def _mixed(image: Image, weights: tuple[float, float, float], amount: float) -> Image:
    """Mix gray of these weights with the colours. Leave a gray picture as it is.

    An amount of 0 gives gray, and 1 gives the colours. Amounts above 1 make them stronger.
    """
    if image.bands < 3:
        return image
    matrix = [
        [weight * (1 - amount) + (amount if own == other else 0) for other, weight in enumerate(weights)]
        for own in range(3)
    ]
    weighted = type(image).new_from_array(matrix)
    return map_colours(image, lambda colours: colours.recomb(weighted))
