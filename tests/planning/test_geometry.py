"""How a picture is brought into what was asked for: examples worked out by hand."""

from __future__ import annotations

import pytest

from resizer_core.gravity import FocalPoint, Gravity, aligned_offset
from resizer_core.model import Bounds, Box, Fit, Size, whole
from resizer_core.planning.geometry import Placement, percent_bounds, place, ratio_bounds

WIDE, TALL = Size(400, 300), Size(300, 400)


def box(left: int, top: int, width: int, height: int) -> Box:
    return Box(left=left, top=top, size=Size(width, height))


#: original, bounds, fit, enlarge; what it is scaled to, what is kept of that, the canvas, the place on it.
Case = tuple[Size, Bounds, Fit, bool, Size, Box, Size, tuple[int, int]]


def plain(original: Size, bounds: Bounds, fit: Fit, enlarge: bool, size: Size) -> Case:
    """A case in which nothing is cut off or added."""
    return original, bounds, fit, enlarge, size, whole(size), size, (0, 0)


def cropped(original: Size, bounds: Bounds, enlarge: bool, scaled: Size, crop: Box) -> Case:
    """A case in which something is cut off."""
    return original, bounds, Fit.COVER, enlarge, scaled, crop, crop.size, (0, 0)


def padded(original: Size, canvas: Size, enlarge: bool, scaled: Size, at: tuple[int, int]) -> Case:
    """A case in which something is added."""
    asked = Bounds(canvas.width, canvas.height)
    return original, asked, Fit.CONTAIN, enlarge, scaled, whole(scaled), canvas, at


PLACED: dict[str, Case] = {
    "width": plain(WIDE, Bounds(200, None), Fit.INSIDE, False, Size(200, 150)),
    "height": plain(WIDE, Bounds(None, 150), Fit.INSIDE, False, Size(200, 150)),
    "width, rounded half up": plain(Size(400, 301), Bounds(200, None), Fit.INSIDE, False, Size(200, 151)),
    "width, never empty": plain(Size(4000, 3), Bounds(10, None), Fit.INSIDE, False, Size(10, 1)),
    "width, not enlarged": plain(WIDE, Bounds(800, None), Fit.INSIDE, False, WIDE),
    "width, enlarged": plain(WIDE, Bounds(800, None), Fit.INSIDE, True, Size(800, 600)),
    "height, enlarged": plain(WIDE, Bounds(None, 600), Fit.INSIDE, True, Size(800, 600)),
    "inside, width counts": plain(WIDE, Bounds(200, 200), Fit.INSIDE, False, Size(200, 150)),
    "inside, height counts": plain(TALL, Bounds(200, 200), Fit.INSIDE, False, Size(150, 200)),
    "inside, same ratio": plain(WIDE, Bounds(200, 150), Fit.INSIDE, False, Size(200, 150)),
    "inside, not enlarged": plain(WIDE, Bounds(800, 800), Fit.INSIDE, False, WIDE),
    "inside, enlarged": plain(WIDE, Bounds(800, 800), Fit.INSIDE, True, Size(800, 600)),
    "outside": plain(WIDE, Bounds(200, 200), Fit.OUTSIDE, False, Size(267, 200)),
    "outside, not enlarged": plain(WIDE, Bounds(350, 350), Fit.OUTSIDE, False, WIDE),
    "outside, enlarged": plain(WIDE, Bounds(600, 600), Fit.OUTSIDE, True, Size(800, 600)),
    "fill": plain(WIDE, Bounds(100, 200), Fit.FILL, False, Size(100, 200)),
    "fill, one side too small": plain(WIDE, Bounds(100, 600), Fit.FILL, False, Size(50, 300)),
    "fill, both too small": plain(Size(384, 512), Bounds(600, 800), Fit.FILL, False, Size(384, 512)),
    "fill, a ratio of halves": plain(Size(500, 900), Bounds(600, 401), Fit.FILL, False, Size(500, 334)),
    "fill, enlarged": plain(WIDE, Bounds(100, 600), Fit.FILL, True, Size(100, 600)),
    "cover, the sides go": cropped(WIDE, Bounds(150, 150), False, Size(200, 150), box(25, 0, 150, 150)),
    "cover, top and bottom go": cropped(TALL, Bounds(150, 150), False, Size(150, 200), box(0, 25, 150, 150)),
    "cover, same ratio": plain(WIDE, Bounds(200, 150), Fit.COVER, False, Size(200, 150)),
    "cover, both too small": cropped(WIDE, Bounds(800, 800), False, WIDE, box(50, 0, 300, 300)),
    "cover, one side too small": cropped(WIDE, Bounds(350, 350), False, WIDE, box(50, 0, 300, 300)),
    "cover, the width too small": cropped(
        Size(384, 512), Bounds(600, 400), False, Size(384, 512), box(0, 128, 384, 256)
    ),
    "cover, never empty": cropped(Size(3000, 1), Bounds(6, 4), False, Size(3000, 1), box(1499, 0, 2, 1)),
    "cover, enlarged": cropped(WIDE, Bounds(600, 600), True, Size(800, 600), box(100, 0, 600, 600)),
    "contain, above and below": padded(WIDE, Size(200, 200), False, Size(200, 150), (0, 25)),
    "contain, left and right": padded(TALL, Size(200, 200), False, Size(150, 200), (25, 0)),
    "contain, same ratio": plain(WIDE, Bounds(200, 150), Fit.CONTAIN, False, Size(200, 150)),
    "contain, all round": padded(WIDE, Size(500, 500), False, WIDE, (50, 100)),
    "contain, enlarged": padded(WIDE, Size(800, 800), True, Size(800, 600), (0, 100)),
    "contain, the odd pixel is left and above": padded(Size(1, 1), Size(2, 2), False, Size(1, 1), (1, 1)),
}


