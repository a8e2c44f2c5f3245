"""Read arguments that are more than a number or a word. Each function raises ``ValueError``."""

from __future__ import annotations

import re
from typing import Final

from resizer_core import tokens
from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import Colour, Orientation
from resizer_core.option_values import MAX_SIDE, TEXTS, Crop, Ratio

_HEX = re.compile(r"[0-9a-f]+")
#: The words that ``flip`` takes.
FLIPS: Final = {
    "h": Orientation(mirrored=True),
    "v": Orientation(quarter_turns=2, mirrored=True),
    "hv": Orientation(quarter_turns=2),
}


def crop(arguments: list[str]) -> Crop:
    """Read four numbers, all in px or all in percent."""
    if len(arguments) != 4:
        given = tokens.shown("-".join(arguments))
        raise ValueError(f"expected X-Y-W-H in px, or four of 0p to 100p, got {given}")
    percent = arguments[0].endswith("p")
    if any(argument.endswith("p") != percent for argument in arguments):
        raise ValueError("expected four numbers of px or four of percent, got both")
    if percent:
        left, top, width, height = (
            tokens.decimal(argument[:-1], 0, 100, "percent") for argument in arguments
        )
    else:
        left, top, width, height = (tokens.integer(argument, 0, MAX_SIDE, "px") for argument in arguments)
    return Crop(left=left, top=top, width=width, height=height, percent=percent)


def rotation(degrees: str) -> Orientation:
    """Read a rotation in degrees, clockwise."""
    return Orientation(quarter_turns=int(degrees) // 90)


def ratio(arguments: list[str]) -> Ratio:
    """Read the two sides of a ratio."""
    if len(arguments) != 2:
        raise ValueError(f"expected W-H, each 1 to 999, got {tokens.shown('-'.join(arguments))}")
    width, height = (tokens.integer(side, 1, 999, "for a side of the ratio") for side in arguments)
    return Ratio(width, height)


def gravity(arguments: list[str]) -> Gravity | FocalPoint:
    """Read a direction, or a point in percent."""
    if len(arguments) == 2:
        x, y = (tokens.integer(part, 0, 100, "percent") for part in arguments)
        return FocalPoint(x, y)
    names = tuple(gravity.value for gravity in Gravity)
    return Gravity(
        tokens.choice(tokens.single_argument(arguments, f"{', '.join(names)} or X-Y in percent"), names)
    )


def colour(arguments: list[str]) -> Colour:
    """Read three, six or eight hexadecimal digits."""
    text = tokens.single_argument(arguments, "rrggbb or rrggbbaa")
    digits = "".join(digit * 2 for digit in text) if len(text) == 3 else text
    if len(digits) not in (6, 8) or not _HEX.fullmatch(digits):
        raise ValueError(f"expected rrggbb or rrggbbaa in hexadecimal, got {text!r}")
    red, green, blue, *alpha = bytes.fromhex(digits)
    return Colour(red=red, green=green, blue=blue, alpha=alpha[0] if alpha else 255)


def format(arguments: list[str]) -> str:
    """Read a word. The site knows whether it is a format."""
    return tokens.single_argument(arguments, "the name of a format")


def version(arguments: list[str]) -> str:
    """Read a cache buster."""
    text = tokens.single_argument(arguments, "1 to 16 of a-z and 0-9")
    if not TEXTS["version"].fullmatch(text):
        raise ValueError(f"expected 1 to 16 of a-z and 0-9, got {text!r}")
    return text


def signature(arguments: list[str]) -> str:
    """Read a signature, without checking whether it is the right one."""
    text = tokens.single_argument(arguments, "16 characters of base32")
    if not TEXTS["signature"].fullmatch(text):
        raise ValueError(f"expected 16 characters of base32 (a-z, 2-7), got {len(text)}")
    return text
