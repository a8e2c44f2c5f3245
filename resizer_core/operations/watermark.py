"""``wm``: a watermark by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resizer_core import tokens
from resizer_core.model import Gravity
from resizer_core.operations.base import arguments

_POSITIONS = (*(gravity.value for gravity in Gravity if not gravity.is_smart), "tile")
#: Position, opacity and scale, as the grammar writes them; trailing ones are not printed.
_DEFAULTS = (Gravity.SOUTH_EAST.value, "100", "20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """The watermark that the configuration calls ``mark``. A URL is never taken.

    Attributes:
        mark: its name.
        position: a word of the compass, or ``tile``.
        opacity: 1 to 100 %.
        scale: its width in percent of the picture's, 1 to 100.
    """

    name: ClassVar[str] = "wm"
    long: ClassVar[str] = "watermark"
    order: ClassVar[int] = 100
    mark: str
    position: str = Gravity.SOUTH_EAST.value
    opacity: int = 100
    scale: int = 20

    def __post_init__(self) -> None:
        tokens.word(self.mark, "the name of a watermark")
        if self.position not in _POSITIONS:
            raise ValueError(f"a position is one of {', '.join(_POSITIONS)}, got {self.position!r}")
        if not (1 <= self.opacity <= 100 and 1 <= self.scale <= 100):
            raise ValueError(f"opacity and scale are 1 to 100 %, got {self.opacity} and {self.scale}")

    @classmethod
    def parse(cls, text: str) -> Watermark:
        given = arguments(text)
        if not 1 <= len(given) <= 4:
            raise ValueError(f"expected NAME[-position[-opacity[-scale]]], got {tokens.shown(text)}")
        mark, position, opacity, scale = (*given, *_DEFAULTS[len(given) - 1 :])
        return cls(
            mark=tokens.word(mark, "the name of a watermark"),
            position=tokens.choice(position, _POSITIONS),
            opacity=tokens.integer(opacity, 1, 100, "%"),
            scale=tokens.integer(scale, 1, 100, "%"),
        )

    def __str__(self) -> str:
        given = [self.position, str(self.opacity), str(self.scale)]
        while given and given[-1] == _DEFAULTS[len(given) - 1]:
            given.pop()
        return "-".join((self.name, self.mark, *given))
