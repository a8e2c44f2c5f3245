"""Find the frames of a GIF that libnsgif draws in another way than browsers.

Browsers begin with an empty canvas. They also empty the place of a frame that is disposed of to the
background. libnsgif does so only if the frame has a transparent index. Otherwise it uses the background
colour of the file. libvips drops all transparency if no frame has such an index. libnsgif also ignores some
sizes that files state.

Source: GIF89a specification, sections 18 to 23; ``nsgif__restore_bg`` and ``nsgif_data_scan`` in gif.c of
libnsgif; ``vips_foreign_load_nsgif_header`` in nsgifload.c of libvips; Chromium 156.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from resizer_core.model import Box, Buffer, Size, whole
from resizer_core.rendering.animation import Animation, Disposal, Frame, clipped, leaves_gaps

_SCREEN_BYTES: Final = 13  # header and logical screen descriptor
_EXTENSION: Final = 0x21
_GRAPHIC_CONTROL: Final = 0xF9
_COMMENT: Final = 0xFE
_IMAGE: Final = 0x2C
#: Some files say 4 and mean 3. libnsgif and browsers read 4 as 3.
_DISPOSALS: Final = {2: Disposal.CLEAR, 3: Disposal.RESTORE, 4: Disposal.RESTORE}


class _Image(NamedTuple):
    """Hold the fields of one image, and where its flags begin and its last block ends, bytes."""

    left: int
    top: int
    width: int
    height: int
    disposal: Disposal
    transparent_index: int | None
    start: int
    end: int


def gif_animation(data: Buffer, drawn: Size) -> Animation | None:
    """Find the frames that we have to draw ourselves. Return None if libvips draws what browsers show.

    A still is an animation of one frame. The frames end where the file is damaged.

    Args:
        data: the whole file.
        drawn: the size of libvips' canvas, px.
    """
    images = list(_images(data))
    if not images:
        return None
    first, screen = images[0], struct.unpack_from("<HH", data, 6)
    # The first frame may enlarge the canvas.
    size = Size(max(screen[0], first.left + first.width, 1), max(screen[1], first.top + first.height, 1))
    has_alpha = any(image.transparent_index is not None for image in images)
    gap = None if has_alpha else whole(size)
    if drawn == size and (gap is None or _box(first, size) == gap) and not any(map(_clears, images)):
        return None  # true of nearly all files
    frames = [
        Frame(
            box=_box(image, size),
            size=Size(max(image.width, 1), max(image.height, 1)),
            file=partial(_still, data, image),
            opaque=image.transparent_index is None,
            disposal=image.disposal,
        )
        for image in images
    ]
    if drawn == size and not leaves_gaps(frames, gap):
        return None
    return Animation(size=size, frames=frames, shows_through=True)


def _box(image: _Image, size: Size) -> Box | None:
    return clipped(image.left, image.top, image.width, image.height, size)


def _clears(image: _Image) -> bool:
    """Say whether libnsgif may draw the file's background colour where browsers show nothing."""
    return image.disposal is not Disposal.KEEP and image.transparent_index is None


def _images(data: Buffer) -> Iterator[_Image]:
    """Go through the images as ``counting.gif_parts`` does. Stop where the file is damaged."""
    at = _SCREEN_BYTES
    flags, index = 0, 0
    try:
        at += colour_table_bytes(data[10])
        while data[at] in (_EXTENSION, _IMAGE):
            start, image = at, data[at] == _IMAGE
            if image:
                at += 11 + colour_table_bytes(data[at + 9])
            else:
                if data[at + 1] == _GRAPHIC_CONTROL:
                    flags, index = data[at + 3], data[at + 6]
                at += 2
                if data[at] == 0 and data[at - 1] != _COMMENT:
                    at += 1  # libnsgif goes on behind it
            while data[at]:
                at += data[at] + 1
            at += 1
            if image:
                disposal = _DISPOSALS.get(flags >> 2 & 7, Disposal.KEEP)
                left, top, width, height = struct.unpack_from("<4H", data, start + 1)
                yield _Image(left, top, width, height, disposal, index if flags & 1 else None, start + 9, at)
                flags = 0
    except IndexError:
        return


def _still(data: Buffer, image: _Image) -> bytes:
    """Make a GIF of one image alone."""
    table = bytes(data[_SCREEN_BYTES : _SCREEN_BYTES + colour_table_bytes(data[10])])
    control = b""
    if image.transparent_index is not None:
        control = bytes((_EXTENSION, _GRAPHIC_CONTROL, 4, 1, 0, 0, image.transparent_index, 0))
    screen = struct.pack("<HHBBB", image.width, image.height, data[10], 0, 0)
    place = struct.pack("<B4H", _IMAGE, 0, 0, image.width, image.height)
    return b"".join((b"GIF89a", screen, table, control, place, data[image.start : image.end], b";"))


def colour_table_bytes(flags: int) -> int:
    """Work out how many bytes the colour table has that ``flags`` announces."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
