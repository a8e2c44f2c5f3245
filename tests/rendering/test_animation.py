"""Animations stay animations: frame by frame, with their delays and loops."""

from __future__ import annotations

from itertools import pairwise

import pytest
import pyvips

from resizer_core import InvalidSpec, LimitExceeded, Limits, Size, resize
from resizer_core.rendering import render
from resizer_core.site import Site
from tests import gifs
from tests.pictures import (
    BLUE,
    CORNERS,
    GREEN,
    RED,
    YELLOW,
    Colour,
    animation,
    apart,
    corners,
    decoded,
    encoded,
    field,
    frames_of,
    gradient,
    nearest,
    pixel,
    quarters,
    size_of,
    solid,
)

COLOURS = (RED, GREEN, BLUE, YELLOW)
DELAYS = (40, 250, 100, 1000)
BETWEEN = [("gif", "gif"), ("gif", "webp"), ("webp", "webp"), ("webp", "gif")]
NAMES = [f"{source}-to-{output}" for source, output in BETWEEN]


def coloured(format: str, *, loop: int = 3, width: int = 64, height: int = 48) -> bytes:
    """Four frames of one colour each."""
    frames = [solid(colour, width, height) for colour in COLOURS]
    return animation(frames, format, delays=DELAYS, loop=loop)


def turning(format: str) -> bytes:
    """``quarters``, turned by half a turn from frame to frame."""
    return animation([quarters(), quarters().rot180(), quarters()], format)


