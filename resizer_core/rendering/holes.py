"""Find holes in originals: zeros where a block of the file was lost. Decoders take them for pixels.

A run of zeros proves nothing, since large areas of one colour may be coded so. We decode the piece that holds
the run once more, without its last bytes. A whole piece needs these bytes. Behind a hole the decoder is out
of step. It then has bytes left over, or too few, and it reports too few by itself.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from resizer_core.errors import CorruptImage
from resizer_core.formats import AVIF, HEIC, JPEG, TIFF, WEBP, Format
from resizer_core.model import Buffer, Size
from resizer_core.rendering import tiff
from resizer_core.rendering.boxes import Extent, alone, extents, items
from resizer_core.rendering.counting import holds
from resizer_core.rendering.libvips import LOADERS, loaded, pyvips

#: A block of a disk. WebP codes large areas of one colour as shorter runs, and a trial costs time.
_RUN_OF_WEBP: Final = bytes(512)
#: Half a block: the other half of a hole may lie in the next strip.
_RUN_OF_TIFF: Final = bytes(256)
#: Neither AV1 nor HEVC codes anything with as many zeros.
_RUN_OF_HEIF: Final = bytes(32)
#: Bytes. It is more than an encoder pads at the end, and less than a hole leaves over.
_SPARE: Final = 16
#: libjpeg reads some bytes more than it needs. These are all ones, which are no valid code.
_READ_AHEAD: Final = b"\xff\0" * 7
#: How many bytes of pixels the trials of one original may decode, in addition to 16 for each of its own
#: pixels. A trial counts as ``_LEAST`` bytes at least.
_ROOM: Final = 64 * 1024**2
_LEAST: Final = 1024**2
#: Pieces may overlap. All together may have this many times the bytes of the file.
_TIMES: Final = 2


def check_holes(data: Buffer, format: Format, size: Size, *, page: int, pages: int) -> None:
    """Refuse an original with a hole in these pages of ``size``, or in the frames before them.

    Raises:
        CorruptImage: there is a hole.
    """
    if format.name not in _SEARCHES:
        return
    run, search = _SEARCHES[format.name]
    if not holds(data, run):
        return
    trial = _Trial(16 * size.pixels * (page + pages) + _ROOM)
    if any(search(memoryview(data), range(page, page + pages), trial)):
        raise CorruptImage("the original is damaged: there are zeros where pixels should be")


class _Trial:
    """Decode for trials, up to ``room`` bytes of pixels, since a small file may hold many."""

    def __init__(self, room: int) -> None:
        self._room = room

    @property
    def is_over(self) -> bool:
        return self._room < 0

    def decodes(self, data: bytes, name: str, **options: Any) -> bool | None:
        """Say whether all pixels can be decoded. Return None without a trial: no header, or no room."""
        options = {"access": "sequential", "fail_on": "error", **options}
        try:
            image = loaded(data, LOADERS[name][1], **options)
        except pyvips.Error:
            return None
        if not self._takes(image.width * image.height * image.bands):
            return None
        try:
            image.avg()
        except pyvips.Error:
            return False
        return True

    def inflates(self, data: bytes) -> bool | None:
        """Say whether deflated data are whole, up to their checksum. Return None if there is no room."""
        inflater = zlib.decompressobj()
        try:
            while data and not inflater.eof:
                if not self._takes(len(inflater.decompress(data, _LEAST))):
                    return None
                data = inflater.unconsumed_tail
            inflater.flush()
        except zlib.error:
            return False
        return inflater.eof

    def _takes(self, cost: int) -> bool:
        self._room -= max(cost, _LEAST)
        return self._room >= 0


def _webp(data: memoryview, pages: range, trial: _Trial) -> Iterator[bool]:
    """Go through the coded pictures of the frames up to the last of ``pages``.

    Source: WebP Container Specification and lossless bitstream (RFC 9649), sections 2 and 3.4.
    """
    at, frames, sides, seen = 12, 0, memoryview(b""), set[bytes]()
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"ANMF":
            size = 16  # the frame's own fields; its chunks follow them
        content = data[at + 8 : at + 8 + size]
        if name == b"ANMF":
            if frames == pages.stop:
                return
            frames, sides, seen = frames + 1, content[6:12], set()
        elif name not in seen and holds(content, _RUN_OF_WEBP):
            if name == b"VP8 ":
                yield from _vp8(bytes(content), trial)
            elif name == b"VP8L":
                yield _has_spare(name, bytes(content), trial)
            elif name == b"ALPH" and content[0] & 3 == 1:  # coded like VP8L, without the header
                across, down = (int.from_bytes(side, "little") & 0x3FFF for side in (sides[:3], sides[3:]))
                head = struct.pack("<BI", 0x2F, across | down << 14)
                yield _has_spare(b"VP8L", head + bytes(content[1:]), trial)
        if name == b"VP8X":
            sides = content[4:10]
        seen.add(name)
        at += 8 + size + size % 2


def _vp8(coded: bytes, trial: _Trial) -> Iterator[bool]:
    """Try each partition that has a run of zeros: that of the modes, and that of the coefficients.

    Source: RFC 6386, section 9.1.
    """
    tag = int.from_bytes(coded[:3], "little")
    end = 10 + (tag >> 5)
    if 0 <= coded.find(_RUN_OF_WEBP) < end and end > 10 + _SPARE:
        shorter = (tag - (_SPARE << 5)).to_bytes(3, "little") + coded[3 : end - _SPARE] + coded[end:]
        yield trial.decodes(_still(b"VP8 ", shorter), WEBP.name) is True
    if _RUN_OF_WEBP in coded[max(end - len(_RUN_OF_WEBP) + 1, 0) :]:
        yield _has_spare(b"VP8 ", coded, trial)


def _has_spare(name: bytes, coded: bytes, trial: _Trial) -> bool:
    return trial.decodes(_still(name, coded[:-_SPARE]), WEBP.name) is True


def _still(name: bytes, coded: bytes) -> bytes:
    size = len(coded)
    coded += bytes(size % 2)
    return struct.pack("<4sI4s4sI", b"RIFF", 12 + len(coded), b"WEBP", name, size) + coded


def _tiff(data: memoryview, pages: range, trial: _Trial) -> Iterator[bool]:
    """Go through the strips or tiles of the first page. libtiff reads none of them to its end."""
    if (directory := tiff.directory_of(data, pages.start)) is None:
        return
    compression = tiff.values(data, directory, tiff.COMPRESSION)
    tables = bytes(tiff.values(data, directory, tiff.JPEG_TABLES))
    left = _TIMES * len(data)
    for start, stop in tiff.pieces(data, directory):
        left -= stop - start
        if left < 0 or trial.is_over:
            return
        if not holds(data[start:stop], _RUN_OF_TIFF):
            continue
        coded = bytes(data[start:stop])
        match compression:
            case (8,) | (32946,):
                yield trial.inflates(coded) is False
            case (7,):
                yield _jpeg(tables[:-2] + coded[2:] if tables else coded, trial)
            case (50001,):
                yield from _webp(data[start:stop], range(1), trial)
            case (32773,):  # PackBits: no encoder writes each zero as a pair, when two bytes hold 128 zeros
                yield True
            case _:
                return


def _jpeg(coded: bytes, trial: _Trial) -> bool:
    """Say whether a JPEG has a hole. Decode it without its end marker, so that missing data are an error.

    Source: ``source_fill_input_buffer`` in jpeg2vips.c of libvips.
    """
    body = coded[: coded.rfind(b"\xff\xd9")]
    if trial.decodes(body + _READ_AHEAD, JPEG.name, fail_on="warning") is False:
        return True
    return trial.decodes(body[:-_SPARE], JPEG.name, fail_on="truncated") is True


def _avif(data: memoryview, _: range, trial: _Trial) -> Iterator[bool]:
    """Go through the coded pictures and the tiles of grids. libheif fills in those that it cannot decode."""
    for item, coded in _items_with_runs(data, b"av01"):
        if trial.is_over:
            return
        yield trial.decodes(alone(data, item, coded), AVIF.name) is False


def _heic(data: memoryview, _: range, __: _Trial) -> Iterator[bool]:
    """Go through the coded pictures, which never have three zeros in a row.

    Source: ITU-T H.265, section 7.4.2.1.
    """
    yield from (True for _ in _items_with_runs(data, b"hvc1"))


def _items_with_runs(data: memoryview, kind: bytes) -> Iterator[tuple[int, bytes]]:
    pictures = items(data, kind)
    left = _TIMES * len(data)
    parts: dict[int, list[Extent]] = {}
    for extent in extents(data):
        left -= extent.end - extent.start
        if left < 0:
            return
        if extent.item in pictures:
            parts.setdefault(extent.item, []).append(extent)
    for item, own in parts.items():
        coded = b"".join(data[part.start : part.end] for part in own)
        if _RUN_OF_HEIF in coded:
            yield item, coded


_Search = Callable[[memoryview, range, _Trial], Iterator[bool]]
_SEARCHES: Final[Mapping[str, tuple[bytes, _Search]]] = {
    WEBP.name: (_RUN_OF_WEBP, _webp),
    TIFF.name: (_RUN_OF_TIFF, _tiff),
    AVIF.name: (_RUN_OF_HEIF, _avif),
    HEIC.name: (_RUN_OF_HEIF, _heic),
}
