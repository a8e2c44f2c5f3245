"""Formats by their first bytes, and by name."""

from __future__ import annotations

import pytest

from resizer_core.errors import UnsupportedFormat
from resizer_core.formats import BUILTIN, HEAD_BYTES, SVG_HEAD_BYTES, TRUSTED, Format, detect, named


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    """The first box of a file of the ISO base media format."""
    brands = major + bytes(4) + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + b"\x00\x00\x00\x10meta"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

KNOWN = {
    "JPEG, JFIF": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "jpg"),
    "JPEG, EXIF": (b"\xff\xd8\xff\xe1\x00\x10Exif\x00", "jpg"),
    "JPEG, raw": (b"\xff\xd8\xff\xdb", "jpg"),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "png"),
    "WebP, lossy": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp"),
    "WebP, lossless": (b"RIFF\x24\x00\x00\x00WEBPVP8L", "webp"),
    "WebP, extended": (b"RIFF\x24\x00\x00\x00WEBPVP8X", "webp"),
    "AVIF": (ftyp(b"avif", b"mif1", b"miaf"), "avif"),
    "AVIF without compatible brands": (ftyp(b"avif"), "avif"),
    "AVIF as mif1, first": (ftyp(b"mif1", b"avif", b"miaf"), "avif"),
    "AVIF as mif1, second": (ftyp(b"mif1", b"miaf", b"avif"), "avif"),
    "AVIF as mif1, fifth": (ftyp(b"mif1", b"miaf", b"MA1A", b"MA1B", b"pict", b"avif"), "avif"),
    "GIF87a": (b"GIF87a\x01\x00", "gif"),
    "GIF89a": (b"GIF89a\x01\x00", "gif"),
    "TIFF, little-endian": (b"II*\x00\x08\x00\x00\x00", "tif"),
    "TIFF, big-endian": (b"MM\x00*\x00\x00\x00\x08", "tif"),
    "BigTIFF, little-endian": (b"II+\x00\x08\x00\x00\x00", "tif"),
    "BigTIFF, big-endian": (b"MM\x00+\x00\x08\x00\x00", "tif"),
    "HEIC": (ftyp(b"heic", b"mif1", b"heic"), "heic"),
    "HEIC of ten bits": (ftyp(b"heix", b"mif1", b"heix"), "heic"),
    "HEIC as mif1": (ftyp(b"mif1", b"heic", b"miaf"), "heic"),
    "HEIC as msf1": (ftyp(b"msf1", b"hevc", b"mif1"), "heic"),
    "HEIC as mif1 alone": (ftyp(b"mif1") + b"infe....hvc1", "heic"),
    "AVIF as mif1 alone": (ftyp(b"mif1") + b"infe....av01", "avif"),
    "AVIF as mif3": (ftyp(b"mif3", b"avif"), "avif"),
    "AVIF as mif3 alone": (ftyp(b"mif3") + b"infe....av01", "avif"),
    "an AVIF sequence": (ftyp(b"avis", b"msf1", b"miaf"), "avif"),
    "mif1 with an AVIF sequence": (ftyp(b"mif1", b"avis"), "avif"),
    "msf1 with an AVIF sequence": (ftyp(b"msf1", b"avis"), "avif"),
    "AVIF of many brands": (ftyp(b"miaf", *[b"0000"] * 30, b"avif"), "avif"),
    "SVG": (SVG, "svg"),
    "SVG after a declaration": (b'<?xml version="1.0"?>\n<!-- drawn -->\n' + SVG, "svg"),
    "SVG after a byte order mark": (b"\xef\xbb\xbf" + SVG, "svg"),
    "SVG after a space": (b"\n  " + SVG, "svg"),
    "SVG in upper case": (SVG.upper(), "svg"),
    "SVG after a long comment": (b"<!--" + b" " * HEAD_BYTES + b"-->" + SVG, "svg"),
    "SVG after a document type": (b'<!DOCTYPE svg [<!ENTITY a "<b>">]>\n<?a b?>' + SVG, "svg"),
    "SVG with a prefix": (b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "svg"),
    "SVG in UTF-16, little-endian": (b"\xff\xfe" + SVG.decode().encode("utf-16-le"), "svg"),
    "SVG in UTF-16, big-endian": (b"\xfe\xff" + SVG.decode().encode("utf-16-be"), "svg"),
    "SVG in UTF-16 that is declared": (f'<?xml version="1.0"?>{SVG.decode()}'.encode("utf-16-be"), "svg"),
}


@pytest.mark.parametrize(("head", "name"), KNOWN.values(), ids=KNOWN)
def test_a_format_is_known_by_its_first_bytes(head: bytes, name: str) -> None:
    assert detect(head).name == name


def test_every_format_has_a_row() -> None:
    assert {name for _, name in KNOWN.values()} == set(BUILTIN)