def seen(frame: pyvips.Image) -> set[Colour]:
    """The colours of the whole frame, its edges included."""
    places = [(x, y) for x in range(0, frame.width, 3) for y in (0, 1, frame.height // 2, -2, -1)]
    return {nearest(pixel(frame, *place)[:3]) for place in places}


# --- what is kept ------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", ["orig", "32x", "20x20_fit-cover", "24x24_fit-contain_bg-ffffff", "128x_up"])
@pytest.mark.parametrize(("source", "output"), BETWEEN, ids=NAMES)
def test_frames_delays_and_loops_are_kept(source: str, output: str, spec: str) -> None:
    body = resize(coloured(source), f"{spec}_f-{output}").body
    roll = decoded(body, n=-1)
    assert (field(roll, "n-pages"), tuple(field(roll, "delay")), field(roll, "loop")) == (4, DELAYS, 3)


@pytest.mark.parametrize("loop", [0, 1, 7])
@pytest.mark.parametrize(("source", "output"), BETWEEN, ids=NAMES)
def test_playing_for_ever_and_playing_once_are_kept(source: str, output: str, loop: int) -> None:
    data = coloured(source, loop=loop)
    roll = decoded(resize(data, f"32x_f-{output}").body, n=-1)
    assert field(roll, "loop") == field(decoded(data, n=-1), "loop") == loop


@pytest.mark.parametrize("spec", ["orig", "31x", "20x20_fit-cover_g-ne", "48x17_fit-fill", "100x_up"])
@pytest.mark.parametrize(("source", "output"), BETWEEN, ids=NAMES)
def test_no_frame_bleeds_into_another(source: str, output: str, spec: str) -> None:
    result = resize(coloured(source), f"{spec}_f-{output}")
    frames = frames_of(result.body)
    assert [size_of(frame) for frame in frames] == [str(result.size)] * 4
    for frame, colour in zip(frames, COLOURS, strict=True):
        assert seen(frame) == {colour}
        for x, y in ((0, 0), (-1, 0), (0, -1), (-1, -1), (frame.width // 2, -1)):
            assert max(abs(a - b) for a, b in zip(pixel(frame, x, y), colour, strict=False)) <= 12


STEPS = {
    "crop": ("orig_crop-0-0-32-24", (RED,) * 4, (YELLOW,) * 4),
    "crop-percent": ("orig_crop-50p-0p-50p-50p", (GREEN,) * 4, (BLUE,) * 4),
    "rot-90": ("orig_rot-90", (BLUE, RED, YELLOW, GREEN), (GREEN, YELLOW, RED, BLUE)),
    "flip-h": ("orig_flip-h", (GREEN, RED, YELLOW, BLUE), (BLUE, YELLOW, RED, GREEN)),
    "cover": ("20x48_fit-cover_g-w", (RED, RED, BLUE, BLUE), (YELLOW, YELLOW, GREEN, GREEN)),
    "ar": ("orig_ar-1-1", CORNERS, CORNERS[::-1]),
}


@pytest.mark.parametrize(("spec", "odd", "even"), STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("format", ["gif", "webp"])
def test_every_frame_is_cut_and_turned_by_itself(
    format: str, spec: str, odd: tuple[Colour, ...], even: tuple[Colour, ...]
) -> None:
    frames = frames_of(resize(turning(format), spec).body)
    assert [corners(frame) for frame in frames] == [odd, even, odd]


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_every_frame_stands_on_its_own_sheet(format: str) -> None:
    frames = frames_of(resize(coloured(format), "64x64_fit-contain_bg-ffffff").body)
    for frame, colour in zip(frames, COLOURS, strict=True):
        for y in (1, -2):
            assert nearest(pixel(frame, 30, y)[:3], (*CORNERS, (255, 255, 255))) == (255, 255, 255)
        assert nearest(pixel(frame, 30, 32)[:3]) == colour


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_border_is_cut_off_only_where_no_frame_has_a_picture(format: str) -> None:
    sheets = [solid((255, 255, 255)).insert(solid(RED, 10, 8), x, 12) for x in (5, 20, 40)]
    frames = frames_of(resize(animation(sheets, format), "orig_trim").body)
    assert [size_of(frame) for frame in frames] == ["45x8"] * 3
    # Looked at by itself, the first frame holds less.
    assert size_of(decoded(resize(animation(sheets, format), "orig_trim_still_f-png").body)) == "10x8"


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_border_is_that_of_the_frame_that_is_taken(format: str) -> None:
    sheets = [solid((255, 255, 255)).insert(solid(RED, 8 + 4 * n, 8), 5, 12) for n in range(3)]
    data = animation(sheets, format)
    sizes = [size_of(decoded(resize(data, f"orig_page-{page}_trim_f-png").body)) for page in (2, 3)]
    assert sizes == ["12x8", "16x8"]
    assert size_of(decoded(resize(data, "orig_trim_f-png").body)) == "8x8"


def test_a_still_looks_for_its_border_in_no_more_frames_than_it_has() -> None:
    """The others may be too many to be decoded, or damaged."""
    sheets = [solid((255, 255, 255)).insert(solid(RED, 8 + 4 * n, 8), 5, 12) for n in range(3)]
    limits = Limits(frames=2)
    data = animation(sheets, "gif")
    assert resize(data, "orig_trim_f-png", site=Site(limits=limits)).size == Size(8, 8)
    with pytest.raises(LimitExceeded):
        resize(data, "orig_trim", site=Site(limits=limits))


@pytest.mark.parametrize("gravity", ["sm", "en"])
@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_smart_crop_is_one_for_all_frames(format: str, gravity: str) -> None:
    """Looked for in each frame, it would jump after what moves."""
    gray = (128, 128, 128)
    # A post that stands still, and something that draws the eye away from it in later frames.
    scene = solid(gray, 160, 48).draw_rect(list(BLUE), 12, 0, 6, 48, fill=True)
    scenes = [scene.insert(quarters(16, 16), x, 16) for x in (22, 60, 120)]
    frames = frames_of(resize(animation(scenes, format), f"48x48_fit-cover_g-{gravity}").body)
    posts = [
        [x for x in range(48) if nearest(pixel(frame, x, 3)[:3], (BLUE, gray)) == BLUE] for frame in frames
    ]
    assert posts[0]
    # Frames that come out equal are stored as one.
    assert len(frames) >= 2
    assert posts == [posts[0]] * len(frames)


# --- stills ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["jpg", "png", "avif", "tif"])
@pytest.mark.parametrize("source", ["gif", "webp"])
def test_a_format_that_stands_still_gets_the_first_frame(source: str, output: str) -> None:
    image = decoded(resize(coloured(source), f"32x_f-{output}").body)
    assert (size_of(image), seen(image)) == ("32x24", {RED})


@pytest.mark.parametrize("source", ["gif", "webp"])
@pytest.mark.parametrize(("page", "colour"), list(enumerate(COLOURS, start=1)))
@pytest.mark.parametrize("output", ["gif", "webp", "png"])
def test_one_frame_may_be_asked_for(source: str, page: int, colour: Colour, output: str) -> None:
    option = "still" if page == 1 else f"page-{page}"
    image = decoded(resize(coloured(source), f"32x_{option}_f-{output}").body)
    assert (field(image, "n-pages", 1), seen(image)) == (1, {colour})
    assert field(image, "delay") is None or len(field(image, "delay")) <= 1


@pytest.mark.parametrize("source", ["gif", "webp"])
def test_a_frame_that_is_not_there_is_refused(source: str) -> None:
    with pytest.raises(InvalidSpec, match="expected a page of 1 to 4, got 5") as caught:
        resize(coloured(source), "32x_page-5")
    assert caught.value.source[caught.value.start : caught.value.end] == "page-5"


def test_auto_takes_a_format_that_moves() -> None:
    accept = "image/avif,image/webp"
    assert resize(coloured("gif"), "32x_f-auto", accept=accept).format.name == "webp"
    assert resize(coloured("gif"), "32x_f-auto_still", accept=accept).format.name == "avif"
    assert resize(encoded(quarters(), "gif"), "32x_f-auto", accept=accept).format.name == "avif"


# --- GIF's own ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["gif", "webp"])
@pytest.mark.parametrize(
    ("disposal", "background"), [(1, RED), (2, None), (3, RED)], ids=["stays", "cleared", "put-back"]
)
def test_what_a_frame_leaves_behind_is_what_the_next_begins_with(
    disposal: int, background: Colour | None, output: str
) -> None:
    """A red sheet, a small blue square on it, and then a small green square."""
    data = drawn_over(disposal)
    frames = frames_of(resize(data, f"orig_f-{output}").body)
    assert len(frames) == 3
    assert seen(frames[0]) == {RED}
    assert nearest(pixel(frames[1], 8, 8)[:3]) == BLUE
    assert nearest(pixel(frames[1], 40, 30)[:3]) == RED
    assert nearest(pixel(frames[2], 30, 8)[:3]) == GREEN
    assert nearest(pixel(frames[2], 60, 40)[:3]) == RED
    left = pixel(frames[2], 8, 8)
    if disposal == 1:
        assert nearest(left[:3]) == BLUE
    elif background:
        assert nearest(left[:3]) == background
    else:
        assert left[3] == 0


def drawn_over(disposal: int) -> bytes:
    """A GIF of three frames, the second of which is disposed of as said."""
    return gifs.gif(
        gifs.frame(0, transparent=3),
        gifs.frame(2, (4, 4, 12, 12), disposal=disposal, transparent=3),
        gifs.frame(1, (24, 4, 12, 12), transparent=3),
    )


def test_a_transparent_animation_stays_transparent() -> None:
    hole = solid((*RED, 255)).draw_rect([0, 0, 0, 0], 16, 12, 32, 24, fill=True)
    data = animation([hole, hole.rot180().draw_rect([*BLUE, 255], 0, 0, 64, 6, fill=True)], "webp")
    for output in ("gif", "webp"):
        for frame in frames_of(resize(data, f"32x_f-{output}").body):
            assert pixel(frame, 16, 12)[3] == 0
            assert pixel(frame, 16, 22)[3] == 255


def test_a_transparent_animation_gets_its_background() -> None:
    hole = solid((*RED, 255)).draw_rect([0, 0, 0, 0], 16, 12, 32, 24, fill=True)
    data = animation([hole, hole.draw_rect([*BLUE, 255], 0, 0, 64, 6, fill=True)], "webp")
    for frame in frames_of(resize(data, "32x_bg-28b43c").body):
        assert nearest(pixel(frame, 16, 12)[:3]) == GREEN


def test_each_frame_is_that_of_a_still_of_its_page() -> None:
    scenes = [quarters(160, 120).rot(turn) for turn in ("d0", "d180")]
    data = animation([*scenes, scenes[0].fliphor()], "webp")
    body = resize(data, "40x_ll").body
    for page, frame in enumerate(frames_of(body), start=1):
        option = "still" if page == 1 else f"page-{page}"
        assert apart(frame, decoded(resize(data, f"40x_{option}_ll").body)) == (0, 0)
    assert all(apart(one, other)[0] > 0 for one, other in pairwise(frames_of(body)))


#: Each step that could mix the pixels of neighbours.
MIXING = (
    "40x_ll",
    "31x17_fit-fill_ll",
    "40x40_fit-cover_g-ne_ll",
    "50x50_fit-contain_bg-28b43c_ll",
    "orig_crop-10p-10p-60p-70p_ll",
    "40x_crop-10p-10p-60p-70p_ll",
    "40x_rot-90_flip-h_ll",
    "200x_up_ll",
    "80x_blur-3_pad-4_round-9_ll",
)


@pytest.mark.parametrize("frames", [1, 2, 4], ids=["alone", "in-twos", "in-fours"])
@pytest.mark.parametrize("spec", MIXING)
def test_frames_that_are_made_together_come_out_as_if_made_alone(
    spec: str, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = quarters(120, 90).bandjoin(gradient(120, 90)[0])
    data = animation([scene.rot(turn) for turn in ("d0", "d180")] * 2 + [scene.fliphor()], "webp")
    monkeypatch.setattr(render, "_TOGETHER", frames * 120 * 90)
    together = frames_of(resize(data, spec).body)
    alone = [decoded(resize(data, f"{spec}_page-{page}").body) for page in (2, 3, 4, 5)]
    for frame, still in zip(together[1:], alone, strict=True):
        # libvips adds alpha to each animated WebP that it reads.
        assert apart(frame.extract_band(0, n=still.bands), still) == (0, 0)


# --- TIFF --------------------------------------------------------------------------------------------


def test_the_pages_of_a_tiff_are_taken_one_by_one() -> None:
    roll = pyvips.Image.arrayjoin([solid(colour) for colour in COLOURS], across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", 48)
    data = bytes(roll.write_to_buffer(".tif"))
    for page, colour in enumerate(COLOURS, start=1):
        for output in ("png", "gif", "webp", "tif"):
            image = decoded(resize(data, f"32x_page-{page}_f-{output}").body)
            assert (size_of(image), seen(image)) == ("32x24", {colour})
    assert seen(decoded(resize(data, "32x_f-gif").body)) == {RED}


def test_the_border_of_a_tiff_is_that_of_its_page() -> None:
    sheets = [solid((255, 255, 255)).insert(solid(RED, 8 + 4 * n, 8), 5, 12) for n in range(3)]
    roll = pyvips.Image.arrayjoin(sheets, across=1).copy()
    roll.set_type(pyvips.GValue.gint_type, "page-height", 48)
    data = bytes(roll.write_to_buffer(".tif"))
    sizes = [str(resize(data, f"orig_page-{page}_trim").size) for page in (1, 2, 3)]
    assert sizes == ["8x8", "12x8", "16x8"]
