"""Show what a GIF leaves empty as browsers do: transparent."""

from __future__ import annotations

import pytest

from resizer_core import CorruptImage, LimitExceeded, Size, resize
from resizer_core.formats import GIF
from resizer_core.model import Buffer
from resizer_core.rendering.reading import animation_of, probe
from tests.gifs import CLEARED, KEPT, PUT_BACK, frame, gif
from tests.pictures import BLUE, GREEN, RED, Colour, decoded, field, frames_of, nearest, pixel, size_of

EMPTY = ()
PART = (4, 4, 12, 12)
SMALL = (40, 24, 12, 12)
#: One index each, of RED, GREEN and BLUE.
SHEET, PATCH = 0, 2

#: The frames of a GIF, and what each of them shows at (8, 8), in ``PART``, and at (60, 40), outside of it.
SHOWN: dict[str, tuple[list[bytes], list[tuple[Colour, Colour]]]] = {
    "a-part": ([frame(SHEET, PART)], [(RED, EMPTY)]),
    "a-part-without-control": ([frame(SHEET, PART, disposal=None)], [(RED, EMPTY)]),
    "a-part-interlaced": ([frame(SHEET, PART, interlaced=True)], [(RED, EMPTY)]),
    "a-part-and-its-own-colours": (
        [frame(1, PART, colours=(RED, BLUE, GREEN, RED)), frame(1, SMALL)],
        [(BLUE, EMPTY), (BLUE, EMPTY)],
    ),
    "a-part-then-all": ([frame(SHEET, PART), frame(1)], [(RED, EMPTY), (GREEN, GREEN)]),
    "cleared": (
        [frame(SHEET), frame(PATCH, PART, disposal=CLEARED), frame(1, SMALL)],
        [(RED, RED), (BLUE, RED), (EMPTY, RED)],
    ),
    "cleared-where-another-frame-is-transparent": (
        [frame(SHEET), frame(PATCH, PART, disposal=CLEARED), frame(1, SMALL, transparent=3)],
        [(RED, RED), (BLUE, RED), (EMPTY, RED)],
    ),
    "cleared-below-a-transparent-frame": (
        [frame(SHEET, disposal=CLEARED), frame(3, transparent=3), frame(1, PART)],
        [(RED, RED), (EMPTY, EMPTY), (GREEN, EMPTY)],
    ),
    "cleared-and-put-back": (
        [frame(SHEET, disposal=CLEARED), frame(PATCH, disposal=PUT_BACK), frame(1, PART)],
        [(RED, RED), (BLUE, BLUE), (GREEN, EMPTY)],
    ),
    "the-first-put-back": ([frame(SHEET, disposal=PUT_BACK), frame(1, PART)], [(RED, RED), (GREEN, EMPTY)]),
    "put-back-by-4": ([frame(SHEET, disposal=4), frame(1, PART)], [(RED, RED), (GREEN, EMPTY)]),
    "outside": (
        [frame(SHEET, disposal=CLEARED), frame(1, (90, 90, 8, 8)), frame(PATCH, PART)],
        [(RED, RED), (EMPTY, EMPTY), (BLUE, EMPTY)],
    ),
    "over-the-edge": (
        [frame(SHEET, disposal=CLEARED), frame(1, (50, 30, 30, 30))],
        [(RED, RED), (EMPTY, GREEN)],
    ),
    "of-no-size": ([frame([], (0, 0, 0, 0)), frame(1, PART)], [(EMPTY, EMPTY), (GREEN, EMPTY)]),
}


def at(image: object, x: int, y: int) -> Colour:
    """The colour of a pixel, or that there is none."""
    *colour, alpha = pixel(image, x, y)  # type: ignore[arg-type]
    return nearest(tuple(colour)) if alpha else EMPTY


@pytest.mark.parametrize("output", ["gif", "webp"])
@pytest.mark.parametrize(("frames", "shown"), SHOWN.values(), ids=SHOWN)
def test_what_no_frame_covers_is_transparent(
    frames: list[bytes], shown: list[tuple[Colour, Colour]], output: str
) -> None:
    data = gif(*frames)
    assert probe(data, GIF).has_alpha
    made = (
        frames_of(resize(data, f"orig_f-{output}").body)
        if len(frames) > 1
        else [decoded(resize(data, f"orig_f-{output}").body)]
    )
    assert [(at(image, 8, 8), at(image, 60, 40)) for image in made] == shown


@pytest.mark.parametrize(("frames", "shown"), SHOWN.values(), ids=SHOWN)
def test_each_page_is_what_its_frame_shows(frames: list[bytes], shown: list[tuple[Colour, Colour]]) -> None:
    for page, colours in enumerate(shown, start=1):
        image = decoded(resize(gif(*frames), f"orig_page-{page}_f-png").body)
        assert (image.bands, at(image, 8, 8), at(image, 60, 40)) == (4, *colours)


