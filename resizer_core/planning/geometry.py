"""Work out sizes: fit a picture into the size that was asked for.

Only this module decides the size of a result. Every function is pure and takes upright sizes.
"""

from __future__ import annotations

from resizer_core.gravity import FocalPoint, Gravity, aligned_offset
from resizer_core.model import Bounds, Box, Fit, Size, half_up, whole
from resizer_core.value import Value


class Placement(Value, kw_only=True):
    """State how a picture gets its final size.

    Attributes:
        scaled: the size that the whole picture is resized to; px.
        crop: the part that is kept after that. It is the whole picture if nothing is cut off.
        canvas: the size of the output. It is larger than ``crop`` if the picture is padded.
        at: where the picture is on the canvas, from its left and top edge; px.
    """

    scaled: Size
    crop: Box
    canvas: Size
    at: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        if not self.crop.lies_inside(self.scaled):
            raise ValueError(f"the crop {self.crop} does not lie inside {self.scaled}")
        if not Box(left=self.at[0], top=self.at[1], size=self.crop.size).lies_inside(self.canvas):
            raise ValueError(f"the picture at {self.at} does not lie inside {self.canvas}")

    @property
    def crops(self) -> bool:
        """Say whether anything is cut off."""
        return self.crop.size != self.scaled

    @property
    def pads(self) -> bool:
        """Say whether anything is added around the picture."""
        return self.canvas != self.crop.size


def place(
    original: Size,
    bounds: Bounds,
    fit: Fit,
    *,
    gravity: Gravity | FocalPoint = Gravity.CENTRE,
    enlarge: bool = False,
) -> Placement:
    """Work out the scale, the crop and the padding that bring ``original`` into ``bounds``.

    Each side is at least 1 px, so no output is empty. Without ``enlarge`` no side grows, and a small original
    gives less than was asked for. ``inside`` and ``outside`` then give the picture as it is, as CSS
    ``scale-down`` does. ``cover`` and ``fill`` give a box of the ratio that was asked for, the largest that
    the picture fills. Only ``contain`` gives the full size, padded. If one side is given, every fit works as
    ``inside``.

    A smart gravity counts as the centre here. ``render`` moves the crop to where the pixels say.

    Args:
        original: the upright size of the picture, px.
        bounds: the size that was asked for, px.
        fit: how to fit the picture into ``bounds``.
        gravity: the part that stays if something is cut off; the place of the picture if it is padded.
        enlarge: whether the picture may become larger than it is.

    Source: CSS Images 3, section 4.5 ("Sizing Objects: the object-fit property").
    """
    if bounds.width is None or bounds.height is None:
        return _uncropped(_scaled(original, _one_sided(original, bounds), enlarge=enlarge))
    box = Size(bounds.width, bounds.height)
    across, down = box.width / original.width, box.height / original.height
    match fit:
        case Fit.INSIDE:
            return _uncropped(_limited(_scaled(original, min(across, down), enlarge=enlarge), box))
        case Fit.OUTSIDE:
            return _uncropped(_scaled(original, max(across, down), enlarge=enlarge))
        case Fit.FILL:
            return _uncropped(box if enlarge else _filled(box, original))
        case Fit.COVER:
            box = box if enlarge else _filled(box, original)
            factor = max(box.width / original.width, box.height / original.height)
            return _cropped(_scaled(original, factor, enlarge=enlarge), box, gravity)
        case Fit.CONTAIN:
            inside = _limited(_scaled(original, min(across, down), enlarge=enlarge), box)
            return _padded(inside, box, gravity)


def ratio_bounds(
    original: Size,
    width: int,
    height: int,
    bounds: Bounds | None,
    *,
    percent: int = 100,
    enlarge: bool = False,
) -> Bounds:
    """Work out the box that a picture has to ``cover``, from a ratio and one side or a percentage.

    Args:
        original: the upright size, px.
        width, height: the ratio.
        bounds: the one side. None takes the largest part of the original with that ratio.
        percent: of the sides of that part; counts only if ``bounds`` gives no side.
        enlarge: whether the box may be larger than that part. It has the ratio in both cases.
    """
    largest = min(original.width, original.height * width / height)
    if bounds and bounds.width:
        across: float = bounds.width
    elif bounds and bounds.height:
        across = bounds.height * width / height
    else:
        across = largest * percent / 100
    across = across if enlarge else min(across, largest)
    return Bounds(_side(across), _side(across * height / width))


def percent_bounds(original: Size, percent: int) -> Bounds:
    """Work out both sides of ``original`` in percent, never below 1 px."""
    return Bounds(_side(original.width * percent / 100), _side(original.height * percent / 100))


def _one_sided(original: Size, bounds: Bounds) -> float:
    if bounds.width is not None:
        return bounds.width / original.width
    return (bounds.height or 1) / original.height


def _scaled(original: Size, factor: float, *, enlarge: bool) -> Size:
    factor = factor if enlarge else min(factor, 1)
    return Size(_side(original.width * factor), _side(original.height * factor))


def _filled(box: Size, original: Size) -> Size:
    """Make ``box`` smaller until ``original`` fills it. Keep its ratio, to half a pixel."""
    factor = min(1, original.width / box.width, original.height / box.height)
    return Size(_side(box.width * factor), _side(box.height * factor))


def _side(length: float) -> int:
    return max(1, half_up(length))


def _limited(size: Size, limit: Size) -> Size:
    return Size(min(size.width, limit.width), min(size.height, limit.height))


def _uncropped(scaled: Size) -> Placement:
    return Placement(scaled=scaled, crop=whole(scaled), canvas=scaled)


def _cropped(scaled: Size, box: Size, gravity: Gravity | FocalPoint) -> Placement:
    kept = _limited(box, scaled)
    left, top = aligned_offset(kept, scaled, gravity)
    return Placement(scaled=scaled, crop=Box(left=left, top=top, size=kept), canvas=kept)


def _padded(scaled: Size, box: Size, gravity: Gravity | FocalPoint) -> Placement:
    return Placement(scaled=scaled, crop=whole(scaled), canvas=box, at=aligned_offset(scaled, box, gravity))
