"""Find out what the samples of a TIFF are, and bring unusual ones to 16 bits.

TIFF is a container: camera raw files are TIFFs too, and a sample may be anything. We refuse the kinds that
may not come out right, and name them. libvips reads the rest.

Source: TIFF 6.0, sections 2, 8, 18 (ExtraSamples), 19 (SampleFormat), 21 (YCbCr), 23 (CIE L*a*b*); TIFF
Technical Notes of Adobe, 2002 (ICC L*a*b*); TIFF/EP, ISO 12234-2 (CFA); DNG 1.7 (LinearRaw, DNGVersion).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from resizer_core.errors import UnsupportedFormat
from resizer_core.formats import EXPORT_IT
from resizer_core.model import Buffer
from resizer_core.rendering.libvips import loaded, pyvips, set_exif_text
from resizer_core.rendering.tiff import TYPES, Directory, Field, directories, directory_of, fields_of

_SUBFILE, _OLD_SUBFILE, _WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
_MAKE, _ARTIST, _SUB_IFDS, _EXTRA, _FORMAT, _SUBSAMPLING = 271, 315, 330, 338, 339, 530
_COPYRIGHT, _DNG_VERSION = 33432, 50706

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _INKS, _YCBCR, _CIELAB, _ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9
_LAB: Final = (_CIELAB, _ICCLAB)
#: Data of a camera's sensor: one colour a pixel, or three that no profile describes yet.
_SENSOR: Final = (32803, 34892)
_UNSIGNED, _SIGNED, _FLOATING, _UNTYPED = 1, 2, 3, 4
_PREMULTIPLIED, _ALPHA = 1, 2
#: The JPEG compressions. For them libtiff converts YCbCr to RGB, whatever the subsampling.
_JPEG: Final = (6, 7)

#: The depths, in bits, of whole numbers that are read, for each meaning. libvips decides on other meanings.
_DEPTHS: Final[Mapping[int, tuple[int, ...]]] = {
    **dict.fromkeys((_WHITE_IS_ZERO, _BLACK_IS_ZERO), (1, 2, 4, 8, 16, 32)),
    **dict.fromkeys((_RGB, _INKS), (8, 16, 32)),
    _PALETTE: (1, 2, 4, 8, 16),
    _YCBCR: (8,),
    **dict.fromkeys(_LAB, (8, 16)),
    **dict.fromkeys((4, 10, 32844, 32845), ()),
}
_SPACES: Final[Mapping[int, str]] = {
    4: " of a mask",
    _INKS: " of CMYK",
    _YCBCR: " of YCbCr",
    _CIELAB: " of L*a*b*",
    _ICCLAB: " of L*a*b*",
    10: " of ITU L*a*b*",
    32844: " of LogL",
    32845: " of LogLuv",
}
_KINDS: Final[Mapping[int, str]] = {
    _UNSIGNED: "integer",
    _SIGNED: "signed integer",
    _FLOATING: "floating-point",
    _UNTYPED: "untyped",
    5: "complex integer",
    6: "complex",
}
#: The name of each camera maker's raw format that begins like a TIFF.
_RAW_OF: Final[Mapping[str, str]] = {"NIKON": "NEF", "SONY": "ARW", "PENTAX": "PEF", "SAMSUNG": "SRW"}

#: How many directories are read. Camera raw has a dozen.
_MOST: Final = 100
#: How many fields are read of a directory below another. libvips never reads it, so nothing else limits it.
_MOST_FIELDS: Final = 1000
#: The types of text, and of untyped bytes.
_TEXT: Final = 2
_UNDEFINED: Final = 7
#: Stands for a field that is missing.
_NOTHING: Final = Field(0, 0, 0)


class _Page(NamedTuple):
    """Hold the fields of a directory by tag, and say whether any lies outside the file."""

    data: Buffer
    order: str
    fields: Mapping[int, Field]
    is_cut: bool

    def numbers(self, tag: int, *default: int) -> tuple[int, ...]:
        kind, count, at = self.fields.get(tag, _NOTHING)
        letter = "x" if kind == _UNDEFINED else TYPES.get(kind, "x")
        return struct.unpack_from(f"{self.order}{min(count, _MOST)}{letter}", self.data, at) or default

    def number(self, tag: int, default: int) -> int:
        return self.numbers(tag, default)[0]

    def text(self, tag: int) -> str:
        kind, count, at = self.fields.get(tag, _NOTHING)
        raw = bytes(self.data[at : at + count]).partition(b"\0")[0] if kind == _TEXT else b""
        try:
            return raw.decode()
        except UnicodeDecodeError:  # the file does not state the encoding, and latin-1 takes all bytes
            return raw.decode("latin-1")

    @property
    def pixels(self) -> int:
        return self.number(_WIDTH, 0) * self.number(_LENGTH, 0)

    @property
    def is_reduced(self) -> bool:
        return bool(self.number(_SUBFILE, 0) & 1) or self.number(_OLD_SUBFILE, 0) == 2


def check_tiff(data: Buffer, page: int) -> None:
    """Refuse camera raw, a thumbnail in place of its picture, and samples that may not come out right.

    ``page`` counts from 0. A file that is not a TIFF passes, since the decoder reports it.

    Raises:
        UnsupportedFormat: the file is one of these. The text says which.
    """
    chain = [_page(data, directory) for directory in islice(directories(data), _MOST)]
    if not chain:
        return
    below = list(islice((sub for one in chain for sub in _below(one)), _MOST))
    make = chain[0].text(_MAKE).upper()
    name = next((f" ({raw})" for maker, raw in _RAW_OF.items() if make.startswith(maker)), "")
    name = " (DNG)" if _DNG_VERSION in chain[0].fields else name
    if name == " (DNG)" or any(one.number(_PHOTOMETRIC, 0) in _SENSOR for one in (*chain, *below)):
        raise UnsupportedFormat(f"the original is a camera raw file{name}: {EXPORT_IT}")
    if page == 0:
        _check_thumbnail(chain, below, name)
    directory = directory_of(data, page)
    if directory and (kind := _unreadable(_page(data, directory))):
        raise UnsupportedFormat(f"the original is a TIFF of {kind}: {EXPORT_IT}")


def opened(data: Buffer, page: int, options: Mapping[str, Any]) -> pyvips.Image:
    """Open a page, counted from 0, that ``check_tiff`` lets pass.

    Unusual samples become gray, RGB or CMYK of 8 or 16 bits. TIFF's own artist and copyright become the
    EXIF fields of that name.

    Raises:
        pyvips.Error: the header cannot be read.
    """
    directory = directory_of(data, page)
    if directory is None:
        return loaded(data, "tiffload", **options)
    fields = _page(data, directory)
    lab = fields.number(_PHOTOMETRIC, 0) in _LAB
    image = _alpha_next(loaded(_said_to_be_rgb(fields) if lab else data, "tiffload", **options), fields)
    if lab:
        image = _from_lab(image, fields)
    elif image.format == "float":
        image = _from_floats(image)
    elif image.format == "uint":
        image = _in_16_bits(image >> 16)
    elif fields.number(_PHOTOMETRIC, 0) == _YCBCR:
        image = image.extract_band(0, n=3)  # libtiff adds an alpha of its own
    image = image.copy()
    for tag, field in ((_ARTIST, "exif-ifd0-Artist"), (_COPYRIGHT, "exif-ifd0-Copyright")):
        set_exif_text(image, field, fields.text(tag))
    return image


def _page(data: Buffer, directory: Directory) -> _Page:
    return _Page(data, directory.order, *fields_of(data, directory))


def _below(page: _Page) -> Iterator[_Page]:
    """Go through the directories that hang from this one."""
    big = page.data[2:4] in (b"+\0", b"\0+")
    count = page.order + ("Q" if big else "H")
    for start in page.numbers(_SUB_IFDS):
        at = start + struct.calcsize(count)
        if at <= len(page.data):
            fields = min(struct.unpack_from(count, page.data, start)[0], _MOST_FIELDS)
            yield _page(page.data, Directory(page.order, big, at, fields, 0, start))


def _check_thumbnail(chain: list[_Page], below: list[_Page], name: str) -> None:
    """Refuse the first page if it calls itself a smaller copy, or if a larger picture hangs from a page."""
    first = chain[0]
    if any(one.pixels > first.pixels for one in below):
        raise UnsupportedFormat(
            f"the original is a camera raw file{name}, or another TIFF whose first picture is a thumbnail: "
            + EXPORT_IT
        )
    larger = (number for number, one in enumerate(chain, 1) if one.pixels > first.pixels)
    if first.is_reduced and (number := next(larger, 0)):
        raise UnsupportedFormat(
            f"the first picture of the original is a thumbnail of another: ask for page-{number}"
        )


def _unreadable(page: _Page) -> str:
    """Name samples that cannot become a picture. Return an empty text if they can, or the file is cut."""
    if page.is_cut:
        return ""
    depths = page.numbers(_BITS, 1)
    bits, photometric = depths[0], page.number(_PHOTOMETRIC, -1)
    if len(set(depths)) > 1:
        return f"samples of {', '.join(map(str, depths))} bits"
    form = page.number(_FORMAT, _UNSIGNED)
    if form == _FLOATING:
        known = photometric in (_BLACK_IS_ZERO, _RGB) and bits in (16, 32)
    else:
        # a* and b* are signed, whatever the file says
        whole = form in (_UNSIGNED, _UNTYPED) or (form == _SIGNED and photometric in _LAB)
        known = whole and bits in _DEPTHS.get(photometric, (bits,))
    samples = f"{bits}-bit {_KINDS.get(form, 'unknown')} samples{_SPACES.get(photometric, '')}"
    if not known:
        return samples
    if photometric == _YCBCR and page.number(_COMPRESSION, 1) not in _JPEG:
        return f"{samples} without subsampling" if page.numbers(_SUBSAMPLING, 2, 2) == (1, 1) else ""
    # libvips divides by alpha before it swaps white and black, and as if gray had 8 bits.
    divides = photometric not in (_WHITE_IS_ZERO, *_LAB) and (
        photometric == _RGB if form == _FLOATING else bits <= 16
    )
    return f"{samples} multiplied by alpha" if _PREMULTIPLIED in page.numbers(_EXTRA) and not divides else ""


def _alpha_next(image: pyvips.Image, page: _Page) -> pyvips.Image:
    """Put alpha right behind the colours, if another sample stands between them."""
    extra = page.numbers(_EXTRA)
    alpha = next((place for place, kind in enumerate(extra) if kind in (_PREMULTIPLIED, _ALPHA)), 0)
    colours = image.bands - len(extra)
    if alpha == 0 or colours < 1:
        return image
    return image.extract_band(0, n=colours).bandjoin(image.extract_band(colours + alpha))


def _said_to_be_rgb(page: _Page) -> memoryview:
    """Label L*a*b* as RGB. libvips passes RGB on unchanged, and cannot read L*a*b* of three 8-bit bands."""
    changed = bytearray(page.data)
    kind, _, at = page.fields[_PHOTOMETRIC]
    struct.pack_into(page.order + TYPES[kind], changed, at, _RGB)
    return memoryview(changed).toreadonly()


def _from_lab(image: pyvips.Image, page: _Page) -> pyvips.Image:
    """Convert L*a*b* to sRGB. Drop the profile, which cannot add anything."""
    bits, icc = page.number(_BITS, 8), page.number(_PHOTOMETRIC, 0) == _ICCLAB
    half = 2 ** (bits - 1)
    image = image.copy(format="uchar" if bits == 8 else "ushort")  # the file may call them signed
    samples = image.extract_band(0, n=3)
    if not icc:
        samples = samples ^ [0, half, half]  # now a* and b* count from their lowest value
    white = 0xFF00 if icc and bits == 16 else 2 * half - 1
    scaled = (samples - [0, half, half]) * [100 / white, 128 / half, 128 / half]
    colours = scaled.copy(interpretation="lab").colourspace("srgb" if bits == 8 else "rgb16")
    colours.remove("icc-profile-data")
    return colours.bandjoin(image.extract_band(3)) if image.bands > 3 else colours


def _from_floats(image: pyvips.Image) -> pyvips.Image:
    """Convert floating-point samples to 16 bits. Without a profile they are linear light, and 1 is white.

    TIFF states neither, but Photoshop and libvips read it so. Values above white become white.
    """
    if image.get_typeof("icc-profile-data"):
        return _in_16_bits((image * 65_535).rint())
    if image.bands > 2:
        return _in_16_bits(image.colourspace("rgb16"))
    gray = image.extract_band(0)
    colours = gray.bandjoin(gray).bandjoin(image).copy(interpretation="scrgb")
    return _in_16_bits(colours.colourspace("grey16"))


def _in_16_bits(image: pyvips.Image) -> pyvips.Image:
    space = "cmyk" if image.interpretation == "cmyk" else "grey16" if image.bands < 3 else "rgb16"
    image = image.cast("ushort").copy(interpretation=space)
    image.set_type(pyvips.GValue.gint_type, "bits-per-sample", 16)
    return image
