"""Describe formats as data: what each of them can do, and which first bytes its files have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from resizer_core.errors import UnsupportedFormat
from resizer_core.mistakes import check_bytes
from resizer_core.model import Buffer
from resizer_core.shown import Catalogue, by_text
from resizer_core.tokens import unknown
from resizer_core.value import Value

#: The word of ``f-`` that means: the best format that the browser accepts.
AUTO: Final = "auto"
#: ``detect`` looks for signatures and brands in this many bytes.
HEAD_BYTES: Final = 4096
#: The advice for an original that is not a finished picture, or that few programs read.
EXPORT_IT: Final = "export it as JPEG, PNG, or TIFF of 8 or 16 bits"
#: The root element of an SVG must begin within this many bytes. A licence may stand before it, as a comment.
SVG_HEAD_BYTES: Final = 1024 * 1024


class Format(Value, kw_only=True):
    """Describe one picture format.

    Attributes:
        name: the word after ``f-`` in the grammar.
        media_type: as registered with IANA. It is stored as Content-Type.
        aliases: other words that mean the same.
        signatures: each is a set of pairs of offset and bytes. All pairs of one signature must match.
        brands: a file in the ISO base media format must have one of these brands.
        suffix: tells libvips which encoder to take. It is empty if the format is never written.
        max_side: the longest side that the encoder takes, px.
        alpha, animation, lossless, quality: what the encoder can do. ``lossless`` means that a SPEC can ask
            for it. A format with neither ``lossless`` nor ``quality`` is always lossless.
        high_bit_depth: whether the encoder can keep more than 8 bits a channel.
        profiles: whether a colour profile can be embedded.
        browsers: whether the common browsers show it.
        trusted: whether it is decoded even if the configuration does not enable it.
        decodes_by_line: whether the decoder reads it line by line. Other decoders hold the whole picture in
            memory.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...] = ()
    signatures: tuple[tuple[tuple[int, bytes], ...], ...] = ()
    brands: frozenset[bytes] = frozenset()
    suffix: str = ""
    max_side: int = 65_500
    alpha: bool = False
    animation: bool = False
    lossless: bool = False
    quality: bool = False
    high_bit_depth: bool = False
    profiles: bool = True
    browsers: bool = True
    trusted: bool = True
    decodes_by_line: bool = True

    @property
    def writable(self) -> bool:
        """Say whether a derivative can have this format."""
        return bool(self.suffix)

    def matches(self, head: bytes) -> bool:
        """Say whether a file with the first bytes ``head`` has this format."""
        return any(
            all(head[at : at + len(magic)] == magic for at, magic in signature)
            for signature in self.signatures
        ) or bool(self.brands and self.brands & _brands(head))

    def __str__(self) -> str:
        return self.name

    __repr__ = by_text


#: If a file only says that it is some HEIF, the codec of its pictures gives the brand.
#: Source: AV1 in HEIF, section 2.1; ISO/IEC 23008-12, annex B.
_BY_CODING: Final = ((b"av01", b"avif"), (b"hvc1", b"heic"))
#: Brands that only say "some HEIF". Source: ISO/IEC 23008-12, section 10.2; ISO/IEC 23000-22 (MIAF).
_ANY_HEIF: Final = frozenset({b"mif1", b"mif2", b"mif3", b"msf1", b"miaf"})

JPEG: Final = Format(
    name="jpg",
    media_type="image/jpeg",
    aliases=("jpeg",),
    signatures=(((0, b"\xff\xd8\xff"),),),
    suffix=".jpg",
    quality=True,
)
PNG: Final = Format(
    name="png",
    media_type="image/png",
    signatures=(((0, b"\x89PNG\r\n\x1a\n"),),),
    suffix=".png",
    max_side=65_535,
    alpha=True,
    high_bit_depth=True,
)
WEBP: Final = Format(
    name="webp",
    media_type="image/webp",
    signatures=(((0, b"RIFF"), (8, b"WEBP")),),
    suffix=".webp",
    max_side=16_383,
    alpha=True,
    animation=True,
    lossless=True,
    quality=True,
    decodes_by_line=False,
)
AVIF: Final = Format(
    name="avif",
    media_type="image/avif",
    brands=frozenset({b"avif", b"avis"}),
    suffix=".avif",
    max_side=16_384,
    alpha=True,
    lossless=True,
    quality=True,
    high_bit_depth=True,
    decodes_by_line=False,
)
GIF: Final = Format(
    name="gif",
    media_type="image/gif",
    signatures=(((0, b"GIF87a"),), ((0, b"GIF89a"),)),
    suffix=".gif",
    max_side=65_535,
    alpha=True,
    animation=True,
    profiles=False,
    decodes_by_line=False,
)
TIFF: Final = Format(
    name="tif",
    media_type="image/tiff",
    aliases=("tiff",),
    signatures=(
        ((0, b"II*\x00"),),
        ((0, b"MM\x00*"),),
        ((0, b"II+\x00"),),  # BigTIFF
        ((0, b"MM\x00+"),),
    ),
    suffix=".tif",
    alpha=True,
    high_bit_depth=True,
    browsers=False,
)
HEIC: Final = Format(
    name="heic",
    media_type="image/heic",
    # The brands of single pictures and of sequences, both in HEVC.
    brands=frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}),
    alpha=True,
    browsers=False,
    decodes_by_line=False,
)
SVG: Final = Format(
    name="svg",
    media_type="image/svg+xml",
    # XML has no magic bytes, so _looks_like_svg() finds it.
    alpha=True,
    browsers=False,
    trusted=False,
)

