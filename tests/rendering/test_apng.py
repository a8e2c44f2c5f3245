"""An animated PNG keeps its frames where the output moves."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
import pyvips

from resizer_core import CorruptImage, LimitExceeded, Limits, Site, Size, resize
from resizer_core.formats import PNG
from resizer_core.model import Buffer
from resizer_core.rendering.counting import CHUNKS, FRAMES, png_parts
from resizer_core.rendering.reading import probe
from tests.apngs import BLENDED, CLEARED, PUT_BACK, Frame, apng, chunk
from tests.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Colour,
    apart,
    decoded,
    encoded,
    field,
    frames_of,
    nearest,
    pixel,
    profile,
    quarters,
    tagged,
)

EMPTY: Colour = ()
PART = (4, 4, 12, 12)
SMALL = (40, 24, 12, 12)
HALF = (*GREEN, 128)
NOTHING = (0, 0, 0, 0)


def clear(colour: Colour) -> Colour:
    """The colour in a picture with alpha."""
    return (*colour, 255)


#: The frames of an animated PNG, and what each of them shows at (8, 8), in ``PART``, and at (60, 40).
SHOWN: dict[str, tuple[list[Frame], list[tuple[Colour, Colour]]]] = {
    "kept": (
        [Frame(RED), Frame(BLUE, PART), Frame(GREEN, SMALL)],
        [(RED, RED), (BLUE, RED), (BLUE, RED)],
    ),
    "put-back": (
        [Frame(RED), Frame(BLUE, PART, PUT_BACK), Frame(GREEN, SMALL)],
        [(RED, RED), (BLUE, RED), (RED, RED)],
    ),
    "cleared": (
        [Frame(RED), Frame(BLUE, PART, CLEARED), Frame(GREEN, SMALL)],
        [(RED, RED), (BLUE, RED), (EMPTY, RED)],
    ),
    "the-first-put-back": (
        [Frame(RED, disposal=PUT_BACK), Frame(BLUE, PART)],
        [(RED, RED), (BLUE, EMPTY)],
    ),
    "cleared-and-covered": (
        [Frame(RED, disposal=CLEARED), Frame(BLUE, disposal=CLEARED), Frame(GREEN)],
        [(RED, RED), (BLUE, BLUE), (GREEN, GREEN)],
    ),
    "replaced-by-nothing": (
        [Frame(clear(RED)), Frame(NOTHING, PART)],
        [(RED, RED), (EMPTY, RED)],
    ),
    "blended-with-what-is-opaque": (
        [Frame(clear(RED)), Frame(clear(BLUE), PART, blend=BLENDED)],
        [(RED, RED), (BLUE, RED)],
    ),
}


def at(image: pyvips.Image, x: int, y: int) -> Colour:
    """The colour of a pixel, or that there is none."""
    found = pixel(image, x, y)
    return nearest(found[:3]) if len(found) == 3 or found[3] else EMPTY


@pytest.mark.parametrize("output", ["gif", "webp"])
@pytest.mark.parametrize(("frames", "shown"), SHOWN.values(), ids=SHOWN)
def test_each_frame_is_drawn_on_what_is_left_of_those_before(
    frames: list[Frame], shown: list[tuple[Colour, Colour]], output: str
) -> None:
    data = apng(*frames)
    header = probe(data, PNG)
    assert (header.pages, header.animated) == (len(frames), True)
    assert header.has_alpha == (len(frames[0].colour) == 4 or any(EMPTY in places for places in shown))
    made = frames_of(resize(data, f"orig_f-{output}").body)
    assert [(at(image, 8, 8), at(image, 60, 40)) for image in made] == shown


@pytest.mark.parametrize(("frames", "shown"), SHOWN.values(), ids=SHOWN)
def test_each_page_is_what_its_frame_shows(frames: list[Frame], shown: list[tuple[Colour, Colour]]) -> None:
    data = apng(*frames)
    for page, places in enumerate(shown, start=1):
        image = decoded(resize(data, f"orig_page-{page}").body)
        assert (at(image, 8, 8), at(image, 60, 40)) == places
        assert image.hasalpha() == probe(data, PNG).has_alpha


def test_what_is_translucent_is_blended_without_loss() -> None:
    """Source: PNG specification, third edition, section 13.16, for one channel of ``HALF`` on red, twice."""
    data = apng(
        Frame(clear(RED)), *[Frame(HALF, PART, blend=BLENDED)] * 40, Frame(NOTHING, PART, blend=BLENDED)
    )
    once = [round((new * 128 + old * 127) / 255) for old, new in zip(RED, GREEN, strict=True)]
    assert pixel(decoded(resize(data, "orig_page-2").body), 8, 8) == (*once, 255)
    # Rounded down each time, it would be a level too dark.
    last = pixel(decoded(resize(data, "orig_page-41").body), 8, 8)
    assert max(abs(level - wanted) for level, wanted in zip(last[:3], GREEN, strict=True)) <= 1
    assert pixel(decoded(resize(data, "orig_page-42").body), 8, 8) == last


@pytest.mark.parametrize(
    "spec", ["orig", "orig_f-png", "orig_still_f-webp", "orig_f-jpg_q-98", "orig_f-avif_ll"]
)
def test_a_still_is_the_first_frame(spec: str) -> None:
    image = decoded(resize(apng(Frame(RED), Frame(BLUE)), spec).body)
    assert (field(image, "n-pages", 1), at(image, 8, 8)) == (1, RED)


def test_a_still_picture_that_is_no_frame_is_not_shown() -> None:
    data = apng(Frame(GREEN, PART), Frame(BLUE), still=RED)
    assert (probe(data, PNG).pages, probe(data, PNG).has_alpha) == (2, True)
    for spec in ("orig_still", "orig_f-png", "orig_page-1"):
        image = decoded(resize(data, spec).body)
        assert (at(image, 8, 8), at(image, 60, 40)) == (GREEN, EMPTY)
    frames = frames_of(resize(data, "orig_f-webp").body)
    assert [at(frame, 60, 40) for frame in frames] == [EMPTY, BLUE]
    alone = apng(Frame(GREEN), still=RED)
    assert not probe(alone, PNG).animated
    assert at(decoded(resize(alone, "orig").body), 8, 8) == GREEN


DELAYS = {(1, 10): 100, (5, 0): 50, (1, 3): 333, (0, 100): 0, (7, 1): 7000, (65_535, 1): 655_350}


def test_delays_and_loops_are_kept() -> None:
    colours = [RED, BLUE, GREEN, YELLOW, RED, BLUE]
    frames = [Frame(colour, delay=delay) for colour, delay in zip(colours, DELAYS, strict=True)]
    data = apng(*frames, plays=3)
    header = probe(data, PNG)
    assert (header.delays, header.loop) == (tuple(DELAYS.values()), 3)
    strip = decoded(resize(data, "32x_f-webp").body, n=-1)
    # libvips reads no delay as 100 ms, as browsers do.
    assert field(strip, "delay") == [delay or 100 for delay in header.delays]
    assert field(strip, "loop") == 3


def test_auto_takes_a_format_that_moves() -> None:
    data = apng(Frame(RED), Frame(BLUE))
    assert resize(data, "32x_f-auto", accept="image/avif,image/webp").format.name == "webp"
    assert resize(data, "32x_f-auto_still", accept="image/avif,image/webp").format.name == "avif"
    assert resize(data, "32x", accept="image/avif,image/webp").format.name == "png"


@pytest.mark.parametrize(
    ("colours", "bits"),
    [(((200,), (100,)), 8), (((200, 255), (100, 255)), 8), (((51_400,) * 3, (25_700,) * 3), 16)],
    ids=["gray", "gray-with-alpha", "16-bits"],
)
def test_every_kind_of_png_moves(colours: tuple[Colour, Colour], bits: int) -> None:
    data = apng(*(Frame(colour) for colour in colours), bits=bits)
    frames = frames_of(resize(data, "32x_f-webp_ll").body)
    assert [pixel(frame, 8, 8)[:3] for frame in frames] == [(200,) * 3, (100,) * 3]
    still, page = (decoded(resize(data, f"32x_{option}_f-png_hdr").body) for option in ("still", "page-2"))
    assert pixel(still, 8, 8)[0] == (51_400 if bits == 16 else 200)
    # A canvas has 8 bits.
    assert (page.format, pixel(page, 8, 8)[0]) == ("uchar", 100)


def test_a_palette_and_its_transparency_hold_for_all_frames() -> None:
    before = [chunk(b"PLTE", bytes((*RED, *BLUE, *GREEN))), chunk(b"tRNS", b"\xff\0\xff")]
    data = apng(Frame((0,)), Frame((2,), PART), Frame((1,), SMALL), before=before)
    data = data.replace(b"\x08\0\0\0\0", b"\x08\x03\0\0\0", 1)
    head = data[12:29]
    data = data.replace(data[8:33], chunk(head[:4], head[4:]), 1)
    frames = frames_of(resize(data, "orig_f-webp_ll").body)
    assert [at(frame, 8, 8) for frame in frames] == [RED, GREEN, GREEN]
    assert [at(frame, 44, 28) for frame in frames] == [RED, RED, EMPTY]


def test_a_profile_is_converted_in_every_frame() -> None:
    swapped = profile(green=(0.14307, 0.06061, 0.71410), blue=(0.38515, 0.71687, 0.09708))
    png = encoded(tagged(quarters(), icc_profile_data=swapped), "png")
    start = png.index(b"iCCP") - 4
    embedded = png[start : start + 12 + int.from_bytes(png[start : start + 4], "big")]
    data = apng(Frame((0, 255, 0)), Frame((0, 0, 255)), before=[embedded])
    still = decoded(resize(data, "32x_f-webp_ll_still").body)
    frames = frames_of(resize(data, "32x_f-webp_ll").body)
    assert apart(still, frames[0])[0] == 0
    assert pixel(frames[0], 8, 8)[2] > 200 > 100 > pixel(frames[0], 8, 8)[1]
    assert pixel(frames[1], 8, 8)[1] > 200 > 100 > pixel(frames[1], 8, 8)[2]
    kept = decoded(resize(data, "32x_f-webp_ll_icc-keep").body)
    assert field(kept, "icc-profile-data") == swapped


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_is_taken(kind: type[Buffer]) -> None:
    data = kind(apng(Frame(RED), Frame(BLUE)))
    assert [at(frame, 8, 8) for frame in frames_of(resize(data, "orig_f-webp").body)] == [RED, BLUE]


# --- limits ------------------------------------------------------------------------------------------

THREE = apng(Frame(RED), Frame(BLUE), Frame(GREEN))
LIMITED = {
    "frames": ("orig_f-webp", Limits(frames=2), "2 frames, got 3"),
    "frames-before-the-page": ("orig_page-3", Limits(frames=2), "2 frames up to page 3, got 3"),
    "pixels": (
        "orig_f-gif",
        Limits(animation_pixels=64 * 48 * 3 - 1),
        "pixels in all, got 3 frames of 64x48",
    ),
    "a-canvas-in-memory": ("orig_f-webp", Limits(in_memory_pixels=64 * 48 - 1), "3071 pixels, got 64x48"),
    "all-frames": ("orig_still", Limits(pages=2), "2 frames, got a png of more"),
}


@pytest.mark.parametrize(("spec", "limits", "told"), LIMITED.values(), ids=LIMITED)
def test_the_limits_of_an_animation_hold(spec: str, limits: Limits, told: str) -> None:
    with pytest.raises(LimitExceeded, match=told):
        resize(THREE, spec, site=Site(limits=limits))


def test_a_still_is_decoded_line_by_line_and_a_first_frame_on_a_canvas_is_not() -> None:
    site = Site(limits=Limits(in_memory_pixels=64 * 48 - 1, frames=1, animation_pixels=1))
    assert resize(THREE, "orig", site=site).size == Size(64, 48)
    with pytest.raises(LimitExceeded, match="3071 pixels"):
        resize(apng(Frame(GREEN), still=RED), "orig", site=site)


def test_the_chunks_of_an_animated_png_are_counted() -> None:
    parts = list(png_parts(apng(Frame(RED), Frame(BLUE))))
    assert [parts.count(part) for part in (CHUNKS, FRAMES)] == [8, 2]
    assert list(png_parts(encoded(quarters(), "png", keep="none"))).count(CHUNKS) <= 3
    many = apng(Frame(RED), before=[chunk(b"juNk")] * 50_001)
    with pytest.raises(LimitExceeded, match="50000 chunks, got a png of more"):
        resize(many, "orig")


# --- damage ------------------------------------------------------------------------------------------


def with_byte(data: bytes, mark: bytes, offset: int, number: int = 0) -> bytes:
    """Change one byte behind a ``mark``."""
    at = -1
    for _ in range(number + 1):
        at = data.index(mark, at + 1)
    at += len(mark) + offset
    return data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]


def renumbered(data: bytes) -> bytes:
    """Give the second frame's first pixels the number of the next piece, and a check that fits."""
    at = data.index(b"fdAT")
    size = int.from_bytes(data[at - 4 : at], "big")
    content = struct.pack(">I", 3) + data[at + 8 : at + 4 + size]
    return data[: at - 4] + chunk(b"fdAT", content) + data[at + 8 + size :]


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "the-check-of-acTL": lambda data: with_byte(data, b"acTL", 8),
    "the-check-of-fcTL": lambda data: with_byte(data, b"fcTL", 26, 1),
    "a-delay": lambda data: with_byte(data, b"fcTL", 20, 1),
    "pixels": lambda data: with_byte(data, b"fdAT", 8),
    "the-check-of-fdAT": lambda data: with_byte(data, b"fdAT", 4 + 9),
    "a-number": renumbered,
    "cut-in-the-last-frame": lambda data: data[:-30],
    "cut-in-front-of-the-last-frame": lambda data: data[: data.rindex(b"fcTL") - 4],
    "cut-behind-the-last-control": lambda data: data[: data.rindex(b"fcTL") + 30],
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_frame_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(CorruptImage):
        resize(damage(THREE), "orig_f-webp")


