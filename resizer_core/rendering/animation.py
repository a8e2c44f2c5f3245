"""Describe an animation whose frames we draw ourselves, each on what the frames before it left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

from resizer_core.model import Box, Size
from resizer_core.value import Value


class Disposal(Enum):
    """Say what happens to a frame's place before the next frame is drawn."""

    KEEP = auto()  #: the frame stays
    CLEAR = auto()  #: the place becomes empty
    RESTORE = auto()  #: the place becomes what it was before the frame


class Frame(Value, kw_only=True):
    """Describe one frame of an animation.

    Attributes:
        box: its place on the canvas; None if no pixel of it lies there.
        size: of the picture in its file, px. A part beyond the canvas is cut off.
        file: makes a still of the frame, a file in the format of the animation.
        opaque: whether the frame covers its place, whatever its pixels are.
        blends: whether the frame is drawn over what is there. If not, it replaces that.
        disposal: what happens to its place afterwards.
    """

    box: Box | None
    size: Size
    file: Callable[[], bytes]
    opaque: bool
    blends: bool = True
    disposal: Disposal = Disposal.KEEP


class Animation(Value, kw_only=True):
    """Hold what an animation is made of.

    Attributes:
        size: of the canvas, px. The canvas is empty at the start.
        frames: in the order in which they are drawn.
        shows_through: whether a part of the canvas is empty or translucent in some frame.
        starts_with_still: whether a decoder that ignores frames gives the first one.
        delays: how long each frame shows, ms; empty where libvips knows it.
        loop: how often the animation plays; 0 is for ever. It counts only where libvips does not know it.
    """

    size: Size
    frames: Sequence[Frame]
    shows_through: bool
    starts_with_still: bool = False
    delays: tuple[int, ...] = ()
    loop: int = 0


def leaves_gaps(frames: Sequence[Frame], gap: Box | None) -> bool:
    """Say whether a part of the canvas is empty in some frame.

    Only opaque frames leave gaps that matter here. With any other frame, the file has alpha anyway.

    Args:
        frames: of the whole animation.
        gap: the part that is empty at the start; None does not look for that.
    """
    for frame in frames:
        before = gap
        if gap and frame.box and frame.opaque and _covers(frame.box, gap):
            gap = None
        if gap:
            return True
        if frame.disposal is Disposal.RESTORE:
            gap = before
        elif frame.disposal is Disposal.CLEAR and frame.opaque:
            gap = frame.box
    return False


def _covers(box: Box, other: Box) -> bool:
    """Say whether all of ``other`` lies in ``box``."""
    return (
        box.left <= other.left
        and box.top <= other.top
        and other.right <= box.right
        and other.bottom <= box.bottom
    )


def clipped(left: int, top: int, width: int, height: int, canvas: Size) -> Box | None:
    """Cut a place off at the edges of the canvas, px. Return None if nothing is left."""
    width, height = min(width, canvas.width - left), min(height, canvas.height - top)
    return Box(left=left, top=top, size=Size(width, height)) if width > 0 and height > 0 else None