@pytest.mark.parametrize(
    ("original", "bounds", "fit", "enlarge", "scaled", "crop", "canvas", "at"), PLACED.values(), ids=PLACED
)
def test_a_picture_is_placed(
    original: Size,
    bounds: Bounds,
    fit: Fit,
    *,
    enlarge: bool,
    scaled: Size,
    crop: Box,
    canvas: Size,
    at: tuple[int, int],
) -> None:
    wanted = Placement(scaled=scaled, crop=crop, canvas=canvas, at=at)
    assert place(original, bounds, fit, enlarge=enlarge) == wanted


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("bounds", [Bounds(200, None), Bounds(None, 150)], ids=str)
def test_with_one_side_every_fit_is_inside(fit: Fit, bounds: Bounds) -> None:
    assert place(WIDE, bounds, fit) == place(WIDE, bounds, Fit.INSIDE)


#: Where 100x100 lies in 300x500.
ANCHORED: dict[str, tuple[Gravity | FocalPoint, tuple[int, int]]] = {
    "centre": (Gravity.CENTRE, (100, 200)),
    "north": (Gravity.NORTH, (100, 0)),
    "north-east": (Gravity.NORTH_EAST, (200, 0)),
    "east": (Gravity.EAST, (200, 200)),
    "south-east": (Gravity.SOUTH_EAST, (200, 400)),
    "south": (Gravity.SOUTH, (100, 400)),
    "south-west": (Gravity.SOUTH_WEST, (0, 400)),
    "west": (Gravity.WEST, (0, 200)),
    "north-west": (Gravity.NORTH_WEST, (0, 0)),
    "attention": (Gravity.ATTENTION, (100, 200)),
    "entropy": (Gravity.ENTROPY, (100, 200)),
    "a point in the middle": (FocalPoint(40, 60), (70, 250)),
    "a point near the edge": (FocalPoint(5, 95), (0, 400)),
    "a point in the corner": (FocalPoint(100, 0), (200, 0)),
}


@pytest.mark.parametrize(("gravity", "at"), ANCHORED.values(), ids=ANCHORED)
def test_gravity_says_where_the_smaller_lies(gravity: Gravity | FocalPoint, at: tuple[int, int]) -> None:
    assert aligned_offset(Size(100, 100), Size(300, 500), gravity) == at


