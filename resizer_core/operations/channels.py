"""Take a picture apart for operations: colour and alpha, in 8 or 16 bits.

Nothing here imports libvips: a picture brings its methods along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from resizer_core.model import Colour

if TYPE_CHECKING:
    from pyvips import Image


def highest(image: Image) -> int:
    """Return the level of white, and of what is opaque."""
    return 65_535 if image.format == "ushort" else 255


def levels(colour: Colour, image: Image) -> list[float]:
    """Spell ``colour`` as red, green, blue and alpha in the depth of ``image``."""
    unit = highest(image) / 255
    return [part * unit for part in (colour.red, colour.green, colour.blue, colour.alpha)]


def split(image: Image) -> tuple[Image, Image | None]:
    """Split the colours from the alpha, where there is one."""
    if not image.hasalpha():
        return image, None
    return image.extract_band(0, n=image.bands - 1), image.extract_band(image.bands - 1)


def rounded(worked: Image, like: Image) -> Image:
    """Round what was worked out in fractions of a level, to the depth and the space of ``like``."""
    # Rounded, since a cast cuts off: half a level darker on average.
    return worked.rint().cast(like.format).copy(interpretation=like.interpretation)


def map_colours(image: Image, work: Callable[[Image], Image]) -> Image:
    """Change every pixel's colour for itself; alpha stays what it is."""
    colours, alpha = split(image)
    worked = rounded(work(colours), colours)
    return worked if alpha is None else worked.bandjoin(alpha)


def map_premultiplied(image: Image, work: Callable[[Image], Image]) -> Image:
    """Change pixels by those around them.

    ``work`` gets the colours weighted by alpha, or those of what cannot be seen would bleed into what can.
    """
    if not image.hasalpha():
        return rounded(work(image), image)
    return rounded(work(image.premultiply()).unpremultiply(), image)


def in_colour(image: Image) -> Image:
    """Make red, green and blue, also of a gray picture; alpha and depth stay what they are."""
    if image.bands - image.hasalpha() == 3:
        return image
    return image.colourspace("rgb16" if image.format == "ushort" else "srgb")


def with_alpha(image: Image) -> Image:
    """Add alpha, opaque, where there is none."""
    return image if image.hasalpha() else image.bandjoin(highest(image))
