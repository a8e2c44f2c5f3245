"""Define the values that every other module uses. An invalid value cannot be made."""

from __future__ import annotations

from enum import StrEnum
from math import floor

from resizer_core.value import Value

#: The bytes of a file. Any of these types will do, so nothing has to be copied.
Buffer = bytes | bytearray | memoryview


class Size(Value):
    """Hold a width and a height in whole pixels, both at least 1."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a size is at least 1x1 px, got {self}")

    @property
    def pixels(self) -> int:
        """Work out the area in pixels."""
        return self.width * self.height

    @property
    def transposed(self) -> Size:
        """Exchange width and height."""
        return Size(self.height, self.width)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Bounds(Value):
    """Bound a size by width, height or both, in whole pixels. A side that is None follows from the ratio."""

    width: int | None
    height: int | None

    def __post_init__(self) -> None:
        if self.width is None and self.height is None:
            raise ValueError("bounds have a width, a height or both, got neither")
        for side in (self.width, self.height):
            if side is not None and side < 1:
                raise ValueError(f"bounds are at least 1 px, got {side}")

    @property
    def longest(self) -> int:
        """Give the longer of the given sides, px."""
        return max(self.width or 1, self.height or 1)

    def __str__(self) -> str:
        """Write it as the grammar does: ``300x200``, ``300x``, ``x200``."""
        return f"{self.width or ''}x{self.height or ''}"


class Box(Value, kw_only=True):
    """Hold a rectangle of whole pixels. ``left`` and ``top`` (0 or more) count from the top left corner."""

    left: int
    top: int
    size: Size

    def __post_init__(self) -> None:
        if self.left < 0 or self.top < 0:
            raise ValueError(f"a box starts at 0,0 or further in, got {self.left},{self.top}")

    @property
    def right(self) -> int:
        """Give the first column to the right of the box."""
        return self.left + self.size.width

    @property
    def bottom(self) -> int:
        """Give the first row below the box."""
        return self.top + self.size.height

    def lies_inside(self, size: Size) -> bool:
        """Say whether the whole box lies inside a picture of ``size``."""
        return self.right <= size.width and self.bottom <= size.height

    def covers(self, size: Size) -> bool:
        """Say whether the box is the whole of a picture of ``size``."""
        return self == whole(size)

    def moved(self, *, left: int, top: int) -> Box:
        """Move the box right by ``left`` px and down by ``top`` px."""
        return Box(left=self.left + left, top=self.top + top, size=self.size)

    def shrunk(self, factor: float, size: Size) -> Box:
        """Find the box in the same picture, decoded ``factor`` times smaller (at least 1) to ``size``.

        The result is rounded to the nearest pixel, lies inside ``size``, and is never empty.
        """
        left = min(half_up(self.left / factor), size.width - 1)
        top = min(half_up(self.top / factor), size.height - 1)
        right = min(max(half_up(self.right / factor), left + 1), size.width)
        bottom = min(max(half_up(self.bottom / factor), top + 1), size.height)
        return Box(left=left, top=top, size=Size(right - left, bottom - top))

    def __str__(self) -> str:
        return f"{self.left}-{self.top}-{self.size.width}-{self.size.height}"


def whole(size: Size) -> Box:
    """Make the box that covers a whole picture of ``size``."""
    return Box(left=0, top=0, size=size)


def half_up(value: float) -> int:
    """Round to the nearest whole number. A half goes up, unlike with ``round()``."""
    return floor(value + 0.5)


class Fit(StrEnum):
    """Say how a picture is fitted to a box with a width and a height.

    Source: CSS Images 3, section 4.5, ``object-fit``; ``inside`` and ``outside`` are sharp's words.
    """

    INSIDE = "inside"  #: as large as fits into the box; keeps the ratio, cuts nothing off
    COVER = "cover"  #: fills the box; keeps the ratio, cuts off the rest
    CONTAIN = "contain"  #: as inside, then padded with the background to the size of the box
    FILL = "fill"  #: stretched to the box; does not keep the ratio
    OUTSIDE = "outside"  #: the smallest size that covers the box; cuts nothing off


class Orientation(Value, kw_only=True):
    """Turn a picture in one of eight ways: by 0 to 3 quarter turns clockwise, then mirrored left to right."""

    quarter_turns: int = 0
    mirrored: bool = False

    def __post_init__(self) -> None:
        if self.quarter_turns not in range(4):
            raise ValueError(f"an orientation has 0 to 3 quarter turns, got {self.quarter_turns}")

    @classmethod
    def from_exif(cls, value: int) -> Orientation:
        """Find the turn that makes a picture with this EXIF orientation upright.

        A value outside 1 to 8 counts as 1.

        Source: EXIF 2.32 (CIPA DC-008), tag 0x0112.
        """
        return _EXIF.get(value, UPRIGHT)

    @property
    def transposes(self) -> bool:
        """Say whether it exchanges width and height."""
        return self.quarter_turns % 2 == 1

    def then(self, other: Orientation) -> Orientation:
        """Join two turns into one: first this one, then ``other``."""
        # After a mirror, the second rotation goes the other way round.
        turns = -other.quarter_turns if self.mirrored else other.quarter_turns
        return Orientation(
            quarter_turns=(self.quarter_turns + turns) % 4, mirrored=self.mirrored != other.mirrored
        )

    @property
    def inverse(self) -> Orientation:
        """Find the turn that undoes this one."""
        return self if self.mirrored else Orientation(quarter_turns=-self.quarter_turns % 4)

    def turn_size(self, size: Size) -> Size:
        """Work out the size of a picture of ``size`` after the turn."""
        return size.transposed if self.transposes else size

    def turn_box(self, box: Box, size: Size) -> Box:
        """Find the place of ``box``, in a picture of ``size``, after the turn."""
        for _ in range(self.quarter_turns):
            box = Box(left=size.height - box.bottom, top=box.left, size=box.size.transposed)
            size = size.transposed
        if self.mirrored:
            box = Box(left=size.width - box.right, top=box.top, size=box.size)
        return box


UPRIGHT = Orientation()
_EXIF = {
    2: Orientation(mirrored=True),
    3: Orientation(quarter_turns=2),
    4: Orientation(quarter_turns=2, mirrored=True),
    5: Orientation(quarter_turns=1, mirrored=True),
    6: Orientation(quarter_turns=1),
    7: Orientation(quarter_turns=3, mirrored=True),
    8: Orientation(quarter_turns=3),
}


class Colour(Value, kw_only=True):
    """Hold an sRGB colour. Every part is 0 to 255, and an ``alpha`` of 255 is opaque."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    def __post_init__(self) -> None:
        if not all(0 <= part <= 255 for part in (self.red, self.green, self.blue, self.alpha)):
            raise ValueError(f"a colour has parts of 0 to 255, got {self!r}")

    @property
    def is_opaque(self) -> bool:
        """Say whether nothing shines through."""
        return self.alpha == 255

    def __str__(self) -> str:
        """Write it as the grammar does: ``rrggbb``, or ``rrggbbaa`` if it is not opaque."""
        alpha = "" if self.is_opaque else f"{self.alpha:02x}"
        return f"{self.red:02x}{self.green:02x}{self.blue:02x}{alpha}"


