"""TIFF holds samples of any kind: each comes out right, or is refused by its name."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from resizer_core import CorruptImage, UnsupportedFormat, detect, resize
from resizer_core.rendering.reading import probe
from tests.pictures import Colour, decoded, encoded, field, gray_profile, pixel, profile, quarters
from tests.tiffs import (
    ALPHA,
    CFA,
    CIELAB,
    CMYK,
    FLOATING,
    GRAY,
    ICCLAB,
    LINEAR_RAW,
    PREMULTIPLIED,
    RGB,
    SIDE,
    SIGNED,
    THUMBNAIL,
    UNSPECIFIED,
    YCBCR,
    tiff,
)

HALF, QUARTER, WHOLE = 1 << 31, 1 << 30, (1 << 32) - 1
LAB_8, LAB_16 = (128, 40, 30), (128 * 257, 40 << 8, 30 << 8)
#: Three samples a pixel, and not the four of a pair of pixels.
THREE: dict[int, Any] = {258: ("H", [8] * 3), 277: ("H", [3]), 339: ("H", [1] * 3)}


def icc(data: bytes) -> dict[int, Any]:
    return {34675: ("B", data)}


#: 0.5 of linear light is 188 in sRGB, 0.25 is 137. Source: IEC 61966-2-1; TIFF 6.0, section 23 (L*a*b*);
#: ICC.1:2001-04, section 6.3.4.2 (L*a*b* of ICC: in 16 bits white is FF00); ITU-R BT.601 (YCbCr).
RIGHT: dict[str, tuple[bytes, Colour]] = {
    "float gray": (tiff("f", [0.5], GRAY, form=FLOATING), (188,)),
    "half gray": (tiff("e", [0.5], GRAY, form=FLOATING), (188,)),
    "float gray and alpha": (tiff("f", [0.25, 0.2], GRAY, form=FLOATING, extra=[ALPHA]), (137, 51)),
    "float": (tiff("f", [0.5, 0.25, 1], RGB, form=FLOATING), (188, 137, 255)),
    "float, big-endian": (tiff("f", [0.5, 0.25, 1], RGB, form=FLOATING, order=">"), (188, 137, 255)),
    "half": (tiff("e", [0.5, 0.25, 1], RGB, form=FLOATING), (188, 137, 255)),
    "float beyond white": (tiff("f", [1.5, -0.5, 1], RGB, form=FLOATING), (255, 0, 255)),
    "float, premultiplied": (
        tiff("f", [0.1, 0.05, 0.2, 0.2], RGB, form=FLOATING, extra=[PREMULTIPLIED]),
        (188, 137, 255, 51),
    ),
    "float, linear profile": (
        tiff("f", [0.5, 0.25, 1], RGB, form=FLOATING, more=icc(profile(gamma=1.0))),
        (188, 137, 255),
    ),
    "float, profile of 2.2": (
        tiff("f", [0.5, 0.25, 1], RGB, form=FLOATING, more=icc(profile())),
        (128, 62, 255),
    ),
    "float gray, profile": (tiff("f", [0.25], GRAY, form=FLOATING, more=icc(gray_profile(1.0))), (137,) * 3),
    "32 bits, gray": (tiff("I", [HALF], GRAY), (128,)),
    "32 bits, gray, white is 0": (tiff("I", [QUARTER], 0), (191,)),
    "32 bits": (tiff("I", [HALF, QUARTER, WHOLE], RGB), (128, 64, 255)),
    "32 bits and alpha": (tiff("I", [HALF, QUARTER, WHOLE, HALF], RGB, extra=[ALPHA]), (128, 64, 255, 128)),
    "32 bits, profile": (
        tiff("I", [HALF, QUARTER, WHOLE], RGB, more=icc(profile(gamma=1.0))),
        (188, 137, 255),
    ),
    "lab": (tiff("Bbb", LAB_8, CIELAB), (191, 88, 71)),
    "lab, said to be signed": (tiff("Bbb", LAB_8, CIELAB, form=SIGNED), (191, 88, 71)),
    "lab and alpha": (tiff("BbbB", [*LAB_8, 99], CIELAB, extra=[ALPHA]), (191, 88, 71, 99)),
    "lab, white": (tiff("Bbb", [255, 0, 0], CIELAB), (255, 255, 255)),
    "lab, profile": (tiff("Bbb", LAB_8, CIELAB, more=icc(profile(gamma=1.0))), (191, 88, 71)),
    "lab, 16 bits": (tiff("Hhh", LAB_16, CIELAB), (191, 88, 71)),
    "lab, 16 bits, big-endian": (tiff("Hhh", LAB_16, CIELAB, order=">"), (191, 88, 71)),
    "lab, 16 bits, profile": (tiff("Hhh", LAB_16, CIELAB, more=icc(profile(gamma=1.0))), (191, 88, 71)),
    "lab, 16 bits and alpha": (
        tiff("HhhH", [*LAB_16, 99 * 257], CIELAB, extra=[ALPHA]),
        (191, 88, 71, 99),
    ),
    "lab, 16 bits and alpha, white": (
        tiff("HhhH", [65_535, 0, 0, 65_535], CIELAB, extra=[ALPHA]),
        (255, 255, 255, 255),
    ),
    "icc lab": (tiff("B", [128, 168, 158], ICCLAB), (191, 88, 71)),
    "icc lab, 16 bits": (tiff("H", [0x8033, 168 << 8, 158 << 8], ICCLAB), (191, 88, 71)),
    "icc lab, 16 bits, white": (tiff("H", [0xFF00, 0x8000, 0x8000], ICCLAB), (255, 255, 255)),
    "premultiplied": (tiff("B", [40, 20, 80, 80], RGB, extra=[PREMULTIPLIED]), (128, 64, 255, 80)),
    "premultiplied, 16 bits": (
        tiff("H", [40 << 8, 20 << 8, 80 << 8, 80 << 8], RGB, extra=[PREMULTIPLIED]),
        (128, 64, 255, 80),
    ),
    "premultiplied, gray": (tiff("B", [40, 80], GRAY, extra=[PREMULTIPLIED]), (128, 80)),
    "alpha comes second": (tiff("B", [40, 20, 80, 7, 99], RGB, extra=[UNSPECIFIED, ALPHA]), (40, 20, 80, 99)),
    "alpha comes first": (tiff("B", [40, 20, 80, 99, 7], RGB, extra=[ALPHA, UNSPECIFIED]), (40, 20, 80, 99)),
    "ycbcr, subsampled": (
        tiff("B", [128, 128, 100, 150], YCBCR, more=THREE | {530: ("H", [2, 1])}),
        (159, 122, 78),
    ),
}


@pytest.mark.parametrize(("data", "right"), RIGHT.values(), ids=RIGHT)
def test_samples_of_every_kind_come_out_right(data: bytes, right: Colour) -> None:
    seen = pixel(decoded(resize(data, "orig_f-png").body), 3, 3)
    assert len(seen) == len(right)
    assert max(abs(one - other) for one, other in zip(seen, right, strict=True)) <= 1


@pytest.mark.parametrize("kind", ["float", "32 bits", "lab, 16 bits"])
def test_what_is_deeper_than_8_bits_keeps_16(kind: str) -> None:
    data = RIGHT[kind][0]
    assert probe(data, detect(data)).bits == 16
    assert decoded(resize(data, "orig_hdr_f-png").body).format == "ushort"


def test_an_integer_of_32_bits_keeps_its_profile_with_its_values() -> None:
    image = decoded(resize(RIGHT["32 bits, profile"][0], "orig_icc-keep_f-png").body)
    assert pixel(image, 3, 3) == (128, 64, 255)
    assert field(image, "icc-profile-data") == profile(gamma=1.0)


def test_cmyk_of_32_bits_is_that_of_8() -> None:
    wide = decoded(resize(tiff("I", [value << 24 for value in (10, 90, 30, 0)], CMYK), "orig_f-png").body)
    assert pixel(wide, 3, 3) == pytest.approx(
        pixel(decoded(resize(tiff("B", [10, 90, 30, 0], CMYK), "orig_f-png").body), 3, 3), abs=1
    )


REFUSED = {
    "64-bit floating-point samples": tiff("d", [0.5], GRAY, form=FLOATING),
    "32-bit floating-point samples": tiff("f", [0.5], 0, form=FLOATING),
    "32-bit floating-point samples of CMYK": tiff("f", [0, 0, 0, 1], CMYK, form=FLOATING),
    "32-bit floating-point samples of L*a*b*": tiff("f", [50, 40, 30], CIELAB, form=FLOATING),
    "32-bit floating-point samples multiplied by alpha": tiff(
        "f", [0.1, 0.2], GRAY, form=FLOATING, extra=[PREMULTIPLIED]
    ),
    "64-bit integer samples": tiff("Q", [1 << 63], GRAY),
    "32-bit integer samples multiplied by alpha": tiff("I", [HALF] * 4, RGB, extra=[PREMULTIPLIED]),
    "32-bit signed integer samples": tiff("i", [QUARTER], GRAY, form=SIGNED),
    "16-bit signed integer samples": tiff("h", [1 << 14] * 3, RGB, form=SIGNED),
    "8-bit signed integer samples": tiff("b", [100], GRAY, form=SIGNED),
    "8-bit integer samples of L*a*b* multiplied by alpha": tiff(
        "BbbB", [*LAB_8, 128], CIELAB, extra=[PREMULTIPLIED]
    ),
    "8-bit integer samples multiplied by alpha": tiff("B", [40, 80], 0, extra=[PREMULTIPLIED]),
    "64-bit complex samples": tiff("Q", [0], GRAY, form=6),
    "12-bit integer samples": tiff("H", [0], GRAY, more={258: ("H", [12])}),
    "samples of 5, 6, 5 bits": tiff("B", [0, 0, 0], RGB, more={258: ("H", [5, 6, 5])}),
    "8-bit integer samples of ITU L*a*b*": tiff("B", [128, 168, 158], 10),
    "16-bit signed integer samples of LogL": tiff("h", [9], 32844, form=SIGNED),
    "8-bit integer samples of YCbCr without subsampling": tiff(
        "B", [128, 100, 150], YCBCR, more={530: ("H", [1, 1])}
    ),
}


@pytest.mark.parametrize(("kind", "data"), REFUSED.items(), ids=REFUSED)
def test_what_may_not_come_out_right_is_refused_by_its_name(kind: str, data: bytes) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        resize(data, "orig")
    assert str(refused.value) == (
        f"the original is a TIFF of {kind}: export it as JPEG, PNG, or TIFF of 8 or 16 bits"
    )


def test_a_page_is_judged_by_its_own_samples() -> None:
    data = tiff("B", [9, 9, 9], RGB, after=tiff("d", [0.5], GRAY, form=FLOATING))
    assert pixel(decoded(resize(data, "orig_f-png").body), 0, 0) == (9, 9, 9)
    with pytest.raises(UnsupportedFormat, match="64-bit floating-point"):
        resize(data, "orig_page-2")


def test_a_tiff_that_is_cut_within_its_header_is_damaged() -> None:
    """Whatever its fields would say of its samples: they are not there."""
    whole = tiff("B", [9, 9, 9], RGB)
    cut = whole.replace(struct.pack("<HHI", 258, 3, 3), struct.pack("<HHI", 258, 3, 3_000))
    assert cut != whole
    with pytest.raises(CorruptImage):
        resize(cut, "orig")


# --- camera raw --------------------------------------------------------------------------------------

#: A picture that is larger than the one it hangs from, and what a sensor saw.
FULL = tiff("B", [1, 2, 3], RGB, side=4 * SIDE)
SENSOR = tiff("H", [400], CFA, side=4 * SIDE)


def seen_by(maker: bytes, *below: bytes, **options: Any) -> bytes:
    return tiff("B", [9, 9, 9], RGB, below=below, more={271: maker, **THUMBNAIL}, **options)


RAW = {
    "(NEF)": seen_by(b"NIKON CORPORATION", FULL, SENSOR),
    "(NEF) of thumbnails": seen_by(b"NIKON CORPORATION", FULL),
    "(ARW)": seen_by(b"SONY", SENSOR),
    "(SRW)": seen_by(b"SAMSUNG", SENSOR),
    "(PEF)": tiff("H", [400], CFA, more={271: b"PENTAX "}),
    "(DNG)": tiff("B", [9, 9, 9], RGB, more={50706: ("B", [1, 4, 0, 0]), 271: b"NIKON"}),
    "": tiff("H", [1, 2, 3], LINEAR_RAW),
    "file:": seen_by(b"Hasselblad", SENSOR),
    "file: in the chain": tiff("B", [9, 9, 9], RGB, after=SENSOR),
    "(CR2)": b"II*\0\x10\0\0\0CR\x02\0" + bytes(32),
    "(CR3)": b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
    "(CRW)": b"II\x1a\0\0\0HEAPCCDR",
    "(IIQ)": b"II*\0\x08\0\0\0IIII" + bytes(32),
    "(MRW)": b"\0MRM" + bytes(32),
    "(ORF)": b"IIRO\x08\0\0\0" + bytes(32),
    "(ORF) of older cameras": b"IIRS\x08\0\0\0" + bytes(32),
    "(ORF) in big-endian": b"MMOR\0\0\0\x08" + bytes(32),
    "(RAF)": b"FUJIFILMCCD-RAW 0201FF389501" + bytes(32),
    "(RW2)": b"IIU\0\x18\0\0\0" + bytes(32),
    "(X3F)": b"FOVb" + bytes(32),
}


@pytest.mark.parametrize(("name", "data"), RAW.items(), ids=RAW)
def test_camera_raw_is_refused_by_its_name(name: str, data: bytes) -> None:
    with pytest.raises(UnsupportedFormat) as refused:
        resize(data, "64x")
    said = str(refused.value)
    assert said.startswith("the original is a camera raw file")
    assert name.partition(" ")[0] in said
    assert said.endswith(": export it as JPEG, PNG, or TIFF of 8 or 16 bits")


def test_a_thumbnail_does_not_become_its_picture() -> None:
    with pytest.raises(UnsupportedFormat, match=r"whose first picture is a thumbnail"):
        resize(tiff("B", [9, 9, 9], RGB, below=[FULL]), "orig")


def test_where_the_picture_is_a_page_the_error_says_which() -> None:
    data = tiff("B", [9, 9, 9], RGB, more=THUMBNAIL, after=FULL)
    with pytest.raises(UnsupportedFormat, match=r"thumbnail of another: ask for page-2$"):
        resize(data, "orig")
    assert pixel(decoded(resize(data, "orig_page-2_f-png").body), 0, 0) == (1, 2, 3)


@pytest.mark.parametrize(
    "data",
    [
        tiff("B", [9, 9, 9], RGB, below=[tiff("B", [1, 2, 3], RGB, side=2, more=THUMBNAIL)]),
        tiff("B", [9, 9, 9], RGB, after=tiff("B", [1, 2, 3], RGB, side=2, more=THUMBNAIL)),
        tiff("B", [9, 9, 9], RGB, after=FULL),
        tiff("B", [9, 9, 9], RGB, more={271: b"NIKON CORPORATION"}),
    ],
    ids=["smaller ones below", "smaller ones behind", "a larger page behind", "exported by a camera"],
)
def test_a_tiff_with_other_pictures_is_none_of_camera_raw(data: bytes) -> None:
    assert pixel(decoded(resize(data, "orig_f-png").body), 0, 0) == (9, 9, 9)


@pytest.mark.parametrize(("fields", "told"), [(1000, "camera raw"), (1001, "made")])
def test_of_a_directory_that_libvips_never_reads_a_thousand_fields_are_read(fields: int, told: str) -> None:
    """Or a thousand times 65535 would be, of a file of a megabyte."""
    data = tiff("B", [9, 9, 9], RGB, more={330: ("I", [0x7F7F7F7F] * 1000)})
    last = struct.pack("<HHIHxx", 262, 3, 1, CFA)
    data = data.replace(b"\x7f" * 4, struct.pack("<I", len(data)))
    data += struct.pack("<H", fields) + bytes(12 * (fields - 1)) + last + bytes(4)
    try:
        outcome = "made" if resize(data, "orig").body else ""
    except UnsupportedFormat as refused:
        outcome = str(refused)
    assert told in outcome


def test_a_usual_tiff_is_read_as_before() -> None:
    assert (decoded(resize(encoded(quarters(), "tif"), "orig_f-png").body) - quarters()).abs().max() == 0
