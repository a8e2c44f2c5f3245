"""Define the values that single options set, and their ranges. ``spec`` puts them together."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from resizer_core import tokens
from resizer_core.model import UPRIGHT, Box, Orientation, Size, half_up
from resizer_core.value import Value

#: The longest side that a SPEC can say, px. ``Limits`` sets a shorter one, beyond which nothing is answered.
MAX_SIDE: Final = 99_999
#: The default of ``trim``: how far a border may differ from the corner's colour, in levels of 255.
DEFAULT_TRIM: Final = 10

#: What fields of the type int or str may hold: ranges of numbers, and below, texts. Source: docs/grammar.md.
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "page": (1, 9999),
    "trim": (0, 255),
    "quality": (1, 100),
    "max_kb": (1, 20_000),
    "pixel_ratio": (1, 4),
}
TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    "format": re.compile(r"[a-z0-9]{1,15}"),
    "version": re.compile(r"[a-z0-9]{1,16}"),
    "signature": re.compile(r"[a-z2-7]{16}"),
}


#: How a SPEC writes rotation and mirroring. Each of the eight turns has one spelling.
TURNS: Final[Mapping[Orientation, tuple[str, ...]]] = {
    UPRIGHT: (),
    Orientation(quarter_turns=1): ("rot-90",),
    Orientation(quarter_turns=2): ("rot-180",),
    Orientation(quarter_turns=3): ("rot-270",),
    Orientation(mirrored=True): ("flip-h",),
    Orientation(quarter_turns=2, mirrored=True): ("flip-v",),
    Orientation(quarter_turns=1, mirrored=True): ("rot-90", "flip-h"),
    Orientation(quarter_turns=3, mirrored=True): ("rot-90", "flip-v"),
}


class InvalidField(ValueError):
    """Say that a part of a SPEC is out of its range, or that parts do not go together.

    ``fields`` are at fault. The error points at the first of them that the SPEC sets.
    """

    def __init__(self, reason: str, *fields: str) -> None:
        super().__init__(reason)
        self.fields = fields


class Metadata(StrEnum):
    """Say which metadata of the original is kept."""

    NONE = "none"
    COPYRIGHT = "copyright"  #: artist and copyright, but never the place where the picture was taken
    KEEP = "keep"  #: all of it, also the place


class Profile(StrEnum):
    """Choose the colour profile of the derivative."""

    SRGB = "srgb"  #: converted to sRGB, and stored without a profile: on the web, that means sRGB
    P3 = "p3"  #: converted to Display P3, and stored with that profile
    KEEP = "keep"  #: not converted, and stored with the original's profile


class Percent(Value):
    """Size both sides in percent of the original's, 1 to 100."""

    value: int

    def __post_init__(self) -> None:
        if not 1 <= self.value <= 100:
            raise ValueError(f"a percentage is 1 to 100, got {self.value}")

    def __str__(self) -> str:
        return f"{self.value}p"


class Original(Value):
    """Keep the size of the original."""

    def __str__(self) -> str:
        return "orig"


class Ratio(Value):
    """Hold a ratio of width to height, reduced: ``Ratio(32, 18)`` is ``Ratio(16, 9)``."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if not (1 <= self.width <= 999 and 1 <= self.height <= 999):
            raise ValueError(f"a ratio is made of 1 to 999, got {self}")
        divisor = math.gcd(self.width, self.height)
        object.__setattr__(self, "width", self.width // divisor)
        object.__setattr__(self, "height", self.height // divisor)

    def __str__(self) -> str:
        return f"{self.width}-{self.height}"


class Crop(Value, kw_only=True):
    """Choose the part of the upright original that is used: in whole px, or in percent with one decimal."""

    left: float
    top: float
    width: float
    height: float
    percent: bool = False

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"expected a crop with a width and a height above 0, got {self}")
        if self.left < 0 or self.top < 0:
            raise ValueError(
                f"expected a crop that starts at 0 or further in, got {self.left:g}, {self.top:g}"
            )

    def box(self, size: Size) -> Box:
        """Find the part of a picture of ``size``. It is cut off at the edges and never empty.

        Raises:
            ValueError: no pixel of the picture lies in the part.
        """
        if self._px(self.left, size.width) >= size.width or self._px(self.top, size.height) >= size.height:
            raise ValueError(f"the crop begins outside the original, which is {size} px")
        left = min(half_up(self._px(self.left, size.width)), size.width - 1)
        top = min(half_up(self._px(self.top, size.height)), size.height - 1)
        right = min(size.width, max(left + 1, half_up(self._px(self.left + self.width, size.width))))
        bottom = min(size.height, max(top + 1, half_up(self._px(self.top + self.height, size.height))))
        return Box(left=left, top=top, size=Size(right - left, bottom - top))

    def _px(self, length: float, side: int) -> float:
        # Multiply before dividing: 100 * (201 / 100) is less than 201.
        return length * side / 100 if self.percent else length

    @property
    def is_everything(self) -> bool:
        """Say whether it cuts nothing off from any picture."""
        return self.percent and (self.left, self.top, self.width, self.height) == (0, 0, 100, 100)

    def __str__(self) -> str:
        unit = "p" if self.percent else ""
        return "-".join(
            f"{tokens.format_number(n)}{unit}" for n in (self.left, self.top, self.width, self.height)
        )
