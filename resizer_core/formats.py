"""Describe formats as data: what each can do, and how its first bytes give it away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from resizer_core.errors import UnsupportedFormat
from resizer_core.mistakes import check_bytes
from resizer_core.model import Buffer
from resizer_core.shown import Catalogue, by_text
from resizer_core.tokens import unknown

#: The format that stands for "what the browser takes".
AUTO: Final = "auto"
#: In how many bytes ``detect`` looks for signatures and brands.
HEAD_BYTES: Final = 4096
#: What helps where the original is no picture yet, or one that few programs read.
EXPORT_IT: Final = "export it as JPEG, PNG, or TIFF of 8 or 16 bits"
#: How far into a file the root of an SVG may open, behind comments as long as a licence.
SVG_HEAD_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Describe one format of pictures.

    Attributes:
        name: the word after ``f-`` in the grammar.
        media_type: as registered with IANA; what is stored as Content-Type.
        aliases: other words that mean the same.
        signatures: pairs of offset and bytes; all pairs of one signature have to match.
        brands: of a file of the ISO base media format, one of which has to be there.
        suffix: what tells libvips which encoder to take; empty if it is never written.
        max_side: the longest side the encoder takes, px.
        alpha, animation, lossless, quality: what the encoder can do. ``lossless`` means that it can be
            asked for; a format with neither ``lossless`` nor ``quality`` always is.
        high_bit_depth: whether the encoder can keep more than 8 bits a channel.
        profiles: whether a colour profile can be embedded.
        browsers: whether the usual browsers show it.
        trusted: whether it is decoded without being switched on in the configuration.
        decodes_by_line: whether it is decoded line by line, and not as a whole in memory.
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
        """True if it can be asked for as an output."""
        return bool(self.suffix)

    def matches(self, head: bytes) -> bool:
        """Say whether ``head``, the first bytes of a file, are of this format."""
        return any(
            all(head[at : at + len(magic)] == magic for at, magic in signature)
            for signature in self.signatures
        ) or bool(self.brands and self.brands & _brands(head))

    def __str__(self) -> str:
        return self.name

    __repr__ = by_text


#: Codings of the pictures of a file that says "some HEIF" and no more, and the brand that stands for each.
#: Source: AV1 in HEIF, section 2.1; ISO/IEC 23008-12, annex B.
_BY_CODING: Final = ((b"av01", b"avif"), (b"hvc1", b"heic"))
#: Brands that say no more. Source: ISO/IEC 23008-12, section 10.2; ISO/IEC 23000-22 (MIAF).
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
    # Of pictures and of sequences, coded in HEVC.
    brands=frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}),
    alpha=True,
    browsers=False,
    decodes_by_line=False,
)
SVG: Final = Format(
    name="svg",
    media_type="image/svg+xml",
    # Found by _looks_like_svg(): XML has no magic bytes.
    alpha=True,
    browsers=False,
    trusted=False,
)

#: Camera raw that its first bytes give away, by the usual end of its name. What begins as any TIFF does (NEF,
#: DNG, ARW and others) ``rendering/tiff_samples.py`` finds.
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

#: Every format that is known, by name. The order is the order in which they are shown.
BUILTIN: Final[Mapping[str, Format]] = Catalogue(
    "formats", {format.name: format for format in (JPEG, PNG, WEBP, AVIF, GIF, TIFF, HEIC, SVG)}
)

#: What is read when the configuration says nothing: without SVG, which is a program as much as a picture.
TRUSTED: Final[Mapping[str, Format]] = Catalogue(
    "formats", {name: format for name, format in BUILTIN.items() if format.trusted}
)


def detect(data: Buffer, formats: Mapping[str, Format] = BUILTIN) -> Format:
    """Say what a file is by its first bytes; its name and its Content-Type are never asked.

    Args:
        data: the file, or so much of its beginning as there is.
        formats: what may be found.

    Raises:
        UnsupportedFormat: no format of ``formats`` begins like this, or it is camera raw.
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
    """Say whether a file is a picture of any format that is known here, read or not."""
    try:
        detect(data)
    except UnsupportedFormat:
        return _camera_raw(bytes(data[:HEAD_BYTES])) is not None
    return True


def _camera_raw(head: bytes) -> Format | None:
    return next((raw for raw in _CAMERA_RAW if raw.matches(head)), None)


def _brands(head: bytes) -> set[bytes]:
    """Read all brands that a file of the ISO base media format has; of other files none.

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
        ValueError: no format of that name can be written; the text lists those that can.
    """
    for format in formats.values():
        if format.writable and word in (format.name, *format.aliases):
            return format
    writable = [format for format in formats.values() if format.writable]
    aliases = [alias for format in writable for alias in format.aliases]
    raise unknown("format", word, [format.name for format in writable], spellings=aliases)


#: What may stand before the root of an XML document, and the root of an SVG up to its name. No part of it
#: is tried twice. Source: Extensible Markup Language 1.0, section 2.8.
SVG_OPENING: Final = re.compile(
    r"(?:\ufeff|\xef\xbb\xbf)?"
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?>\[.*?\]\s*)?>)*+"
    r"<(?P<prefix>(?>[\w.-]+:)?)svg(?=[\s/>])",
    re.DOTALL | re.IGNORECASE,
)
#: How XML in UTF-16 begins: with a byte order mark, or with a declaration.
_XML_STARTS: Final = (
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)


def xml_text(head: bytes) -> tuple[str, str]:
    """Decode the beginning of an XML document as far as its markup goes.

    Returns:
        the text, and the encoding that makes the same bytes of it: one a character, but for UTF-16.
        Source: Extensible Markup Language 1.0, appendix F.1.
    """
    encoding = next((encoding for start, encoding in _XML_STARTS if head.startswith(start)), "latin-1")
    return head.decode(encoding, "replace"), encoding


def _looks_like_svg(head: bytes) -> bool:
    """Say whether ``head`` is XML whose root is an ``svg`` element."""
    return bool(SVG_OPENING.match(xml_text(head)[0]))
