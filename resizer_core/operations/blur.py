"""``blur``: soften with a Gaussian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resizer_core import tokens
from resizer_core.operations.base import arguments


@dataclass(frozen=True, slots=True)
class Blur:
    """Soften with a Gaussian of ``sigma`` px, 0.3 to 100."""

    name: ClassVar[str] = "blur"
    long: ClassVar[str] = "blur"
    order: ClassVar[int] = 10
    sigma: float

    def __post_init__(self) -> None:
        if not 0.3 <= self.sigma <= 100:
            raise ValueError(f"{self.name} is 0.3 to 100 px, got {self.sigma:g}")

    @classmethod
    def parse(cls, text: str) -> Blur:
        return cls(tokens.decimal(tokens.only(arguments(text), "0.3 to 100 px"), 0.3, 100, "px"))

    def scaled(self, factor: float) -> Blur:
        return Blur(tokens.times(self.sigma, factor, decimals=1))

    def __str__(self) -> str:
        return f"{self.name}-{tokens.printed(self.sigma)}"
