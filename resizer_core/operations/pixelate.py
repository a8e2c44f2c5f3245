"""``pix``: large square pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resizer_core import tokens
from resizer_core.operations.base import arguments


@dataclass(frozen=True, slots=True)
class Pixelate:
    """Turn every ``side`` by ``side`` px, 2 to 200, into one colour."""

    name: ClassVar[str] = "pix"
    long: ClassVar[str] = "pixelate"
    order: ClassVar[int] = 30
    side: int

    def __post_init__(self) -> None:
        if not 2 <= self.side <= 200:
            raise ValueError(f"{self.name} is 2 to 200 px, got {self.side}")

    @classmethod
    def parse(cls, text: str) -> Pixelate:
        return cls(tokens.integer(tokens.only(arguments(text), "2 to 200 px"), 2, 200, "px"))

    def __str__(self) -> str:
        return f"{self.name}-{self.side}"