#: Camera raw formats with first bytes of their own, by their usual suffix. Others begin like any TIFF (NEF,
#: DNG, ARW and more); ``rendering/tiff_samples.py`` finds them.
_CAMERA_RAW: Final = tuple(
    Format(name=name, media_type="application/octet-stream", signatures=signatures)
    for name, signatures in {
        "CR2": (((0, b"II*\x00"), (8, b"CR\x02")),),
        "CR3": (((4, b"ftypcrx "),),),
        "CRW": (((0, b"II"), (6, b"HEAPCCDR")),),
        "IIQ": (((0, b"II*\x00"), (8, b"IIII")), ((0, b"MM\x00*"), (8, b"MMMM"))),
        "MRW": (((0, b"\x00MRM"),),),
        "ORF": (((0, b"IIRO"),), ((0, b"IIRS"),), ((0, b"MMOR"),)),
        "RAF": (((0, b"FUJIFILMCCD-RAW"),),),
        "RW2": (((0, b"IIU\x00"),),),
        "X3F": (((0, b"FOVb"),),),
    }.items()
)

#: Every known format by name, in the order in which they are shown.
BUILTIN: Final[Mapping[str, Format]] = Catalogue(
    "formats", {format.name: format for format in (JPEG, PNG, WEBP, AVIF, GIF, TIFF, HEIC, SVG)}
)

#: The formats that are read by default. SVG is not among them, because an SVG can hold programs.
TRUSTED: Final[Mapping[str, Format]] = Catalogue(
    "formats", {name: format for name, format in BUILTIN.items() if format.trusted}
)


def detect(data: Buffer, formats: Mapping[str, Format] = BUILTIN) -> Format:
    """Find the format of a file by its first bytes. Its name and its Content-Type do not count.

    Args:
        data: the file, or its beginning.
        formats: the formats to look for.

    Raises:
        UnsupportedFormat: the file has none of these formats, or it is camera raw.
    """
    check_bytes(data, "data")
    head = bytes(data[:HEAD_BYTES])
    if raw := _camera_raw(head):
        raise UnsupportedFormat(f"the original is a camera raw file ({raw}): {EXPORT_IT}")
    for format in formats.values():
        if format.matches(head):
            return format
    if SVG.name in formats and _looks_like_svg(bytes(data[:SVG_HEAD_BYTES])):
        return formats[SVG.name]
    raise UnsupportedFormat(f"the original is not a picture of a known format; known: {', '.join(formats)}")


def begins_as_picture(data: Buffer) -> bool:
    """Say whether a file is a picture in any known format, also in one that is not read."""
    try:
        detect(data)
    except UnsupportedFormat:
        return _camera_raw(bytes(data[:HEAD_BYTES])) is not None
    return True


def _camera_raw(head: bytes) -> Format | None:
    return next((raw for raw in _CAMERA_RAW if raw.matches(head)), None)


def _brands(head: bytes) -> set[bytes]:
    """Read all brands of a file in the ISO base media format. Other files have none.

    Source: ISO/IEC 14496-12, section 4.3: the major brand, a version, the compatible brands.
    """
    if head[4:8] != b"ftyp":
        return set()
    box = head[8 : int.from_bytes(head[:4], "big")]
    brands = {box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))}
    if brands & _ANY_HEIF and not brands & (AVIF.brands | HEIC.brands):
        brands |= {brand for coding, brand in _BY_CODING if coding in head}
    return brands


def named(word: str, formats: Mapping[str, Format] = BUILTIN) -> Format:
    """Find the writable format that ``word`` means, by its name or an alias.

    Raises:
        ValueError: no writable format has that name. The text lists the writable formats.
    """
    for format in formats.values():
        if format.writable and word in (format.name, *format.aliases):
            return format
    writable = [format for format in formats.values() if format.writable]
    aliases = [alias for format in writable for alias in format.aliases]
    raise unknown("format", word, [format.name for format in writable], spellings=aliases)


#: Everything that may stand before the root of an XML document, and the root of an SVG up to its name. The
#: pattern never goes back, so it is fast on any text. Source: Extensible Markup Language 1.0, section 2.8.
SVG_OPENING: Final = re.compile(
    r"(?:\ufeff|\xef\xbb\xbf)?"
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?>\[.*?\]\s*)?>)*+"
    r"<(?P<prefix>(?>[\w.-]+:)?)svg(?=[\s/>])",
    re.DOTALL | re.IGNORECASE,
)
#: XML in UTF-16 begins with a byte order mark, or with a declaration.
_XML_STARTS: Final = (
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)


def xml_text(head: bytes) -> tuple[str, str]:
    """Decode the beginning of an XML document, so that its markup can be read.

    Returns:
        the text, and the encoding that turns the text back into the same bytes. This is UTF-16, or an
        encoding of one byte a character. Source: Extensible Markup Language 1.0, appendix F.1.
    """
    encoding = next((encoding for start, encoding in _XML_STARTS if head.startswith(start)), "latin-1")
    return head.decode(encoding, "replace"), encoding


def _looks_like_svg(head: bytes) -> bool:
    """Say whether ``head`` is XML whose root is an ``svg`` element."""
    return bool(SVG_OPENING.match(xml_text(head)[0]))
