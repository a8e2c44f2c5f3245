"""Add a margin in the background's colour: ``pad``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from resizer_core import tokens
from resizer_core.model import TRANSPARENT, Colour, ImageHeader, Size
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import in_colour, levels, with_alpha
from resizer_core.tokens import Argument
from resizer_core.value import Value, field, replace

if TYPE_CHECKING:
    from pyvips import Image


class Padding(Value, kw_only=True):
    """Add a margin of 0 to 2000 px on each side, in the order of CSS.

    ``background`` is the colour of the margin. The plan sets it, not the option.
    """

    name: ClassVar[str] = "pad"
    long_name: ClassVar[str] = "padding"
    order: ClassVar[int] = 80
    about: ClassVar[str] = "Add a margin."
    takes: ClassVar[Argument] = Argument(
        kind="sides", lowest=0, highest=2000, unit="px", default="0", example="20"
    )
    top: int
    right: int
    bottom: int
    left: int
    background: Colour = field(default=TRANSPARENT, compare=False)

    def __post_init__(self) -> None:
        if not all(map(self.takes.holds, self.sides)):
            raise ValueError(f"{self.name} is 0 to 2000 px a side, got {self.sides}")

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """Return top, right, bottom and left, px."""
        return self.top, self.right, self.bottom, self.left

    @classmethod
    def parse(cls, text: str) -> Padding:
        sides = [tokens.integer(side, 0, 2000, "px") for side in arguments(text)]
        match sides:
            case [every]:
                return cls(top=every, right=every, bottom=every, left=every)
            case [top, right, bottom, left]:
                return cls(top=top, right=right, bottom=bottom, left=left)
            case _:
                raise ValueError(f"expected N or T-R-B-L, 0 to 2000 px, got {tokens.shown(text)}")

    def scaled(self, factor: float) -> Padding:
        top, right, bottom, left = (int(tokens.times(side, factor)) for side in self.sides)
        return replace(self, top=top, right=right, bottom=bottom, left=left)

    def with_background(self, background: Colour) -> Padding:
        return replace(self, background=background)

    def measure(self, header: ImageHeader) -> ImageHeader:
        return replace(
            header,
            size=Size(
                header.size.width + self.left + self.right, header.size.height + self.top + self.bottom
            ),
            has_alpha=header.has_alpha or not self.background.is_opaque,
            bands=3,
        )

    def apply(self, image: Image) -> Image:
        image = in_colour(image)
        if not self.background.is_opaque:
            image = with_alpha(image)
        return image.embed(
            self.left,
            self.top,
            image.width + self.left + self.right,
            image.height + self.top + self.bottom,
            extend="background",
            background=levels(self.background, image)[: image.bands],
        )

    def __str__(self) -> str:
        if not any(self.sides):
            return ""
        sides = self.sides if len(set(self.sides)) > 1 else self.sides[:1]
        return "-".join((self.name, *map(str, sides)))
