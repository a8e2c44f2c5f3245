"""HEIC, the format of phones: read by the optional package pi-heif, which is imported for nothing else.

libvips as it is installed cannot decode it. The package has the decoder alone (BSD; libheif and libde265 in
its wheels are LGPL), and no encoder, which is GPL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from resizer_core.errors import CorruptImage, UnsupportedFormat
from resizer_core.model import ImageHeader, Size

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Channels, alpha included, by the decoder's name for what it gives.
_BANDS: Final[Mapping[str, int]] = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The pixels of a picture, upright, and what came with them.

    Attributes:
        size: px.
        bands: channels, alpha included.
        bits: per channel as stored: 8, 10 or 12. More than 8 stand at the upper end of 16.
        pixels: line by line, without a gap; 1 or 2 bytes a channel, in the order of this machine.
        profile: the colour profile; empty when none is embedded.
        xmp: as it is; empty when there is none.
        exif: as in a JPEG, its name in front; empty when there is none. Its orientation is carried out.
    """

    size: Size
    bands: int
    bits: int
    pixels: bytes
    profile: bytes
    xmp: bytes
    exif: bytes


def probe(data: bytes | bytearray | memoryview) -> ImageHeader:
    """Read the header of a HEIC; no pixel is decoded.

    Raises:
        UnsupportedFormat: pi-heif is not installed.
        CorruptImage: the header cannot be read, or the file ends too early.
    """
    with _decoding():
        file = _opened(data)
        bands = _bands(file)
        return ImageHeader(
            size=Size(*file.size),
            has_alpha=bool(file.has_alpha),
            bits=int(file.info["bit_depth"]),
            bands=bands - bool(file.has_alpha),
            profile=bool(file.info.get("icc_profile")),
        )


def decode(data: bytes | bytearray | memoryview) -> Decoded:
    """Decode the first picture of a HEIC.

    Raises:
        UnsupportedFormat: pi-heif is not installed.
        CorruptImage: it is cut short, damaged, or coded in a way that cannot be decoded.
    """
    with _decoding():
        file = _opened(data)
        bands, bits = _bands(file), int(file.info["bit_depth"])
        size = Size(*file.size)
        row = size.width * bands * (1 if bits == 8 else 2)
        pixels = memoryview(file.data)
        lines = (pixels[at : at + row] for at in range(0, file.stride * size.height, file.stride))
        return Decoded(
            size=size,
            bands=bands,
            bits=bits,
            pixels=bytes(pixels) if file.stride == row else b"".join(lines),
            profile=file.info.get("icc_profile") or b"",
            xmp=file.info.get("xmp") or b"",
            exif=file.info.get("exif") or b"",
        )


def _opened(data: bytes | bytearray | memoryview) -> Any:
    try:
        import pi_heif
    except ImportError as error:
        raise UnsupportedFormat(
            "the original is HEIC, which is read where the extra heic is installed: "
            "pip install 'resizer-core[heic]'"
        ) from error
    return pi_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=False)


def _bands(file: Any) -> int:
    name = str(file.mode).partition(";")[0]
    if name not in _BANDS:
        raise CorruptImage("the original is a HEIC whose channels are not known")
    return _BANDS[name]


@contextmanager
def _decoding() -> Iterator[None]:
    """What the package raises of a file, by its documents and its source."""
    try:
        yield
    except (EOFError, KeyError, OSError, RuntimeError, SyntaxError, ValueError) as error:
        raise CorruptImage("the original is damaged or no HEIC that can be decoded") from error
