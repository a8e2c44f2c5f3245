"""Put a watermark on a picture: ``wm``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from resizer_core import tokens
from resizer_core.gravity import Gravity, aligned_offset
from resizer_core.model import ImageHeader, Size, half_up
from resizer_core.operations.base import arguments
from resizer_core.operations.channels import highest, in_colour, rounded
from resizer_core.tokens import Argument
from resizer_core.value import Value, field, replace

if TYPE_CHECKING:
    from pyvips import Image

_TILE = "tile"
_POSITIONS = (*(gravity.value for gravity in Gravity if not gravity.is_smart), _TILE)
_PARTS = (
    ("name", Argument(kind="text")),
    ("position", Argument(kind="choice", choices=_POSITIONS, default=Gravity.SOUTH_EAST.value)),
    ("opacity", Argument(kind="integer", lowest=1, highest=100, unit="%", default="100")),
    ("scale", Argument(kind="integer", lowest=1, highest=100, unit="%", default="20")),
)
#: The defaults of position, opacity and scale, as the grammar writes them. Trailing ones are not printed.
_DEFAULTS = tuple(part.default for _, part in _PARTS[1:])


class Watermark(Value, kw_only=True):
    """Draw the watermark that the configuration calls ``image_name``. A URL is never accepted.

    Attributes:
        image_name: its name in the configuration.
        position: a gravity such as ``se``, but no smart one, or ``tile``.
        opacity: 1 to 100 %.
        scale: its width in percent of the page's width, 1 to 100. It is less if the watermark would be higher
            than the page.
        picture: red, green, blue and alpha in 8 bits. The configuration sets it, not the option.
        resize: the function that resizes the picture.
    """

    name: ClassVar[str] = "wm"
    long_name: ClassVar[str] = "watermark"
    order: ClassVar[int] = 100
    about: ClassVar[str] = "Put a picture of the site on this one."
    takes: ClassVar[Argument] = Argument(kind="watermark", parts=_PARTS, example="name")
    image_name: str
    position: str = Gravity.SOUTH_EAST.value
    opacity: int = 100
    scale: int = 20
    picture: Image | None = field(default=None, compare=False, repr=False)
    resize: Callable[[Image, Size], Image] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        tokens.word(self.image_name, "the name of a watermark")
        if self.position not in _POSITIONS:
            raise ValueError(f"a position is one of {', '.join(_POSITIONS)}, got {self.position!r}")
        if not (1 <= self.opacity <= 100 and 1 <= self.scale <= 100):
            raise ValueError(f"opacity and scale are 1 to 100 %, got {self.opacity} and {self.scale}")

    @classmethod
    def parse(cls, text: str) -> Watermark:
        given = arguments(text)
        if not 1 <= len(given) <= 4:
            raise ValueError(f"expected NAME[-position[-opacity[-scale]]], got {tokens.shown(text)}")
        mark, *rest = (*given, *_DEFAULTS[len(given) - 1 :])
        image_name = tokens.word(mark, "the name of a watermark")
        position, opacity, scale = (
            part.read([text]) for (_, part), text in zip(_PARTS[1:], rest, strict=True)
        )
        return cls(image_name=image_name, position=str(position), opacity=int(opacity), scale=int(scale))

    def of(self, picture: Image, resize: Callable[[Image, Size], Image]) -> Watermark:
        """Set the picture that the name stands for, and the function that resizes it."""
        return replace(self, picture=picture, resize=resize)

    def measure(self, header: ImageHeader) -> ImageHeader:
        return replace(header, bands=3)

    def apply(self, image: Image) -> Image:
        if self.picture is None or self.resize is None:
            raise ValueError(f"expected the picture of the watermark {self.image_name!r}, got none")
        page = in_colour(image)
        size = self._size_on(Size(page.width, page.height), Size(self.picture.width, self.picture.height))
        mark = self.resize(self.picture, size).copy_memory()
        if self.position == _TILE:
            left, top = 0, 0
            mark = mark.replicate(-(-page.width // mark.width), -(-page.height // mark.height))
            mark = mark.crop(0, 0, page.width, page.height)
        else:
            inner, outer = Size(mark.width, mark.height), Size(page.width, page.height)
            left, top = aligned_offset(inner, outer, Gravity(self.position))
        under = page.crop(left, top, mark.width, mark.height)
        return page.insert(_over(under, mark, self.opacity / 100), left, top)

    def _size_on(self, page: Size, picture: Size) -> Size:
        factor = min(page.width * self.scale / 100 / picture.width, page.height / picture.height)
        return Size(max(1, half_up(picture.width * factor)), max(1, half_up(picture.height * factor)))

    def __str__(self) -> str:
        given = [self.position, str(self.opacity), str(self.scale)]
        while given and given[-1] == _DEFAULTS[len(given) - 1]:
            given.pop()
        return "-".join((self.name, self.image_name, *given))


def _over(under: Image, mark: Image, opacity: float) -> Image:
    """Draw ``mark`` over a part of the page. Source: Porter and Duff, "over"."""
    unit = highest(under) / 255
    weighted = mark.premultiply() * opacity
    rest = 1 - weighted.extract_band(3) / 255
    if not under.hasalpha():
        return rounded(under * rest + weighted.extract_band(0, n=3) * unit, under)
    return rounded((under.premultiply() * rest + weighted * unit).unpremultiply(), under)
