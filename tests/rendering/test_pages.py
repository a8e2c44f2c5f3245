"""The pages of a file may differ: limits, plan and picture are those of the page that is asked for."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import pyvips

from resizer_core import (
    CorruptImage,
    LimitExceeded,
    Limits,
    Size,
    detect,
    parse_spec,
    plan_for,
    resize,
)
from resizer_core.formats import JPEG
from resizer_core.rendering.reading import open_pages, probe
from resizer_core.rendering.render import render
from resizer_core.site import Site
from tests.pictures import CORNERS, animation, corners, decoded, disc, encoded, made, quarters, size_of, solid


def box(kind: bytes, *parts: bytes) -> bytes:
    """Source: ISO 14496-12, section 4.2."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes that follow each other in ``data``, each with its content."""
    while data:
        length, kind = struct.unpack_from(">I4s", data)
        yield kind, data[8:length]
        data = data[length:]


def album(*pictures: pyvips.Image) -> bytes:
    """An AVIF of several pictures, of any sizes.

    Source: ISO 14496-12, section 8.11 (meta, iloc, iinf), ISO 23008-12, section 9.3 (iprp, ipma).
    """
    coded: list[bytes] = []
    properties: list[bytes] = []
    belongs = b""
    for number, picture in enumerate(pictures, 1):
        file = dict(boxes(encoded(picture, "avif", keep="none")))
        coded.append(file[b"mdat"])
        own = dict(boxes(dict(boxes(dict(boxes(file[b"meta"][4:]))[b"iprp"]))[b"ipco"]))
        first = len(properties) + 1
        properties += [box(kind, own[kind]) for kind in (b"av1C", b"ispe")]
        belongs += struct.pack(">HBBB", number, 2, first | 0x80, first + 1)
    numbers = range(1, len(pictures) + 1)
    entries = [box(b"infe", struct.pack(">IHH4sx", 2 << 24, number, 0, b"av01")) for number in numbers]
    head = box(b"ftyp", b"avif", bytes(4), b"avifmif1miaf")

    def meta(start: int) -> bytes:
        places = b""
        for number, data in zip(numbers, coded, strict=True):
            places += struct.pack(">HHHII", number, 0, 1, start, len(data))
            start += len(data)
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", struct.pack(">IH", 0, 1)),
            box(b"iloc", struct.pack(">IHH", 0, 0x4400, len(coded)), places),
            box(b"iinf", struct.pack(">IH", 0, len(coded)), *entries),
            box(b"iprp", box(b"ipco", *properties), box(b"ipma", struct.pack(">II", 0, len(coded)), belongs)),
        )

    return head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", *coded)


def document(*pictures: pyvips.Image) -> bytes:
    """A TIFF of several pictures in 8 bits, of any sizes and bands, without compression.

    Source: TIFF 6.0, sections 2, 6 and 18.
    """
    data = b"II*\0" + bytes(4)
    link = 4
    for picture in pictures:
        pixels = picture.write_to_memory()
        alpha = picture.hasalpha()
        at = len(data) + len(pixels) + len(pixels) % 2
        values = {
            256: (4, picture.width),
            257: (4, picture.height),
            258: (3, 8) if picture.bands == 1 else (3, 8, *[8] * (picture.bands - 1)),
            259: (3, 1),
            262: (3, 1 if picture.bands < 3 else 2),
            273: (4, len(data)),
            277: (3, picture.bands),
            278: (4, picture.height),
            279: (4, len(pixels)),
            **({338: (3, 2)} if alpha else {}),
        }
        fields, more = b"", b""
        after = at + 2 + 12 * len(values) + 4
        for tag, (kind, *numbers) in sorted(values.items()):
            packed = struct.pack(f"<{len(numbers)}{'H' if kind == 3 else 'I'}", *numbers)
            if len(packed) > 4:
                fields += struct.pack("<HHII", tag, kind, len(numbers), after + len(more))
                more += packed
            else:
                fields += struct.pack("<HHI4s", tag, kind, len(numbers), packed)
        data = data[:link] + struct.pack("<I", at) + data[link + 4 :] + pixels + bytes(len(pixels) % 2)
        data += struct.pack("<H", len(values)) + fields + bytes(4) + more
        link = after - 4
    return data


