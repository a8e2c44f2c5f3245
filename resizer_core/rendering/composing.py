"""Open the pages of an original one by one, and draw the frames that libvips does not draw as browsers do."""

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
from resizer_core.rendering.reading import animation_of, decoded, frame_of, open_image, open_pages

#: What a file says of all its frames. One that is opened by itself says something else.
_FIELDS: Final = ("delay", "loop", "gif-palette")


def each_page(
    data: Buffer, format: Format, size: Size, *, page: int = 0, pages: int = 1, shrink: float = 1
) -> Iterator[pyvips.Image]:
    """Open ``pages`` pages from ``page`` on, counted from 0, each of ``size`` px before ``shrink``.

    The pixels of the next page are decoded when it is asked for.

    Raises:
        CorruptImage: the pages are damaged, or of another size, for which nothing was checked.
        UnsupportedFormat: it is HEIC, and what decodes that is not installed.
    """
    with translating_vips_errors(CorruptImage, "the original is damaged"):
        animation = animation_of(data, format)
        image = (
            _kind_of(data, format, animation)
            if animation
            else open_pages(data, format, size, page=page, pages=pages, shrink=shrink)
        )
    if animation is None:
        yield from (frame_of(image, number, size) for number in range(pages)) if pages > 1 else (image,)
        return
    if animation.size != size or len(animation.frames) < page + pages:
        raise CorruptImage(f"expected {page + pages} frames of {size} in the original, got others")
    for canvas in islice(_drawn(animation, format, image), page, page + pages):
        yield _labelled(canvas, image)


def _kind_of(data: Buffer, format: Format, animation: Animation) -> pyvips.Image:
    """Open an image that has the bands, the depth and the fields of every canvas, and not their size."""
    # In 8 bits: there is no moving format of more, and a canvas is in memory.
    image = in_bits(open_image(data, format), 8)
    return with_alpha(image) if animation.shows_through else image


def _drawn(animation: Animation, format: Format, like: pyvips.Image) -> Iterator[pyvips.Image]:
    """Draw each frame on what the one before it left: the canvases, in memory, of the kind of ``like``."""
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
            hole = _empty(frame.box.size, like)
            canvas = decoded(canvas.insert(hole, frame.box.left, frame.box.top))


def _with_frame(canvas: pyvips.Image, frame: Frame, box: Box, format: Format) -> pyvips.Image:
    picture = in_bits(open_pages(frame.file(), format, frame.size), 8)
    if box.size != frame.size:
        picture = picture.crop(0, 0, box.size.width, box.size.height)
    if frame.blends and picture.hasalpha():
        picture = _over(canvas.crop(box.left, box.top, box.size.width, box.size.height), picture)
    elif canvas.hasalpha():
        picture = with_alpha(picture)
    return decoded(canvas.insert(picture, box.left, box.top))


def _over(below: pyvips.Image, picture: pyvips.Image) -> pyvips.Image:
    """Blend in floating point: libvips cuts off what is less than a level, which adds up over frames."""
    layers = [image.cast("float").copy(interpretation=image.interpretation) for image in (below, picture)]
    return rounded(layers[0].composite2(layers[1], "over"), below)


def _empty(size: Size, like: pyvips.Image) -> pyvips.Image:
    sheet = pyvips.Image.black(size.width, size.height, bands=like.bands)
    return sheet.copy(interpretation=like.interpretation)


def _labelled(canvas: pyvips.Image, like: pyvips.Image) -> pyvips.Image:
    """Say of the canvas what the file says of all frames."""
    canvas = canvas.copy()
    for name in _FIELDS:
        if like.get_typeof(name):
            canvas.set_type(like.get_typeof(name), name, like.get(name))
        elif canvas.get_typeof(name):
            canvas.remove(name)
    return canvas