WRONG = {
    "over-the-edge": apng(Frame(RED), Frame(BLUE, (60, 4, 12, 12))),
    "of-no-size": apng(Frame(RED), Frame(BLUE, (4, 4, 0, 12))),
    "of-no-disposal": apng(Frame(RED), Frame(BLUE, disposal=3)),
    "of-no-blending": apng(Frame(RED), Frame(BLUE, blend=2)),
    "fewer-than-promised": apng(Frame(RED), Frame(BLUE), promised=3),
    "on-no-canvas": apng(Frame(RED), Frame(BLUE), size=(0, 48)),
    "a-first-one-that-is-not-the-picture": apng(Frame(RED, PART), Frame(BLUE)),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_frames_that_cannot_be_are_refused(data: bytes) -> None:
    with pytest.raises(CorruptImage):
        resize(data, "orig_f-webp")


def test_more_frames_than_promised_are_left_out() -> None:
    data = apng(Frame(RED), Frame(BLUE), Frame(GREEN), promised=2)
    assert [at(frame, 8, 8) for frame in frames_of(resize(data, "orig_f-webp").body)] == [RED, BLUE]


@pytest.mark.parametrize("promised", [0, 1])
def test_a_png_of_one_frame_or_none_does_not_move(promised: int) -> None:
    data = apng(Frame(RED), promised=promised)
    assert (probe(data, PNG).pages, probe(data, PNG).animated) == (1, False)
    assert at(decoded(resize(data, "orig_f-webp").body), 8, 8) == RED


def test_what_follows_the_end_does_not_count() -> None:
    assert probe(THREE + chunk(b"fcTL", bytes(26)) + b"\0\0\1\0junk", PNG).pages == 3