OPAQUE = {
    "a-still": [frame(SHEET)],
    "a-still-without-control": [frame(SHEET, disposal=None)],
    "kept": [frame(SHEET), frame(1, PART)],
    "cleared-and-covered": [frame(n, disposal=CLEARED) for n in range(3)],
    "a-part-cleared-and-covered": [frame(SHEET), frame(1, PART, disposal=CLEARED), frame(2, (0, 0, 40, 40))],
    "put-back": [frame(SHEET), frame(1, PART, disposal=PUT_BACK), frame(2, SMALL)],
    "the-last-cleared": [frame(SHEET), frame(1, PART, disposal=CLEARED)],
}


@pytest.mark.parametrize("frames", OPAQUE.values(), ids=OPAQUE)
def test_a_gif_that_covers_its_canvas_has_no_alpha(frames: list[bytes]) -> None:
    data = gif(*frames)
    assert not probe(data, GIF).has_alpha
    assert animation_of(data, GIF) is None
    assert [decoded(resize(data, f"orig_page-{n + 1}_f-png").body).bands for n in range(len(frames))] == [
        3
    ] * len(frames)


def test_libvips_draws_what_has_a_transparent_index_everywhere() -> None:
    frames = [frame(3, PART, transparent=3), frame(1, PART, disposal=CLEARED, transparent=3), frame(2, SMALL)]
    assert animation_of(gif(*frames), GIF) is None
    assert probe(gif(*frames), GIF).has_alpha


def test_a_frame_may_use_all_256_colours() -> None:
    colours = [(n, 255 - n, n // 2) for n in range(256)]
    data = gif(frame(range(256), (8, 8, 16, 16), bits=8), colours=colours)
    image = decoded(resize(data, "orig_f-png").body)
    assert [pixel(image, 8 + n % 16, 8 + n // 16) for n in range(256)] == [
        (*colour, 255) for colour in colours
    ]
    assert pixel(image, 7, 8)[3] == pixel(image, 24, 23)[3] == 0


@pytest.mark.parametrize("screen", [(640, 480), (1024, 768), (2100, 20)])
def test_a_canvas_has_the_size_that_the_file_says(screen: tuple[int, int]) -> None:
    for transparent in (None, 3):
        data = gif(frame(SHEET, (0, 0, 16, 12), transparent=transparent), screen=screen)
        image = decoded(resize(data, "orig_f-png").body)
        assert (probe(data, GIF).size, size_of(image)) == (Size(*screen), "{}x{}".format(*screen))
        assert (at(image, 8, 8), at(image, 20, 16)) == (RED, EMPTY)


@pytest.mark.parametrize("screen", [(0, 0), (3, 3)])
def test_the_first_frame_enlarges_the_canvas(screen: tuple[int, int]) -> None:
    data = gif(frame(SHEET, (2, 3, 4, 4)), frame(1, (0, 0, 20, 20)), screen=screen)
    assert probe(data, GIF).size == Size(6, 7)
    assert at(decoded(resize(data, "orig_f-png").body), 0, 0) == EMPTY


def test_delays_and_loops_are_kept() -> None:
    data = gif(frame(SHEET, PART), frame(1, SMALL))
    data = data.replace(b"\x21\xf9", b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x04\0\0\x21\xf9", 1)
    data = data.replace(bytes((KEPT << 2, 10, 0)), bytes((KEPT << 2, 25, 0)), 1)
    header = probe(data, GIF)
    assert (header.pages, header.animated, header.delays, header.loop) == (2, True, (250, 100), 5)
    for output in ("gif", "webp"):
        strip = decoded(resize(data, f"32x_f-{output}").body, n=-1)
        assert (field(strip, "delay"), field(strip, "loop"), field(strip, "n-pages")) == ([250, 100], 5, 2)


def test_a_gap_has_no_border_and_gets_a_background() -> None:
    data = gif(frame(SHEET, PART), frame(1, (8, 4, 12, 12)))
    assert size_of(decoded(resize(data, "orig_trim").body)) == "16x12"
    image = decoded(resize(data, "orig_bg-2846d2_f-png").body)
    assert [nearest(pixel(image, *place)[:3]) for place in ((8, 8), (60, 40))] == [RED, BLUE]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer_is_taken(kind: type[Buffer]) -> None:
    image = decoded(resize(kind(gif(frame(SHEET, PART))), "orig_f-png").body)
    assert (at(image, 8, 8), at(image, 60, 40)) == (RED, EMPTY)


def test_a_large_empty_canvas_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(LimitExceeded, match="65000x65000"):
        resize(gif(frame(SHEET, PART), screen=(65_000, 65_000)), "20x")


def test_a_damaged_frame_is_refused() -> None:
    """Its first code stands for pixels that came before it."""
    whole = frame(1, SMALL)
    broken = whole[: whole.index(b"\x2c") + 10] + b"\x02\x01\x3c\0"
    with pytest.raises(CorruptImage):
        resize(gif(frame(SHEET, PART), broken), "orig_f-webp")
