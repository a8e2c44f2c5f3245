"""What is kept of what an original says beside its pixels: nothing, unless it is asked for."""

from __future__ import annotations

import struct
from typing import Any

import pytest
import pyvips

from resizer_core import plan_for, resize
from resizer_core.rendering.writing import encoded as encode
from resizer_core.rendering.writing import with_metadata
from tests.pictures import (
    CORNERS,
    ORIENTED,
    animation,
    corners,
    decoded,
    encoded,
    field,
    gradient,
    profile,
    quarters,
    solid,
    stored,
    tagged,
)

#: Each stands in its own place of the original; none may be found in a derivative by itself.
ARTIST = "Ann Artist"
COPYRIGHT = "(c) 2016 Ann"
CAMERA = "Cameramaker"
COMMENT = "a private word"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">xmp-secret</x:xmpmeta>'
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0eiptc-secret---"
PLACE = "52/1 31/1 12/1"
SECRETS = (ARTIST, COPYRIGHT, CAMERA, COMMENT, "xmp-secret", "iptc-secret")

FIELDS: dict[str, Any] = {
    "exif-ifd0-Artist": ARTIST,
    "exif-ifd0-Copyright": COPYRIGHT,
    "exif-ifd0-Make": CAMERA,
    "exif-ifd2-UserComment": COMMENT,
    "exif-ifd3-GPSLatitudeRef": "N",
    "exif-ifd3-GPSLatitude": PLACE,
    "xmp-data": XMP,
    "iptc-data": IPTC,
    "icc-profile-data": profile(),
    "png-comment-0-Comment": COMMENT,
}


def talkative(format: str, orientation: int = 6) -> bytes:
    """A picture that tells who made it, with what, where, and more."""
    image = tagged(stored(quarters(), orientation), orientation=orientation, **FIELDS)
    return bytes(image.write_to_buffer(f".{format}"))


def names(image: pyvips.Image) -> set[str]:
    """The fields of EXIF, XMP, IPTC, profiles and comments that a file holds."""
    marks = ("exif", "xmp", "iptc", "icc", "comment", "thumbnail", "photoshop")
    return {name for name in image.get_fields() if any(mark in name.lower() for mark in marks)}


def told(body: bytes) -> set[str]:
    return {secret for secret in SECRETS if secret.encode() in body}


OUTPUTS = ("jpg", "png", "webp", "avif", "gif", "tif")
#: What libvips writes into the EXIF of formats that carry it; other formats carry none.
WITH_EXIF = ("jpg", "png", "webp", "avif")


@pytest.mark.parametrize("format", ORIENTED)
def test_the_originals_of_these_tests_do_talk(format: str) -> None:
    assert told(talkative(format)) >= ({"xmp-secret"} if format == "tif" else {ARTIST, COPYRIGHT, CAMERA})


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("format", ORIENTED)
@pytest.mark.parametrize("spec", ["32x", "orig", "20x20_fit-cover_rot-90", "20x20_fit-contain"])
def test_nothing_is_kept_unless_it_is_asked_for(format: str, output: str, spec: str) -> None:
    body = resize(talkative(format), f"{spec}_f-{output}").body
    assert (told(body), names(decoded(body))) == (set(), set())
    assert corners_if_whole(body, spec) == CORNERS


def corners_if_whole(body: bytes, spec: str) -> tuple[tuple[int, ...], ...]:
    return corners(decoded(body)) if spec in ("32x", "orig") else CORNERS