WHITE = Colour(red=255, green=255, blue=255)
TRANSPARENT = Colour(red=0, green=0, blue=0, alpha=0)


class ImageHeader(Value, kw_only=True):
    """Describe an image by its header alone. No pixel is decoded.

    Attributes:
        size: the size of one page as stored, before orientation, px.
        orientation: the turn that makes it upright.
        has_alpha: whether a part of it may be transparent.
        pages: the number of frames or pages, at least 1.
        animated: whether the pages are the frames of an animation. Those of a TIFF, for example, are not.
        delays: how long each frame shows, ms. It is empty if the image is not animated.
        loop: how often the animation plays; 0 means for ever.
        bits: bits per channel as stored: 1, 8, 16 and so on.
        bands: the number of channels without alpha: 1 gray, 3 colour, 4 CMYK.
        profile: whether a colour profile is embedded, or the header gives the colours by numbers (as CICP
            does) and they are not sRGB's.
        high_dynamic_range: whether its values can mean more light than the white of a screen: PQ or HLG.
        palette: whether the pixels are indices into a table of colours.
        gain_map: whether a JPEG says that it has a gain map: how much brighter a screen may show each part.
        interlaced: whether a PNG comes in passes, or its first frame needs a canvas. The decoder then holds
            the whole picture in memory.
    """

    size: Size
    orientation: Orientation = UPRIGHT
    has_alpha: bool = False
    pages: int = 1
    animated: bool = False
    delays: tuple[int, ...] = ()
    loop: int = 0
    bits: int = 8
    bands: int = 3
    profile: bool = False
    high_dynamic_range: bool = False
    palette: bool = False
    gain_map: bool = False
    interlaced: bool = False

    def __post_init__(self) -> None:
        if self.pages < 1:
            raise ValueError(f"a frame has at least 1 page, got {self.pages}")

    @property
    def upright(self) -> Size:
        """Work out the size of one page as a person sees it, px."""
        return self.orientation.turn_size(self.size)