def test_gravity_moves_the_crop() -> None:
    east = place(WIDE, Bounds(150, 150), Fit.COVER, gravity=Gravity.EAST)
    assert east.crop == box(50, 0, 150, 150)


def test_gravity_moves_the_picture_on_its_canvas() -> None:
    south = place(WIDE, Bounds(200, 200), Fit.CONTAIN, gravity=Gravity.SOUTH)
    assert south.at == (0, 50)


#: original, ratio, bounds, percent; what is to be covered. WIDE is large enough for every one of them.
RATIOS: dict[str, tuple[Size, tuple[int, int], Bounds | None, int, Bounds]] = {
    "by width": (WIDE, (16, 9), Bounds(320, None), 100, Bounds(320, 180)),
    "by width, half up": (WIDE, (2, 1), Bounds(301, None), 100, Bounds(301, 151)),
    "by height": (WIDE, (16, 9), Bounds(None, 180), 100, Bounds(320, 180)),
    "by width, never empty": (WIDE, (999, 1), Bounds(10, None), 100, Bounds(10, 1)),
    "the largest square of a wide one": (WIDE, (1, 1), None, 100, Bounds(300, 300)),
    "the largest square of a tall one": (TALL, (1, 1), None, 100, Bounds(300, 300)),
    "the largest wide part of a tall one": (TALL, (3, 1), None, 100, Bounds(300, 100)),
    "half of the largest": (WIDE, (1, 1), None, 50, Bounds(150, 150)),
    "1 % is never empty": (Size(10, 10), (1, 1), None, 1, Bounds(1, 1)),
}


@pytest.mark.parametrize(("original", "ratio", "bounds", "percent", "wanted"), RATIOS.values(), ids=RATIOS)
def test_a_ratio_gives_the_box_to_cover(
    original: Size, ratio: tuple[int, int], bounds: Bounds | None, percent: int, wanted: Bounds
) -> None:
    assert ratio_bounds(original, *ratio, bounds, percent=percent) == wanted


def test_a_ratio_of_a_small_original_is_kept_where_it_does_not_grow() -> None:
    assert ratio_bounds(Size(400, 300), 1, 1, Bounds(800, None)) == Bounds(300, 300)
    assert ratio_bounds(Size(400, 300), 1, 1, Bounds(800, None), enlarge=True) == Bounds(800, 800)


PERCENT = {
    "half": (WIDE, 50, Bounds(200, 150)),
    "all": (WIDE, 100, Bounds(400, 300)),
    "half up": (Size(5, 7), 50, Bounds(3, 4)),
    "never empty": (Size(5, 7), 1, Bounds(1, 1)),
}


@pytest.mark.parametrize(("original", "percent", "bounds"), PERCENT.values(), ids=PERCENT)
def test_a_percentage_is_of_both_sides(original: Size, percent: int, bounds: Bounds) -> None:
    assert percent_bounds(original, percent) == bounds


def test_a_placement_crops_when_something_is_cut_off() -> None:
    assert place(WIDE, Bounds(150, 150), Fit.COVER).crops
    assert not place(WIDE, Bounds(150, 150), Fit.CONTAIN).crops


def test_a_placement_pads_when_something_is_added() -> None:
    assert place(WIDE, Bounds(150, 150), Fit.CONTAIN).pads
    assert not place(WIDE, Bounds(150, 150), Fit.COVER).pads


def test_a_crop_lies_inside_what_was_scaled() -> None:
    with pytest.raises(ValueError, match="the crop 1-0-3-2 does not lie inside 3x2"):
        Placement(scaled=Size(3, 2), crop=box(1, 0, 3, 2), canvas=Size(3, 2))


def test_a_picture_lies_on_its_canvas() -> None:
    with pytest.raises(ValueError, match=r"the picture at \(1, 0\) does not lie inside 3x2"):
        Placement(scaled=Size(3, 2), crop=whole(Size(3, 2)), canvas=Size(3, 2), at=(1, 0))
