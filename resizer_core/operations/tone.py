"""``bri``, ``con``, ``sat`` and ``gray``: lighter or darker, harder or softer, more or less colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from resizer_core import tokens
from resizer_core.operations.base import arguments


@dataclass(frozen=True, slots=True)
class _Percent:
    """A change by ``percent``, -100 to 100, where 0 changes nothing."""

    name: ClassVar[str]
    percent: int

    def __post_init__(self) -> None:
        if not -100 <= self.percent <= 100:
            raise ValueError(f"{self.name} is -100 to 100 percent, got {self.percent}")

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(tokens.integer(tokens.only(arguments(text), "m100 to 100 %"), -100, 100, "%"))

    def __str__(self) -> str:
        return f"{self.name}-{tokens.printed(self.percent)}" if self.percent else ""


class Brightness(_Percent):
    """Lighter (above 0) or darker (below) by ``percent``."""

    __slots__ = ()
    name: ClassVar[str] = "bri"
    long: ClassVar[str] = "brightness"
    order: ClassVar[int] = 40


class Contrast(_Percent):
    """Harder (above 0) or softer (below) by ``percent``."""

    __slots__ = ()
    name: ClassVar[str] = "con"
    long: ClassVar[str] = "contrast"
    order: ClassVar[int] = 50


class Saturation(_Percent):
    """More colour (above 0) or less (below) by ``percent``."""

    __slots__ = ()
    name: ClassVar[str] = "sat"
    long: ClassVar[str] = "saturation"
    order: ClassVar[int] = 60


@dataclass(frozen=True, slots=True)
class Grayscale:
    """Take all colour away."""

    name: ClassVar[str] = "gray"
    long: ClassVar[str] = "grayscale"
    order: ClassVar[int] = 70

    @classmethod
    def parse(cls, text: str) -> Grayscale:
        tokens.flag(arguments(text))
        return cls()

    def __str__(self) -> str:
        return self.name