@pytest.mark.parametrize("output", WITH_EXIF)
@pytest.mark.parametrize("format", WITH_EXIF)
def test_copyright_keeps_who_made_it_and_nothing_else(format: str, output: str) -> None:
    body = resize(talkative(format), f"32x_f-{output}_meta-copyright").body
    image = decoded(body)
    assert told(body) == {ARTIST, COPYRIGHT}
    assert not [name for name in image.get_fields() if name.startswith("exif-ifd3")]
    assert (field(image, "xmp-data"), field(image, "iptc-data")) == (None, None)
    assert field(image, "orientation", 1) == 1


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("format", ORIENTED)
@pytest.mark.parametrize("kept", ["", "_meta-copyright", "_icc-keep", "_icc-p3", "_meta-copyright_icc-keep"])
def test_the_place_is_never_told_unless_everything_is_kept(format: str, output: str, kept: str) -> None:
    body = resize(talkative(format), f"32x_f-{output}{kept}").body
    image = decoded(body)
    assert not [name for name in image.get_fields() if "GPS" in name]
    assert degrees(PLACE, "<") not in body
    assert degrees(PLACE, ">") not in body


def degrees(place: str, order: str) -> bytes:
    """A place as EXIF stores it: three fractions."""
    numbers = [int(number) for part in place.split() for number in part.split("/")]
    return struct.pack(f"{order}6I", *numbers)


@pytest.mark.parametrize("output", WITH_EXIF)
@pytest.mark.parametrize("format", WITH_EXIF)
def test_keep_keeps_it_all_and_the_picture_is_upright(format: str, output: str) -> None:
    body = resize(talkative(format), f"32x_f-{output}_meta-keep").body
    image = decoded(body)
    assert told(body) >= {ARTIST, COPYRIGHT, CAMERA}
    assert field(image, "xmp-data") == XMP
    assert str(field(image, "exif-ifd3-GPSLatitude")).startswith(PLACE)
    assert field(image, "orientation", 1) == 1
    assert corners(image) == CORNERS
    # A viewer that turns by the tag turns nothing.
    assert corners(image.autorot()) == CORNERS


def test_keep_does_not_keep_a_profile_that_is_no_longer_true() -> None:
    image = decoded(resize(talkative("png"), "32x_meta-keep").body)
    assert field(image, "icc-profile-data") is None


@pytest.mark.parametrize("output", ["jpg", "png", "webp", "avif", "tif"])
def test_a_kept_profile_brings_nothing_else_along(output: str) -> None:
    body = resize(talkative("jpg"), f"32x_f-{output}_icc-keep").body
    assert told(body) == set()
    assert names(decoded(body)) == {"icc-profile-data"}


@pytest.mark.parametrize("kept", ["", "_meta-copyright", "_meta-keep"])
def test_the_small_picture_inside_exif_is_never_kept(kept: str) -> None:
    """It shows what was cut off."""
    data = with_segment(encoded(quarters(), "jpg", keep="none"), 0xE1, thumbnail_exif())
    assert THUMBNAIL in data
    assert THUMBNAIL not in resize(data, f"32x{kept}").body


POLYGLOTS = {
    "a-comment-in-jpeg": lambda: with_segment(encoded(quarters(), "jpg"), 0xFE, b"<?php xmp-secret ?>"),
    "an-application-segment": lambda: with_segment(encoded(quarters(), "jpg"), 0xEB, b"xmp-secret"),
    "a-tail-of-jpeg": lambda: encoded(quarters(), "jpg") + b"PK\x03\x04xmp-secret",
    "a-tail-of-png": lambda: encoded(quarters(), "png") + b"PK\x03\x04xmp-secret",
    "a-tail-of-webp": lambda: encoded(quarters(), "webp") + b"PK\x03\x04xmp-secret",
    "a-tail-of-gif": lambda: encoded(quarters(), "gif") + b"PK\x03\x04xmp-secret",
    "a-comment-in-gif": lambda: with_comment(encoded(quarters(), "gif"), b"xmp-secret"),
    "a-comment-in-an-animation": lambda: with_comment(
        animation([solid((40 * n, 0, 0)) for n in range(3)], "gif"), b"xmp-secret"
    ),
}


