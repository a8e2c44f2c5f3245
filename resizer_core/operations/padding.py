"""``pad``: a margin in the background's colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resizer_core import tokens
from resizer_core.operations.base import arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Padding:
    """A margin of 0 to 2000 px on each side, in the order of CSS."""

    name: ClassVar[str] = "pad"
    long: ClassVar[str] = "padding"
    order: ClassVar[int] = 80
    top: int
    right: int
    bottom: int
    left: int

    def __post_init__(self) -> None:
        if not all(0 <= side <= 2000 for side in self.sides):
            raise ValueError(f"{self.name} is 0 to 2000 px a side, got {self.sides}")

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """Top, right, bottom, left."""
        return self.top, self.right, self.bottom, self.left

    @classmethod
    def parse(cls, text: str) -> Padding:
        sides = [tokens.integer(side, 0, 2000, "px") for side in arguments(text)]
        match sides:
            case [every]:
                return cls(top=every, right=every, bottom=every, left=every)
            case [top, right, bottom, left]:
                return cls(top=top, right=right, bottom=bottom, left=left)
            case _:
                raise ValueError(f"expected N or T-R-B-L, 0 to 2000 px, got {tokens.shown(text)}")

    def scaled(self, factor: float) -> Padding:
        top, right, bottom, left = (int(tokens.times(side, factor)) for side in self.sides)
        return Padding(top=top, right=right, bottom=bottom, left=left)

    def __str__(self) -> str:
        if not any(self.sides):
            return ""
        sides = self.sides if len(set(self.sides)) > 1 else self.sides[:1]
        return "-".join((self.name, *map(str, sides)))
