"""``meta-copyright``: who made a picture and who may use it, wherever that is noted, and nothing else."""

from __future__ import annotations

import struct
from xml.etree import ElementTree

import pytest

from resizer_core import resize
from tests.pictures import decoded, encoded, field, quarters, tagged
from tests.rendering.test_metadata import OUTPUTS, WITH_EXIF, names, with_segment
from tests.tiffs import RGB, tiff

#: What libvips writes XMP into.
WITH_XMP = (*WITH_EXIF, "tif")
PRIVATE = ("Serial 4711", "52,31N", "Ann's street", "a caption")


def xmp(properties: str, attributes: str = "") -> bytes:
    """A packet with these properties, and with others that nobody asked for."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:r="http://ns.adobe.com/xap/1.0/rights/"'
        ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"'
        f' exif:GPSLatitude="52,31N" {attributes}>{properties}<aux:SerialNumber>Serial 4711'
        "</aux:SerialNumber><dc:description><rdf:Alt><rdf:li>a caption</rdf:li></rdf:Alt></dc:description>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def iptc(**texts: bytes) -> bytes:
    """Data sets of the second record, such as ``_116``. Source: IPTC-IIM 4.2, chapter 3."""
    sets = {**texts, "_90": b"Ann's street", "_120": b"a caption"}
    return b"".join(
        struct.pack(">BBBH", 0x1C, 2, int(name[1:]), len(text)) + text for name, text in sets.items()
    )


def blocks(data: bytes) -> bytes:
    """IPTC as Photoshop notes it, behind another block.

    Source: Photoshop File Formats, "Image Resource Blocks".
    """
    other = b"8BIM" + struct.pack(">H", 0x0404 - 1) + b"\x03odd" + struct.pack(">I", 3) + b"abc\0"
    return other + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + bytes(len(data) % 2)


ZOE = "Zoë Müller"
TERMS = "Not for <sale> & not for rent"
SEQ = "<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>"
ALT = '<%s><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></%s>'
IN_XMP = xmp(
    SEQ % ZOE
    + ALT % ("dc:rights", "(c) Zoe", "dc:rights")
    + ALT % ("r:UsageTerms", "Not for &lt;sale&gt; &amp; not for rent", "r:UsageTerms")
    + "<r:Marked>True</r:Marked><photoshop:Credit>The Agency</photoshop:Credit>",
    'r:WebStatement="https://example.com/rights"',
)
TOLD_IN_XMP = {
    "creator": ZOE,
    "rights": "(c) Zoe",
    "UsageTerms": TERMS,
    "Marked": "True",
    "Credit": "The Agency",
    "WebStatement": "https://example.com/rights",
}
IN_IPTC = iptc(_80=ZOE.encode("latin-1"), _110=b"The Agency", _116=b"(c) Zoe", _115=b"Her archive")
TOLD_IN_IPTC = {"creator": ZOE, "rights": "(c) Zoe", "Credit": "The Agency", "Source": "Her archive"}


def noted(body: bytes) -> dict[str, str]:
    """The properties of the XMP packet of a file."""
    packet = field(decoded(body), "xmp-data")
    if packet is None:
        return {}
    root = ElementTree.fromstring(packet)  # noqa: S314  our own
    (description,) = root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    return {
        child.tag.partition("}")[2]: "; ".join(text for text in child.itertext()) for child in description
    }


def original(place: str) -> bytes:
    match place:
        case "xmp of a jpeg":
            return encoded(tagged(quarters(), xmp_data=IN_XMP), "jpg")
        case "xmp of a png":
            return encoded(tagged(quarters(), xmp_data=IN_XMP), "png")
        case "xmp of a tiff":
            return tiff("B", [9, 9, 9], RGB, more={700: ("B", IN_XMP)})
        case "xmp in UTF-16":
            return encoded(tagged(quarters(), xmp_data=IN_XMP.decode().encode("utf-16")), "webp")
        case "iptc of a jpeg":
            return with_segment(encoded(quarters(), "jpg"), 0xED, b"Photoshop 3.0\0" + blocks(IN_IPTC))
        case "iptc of a tiff":
            return tiff("B", [9, 9, 9], RGB, more={33723: ("B", IN_IPTC)})
        case "iptc of a tiff in numbers":
            padded = IN_IPTC.ljust((len(IN_IPTC) + 3) // 4 * 4, b"\0")
            numbers = struct.unpack(f">{len(padded) // 4}I", padded)
            return tiff("B", [9, 9, 9], RGB, more={33723: ("I", numbers)}, order=">")
        case _:
            return tiff("B", [9, 9, 9], RGB, more={34377: ("B", blocks(IN_IPTC))})


PLACES = {
    "xmp of a jpeg": TOLD_IN_XMP,
    "xmp of a png": TOLD_IN_XMP,
    "xmp of a tiff": TOLD_IN_XMP,
    "xmp in UTF-16": TOLD_IN_XMP,
    "iptc of a jpeg": TOLD_IN_IPTC,
    "iptc of a tiff": TOLD_IN_IPTC,
    "iptc of a tiff in numbers": TOLD_IN_IPTC,
    "iptc of a tiff in blocks of Photoshop": TOLD_IN_IPTC,
}


@pytest.mark.parametrize("output", WITH_XMP)
@pytest.mark.parametrize("place", PLACES)
def test_rights_are_kept_wherever_they_are_noted_and_nothing_else(place: str, output: str) -> None:
    body = resize(original(place), f"32x_f-{output}_meta-copyright").body
    assert noted(body) == PLACES[place]
    assert not [text for text in PRIVATE if text.encode() in body]
    assert field(decoded(body), "iptc-data") is None
    if output in WITH_EXIF:
        # libvips writes EXIF in ASCII.
        assert str(field(decoded(body), "exif-ifd0-Artist")).startswith("Zoe Muller")
        assert str(field(decoded(body), "exif-ifd0-Copyright")).startswith("(c) Zoe")


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("place", PLACES)
def test_rights_go_unless_they_are_asked_for(place: str, output: str) -> None:
    body = resize(original(place), f"32x_f-{output}").body
    assert not names(decoded(body))


@pytest.mark.parametrize("kept", ["copyright", "keep"])
@pytest.mark.parametrize("output", WITH_EXIF)
@pytest.mark.parametrize("order", "<>")
def test_a_tiff_keeps_its_own_artist_and_copyright(order: str, output: str, kept: str) -> None:
    data = tiff(
        "B", [9, 9, 9], RGB, order=order, more={315: b"Zoe (Zurich)", 33432: b"(c) 2024 Zoe", 271: b"Maker"}
    )
    body = resize(data, f"32x_f-{output}_meta-{kept}").body
    assert b"Zoe (Zurich)\0" in body
    assert b"(c) 2024 Zoe\0" in body
    assert b"Maker" not in body
    assert field(decoded(body), "xmp-data") is None  # EXIF holds all of it


def test_in_a_tiff_the_packet_holds_artist_and_copyright() -> None:
    data = tiff("B", [9, 9, 9], RGB, more={315: ZOE.encode("latin-1"), 33432: b"(c) 2024 Zoe"})
    assert noted(resize(data, "orig_f-tif_meta-copyright").body) == {"creator": ZOE, "rights": "(c) 2024 Zoe"}


def test_of_places_that_do_not_agree_exif_keeps_its_own_and_xmp_the_others() -> None:
    fields = {
        "exif-ifd0-Artist": "Ann Artist",
        "exif-ifd0-Copyright": "(c) Ann",
        "xmp-data": xmp(SEQ % "Bob"),
    }
    body = resize(encoded(tagged(quarters(), **fields), "jpg"), "32x_meta-copyright").body
    assert noted(body) == {"creator": "Bob", "rights": "(c) Ann"}
    assert b"Ann Artist\0" in body


def test_every_language_of_the_rights_is_kept() -> None:
    items = '<rdf:li xml:lang="x-default">Mine</rdf:li><rdf:li xml:lang="de">Meins</rdf:li>'
    data = encoded(
        tagged(quarters(), xmp_data=xmp(f"<dc:rights><rdf:Alt>{items}</rdf:Alt></dc:rights>")), "jpg"
    )
    packet = field(decoded(resize(data, "32x_meta-copyright").body), "xmp-data")
    assert items.encode() in packet


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta",
        b"\xff\xfe\xfd",
        b'<?xml version="1.0" encoding="unknown"?><a/>',
        b'<!DOCTYPE a [<!ENTITY b "cc">]>' + xmp(SEQ % "&b;"),
        xmp(SEQ % " "),
        xmp("<photoshop:City>Ann's street</photoshop:City>"),
    ],
    ids=["cut", "no text", "an unknown encoding", "an entity", "empty", "nothing of rights"],
)
def test_a_packet_that_tells_no_rights_is_none(packet: bytes) -> None:
    data = encoded(tagged(quarters(), xmp_data=packet), "png")
    body = resize(data, "32x_f-webp_meta-copyright").body
    assert noted(body) == {}
    assert field(decoded(body), "exif-ifd0-Artist") is None


@pytest.mark.parametrize("cut", [1, 4, 5, 9, 20])
def test_iptc_that_is_cut_is_read_as_far_as_it_goes(cut: int) -> None:
    data = tiff("B", [9, 9, 9], RGB, more={33723: ("B", iptc(_116=b"(c) Zoe")[:-cut])})
    assert b"(c) Zoe" in resize(data, "32x_f-jpg_meta-copyright").body


def test_what_is_told_at_length_is_told_in_part() -> None:
    """A JPEG holds 64 KiB of XMP, and libvips drops what is more."""
    data = encoded(tagged(quarters(), xmp_data=xmp(SEQ % ("Zoë" * 10_000))), "png")
    assert noted(resize(data, "32x_f-jpg_meta-copyright").body) == {"creator": ("Zoë" * 10_000)[:2000]}