@pytest.mark.parametrize("make", POLYGLOTS.values(), ids=POLYGLOTS)
@pytest.mark.parametrize("kept", ["", "_meta-copyright", "_meta-keep", "_icc-keep"])
def test_what_is_hidden_in_a_picture_does_not_come_along(make: Any, kept: str) -> None:
    data = make()
    assert b"xmp-secret" in data
    result = resize(data, f"32x{kept}")
    assert b"xmp-secret" not in result.body
    assert result.size.width == 32


def with_segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    """Put a segment right behind the start of a JPEG. Source: ITU-T T.81, annex B.1.1.4."""
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def with_comment(gif: bytes, body: bytes) -> bytes:
    """Put a comment before the first block of a GIF. Source: GIF89a specification, section 24."""
    at = 13 + (3 * 2 ** ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0)
    return gif[:at] + b"\x21\xfe" + bytes([len(body)]) + body + b"\0" + gif[at:]


#: What stands for the small picture: its beginning is that of a JPEG.
THUMBNAIL = b"\xff\xd8\xff\xe0 a small picture of the whole \xff\xd9"


def thumbnail_exif() -> bytes:
    """EXIF with the artist and a thumbnail. Source: EXIF 2.32 (CIPA DC-008), section 4.5.5."""
    artist = ARTIST.encode() + b"\0"
    first = struct.pack("<H", 1) + struct.pack("<HHII", 0x013B, 2, len(artist), 26)
    second_at = 26 + len(artist)
    thumbnail_at = second_at + 2 + 3 * 12 + 4
    second = struct.pack("<H", 3)
    second += struct.pack("<HHIHxx", 0x0103, 3, 1, 6)
    second += struct.pack("<HHII", 0x0201, 4, 1, thumbnail_at)
    second += struct.pack("<HHII", 0x0202, 4, 1, len(THUMBNAIL)) + bytes(4)
    tiff = (
        b"II*\0" + struct.pack("<I", 8) + first + struct.pack("<I", second_at) + artist + second + THUMBNAIL
    )
    return b"Exif\0\0" + tiff


#: Fields that would change a derivative if its encoder used them.
UNTRUE: dict[str, tuple[int, Any]] = {
    "orientation": (pyvips.GValue.gint_type, 6),
    "exif-ifd0-Orientation": (pyvips.GValue.gstr_type, "6 (Right-top, Short, 1 components, 2 bytes)"),
    "jpeg-thumbnail-data": (pyvips.GValue.blob_type, b"\xff\xd8\xff\xd9"),
    "icc-profile-data": (pyvips.GValue.blob_type, profile()),
    "page-height": (pyvips.GValue.gint_type, 10),
    "n-pages": (pyvips.GValue.gint_type, 3),
    "loop": (pyvips.GValue.gint_type, 3),
    "delay": (pyvips.GValue.array_int_type, [50, 60, 70]),
    "gif-loop": (pyvips.GValue.gint_type, 3),
    "gif-delay": (pyvips.GValue.gint_type, 3),
    "gif-palette": (pyvips.GValue.array_int_type, [0x102030, 0x405060]),
}


@pytest.mark.parametrize("metadata", ["", "_meta-keep"])
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "avif", "gif", "tif"])
def test_nothing_untrue_reaches_an_encoder(format: str, metadata: str) -> None:
    picture = gradient(40, 30).copy()
    plan = plan_for(encoded(picture, "png"), f"orig_f-{format}{metadata}")
    alone = with_metadata(picture, plan)
    for name, (kind, value) in UNTRUE.items():
        told = picture.copy()
        told.set_type(kind, name, value)
        assert encode(with_metadata(told, plan), plan) == encode(alone, plan), name
    told = picture.copy()
    for name, (kind, value) in UNTRUE.items():
        told.set_type(kind, name, value)
    assert encode(with_metadata(told, plan), plan) == encode(alone, plan)
    assert all(told.get_typeof(name) for name in UNTRUE)  # the picture itself is not changed
