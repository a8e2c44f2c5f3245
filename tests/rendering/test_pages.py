"""The pages of a file may differ: limits, plan and picture are those of the page that is asked for."""

from __future__ import annotations

import struct
from collections.abc import Iterator
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
from tests.pictures import decoded, encoded, quarters, size_of


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


ALBUM = album(quarters(), quarters(128, 96))


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
