"""Count the parts that a decoder goes through before it reports anything, and refuse too many of them.

Each walk follows the structure of one format. No walk fails. A file that is not of its format ends the walk,
and the decoder reports what is wrong. Each walk stops at its limits, so it is short for every file.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from typing import Final

from resizer_core.errors import LimitExceeded
from resizer_core.formats import AVIF, GIF, HEIC, JPEG, PNG, TIFF, WEBP, Format
from resizer_core.model import Buffer
from resizer_core.rendering import lzw
from resizer_core.rendering.apng import chunks
from resizer_core.rendering.boxes import extents
from resizer_core.rendering.gif import colour_table_bytes
from resizer_core.rendering.tiff import directories
from resizer_core.site import Limits

#: The names of the parts, as errors use them.
FRAMES: Final = "frames"
EXTENSIONS: Final = "extensions"
BLOCKS: Final = "thousand blocks of data"
CHUNKS: Final = "chunks"
PAGES: Final = "pages"
COMPARISONS: Final = "comparisons of 32 fields"
SCANS: Final = "scans"
SEGMENTS: Final = "segments"
EXTENTS: Final = "extents"
#: The last part of a file that ends before its pictures do.
CUT: Final = "ends before the end"

#: How many parts a file may have if no setting limits them. Honest files have far fewer.
#: A frame of a GIF has one extension, seldom two. A frame of a WebP has three chunks, itself included.
#: A block of a GIF nearly always has 255 bytes, so 50 MiB are 200,000 blocks. A segment of a JPEG has up to
#: 64 KiB, so 50 MiB are 800 segments. A directory of a TIFF seldom has 32 fields. libheif takes 1000 pictures
#: of 32 extents.
_MOST: Final[Mapping[str, int]] = {
    EXTENSIONS: 40_000,
    BLOCKS: 1000,
    CHUNKS: 50_000,
    COMPARISONS: 10_000,
    SEGMENTS: 10_000,
    EXTENTS: 32_000,
    CUT: 1,
}

_GIF_TRAILER: Final = 0x3B
_GIF_COMMENT: Final = 0xFE
#: The next marker of a JPEG. Coded pixels lie between two markers. In them, FF 00 is a byte, and FF D0 to
#: FF D7 only mark restart points. Source: ITU-T T.81, section B.1.1.
_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
#: The markers with a length: SOF, DHT, DAC, SOS, DQT, DNL, DRI, APP and COM. libjpeg skips no others.
_WITH_LENGTH: Final = frozenset({*range(0xC0, 0xD0), *range(0xDA, 0xDE), *range(0xE0, 0xF0), 0xFE})
#: The markers at the end of a JPEG, and of the header before the coded pixels of a scan.
EOI: Final = 0xD9
SOS: Final = 0xDA


def check_parts(data: Buffer, format: Format, limits: Limits) -> Counter[str]:
    """Count the parts of an original. Refuse more of them than a decoder can handle in time.

    Raises:
        LimitExceeded: the file has more frames, pages, scans or other parts than the limits allow.
    """
    counted: Counter[str] = Counter()
    if format.name not in _WALKS:
        return counted
    most = {**_MOST, FRAMES: limits.pages, PAGES: limits.pages, SCANS: limits.scans}
    for part in _WALKS[format.name](data):
        counted[part] += 1
        if counted[part] > most[part]:
            raise LimitExceeded(
                f"expected an original of at most {most[part]} {part}, got a {format} of more"
            )
    return counted


def holds(data: Buffer, run: bytes) -> bool:
    """Say whether ``run`` occurs in ``data``. A memoryview cannot say so itself, but it can be searched."""
    return run in data if not isinstance(data, memoryview) else bool(re.search(re.escape(run), data))


def gif_parts(data: Buffer) -> Iterator[str]:
    """Go through a GIF. Yield a part for each image, each extension, and each thousand blocks of their data.

    The last part is ``CUT`` if the file ends in the middle of a block. It is also ``CUT`` if the walk meets a
    byte that begins nothing, and the image before it lacks pixels. A file that ends after a whole block,
    without the trailer, is not cut.

    Source: GIF89a specification, sections 18 to 23; ``nsgif__parse_frame_extensions`` in gif.c of libnsgif.
    """
    blocks, astray, pixels, coded = 0, False, 0, 0
    at = 13  # header and logical screen descriptor
    if len(data) < at:
        yield CUT
        return
    at += colour_table_bytes(data[10])
    while at < len(data) and data[at] != _GIF_TRAILER:
        match data[at]:
            case 0x21:  # a label, then blocks of data
                yield EXTENSIONS
                at += 2
                pixels = 0
                if at < len(data) and data[at] == 0 and data[at - 1] != _GIF_COMMENT:
                    # The extension ends here, but libnsgif goes on behind it, and may find frames there.
                    at += 1
                    astray = True
            case 0x2C:  # a descriptor, a colour table, the code size, then blocks of data
                yield FRAMES
                width, height, flags = (
                    struct.unpack_from("<HHB", data, at + 5) if at + 10 <= len(data) else (0, 0, 0)
                )
                at += 11 + colour_table_bytes(flags)
                pixels, coded = width * height, at - 1
            case _:  # no part begins like this: it is padding, or a part is missing here
                if not astray and not lzw.holds(data, coded, pixels):
                    yield CUT
                return
        while at < len(data) and data[at]:
            at += data[at] + 1
            blocks += 1
            if blocks % 1000 == 0:
                yield BLOCKS
        if at >= len(data):
            if not astray:
                yield CUT
            return
        at += 1
    if at > len(data):  # the file ends in the colour table that its header announced
        yield CUT


def png_parts(data: Buffer) -> Iterator[str]:
    """Go through a PNG up to its pixels, or through all of an animated one.

    Yield a part for each chunk, and one more for each frame.

    Source: PNG specification, third edition, sections 5.3 and 11.3.6.
    """
    animated = False
    for chunk in chunks(data):
        animated = animated or chunk.kind == b"acTL"
        if chunk.kind == b"IDAT" and not animated:
            return
        yield CHUNKS
        if chunk.kind == b"fcTL":
            yield FRAMES


def webp_parts(data: Buffer) -> Iterator[str]:
    """Go through a WebP. Yield a part for each chunk, and one more for each frame.

    The chunks within a frame count too. libwebp also goes from one to the next, whatever length the frame
    states. The last part is ``CUT`` if there are zeros in place of a chunk, either before the pixels of a
    still or anywhere in an animation.

    Source: WebP Container Specification (RFC 9649), sections 2.3 to 2.7; ``ParseAnimationFrame`` in demux.c.
    """
    at, still, animated = 12, False, False
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == bytes(4) and at + 8 <= end and not still:
            yield CUT
            return
        yield CHUNKS
        if name in (b"VP8 ", b"VP8L"):
            still = not animated
        if name == b"ANMF":
            animated = True
            yield FRAMES
            size = 16  # the frame's own fields; its chunks follow them
        at += 8 + size + size % 2


def tiff_parts(data: Buffer) -> Iterator[str]:
    """Go through the directories of a TIFF. Yield a part for each, and more for one with many fields.

    libtiff compares each field with every other. 64 fields need four times as many comparisons as 32.

    Source: ``TIFFReadDirectory`` in tif_dirread.c of libtiff.
    """
    for directory in directories(data):
        yield PAGES
        if directory.next_link <= len(data):
            yield from repeat(COMPARISONS, (directory.fields // 32) ** 2)


def item_parts(data: Buffer) -> Iterator[str]:
    """Go through the items of an AVIF or HEIC. Yield a part for each piece of an item.

    The last part is ``CUT`` if a piece ends behind the file, or behind the box that holds it.
    """
    for extent in extents(data):
        yield EXTENTS
        if extent.end > extent.limit:
            yield CUT
            return


def jpeg_parts(data: Buffer) -> Iterator[str]:
    """Go through a JPEG to the end of its first picture.

    Yield a part for each segment, and one more for each scan.
    """
    for marker, _, _ in jpeg_segments(data):
        if marker != EOI:
            yield SEGMENTS
        if marker == SOS:
            yield SCANS


def jpeg_segments(data: Buffer) -> Iterator[tuple[int, int, int]]:
    """Go through a JPEG to the end marker of its first picture.

    Yield the marker of each segment, and where the segment begins and ends. Skip what lies between two
    segments: the coded pixels of a scan, and stray bytes. The last segment may end beyond the file.

    Source: ITU-T T.81, annex B; ``read_markers`` in jdmarker.c of libjpeg-turbo.
    """
    at = 2
    while found := _MARKER.search(data, at):
        marker, at = data[found.start() + 1], found.end()
        if marker in _WITH_LENGTH:
            at += int.from_bytes(data[at : at + 2], "big")
        yield marker, found.start(), at
        if marker == EOI:
            return


_WALKS: Final[Mapping[str, Callable[[Buffer], Iterator[str]]]] = {
    GIF.name: gif_parts,
    PNG.name: png_parts,
    WEBP.name: webp_parts,
    TIFF.name: tiff_parts,
    AVIF.name: item_parts,
    HEIC.name: item_parts,
    JPEG.name: jpeg_parts,
}
