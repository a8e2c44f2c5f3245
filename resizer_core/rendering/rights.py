"""Keep the metadata about who made a picture and who may use it, and no other metadata.

EXIF has two fields for it. They are enough if they can hold everything. Otherwise the rights go into an XMP
packet of our own: credit, terms, and names that are not ASCII. In a TIFF all rights go there, since libvips
writes no EXIF into it. libvips writes XMP into JPEG, PNG, WebP, AVIF and TIFF, IPTC into JPEG and TIFF only,
and neither into GIF.

Source: ISO 16684-1 (XMP), section 7; Adobe's XMP specification, part 2 (Dublin Core, Rights Management,
Photoshop); IPTC-IIM 4.2, chapters 3 and 6; Adobe's Photoshop File Formats, "Image Resource Blocks".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final
from xml.etree import ElementTree

from resizer_core.rendering.libvips import pyvips, set_exif_text

#: The properties of XMP with their texts, each text with its language.
_Rights = dict[str, list[tuple[str, str]]]

_NAMESPACES: Final[Mapping[str, str]] = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
}
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_ANY_LANGUAGE: Final = "x-default"
_CREATOR, _COPYRIGHT = "dc:creator", "dc:rights"
#: The properties that are kept. The value is the container for their texts, if there may be several.
_KEPT: Final[Mapping[str, str]] = {
    _CREATOR: "Seq",
    _COPYRIGHT: "Alt",
    "photoshop:Credit": "",
    "photoshop:Source": "",
    "xmpRights:Certificate": "",
    "xmpRights:Marked": "",
    "xmpRights:Owner": "Bag",
    "xmpRights:UsageTerms": "Alt",
    "xmpRights:WebStatement": "",
}
#: The same in the second record of IPTC: by-line, credit, source, copyright notice.
_DATA_SETS: Final[Mapping[int, str]] = {
    80: _CREATOR,
    110: "photoshop:Credit",
    115: "photoshop:Source",
    116: _COPYRIGHT,
}
_EXIF: Final[Mapping[str, str]] = {_CREATOR: "exif-ifd0-Artist", _COPYRIGHT: "exif-ifd0-Copyright"}

#: How many texts a property may have, and how many letters each text: a JPEG holds 64 KiB of XMP.
_MOST_TEXTS: Final = 8
_MOST_LETTERS: Final = 2000
#: How much XMP is read at most, bytes. The parsed tree takes many times as much memory.
_MOST_XMP: Final = 2 * 1024 * 1024


def keep_rights(image: pyvips.Image, *, exif: bool, xmp: bool) -> None:
    """Reduce the metadata of ``image`` to its rights, from wherever they are noted.

    If the places do not agree, XMP wins over IPTC, and IPTC over EXIF. An EXIF field that is there already
    stays as it is.

    Args:
        image: a copy that nobody else uses; it is changed.
        exif: whether the encoder writes EXIF.
        xmp: whether a packet of XMP may be written.
    """
    held = _of_exif(image)
    told: _Rights = {**held, **_of_iptc(image), **_of_xmp(image)}
    for name in image.get_fields():
        if name == "xmp-data" or (name.startswith("exif-ifd") and name not in _EXIF.values()):
            image.remove(name)
    for name, field in _EXIF.items():
        if name in told and name not in held:
            _add(held, name, "; ".join(text for _, text in told[name]))
            set_exif_text(image, field, held[name][0][1])
    in_ascii = all(text.isascii() for texts in told.values() for _, text in texts)
    if xmp and told and not (exif and in_ascii and told == held):
        packet: Any = _packet(told)
        image.set_type(pyvips.GValue.blob_type, "xmp-data", packet)


def _of_exif(image: pyvips.Image) -> _Rights:
    found: _Rights = {}
    for name, field in _EXIF.items():
        if image.get_typeof(field):
            # libvips writes the value twice: "Ann (Ann, ASCII, 4 components, 4 bytes)".
            whole = str(image.get(field))
            tail = whole.rfind(", ASCII, ")
            text = whole[: (tail - 2) // 2] if tail > 0 else whole.removesuffix(" (ASCII)")
            _add(found, name, text)
    return found


def _of_iptc(image: pyvips.Image) -> _Rights:
    found: _Rights = {}
    for field in ("iptc-data", "photoshop-data"):
        if not found:
            for number, raw in _data_sets(_iptc_of(_blob(image, field))):
                _add(found, _DATA_SETS.get(number, ""), _decoded(raw))
    return found


def _iptc_of(data: bytes) -> bytes:
    """Find IPTC among Photoshop's blocks, or as a TIFF stores it: as numbers of four bytes each."""
    if data.startswith(b"\x1c"):
        return data
    if data[3:4] == b"\x1c":  # libtiff has swapped the bytes of a big-endian file
        return b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    at = 14 if data.startswith(b"Photoshop 3.0\0") else 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        kind, name = struct.unpack_from(">HB", data, at + 4)
        at += 6 + (name + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        if kind == 0x0404:
            return data[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
    return b""


def _data_sets(iptc: bytes) -> Iterator[tuple[int, bytes]]:
    """Go through the data sets of the second record. Stop at one whose length does not fit in 15 bits."""
    at = 0
    while at + 5 <= len(iptc) and iptc[at] == 0x1C:
        record, number, size = struct.unpack_from(">BBH", iptc, at + 1)
        if size > 0x7FFF:
            return
        if record == 2:
            yield number, iptc[at + 5 : at + 5 + size]
        at += 5 + size


def _of_xmp(image: pyvips.Image) -> _Rights:
    found: _Rights = {}
    data = _blob(image, "xmp-data")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = data.decode("utf-16" if wide else "utf-8", "replace").strip("\ufeff\0 \r\n\t")
    if len(data) > _MOST_XMP or "DOCTYPE" in text:
        return found
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  the known attacks need a DOCTYPE
    except ElementTree.ParseError:
        return found
    for description in root.iterfind(f".//{{{_RDF}}}RDF/{{{_RDF}}}Description"):
        for name, text in description.items():
            _add(found, _short(name), text)
        for element in description:
            for item in list(element.iter(f"{{{_RDF}}}li")) or [element]:
                _add(found, _short(element.tag), item.text or "", item.get(_LANGUAGE, _ANY_LANGUAGE))
    return found


def _short(name: str) -> str:
    """Spell an XML name with our prefix for its namespace. Return an empty text if we have none."""
    long, _, local = name.removeprefix("{").partition("}")
    return next((f"{short}:{local}" for short, namespace in _NAMESPACES.items() if namespace == long), "")


def _add(rights: _Rights, name: str, text: str, language: str = _ANY_LANGUAGE) -> None:
    """Add a text if its property is kept. Leave out characters that XML cannot hold."""
    text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t").strip()
    if name in _KEPT and text and len(rights.get(name, ())) < _MOST_TEXTS:
        rights.setdefault(name, []).append((language[:32], text[:_MOST_LETTERS]))


def _blob(image: pyvips.Image, field: str) -> bytes:
    value: Any = image.get(field) if image.get_typeof(field) else b""
    return bytes(value)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _packet(rights: _Rights) -> bytes:
    """Write a packet of XMP."""
    properties = []
    for name, texts in rights.items():
        if holder := _KEPT[name]:
            says = [f' xml:lang="{escape(one)}"' if holder == "Alt" else "" for one, _ in texts]
            items = "".join(
                f"<rdf:li{language}>{escape(text)}</rdf:li>"
                for language, (_, text) in zip(says, texts, strict=True)
            )
            properties.append(f"<{name}><rdf:{holder}>{items}</rdf:{holder}></{name}>")
        else:
            properties.append(f"<{name}>{escape(texts[0][1])}</{name}>")
    spaces = "".join(f' xmlns:{short}="{long}"' for short, long in _NAMESPACES.items())
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about=""{spaces}>{"".join(properties)}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
    return text.encode()
