"""Hold the edges of a derivative's content to where the arithmetic puts them: a twentieth of a pixel."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st

from resizer_core import parse_spec, plan_for
from resizer_core.model import Box, Orientation, Size
from tests.pictures import ORIENTATIONS, apart, encoded, made, size_of, solid, stored, tagged

#: Of a pixel of the result.
MOST_MOVED = 0.05
#: Levels that no kernel drives over the ends of 8 bits.
DARK, BRIGHT, SHEET = 50, 200, 125


def profile(image: pyvips.Image, axis: str) -> list[float]:
    """Average the levels over the middle third of the rows, or of the columns."""
    if axis == "down":
        image = image.rot90().fliphor()
    band = image.extract_band(0).crop(0, image.height * 4 // 9, image.width, max(1, image.height // 9))
    sums: Any = band.project()[0]
    return [sums(x, 0)[0] / band.height for x in range(image.width)]


def bright_part(image: pyvips.Image, axis: str) -> tuple[float, float]:
    """Find where what is bright begins and ends, px: whatever the kernel, it keeps the sum of the levels."""
    levels = [(level - DARK) / (BRIGHT - DARK) for level in profile(image, axis)]
    middle = len(levels) // 2
    return middle - sum(levels[:middle]), middle + sum(levels[middle:])


def target(size: Size, bright: Box) -> pyvips.Image:
    """Draw a bright rectangle on a dark picture."""
    part = bright.size
    picture = solid([DARK] * 3, size.width, size.height)
    return picture.draw_rect([BRIGHT] * 3, bright.left, bright.top, part.width, part.height, fill=True)


# --- enlarged ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", ["80x_up", "100x_up", "333x_up", "80x80_fit-fill_up", "x90_up"])
@pytest.mark.parametrize("bands", [1, 2, 3, 4])
def test_what_is_symmetric_stays_so_when_it_is_enlarged(spec: str, bands: int) -> None:
    opaque = [255.0] * (bands in (2, 4))
    colours = bands - len(opaque)
    framed = solid([255.0] * colours + opaque, 40, 40).draw_rect([0.0] * colours + opaque, 0, 0, 40, 40)
    image = made(encoded(framed, "png"), f"{spec}_f-png")
    for turned in (image.fliphor(), image.flipver(), image.rot90()):
        difference: Any = (image - turned).abs()
        assert difference.max() <= 1


def test_a_slope_is_enlarged_along_itself() -> None:
    """A cubic interpolates a slope exactly: each pixel says where in the original its middle lies."""
    slope = solid([0], 60, 20) + pyvips.Image.xyz(60, 20).extract_band(0) * 4
    data = encoded(slope.cast("uchar").copy(interpretation="b-w"), "png")
    for width in (61, 90, 150, 480):
        levels = profile(made(data, f"{width}x20_fit-fill_up_f-png"), "across")
        inside = range(width // 10, width - width // 10)
        wrong = max(abs(levels[x] / 4 - ((x + 0.5) * 60 / width - 0.5)) for x in inside)
        assert wrong <= 0.15, width  # half a level is an eighth


def test_where_one_side_grows_the_other_one_is_still_averaged() -> None:
    """Lines of one pixel become gray where there are fewer rows than lines: nothing is picked out."""
    lines = solid([0], 50, 60).draw_rect([200], 0, 0, 50, 1, fill=True)
    for row in range(0, 60, 2):
        lines = lines.draw_rect([200], 0, row, 50, 1, fill=True)
    image = made(encoded(lines, "png"), "200x20_fit-fill_up_f-png")
    assert size_of(image) == "200x20"
    levels = profile(image, "down")[2:-2]
    assert max(abs(level - 100) for level in levels) <= 4, levels


# --- decoded smaller -----------------------------------------------------------------------------------


def test_a_border_that_was_cut_off_does_not_show() -> None:
    framed = solid([230] * 3, 1600, 1200).draw_rect([0] * 3, 0, 0, 1600, 1200)
    image = made(encoded(framed, "jpg"), "400x_crop-1-1-1598-1198_f-png")
    assert apart(image, solid([230] * 3, image.width, image.height)) == (0, 0)


def test_what_lies_in_the_last_pixels_is_there() -> None:
    half_white = solid([0] * 3, 15, 1500).draw_rect([255] * 3, 0, 0, 8, 1500, fill=True)
    image = made(encoded(half_white, "jpg"), "x100_f-png")
    assert size_of(image) == "1x100"
    assert abs(image.avg() - 255 * 8 / 15) <= 4


@pytest.mark.parametrize("side", [1601, 1604, 1607])
def test_a_border_at_the_far_edge_does_not_vanish(side: int) -> None:
    bordered = solid([230] * 3, side, side).draw_rect([30] * 3, side - 7, 0, 7, side, fill=True)
    last = profile(made(encoded(bordered, "jpg"), "133x_f-png"), "across")[-1]
    # Of what becomes the last pixel, some 12 px, the border fills 7.
    assert last == pytest.approx(230 - 200 * 7 / (side / 133), abs=4)


@pytest.mark.parametrize("size", [(4032, 3024), (6000, 4000), (4000, 3000), (1920, 1080)], ids=str)
def test_cameras_are_decoded_smaller(size: tuple[int, int]) -> None:
    data = encoded(solid([90] * 3, *size), "jpg", Q=50)
    assert plan_for(data, parse_spec(f"{size[0] // 16}x")).shrink == 8


# --- all of it together --------------------------------------------------------------------------------

TURNS = {
    "": Orientation(),
    "_rot-90": Orientation(quarter_turns=1),
    "_flip-h": Orientation(mirrored=True),
    "_rot-270_flip-h": Orientation(quarter_turns=3, mirrored=True),
}


@pytest.mark.parametrize("how", ["crop", "trim"])
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "tif"])
@settings(max_examples=15)
@given(
    width=st.integers(300, 900),
    ratio=st.integers(75, 133),
    orientation=st.sampled_from(ORIENTATIONS),
    margins=st.tuples(*[st.integers(1, 33)] * 4),
    longest=st.integers(60, 110),
    turn=st.sampled_from(list(TURNS)),
)
def test_each_edge_lies_where_one_step_after_the_other_puts_it(
    format: str,
    how: str,
    width: int,
    ratio: int,
    orientation: int,
    margins: tuple[int, int, int, int],
    longest: int,
    turn: str,
) -> None:
    """At full size: turned upright, cut, turned, and then resized. Of a TIFF it is the second page."""
    left, top, right, bottom = margins
    height = width * ratio // 100
    part = Size(width - left - right, height - top - bottom)
    third = Size(part.width // 3, part.height // 3)
    bright = Box(left=third.width, top=third.height, size=third)
    sheet = solid([SHEET] * 3, width, height).insert(target(part, bright), left, top)
    cut = "trim-40" if how == "trim" else f"crop-{left}-{top}-{part.width}-{part.height}"
    page = "_page-2" if format == "tif" else ""
    image = made(
        second_page(sheet, orientation) if page else encoded(sheet, format, orientation=orientation),
        f"{longest}x{longest}_{cut}{turn}{page}_f-png",
    )

    shown, whole = TURNS[turn].turn_box(bright, part), TURNS[turn].turn_size(part)
    across, down = image.width / whole.width, image.height / whole.height
    assert bright_part(image, "across") == pytest.approx(
        (shown.left * across, shown.right * across), abs=MOST_MOVED
    )
    assert bright_part(image, "down") == pytest.approx(
        (shown.top * down, shown.bottom * down), abs=MOST_MOVED
    )


def second_page(upright: pyvips.Image, orientation: int) -> bytes:
    """Make a TIFF of two pages, of which this is the second."""
    page = stored(upright, orientation)
    pages = pyvips.Image.arrayjoin([page.invert(), page], across=1)
    return encoded(tagged(pages, page_height=page.height, orientation=orientation), "tif")
