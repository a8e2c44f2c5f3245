"""List the options of the grammar, with what reads the arguments of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from resizer_core import tokens
from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import Colour, Fit, Orientation
from resizer_core.option_values import (
    DEFAULT_TRIM,
    MAX_SIDE,
    RANGES,
    TEXTS,
    Crop,
    Metadata,
    Profile,
    Ratio,
)

_HEX = re.compile(r"[0-9a-f]+")
_FLIPS: Final = {
    "h": Orientation(mirrored=True),
    "v": Orientation(quarter_turns=2, mirrored=True),
    "hv": Orientation(quarter_turns=2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row of the grammar's table.

    Attributes:
        key: as it stands in a canonical SPEC.
        long_name: the name that is accepted as well.
        field: the field of ``Spec`` that it sets.
        read: makes the field's value of the arguments; ``ValueError`` says what was expected.
    """

    key: str
    long_name: str
    field: str
    read: Callable[[list[str]], Any]


def _integer_option(field: str, what: str = "") -> Callable[[list[str]], int]:
    lowest, highest = RANGES[field]
    expected = f"{lowest} to {highest} {what}".rstrip()
    return lambda arguments: tokens.integer(
        tokens.single_argument(arguments, expected), lowest, highest, what
    )


def _choice_option(words: type[StrEnum]) -> Callable[[list[str]], StrEnum]:
    names = tuple(word.value for word in words)
    return lambda arguments: words(
        tokens.choice(tokens.single_argument(arguments, " or ".join(names)), names)
    )


def _crop(arguments: list[str]) -> Crop:
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


def _trim(arguments: list[str]) -> int:
    if not arguments:
        return DEFAULT_TRIM
    lowest, highest = RANGES["trim"]
    return tokens.integer(
        tokens.single_argument(arguments, f"{lowest} to {highest}"), lowest, highest, "levels"
    )


def _rotation(arguments: list[str]) -> Orientation:
    degrees = tokens.choice(tokens.single_argument(arguments, "90, 180 or 270"), ("90", "180", "270"))
    return Orientation(quarter_turns=int(degrees) // 90)


def _flip(arguments: list[str]) -> Orientation:
    return _FLIPS[tokens.choice(tokens.single_argument(arguments, "h, v or hv"), tuple(_FLIPS))]


def _ratio(arguments: list[str]) -> Ratio:
    if len(arguments) != 2:
        raise ValueError(f"expected W-H, each 1 to 999, got {tokens.shown('-'.join(arguments))}")
    width, height = (tokens.integer(side, 1, 999, "for a side of the ratio") for side in arguments)
    return Ratio(width, height)


def _gravity(arguments: list[str]) -> Gravity | FocalPoint:
    if len(arguments) == 2:
        x, y = (tokens.integer(part, 0, 100, "percent") for part in arguments)
        return FocalPoint(x, y)
    names = tuple(gravity.value for gravity in Gravity)
    return Gravity(
        tokens.choice(tokens.single_argument(arguments, f"{', '.join(names)} or X-Y in percent"), names)
    )


def _colour(arguments: list[str]) -> Colour:
    text = tokens.single_argument(arguments, "rrggbb or rrggbbaa")
    digits = "".join(digit * 2 for digit in text) if len(text) == 3 else text
    if len(digits) not in (6, 8) or not _HEX.fullmatch(digits):
        raise ValueError(f"expected rrggbb or rrggbbaa in hexadecimal, got {text!r}")
    red, green, blue, *alpha = bytes.fromhex(digits)
    return Colour(red=red, green=green, blue=blue, alpha=alpha[0] if alpha else 255)


def _format(arguments: list[str]) -> str:
    return tokens.single_argument(arguments, "the name of a format")


def _version(arguments: list[str]) -> str:
    text = tokens.single_argument(arguments, "1 to 16 of a-z and 0-9")
    if not TEXTS["version"].fullmatch(text):
        raise ValueError(f"expected 1 to 16 of a-z and 0-9, got {text!r}")
    return text


def _pixel_ratio(arguments: list[str]) -> float:
    lowest, highest = RANGES["pixel_ratio"]
    text = tokens.single_argument(arguments, f"{lowest} to {highest}")
    return tokens.decimal(text, lowest, highest, "device pixels per CSS pixel")


def _signature(arguments: list[str]) -> str:
    text = tokens.single_argument(arguments, "16 characters of base32")
    if not TEXTS["signature"].fullmatch(text):
        raise ValueError(f"expected 16 characters of base32 (a-z, 2-7), got {len(text)}")
    return text


#: The grammar, in canonical order; the operations stand between ``up`` and ``bg``, plugins after ``v``.
OPTIONS: Final[tuple[Option, ...]] = (
    Option(key="page", long_name="page", field="page", read=_integer_option("page")),
    Option(key="still", long_name="still", field="still", read=tokens.flag),
    Option(key="crop", long_name="crop", field="crop", read=_crop),
    Option(key="trim", long_name="trim", field="trim", read=_trim),
    Option(key="rot", long_name="rotate", field="turn", read=_rotation),
    Option(key="flip", long_name="flip", field="turn", read=_flip),
    Option(key="ar", long_name="ratio", field="ratio", read=_ratio),
    Option(key="fit", long_name="fit", field="fit", read=_choice_option(Fit)),
    Option(key="g", long_name="gravity", field="gravity", read=_gravity),
    Option(key="up", long_name="enlarge", field="enlarge", read=tokens.flag),
    Option(key="bg", long_name="background", field="background", read=_colour),
    Option(key="bars", long_name="bars", field="bars", read=_colour),
    Option(key="f", long_name="format", field="format", read=_format),
    Option(key="q", long_name="quality", field="quality", read=_integer_option("quality")),
    Option(key="kb", long_name="maxkb", field="max_kb", read=_integer_option("max_kb", "KiB")),
    Option(key="ll", long_name="lossless", field="lossless", read=tokens.flag),
    Option(key="meta", long_name="metadata", field="metadata", read=_choice_option(Metadata)),
    Option(key="icc", long_name="profile", field="profile", read=_choice_option(Profile)),
    Option(key="hdr", long_name="hdr", field="hdr", read=tokens.flag),
    Option(key="dl", long_name="download", field="download", read=tokens.flag),
    Option(key="v", long_name="version", field="version", read=_version),
    Option(key="dpr", long_name="dpr", field="pixel_ratio", read=_pixel_ratio),
    Option(key="s", long_name="signature", field="signature", read=_signature),
)

#: The same by key and by long name.
BY_NAME: Final = {name: option for option in OPTIONS for name in (option.key, option.long_name)}
