"""Split a picture into colour and alpha for operations, in 8 or 16 bits.

Nothing here imports libvips: a picture has its own methods.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from resizer_core.model import Colour

if TYPE_CHECKING:
    from pyvips import Image


def highest(image: Image) -> int:
    """Return the level of white, which is also the level of opaque alpha."""
    return 65_535 if image.format == "ushort" else 255


def levels(colour: Colour, image: Image) -> list[float]:
    """Spell ``colour`` as red, green, blue and alpha in the depth of ``image``."""
    unit = highest(image) / 255
    return [part * unit for part in (colour.red, colour.green, colour.blue, colour.alpha)]


def split(image: Image) -> tuple[Image, Image | None]:
    """Split the colours from alpha. The second value is None if there is no alpha."""
    if not image.hasalpha():
        return image, None
    return image.extract_band(0, n=image.bands - 1), image.extract_band(image.bands - 1)


def rounded(worked: Image, like: Image) -> Image:
    """Round fractions of a level, and convert to the depth and the colour space of ``like``."""
    # A cast alone cuts the fraction off, and the picture gets half a level darker on average.
    return worked.rint().cast(like.format).copy(interpretation=like.interpretation)


def map_colours(image: Image, work: Callable[[Image], Image]) -> Image:
    """Change the colour of every pixel on its own, with ``work``. Alpha stays the same."""
    colours, alpha = split(image)
    worked = rounded(work(colours), colours)
    return worked if alpha is None else worked.bandjoin(alpha)


def map_premultiplied(image: Image, work: Callable[[Image], Image]) -> Image:
    """Change pixels by their neighbours, with ``work``.

    ``work`` gets the colours weighted by alpha. Otherwise the colour of transparent pixels would bleed into
    visible ones.
    """
    if not image.hasalpha():
        return rounded(work(image), image)
    return rounded(work(image.premultiply()).unpremultiply(), image)


def in_colour(image: Image) -> Image:
    """Convert a gray picture to red, green and blue. Alpha and depth stay the same."""
    if image.bands - image.hasalpha() == 3:
        return image
    return image.colourspace("rgb16" if image.format == "ushort" else "srgb")


def with_alpha(image: Image) -> Image:
    """Add opaque alpha if there is none."""
    return image if image.hasalpha() else image.bandjoin(highest(image))
