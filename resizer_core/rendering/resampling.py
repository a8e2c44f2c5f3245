"""Resample pictures: reduce with Lanczos, enlarge with a cubic, and keep the edges where they are."""

from __future__ import annotations

from typing import Final

from resizer_core.model import Box, Size, half_up
from resizer_core.rendering.libvips import pyvips

_CUBIC: Final = pyvips.Interpolate.new("bicubic")


def cut(image: pyvips.Image, box: Box) -> pyvips.Image:
    """Cut ``box`` out of ``image``."""
    if box.covers(Size(image.width, image.height)):
        return image
    return image.crop(box.left, box.top, box.size.width, box.size.height)


def cut_between(image: pyvips.Image, left: float, top: float, width: float, height: float) -> pyvips.Image:
    """Cut out a part, px, whose edges may lie within pixels. Its sides are rounded to whole pixels."""
    size = Size(max(1, half_up(width)), max(1, half_up(height)))
    return _interpolated(image, size, left, top, width, height)


def resized(image: pyvips.Image, size: Size) -> pyvips.Image:
    """Resize to exactly ``size``, with the colours weighted by alpha."""
    if (image.width, image.height) == (size.width, size.height):
        return image
    if not image.hasalpha():
        return _resampled(image, size)
    # Without the weight, the colour of transparent pixels would bleed into visible ones.
    stored_as = image.format
    # A cast alone cuts the fraction off, and the picture gets half a level darker on average.
    return _resampled(image.premultiply(), size).unpremultiply().rint().cast(stored_as)


def _resampled(image: pyvips.Image, size: Size) -> pyvips.Image:
    across, down = size.width / image.width, size.height / image.height
    if across < 1 or down < 1:
        # Reduce first: the interpolation reads only four pixels a side, however many become one.
        image = image.resize(min(across, 1), vscale=min(down, 1))
    if across > 1 or down > 1:
        image = _interpolated(image, size, 0, 0, image.width, image.height)
    return image


def _interpolated(
    image: pyvips.Image, size: Size, left: float, top: float, width: float, height: float
) -> pyvips.Image:
    """Lay ``size`` pixels over a part of ``image``, side by side from edge to edge.

    libvips' own ``resize`` aligns the centres of the first pixels instead. An enlarged picture is then up to
    half a pixel too far to the right and down.
    """
    across, down = size.width / width, size.height / height
    return image.affine(
        [across, 0, 0, down],
        interpolate=_CUBIC,
        idx=0.5 - left,
        idy=0.5 - top,
        odx=-0.5,
        ody=-0.5,
        oarea=[0, 0, size.width, size.height],
        extend="copy",
        premultiplied=True,  # the colours are weighted by alpha already
    )
