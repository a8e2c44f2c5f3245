"""Place a picture: which part a crop keeps, and where the picture lies on a larger canvas."""

from __future__ import annotations

from enum import StrEnum

from resizer_core.model import Size, half_up
from resizer_core.value import Value


class Gravity(StrEnum):
    """Name the part that a crop keeps, and the place of the picture on a larger canvas."""

    CENTRE = "c"
    NORTH = "n"
    NORTH_EAST = "ne"
    EAST = "e"
    SOUTH_EAST = "se"
    SOUTH = "s"
    SOUTH_WEST = "sw"
    WEST = "w"
    NORTH_WEST = "nw"
    ATTENTION = "sm"  #: the part that draws the eye: libvips' attention strategy
    ENTROPY = "en"  #: the part with the most detail: libvips' entropy strategy

    @property
    def is_smart(self) -> bool:
        """Say whether the pixels decide the place, when the picture is made."""
        return self in (Gravity.ATTENTION, Gravity.ENTROPY)

    @property
    def focus(self) -> FocalPoint:
        """Give the focal point. A smart gravity is at the centre until the pixels are known."""
        return _FOCUS.get(self, FocalPoint(50, 50))


class FocalPoint(Value):
    """Hold a point of the picture in whole percent, 0 to 100, from the left and from the top."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.x <= 100 and 0 <= self.y <= 100):
            raise ValueError(f"a focal point is 0 to 100 percent, got {self}")

    @property
    def focus(self) -> FocalPoint:
        """Give itself, so that both kinds of gravity have this property."""
        return self

    @property
    def is_smart(self) -> bool:
        """Say no: a focal point does not depend on the pixels."""
        return False

    def __str__(self) -> str:
        return f"{self.x}-{self.y}"


_FOCUS = {
    Gravity.CENTRE: FocalPoint(50, 50),
    Gravity.NORTH: FocalPoint(50, 0),
    Gravity.NORTH_EAST: FocalPoint(100, 0),
    Gravity.EAST: FocalPoint(100, 50),
    Gravity.SOUTH_EAST: FocalPoint(100, 100),
    Gravity.SOUTH: FocalPoint(50, 100),
    Gravity.SOUTH_WEST: FocalPoint(0, 100),
    Gravity.WEST: FocalPoint(0, 50),
    Gravity.NORTH_WEST: FocalPoint(0, 0),
}


def gravity_at(point: FocalPoint) -> Gravity | FocalPoint:
    """Give the compass direction of ``point`` if it has one, else ``point`` itself."""
    for gravity, focus in _FOCUS.items():
        if focus == point:
            return gravity
    return point


def aligned_offset(inner: Size, outer: Size, gravity: Gravity | FocalPoint) -> tuple[int, int]:
    """Place ``inner`` in ``outer`` (from its left and top, px) so that the focal point stays in view.

    The point of ``outer`` at the given percentages comes to the middle of ``inner``, as far as the edges
    allow. With a compass direction, ``inner`` touches the named side.
    """
    focus = gravity.focus
    if isinstance(gravity, FocalPoint):
        return (
            _centred_on(focus.x, inner.width, outer.width),
            _centred_on(focus.y, inner.height, outer.height),
        )
    return (
        half_up((outer.width - inner.width) * focus.x / 100),
        half_up((outer.height - inner.height) * focus.y / 100),
    )


def _centred_on(percent: int, inner: int, outer: int) -> int:
    start = half_up(outer * percent / 100 - inner / 2)
    return min(max(start, 0), outer - inner)