ALBUM = album(quarters(), quarters(128, 96))
DOCUMENT = document(quarters(), quarters(128, 96), solid([90], 30, 20), disc())


@pytest.mark.parametrize(("page", "size"), [(1, Size(64, 48)), (2, Size(128, 96))])
def test_a_page_of_an_avif_has_its_own_size(page: int, size: Size) -> None:
    assert probe(ALBUM, detect(ALBUM), page=page).size == size
    result = resize(ALBUM, f"orig_page-{page}_f-png")
    assert (result.size, size_of(decoded(result.body))) == (size, str(size))
    assert resize(ALBUM, f"32x_page-{page}_trim_f-png").size == Size(32, 24)


def test_the_limits_are_those_of_the_page_that_is_asked_for() -> None:
    site = Site(limits=Limits(input_pixels=64 * 48))
    assert resize(ALBUM, "orig_f-png", site=site).size == Size(64, 48)
    with pytest.raises(LimitExceeded, match="128x96"):
        resize(ALBUM, "orig_page-2_f-png", site=site)
    assert resize(DOCUMENT, "orig_f-png", site=site).size == Size(64, 48)
    with pytest.raises(LimitExceeded, match="128x96"):
        resize(DOCUMENT, "orig_page-2_f-png", site=site)


@pytest.mark.parametrize("make", [album, document])
def test_a_first_page_beyond_the_limits_does_not_hide_a_smaller_one(make: Callable[..., bytes]) -> None:
    data, site = make(quarters(128, 96), quarters()), Site(limits=Limits(input_pixels=64 * 48))
    with pytest.raises(LimitExceeded, match="128x96"):
        resize(data, "orig_f-png", site=site)
    image = made(data, "orig_page-2_f-png", site=site)
    assert (size_of(image), corners(image)) == ("64x48", CORNERS)


@pytest.mark.parametrize(
    ("page", "size", "format"),
    [(1, Size(64, 48), "jpg"), (2, Size(128, 96), "jpg"), (3, Size(30, 20), "jpg"), (4, Size(96, 96), "png")],
)
def test_a_page_of_a_tiff_has_its_own_size_and_bands(page: int, size: Size, format: str) -> None:
    header = probe(DOCUMENT, detect(DOCUMENT), page=page)
    assert (header.size, header.bands, header.has_alpha) == (size, 1 if page == 3 else 3, page == 4)
    result = resize(DOCUMENT, f"orig_page-{page}_f-png")
    assert (result.size, size_of(decoded(result.body))) == (size, str(size))
    # The format is that of this page too: the last one alone lets something through.
    assert resize(DOCUMENT, f"orig_page-{page}").format.name == format
    half = resize(DOCUMENT, f"50p_page-{page}_f-png").size
    assert half == Size(size.width // 2, size.height // 2)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_the_frames_of_an_animation_have_one_size(format: str) -> None:
    data = animation([quarters(), quarters().rot180(), quarters().fliphor()], format)
    image = made(data, "orig_page-2_f-png")
    assert (size_of(image), corners(image)) == ("64x48", CORNERS[::-1])


def test_a_plan_for_another_size_is_not_carried_out() -> None:
    plan = plan_for(ALBUM, parse_spec("20x_f-png"))
    with pytest.raises(CorruptImage, match="expected 1 of 64x48 in the original, got 128x96"):
        render(ALBUM, replace(plan, page=1))


@pytest.mark.parametrize("shrink", [1, 2, 4, 8])
def test_what_the_decoder_rounds_is_the_same_size(shrink: int) -> None:
    data = encoded(quarters(65, 51), "jpg")
    assert open_pages(data, JPEG, Size(65, 51), shrink=shrink).width == 65 // shrink
    for other in (Size(65 - 2 * shrink, 51), Size(65, 51 + 2 * shrink)):
        with pytest.raises(CorruptImage, match=f"expected 1 of {other}"):
            open_pages(data, JPEG, other, shrink=shrink)
