"""Resample pictures: reduce with Lanczos, enlarge with a cubic, and keep the edges where they are."""

from __future__ import annotations

from typing import Final

from resizer_core.model import Box, Size, half_up
from resizer_core.operations.channels import highest, split, with_alpha
from resizer_core.rendering.libvips import pyvips
from resizer_core.rendering.reading import decoded

_CUBIC: Final = pyvips.Interpolate.new("bicubic")
#: How a picture of 8 bits with alpha holds a level while it is reduced: 180 steps for 255 levels, from 37 on.
#: Lanczos can go 52 levels beyond black and white, and both stay exact.
#: Source: docs/adr/0006-alpha-in-eight-bits.md
_STEP: Final = 255 / 180
_BLACK: Final = 37
#: Up to so many pixels, alpha is looked through. A picture in which it hides nothing is reduced without it.
_LOOKED_THROUGH: Final = 8_000_000


def cut(image: pyvips.Image, box: Box) -> pyvips.Image:
    """Cut ``box`` out of ``image``."""
    if box.covers(Size(image.width, image.height)):
        return image
    return image.crop(box.left, box.top, box.size.width, box.size.height)


def strip_of(frames: list[pyvips.Image]) -> pyvips.Image:
    """Put frames one below the other."""
    return pyvips.Image.arrayjoin(frames, across=1)


def part_of(strip: pyvips.Image, frames: int, first: int, count: int = 1) -> pyvips.Image:
    """Cut ``count`` frames out of a strip of ``frames``, from number ``first`` on, counted from 0."""
    height = strip.height // frames
    return cut(strip, Box(left=0, top=first * height, size=Size(strip.width, count * height)))


def cut_between(image: pyvips.Image, left: float, top: float, width: float, height: float) -> pyvips.Image:
    """Cut out a part, px, whose edges may lie within pixels. Its sides are rounded to whole pixels."""
    size = Size(max(1, half_up(width)), max(1, half_up(height)))
    return _interpolated(image, size, left, top, width, height)


def resized(image: pyvips.Image, size: Size, frames: int = 1) -> pyvips.Image:
    """Resize to exactly ``size``, with the colours weighted by alpha.

    ``image`` may be a strip of ``frames`` in memory. Each of them is resized to ``size`` as if it were alone.
    """
    if (image.width, image.height) == (size.width, size.height * frames):
        return image
    if not image.hasalpha():
        return _resampled(image, size, frames)
    if image.format == "uchar" and image.width * image.height <= _LOOKED_THROUGH:
        image = decoded(image)
        colours, alpha = split(image)
        if alpha is not None and alpha.min() == highest(image):
            return with_alpha(_resampled(colours, size, frames))
    # Without the weight, the colour of transparent pixels would bleed into visible ones.
    weighted = image.premultiply()
    # Down to a quarter and less, libvips takes averages first. In 8 bits it rounds their halves up.
    factors = image.width / size.width, image.height / frames / size.height
    if image.format == "uchar" and min(factors) >= 2 and max(factors) < 4:
        stored = weighted.linear([1 / _STEP], [_BLACK + 0.5]).cast("uchar")
        resampled = _resampled(stored, size, frames).linear([_STEP], [-_STEP * _BLACK])
    else:
        resampled = _resampled(weighted, size, frames)
    # A cast alone cuts the fraction off, and the picture gets half a level darker on average.
    return resampled.unpremultiply().rint().cast(image.format)


def _resampled(image: pyvips.Image, size: Size, frames: int = 1) -> pyvips.Image:
    if frames > 1:
        # Side by side while lines are mixed, and one below the other while columns are: no frame reaches the
        # next one, and each step is done once for all of them.
        row = image.grid(image.height // frames, frames, 1)
        row = _resampled(row, Size(row.width, size.height)).copy_memory()
        places = range(0, row.width, image.width)
        image = strip_of([row.crop(left, 0, image.width, size.height) for left in places])
        return _resampled(image, Size(size.width, image.height))
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
