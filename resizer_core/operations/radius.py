"""``round``: round corners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resizer_core import tokens
from resizer_core.operations.base import arguments


@dataclass(frozen=True, slots=True)
class Radius:
    """Corners of ``pixels`` px, 1 to 4096; None rounds as far as it goes, to a circle or a pill."""

    name: ClassVar[str] = "round"
    long: ClassVar[str] = "radius"
    order: ClassVar[int] = 90
    pixels: int | None

    def __post_init__(self) -> None:
        if self.pixels is not None and not 1 <= self.pixels <= 4096:
            raise ValueError(f"{self.name} is 1 to 4096 px or max, got {self.pixels}")

    @classmethod
    def parse(cls, text: str) -> Radius:
        if text == "max":
            return cls(None)
        return cls(tokens.integer(tokens.only(arguments(text), "1 to 4096 px or max"), 1, 4096, "px or max"))

    def scaled(self, factor: float) -> Radius:
        return self if self.pixels is None else Radius(int(tokens.times(self.pixels, factor)))

    def __str__(self) -> str:
        return f"{self.name}-{self.pixels or 'max'}"