UNKNOWN = {
    "nothing": b"",
    "one byte": b"\xff",
    "two bytes of a JPEG": b"\xff\xd8",
    "a PNG cut in its signature": b"\x89PNG\r\n\x1a",
    "a PNG after a text transfer": b"\x89PNG\n\x1a\n\x00",
    "RIFF that is no WebP": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "RIFF cut short": b"RIFF\x24\x00\x00\x00WEB",
    "mif1 alone": ftyp(b"mif1"),
    "mif1 of JPEGs": ftyp(b"mif1") + b"infe....jpeg",
    "a film": ftyp(b"isom", b"mp42") + b"av01",
    "avif at an odd place": ftyp(b"mif1", b"mi", b"avif"),
    "MP4": ftyp(b"isom", b"iso2", b"mp41"),
    "JPEG XL": b"\x00\x00\x00\x0cJXL \r\n\x87\n",
    "JPEG 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n",
    "BMP": b"BM\x36\x00\x00\x00",
    "PDF": b"%PDF-1.7",
    "GIF of no version": b"GIF88a",
    "HTML": b"<!doctype html><html><body>",
    "gzip": b"\x1f\x8b\x08\x00",
    "XML": b'<?xml version="1.0"?><rss/>',
    "text with an svg in it": b"see <svg",
    "HTML with an svg in it": b"<!doctype html><html><body>" + SVG,
    "XML with an svg in it": b"<rss><!-- " + SVG + b" --></rss>",
    "XML with an svg in a comment": b"<!-- " + SVG + b" --><rss/>",
    "another element": b"<svgs/>",
    "comments without an end": b"<!--" * 200_000,
    "a name": b"cat.jpg",
}


@pytest.mark.parametrize("head", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_no_picture_is_refused(head: bytes) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        detect(head)
    assert str(caught.value) == (
        "the original is not a picture of a known format; known: jpg, png, webp, avif, gif, tif, heic, svg"
    )


def test_an_svg_that_opens_late_is_no_svg() -> None:
    with pytest.raises(UnsupportedFormat):
        detect(b"<!--" + b" " * SVG_HEAD_BYTES + b"-->" + SVG)


def test_an_svg_is_refused_unless_it_is_enabled() -> None:
    with pytest.raises(UnsupportedFormat, match="known: jpg, png, webp, avif, gif, tif, heic$"):
        detect(SVG, TRUSTED)


def test_only_the_formats_given_are_found() -> None:
    with pytest.raises(UnsupportedFormat, match="known: png$"):
        detect(b"\xff\xd8\xff\xe0", {"png": BUILTIN["png"]})


def test_a_format_of_somebody_else_is_found_and_named() -> None:
    bmp = Format(name="bmp", media_type="image/bmp", signatures=(((0, b"BM"),),), suffix=".bmp")
    formats = {**BUILTIN, "bmp": bmp}
    assert detect(b"BM\x36\x00", formats) is bmp
    assert named("bmp", formats) is bmp


def test_all_but_svg_are_trusted() -> None:
    assert set(BUILTIN) - set(TRUSTED) == {"svg"}


def test_a_format_is_listed_under_its_own_name() -> None:
    assert [format.name for format in BUILTIN.values()] == list(BUILTIN)
    assert [str(format) for format in BUILTIN.values()] == list(BUILTIN)


MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "tif": "image/tiff",
    "heic": "image/heic",
    "svg": "image/svg+xml",
}


def test_the_media_types_are_those_of_iana() -> None:
    assert {name: format.media_type for name, format in BUILTIN.items()} == MEDIA_TYPES


WORDS = {
    "jpg": "jpg",
    "jpeg": "jpg",
    "png": "png",
    "webp": "webp",
    "avif": "avif",
    "gif": "gif",
    "tif": "tif",
    "tiff": "tif",
}


@pytest.mark.parametrize(("word", "name"), WORDS.items())
def test_a_format_is_named_by_its_name_or_an_alias(word: str, name: str) -> None:
    assert named(word).name == name


@pytest.mark.parametrize("word", ["svg", "heic", "bmp", "", "JPG", "auto"])
def test_what_cannot_be_written_has_no_name(word: str) -> None:
    with pytest.raises(ValueError, match="unknown format") as caught:
        named(word)
    assert str(caught.value) == f"unknown format {word!r}; known: jpg, png, webp, avif, gif, tif"


ABILITIES = {
    "alpha": {"png", "webp", "avif", "gif", "tif", "heic", "svg"},
    "high_bit_depth": {"png", "avif", "tif"},
    "animation": {"webp", "gif"},
    "lossless": {"webp", "avif"},
    "quality": {"jpg", "webp", "avif"},
    "browsers": {"jpg", "png", "webp", "avif", "gif"},
    "writable": {"jpg", "png", "webp", "avif", "gif", "tif"},
}


@pytest.mark.parametrize(("ability", "names"), ABILITIES.items(), ids=ABILITIES)
def test_these_formats_can(ability: str, names: set[str]) -> None:
    assert {name for name, format in BUILTIN.items() if getattr(format, ability)} == names
