"""Colours that a file says in numbers and not by a profile: what they are in sRGB, and in its other outputs.

The right values are those that Chromium shows. It leaves no room above white: PQ and HLG go by our own rule.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from resizer_core import InvalidSpec, resize
from resizer_core.model import Buffer
from resizer_core.rendering.boxes import FULL, Box, extents, find
from tests.pictures import Colour, apart, decoded, encoded, field, gray_profile, made, pixel, solid, tagged

#: Gray bars of 0, 128 and 255, each 16 px wide, monochrome and in a narrow range: 16, 126 and 235. Made with
#: Pillow's encoder of AVIF.
NARROW_GRAY = b64decode(
    "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOltZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "AA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAAQ0AAAAgAAAAKGlpbmYAAAAAAAEAAAAaaW5mZQIAAAAAAQAAYXYw"
    "MUNvbG9yAAAAAGhpcHJwAAAASWlwY28AAAAUaXNwZQAAAAAAAAAwAAAAEAAAAA5waXhpAAAAAAEIAAAADGF2MUOBABwAAAAAE2Nv"
    "bHJuY2x4AAEADQAGAAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAKG1kYXQSAAoIGBTv9hgIaDEyEhAA4+CIaw31Tu43RBMzU5t/"
    "GQ=="
)


def avif(colour: Sequence[float], primaries: int, transfer: int) -> bytes:
    """One colour, and an ``nclx`` that says what it is. Source: ISO/IEC 14496-12, section 12.1.5."""
    data = encoded(solid(colour), "avif", keep="none")
    at = data.index(b"nclx") + 4
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def png(colour: Sequence[int], *chunks: tuple[bytes, bytes]) -> bytes:
    """One colour, and chunks in front of its pixels."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[len(colour)]
    lines = (b"\0" + bytes(colour) * 8) * 8
    header = (b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in (header, *chunks, (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    )


def gama(value: int) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", value)


def chrm(*values: int) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *values)


def cicp(primaries: int, transfer: int, *, full_range: bool = True) -> tuple[bytes, bytes]:
    return b"cICP", bytes([primaries, transfer, 0, full_range])


SRGB = chrm(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3 = chrm(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
PINK, BLUE = (200, 60, 60), (20, 60, 200)

SAID: dict[str, tuple[bytes, Colour]] = {
    "AVIF, sRGB": (avif(BLUE, 1, 13), BLUE),
    "AVIF, nothing": (avif(BLUE, 2, 2), BLUE),
    "AVIF, a camera's": (avif(BLUE, 1, 1), BLUE),
    "AVIF, P3": (avif(PINK, 12, 13), (217, 42, 52)),
    "AVIF, BT.2020": (avif(PINK, 9, 14), (247, 0, 53)),
    "AVIF, BT.601": (avif(PINK, 6, 6), (195, 66, 59)),
    "AVIF, BT.470 BG": (avif(PINK, 5, 13), (204, 60, 60)),
    "AVIF, gamma 2.2": (avif(BLUE, 1, 4), (12, 57, 201)),
    "AVIF, gamma 2.8": (avif(BLUE, 1, 5), (3, 36, 189)),
    "AVIF, linear": (avif(PINK, 1, 8), (229, 133, 133)),
    "PNG, P3": (png(PINK, cicp(12, 13)), (217, 42, 52)),
    "PNG, linear": (png((64, 64, 64), cicp(1, 8)), (137, 137, 137)),
    "PNG, linear gray": (png((64,), cicp(1, 8)), (137, 137, 137)),
    "PNG, gamma 2.2": (png(BLUE, cicp(1, 4)), (12, 57, 201)),
    "PNG, numbers before a gamma": (png(BLUE, cicp(1, 13), gama(100_000)), BLUE),
    "PNG, a narrow range": (png((16, 126, 235), cicp(1, 13, full_range=False)), (0, 128, 255)),
    "PNG, gAMA linear": (png((64, 64, 64), gama(100_000)), (137, 137, 137)),
    "PNG, gAMA 1.8": (png((100, 100, 100), gama(55_556)), (119, 119, 119)),
    "PNG, gAMA of gray with alpha": (png((64, 128), gama(100_000)), (137, 137, 137, 128)),
    "PNG, gAMA near that of sRGB": (png(BLUE, gama(45_455)), BLUE),
    "PNG, gAMA and cHRM": (png(BLUE, gama(45_455), SRGB), (12, 57, 201)),
    "PNG, gAMA and cHRM of P3": (png(PINK, gama(45_455), P3), (219, 37, 49)),
    "PNG, cHRM alone": (png(PINK, P3), PINK),
    "PNG, sRGB before gAMA": (png(BLUE, (b"sRGB", b"\0"), gama(100_000)), BLUE),
    "PNG, a gamma of 0": (png(BLUE, gama(0)), BLUE),
    "PNG, primaries of no colour": (png(BLUE, gama(100_000), chrm(*[0] * 8)), BLUE),
}


@pytest.mark.parametrize(("data", "wanted"), SAID.values(), ids=SAID)
def test_colours_in_numbers_are_converted(data: bytes, wanted: Colour) -> None:
    seen = pixel(made(data, "orig_f-png"), 4, 4)
    if len(seen) < len(wanted):
        seen = seen[:1] * 3 + seen[1:]
    assert seen == pytest.approx(wanted, abs=1)


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
@pytest.mark.parametrize("format", ["avif", "png"])
def test_diffuse_white_stays_near_white(transfer: int, format: str) -> None:
    """203 nits are 58 % of PQ and 75 % of HLG. Source: ITU-R BT.2408, table 1."""
    share = {16: 0.58, 18: 0.75}[transfer]

    def shown(level: float) -> int:
        gray = [round(255 * level)] * 3
        data = avif(gray, 9, transfer) if format == "avif" else png(gray, cicp(9, transfer))
        return pixel(made(data, "orig_f-png"), 4, 4)[0]

    levels = [shown(share * part) for part in (0, 0.4, 0.7, 0.9, 1, 1.1, 1.3)]
    assert levels == sorted(set(levels))
    assert levels[0] == 0
    assert 235 <= levels[4] <= 250
    assert levels[-1] >= 253


def test_what_is_narrow_and_gray_is_widened() -> None:
    image = made(NARROW_GRAY, "orig_f-png")
    assert [pixel(image, x, 8)[0] for x in (4, 24, 44)] == [0, 128, 255]


def test_alpha_that_is_multiplied_in_is_taken_out_again() -> None:
    data = premultiplied(encoded(solid((128, 0, 0, 128)), "avif", keep="none"))
    assert pixel(made(data, "orig_f-png"), 4, 4) == (255, 0, 0, 128)


def premultiplied(data: bytes) -> bytes:
    """Say of an AVIF with alpha that its colours are weighted by it. Source: ISO/IEC 23008-12, 6.4.9.3."""
    iref = found(data, b"meta", b"iref")
    alpha, _, colour = struct.unpack_from(">HHH", data, iref.start + FULL + 8)
    said = struct.pack(">I4sHHH", 14, b"prem", colour, 1, alpha)
    return replaced(data, data[iref.start : iref.end] + said, b"meta", b"iref")


def replaced(data: bytes, content: bytes, *path: bytes) -> bytes:
    """Put other content into the box at the end of ``path``; all that lies behind it moves."""
    outer = [found(data, *path[: depth + 1]) for depth in range(len(path))]
    inner = outer[-1]
    more = len(content) - (inner.end - inner.start)
    changed = bytearray(data[: inner.start] + content + data[inner.end :])
    for box in outer:
        struct.pack_into(">I", changed, box.start - 8, box.end - box.start + 8 + more)
    iloc = found(changed, b"meta", b"iloc")
    places = bytes(changed[iloc.start : iloc.end])
    for extent in extents(data):
        places = places.replace(struct.pack(">I", extent.start), struct.pack(">I", extent.start + more))
    changed[iloc.start : iloc.end] = places
    return bytes(changed)


def found(data: Buffer, *path: bytes) -> Box:
    box = find(data, *path)
    if box is None:
        raise ValueError(f"expected an AVIF with {path}")
    return box


@pytest.mark.skipif(find_spec("pi_heif") is None, reason="the extra heic is not installed")
def test_a_heic_says_its_colours_as_an_avif_does() -> None:
    data = (Path(__file__).with_name("heic") / "quarters.heic").read_bytes()
    at = data.index(b"nclx") + 4
    in_p3 = data[:at] + struct.pack(">HH", 12, 13) + data[at + 4 :]
    wanted = made(data, "orig_f-png").icc_transform("srgb", input_profile="p3")
    assert apart(made(in_p3, "orig_f-png"), wanted)[0] <= 2
    assert apart(made(in_p3, "orig_f-png"), made(data, "orig_f-png"))[0] > 15


def test_a_gray_profile_counts_where_the_decoder_makes_colours() -> None:
    data = encoded(solid([64]), "avif", keep="none")
    data = replaced(data, b"prof" + gray_profile(1), b"meta", b"iprp", b"ipco", b"colr")
    assert decoded(data).bands == 3
    assert pixel(made(data, "orig_f-png"), 4, 4) == pytest.approx((137, 137, 137), abs=1)


KEPT = {
    "a gray profile, WebP": ("webp", "gray"),
    "a gray profile, AVIF": ("avif", "gray"),
    "a gray profile, PNG": ("png", "gray"),
    "a gray profile, JPEG": ("jpg", "gray"),
    "a format without profiles": ("gif", "colour"),
}


@pytest.mark.parametrize(("format", "original"), KEPT.values(), ids=KEPT)
def test_no_profile_is_dropped_whose_values_are_kept(format: str, original: str) -> None:
    gray = encoded(tagged(solid([64]), icc_profile_data=gray_profile(1)), "png")
    data, wanted = (gray, (137,) * 3) if original == "gray" else (avif(PINK, 12, 13), (217, 42, 52))
    image = made(data, f"orig_f-{format}_icc-keep")
    assert field(image, "icc-profile-data") is None
    assert (pixel(image, 4, 4) * 3)[:3] == pytest.approx(wanted, abs=3)


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "avif", "tif"])
def test_keep_embeds_what_was_said_in_numbers(format: str) -> None:
    image = made(avif(PINK, 12, 13), f"orig_f-{format}_icc-keep")
    assert pixel(image, 4, 4) == pytest.approx(PINK, abs=3)
    assert pixel(image.icc_transform("srgb", embedded=True), 4, 4) == pytest.approx((217, 42, 52), abs=4)


@pytest.mark.parametrize("transfer", [16, 18], ids=["PQ", "HLG"])
def test_hdr_of_pq_and_hlg_is_refused(transfer: int) -> None:
    with pytest.raises(InvalidSpec, match="one in PQ or HLG is tone-mapped to the white of a screen"):
        resize(avif(PINK, 9, transfer), "orig_hdr_f-avif")
