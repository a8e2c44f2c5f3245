"""Open the pages of an original, and draw the frames that libvips draws unlike browsers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from resizer_core.errors import CorruptImage
from resizer_core.formats import Format
from resizer_core.model import Box, Buffer, Size
from resizer_core.operations.channels import rounded, with_alpha
from resizer_core.rendering.animation import Animation, Disposal, Frame
from resizer_core.rendering.colours import in_bits
from resizer_core.rendering.libvips import pyvips, translating_vips_errors
from resizer_core.rendering.reading import animation_of, decoded, described, open_image, open_pages
from resizer_core.rendering.resampling import cut, part_of, strip_of

#: The fields that every image has, such as its width.
_OWN_FIELDS: Final = frozenset(pyvips.Image.black(1, 1).get_fields())


def each_strip(
    data: Buffer,
    format: Format,
    size: Size,
    *,
    page: int = 0,
    pages: int = 1,
    shrink: float = 1,
    together: int = 1,
) -> Iterator[pyvips.Image]:
    """Open ``pages`` pages from ``page`` on, counted from 0, each of ``size`` px before ``shrink``.

    Each strip has ``together`` pages, one below the other; the last one may have fewer. The pixels of the
    next strip are decoded when it is asked for.

    Raises:
        CorruptImage: the pages are damaged, or have another size than ``size``, and the limits were checked
            for ``size`` alone.
        UnsupportedFormat: the file is HEIC, and its decoder is not installed.
    """
    with translating_vips_errors(CorruptImage, "the original is damaged"):
        animation = animation_of(data, format)
    if animation and not (animation.starts_with_still and page + pages == 1):
        if animation.size != size or len(animation.frames) < page + pages:
            raise CorruptImage(f"expected {page + pages} frames of {size} in the original, got others")
        like = _kind_of(data, format, animation)
        canvases = islice(_drawn(animation, format, like), page, page + pages)
        while some := list(islice(canvases, together)):
            yield _labelled(strip_of(some), like)
        return
    with translating_vips_errors(CorruptImage, "the original is damaged"):
        strip = open_pages(data, format, size, page=page, pages=pages, shrink=shrink)
        if animation and animation.shows_through:  # a later frame
            strip = with_alpha(strip)
    for first in range(0, pages, together):
        yield part_of(strip, pages, first, min(together, pages - first))


def _kind_of(data: Buffer, format: Format, animation: Animation) -> pyvips.Image:
    """Open an image with the bands, the depth and the fields of every canvas. Its size may be another."""
    with translating_vips_errors(CorruptImage, "the original is damaged"):
        image = described(open_image(data, format), animation)
        # 8 bits are enough: no animated output has more, and each canvas is in memory.
        image = in_bits(image, 8)
        return with_alpha(image) if animation.shows_through else image


def _drawn(animation: Animation, format: Format, like: pyvips.Image) -> Iterator[pyvips.Image]:
    """Draw each frame on what the one before it left. Yield the canvases, which are in memory.

    Each canvas has the bands and the depth of ``like``.
    """
    canvas = _empty(animation.size, like)
    for frame in animation.frames:
        before = canvas
        if frame.box:
            with translating_vips_errors(CorruptImage, "the original is damaged"):
                canvas = _with_frame(canvas, frame, frame.box, format)
        yield canvas
        if frame.disposal is Disposal.RESTORE:
            canvas = before
        elif frame.disposal is Disposal.CLEAR and frame.box:
            canvas = _without(canvas, frame.box)


def _with_frame(canvas: pyvips.Image, frame: Frame, box: Box, format: Format) -> pyvips.Image:
    picture = in_bits(open_pages(frame.file(), format, frame.size), 8)
    if box.size != frame.size:
        picture = picture.crop(0, 0, box.size.width, box.size.height)
    if frame.blends and picture.hasalpha():
        picture = _over(cut(canvas, box), picture)
    elif canvas.hasalpha():
        picture = with_alpha(picture)
    if not box.covers(Size(canvas.width, canvas.height)):
        picture = canvas.insert(picture, box.left, box.top)
    return decoded(picture)


def _without(canvas: pyvips.Image, box: Box) -> pyvips.Image:
    """Empty a place on a copy of the canvas."""
    nothing: list[float] = [0] * canvas.bands
    return canvas.draw_rect(nothing, box.left, box.top, box.size.width, box.size.height, fill=True)


def _over(below: pyvips.Image, picture: pyvips.Image) -> pyvips.Image:
    """Blend in floating point. With whole numbers libvips cuts fractions off, which adds up over frames."""
    return rounded(below.cast("float").composite2(picture.cast("float"), "over"), below)


def _empty(size: Size, like: pyvips.Image) -> pyvips.Image:
    sheet = pyvips.Image.black(size.width, size.height, bands=like.bands)
    return sheet.copy(interpretation=like.interpretation)


def _labelled(canvas: pyvips.Image, like: pyvips.Image) -> pyvips.Image:
    """Give a canvas the fields of the whole file, in place of those of its frames."""
    canvas = canvas.copy()
    for name in set(canvas.get_fields()) - _OWN_FIELDS:
        canvas.remove(name)
    for name in set(like.get_fields()) - _OWN_FIELDS:
        canvas.set_type(like.get_typeof(name), name, like.get(name))
    return canvas
