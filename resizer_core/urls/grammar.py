"""The grammar: the table of the options, and ``parse_spec``, which reads a SPEC in any of its spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

from resizer_core import formats as known_formats
from resizer_core import operations as known_operations
from resizer_core import tokens
from resizer_core.errors import InvalidSpec
from resizer_core.formats import AUTO, Format
from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import UPRIGHT, Bounds, Colour, Fit, Orientation
from resizer_core.operations import Operation
from resizer_core.spec import (
    AFTER_PRESET,
    DEFAULT_TRIM,
    MAX_SIDE,
    PRESET_NAME,
    RANGES,
    TEXTS,
    Crop,
    Dimensions,
    InvalidField,
    Metadata,
    Original,
    Percent,
    Preset,
    Profile,
    Ratio,
    Spec,
)

#: The longest SPEC, in bytes, and the most options in one. Source: docs/grammar.md.
MAX_BYTES: Final = 128
MAX_OPTIONS: Final = 12

_FOREIGN = re.compile(r"[^A-Za-z0-9._-]")
_PERCENT = re.compile(r"([0-9]+)p")
_SIZE = re.compile(r"([0-9]*)x([0-9]*)")
_PRESET = re.compile(f"p-({PRESET_NAME.pattern})")
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
_AFTER_PRESET: Final = frozenset(option.key for option in OPTIONS if option.field in AFTER_PRESET)
_BY_NAME: Final = {name: option for option in OPTIONS for name in (option.key, option.long_name)}


def parse_spec(
    text: str,
    *,
    operations: Mapping[str, type[Operation]] = known_operations.BUILTIN,
    formats: Mapping[str, Format] = known_formats.BUILTIN,
    presets: Mapping[str, Spec] | None = None,
) -> Spec:
    """Read a SPEC in any of its spellings.

    Args:
        text: for example ``300x200_fit-cover_f-webp``; at most 128 bytes and 12 options.
        operations: the options that change pixels, by key.
        formats: what ``f-`` may name.
        presets: what ``p-`` may name.

    Raises:
        InvalidSpec: with the exact part of ``text`` that is wrong, and what was expected there.

    Source: docs/grammar.md.
    """
    return _Reader(text, operations, formats, presets or {}).spec()


def parse_presets(
    named: Mapping[str, str],
    *,
    operations: Mapping[str, type[Operation]] = known_operations.BUILTIN,
    formats: Mapping[str, Format] = known_formats.BUILTIN,
) -> dict[str, Spec]:
    """What ``p-NAME`` stands for, of SPECs by name.

    >>> parse_presets({"thumb": "300X200"})["thumb"] == parse_spec("300x200")
    True

    Raises:
        ValueError: a name is none, or its SPEC breaks the grammar, names a preset or is signed.
    """
    presets = {}
    for name, text in named.items():
        try:
            spec = parse_spec(text, operations=operations, formats=formats)
            presets[name] = Preset(name, spec).spec
        except ValueError as error:
            raise ValueError(f"the preset {name!r}: {error}") from error
    return presets


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the text between two underscores, and where it stands."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Reader:
    """Reads one SPEC."""

    def __init__(
        self,
        source: str,
        operations: Mapping[str, type[Operation]],
        formats: Mapping[str, Format],
        presets: Mapping[str, Spec],
    ) -> None:
        self._source = source
        self._operations = operations
        self._formats = formats
        self._presets = presets
        self._found: dict[str, Any] = {}
        self._parts: dict[str, _Part] = {}

    def spec(self) -> Spec:
        self._check_text()
        first, *options = self._split()
        if len(options) > MAX_OPTIONS:
            surplus = options[MAX_OPTIONS]
            raise self._wrong(f"expected at most {MAX_OPTIONS} options, got {len(options)}", surplus)
        dimensions = self._dimensions(first)
        for option in options:
            self._option(option)
        if isinstance(dimensions, Preset):
            self._check_preset()
        spec = self._build(dimensions, first)
        if len(str(spec)) > MAX_BYTES:
            whole = _Part(self._source, 0)
            raise self._wrong(f"expected at most {MAX_BYTES} bytes once written in full: {spec}", whole)
        return spec

    def _check_text(self) -> None:
        if len(self._source) > MAX_BYTES:
            surplus = _Part(self._source[MAX_BYTES:], MAX_BYTES)
            raise self._wrong(f"expected at most {MAX_BYTES} bytes, got {len(self._source)}", surplus)
        if foreign := _FOREIGN.search(self._source):
            part = _Part(foreign[0], foreign.start())
            raise self._wrong(
                f"expected only a-z, 0-9, dots, dashes and underscores, got {part.text!r}", part
            )

    def _split(self) -> list[_Part]:
        parts = []
        at = 0
        for text in self._source.lower().split("_"):
            parts.append(_Part(text, at))
            if not text:
                expected = "an option" if at else "a size, Np, orig or p-NAME"
                raise self._wrong(f"expected {expected}, got nothing", parts[-1])
            at += len(text) + 1
        return parts

    def _dimensions(self, part: _Part) -> Dimensions:
        text = part.text
        if text == "orig":
            return Original()
        if match := _PRESET.fullmatch(text):
            return self._preset(match[1], part)
        if match := _PERCENT.fullmatch(text):
            with self._at(part):
                return Percent(tokens.integer(match[1], 1, 100, "percent"))
        if match := _SIZE.fullmatch(text):
            with self._at(part):
                return self._bounds(*match.groups())
        raise self._wrong(f"expected a size (WxH, Wx, xH), Np, orig or p-NAME, got {text!r}", part)

    def _bounds(self, width: str, height: str) -> Bounds:
        given = [side not in ("", "0") for side in (width, height)]
        if not any(given):
            raise ValueError("expected a size with a width, a height or both, got neither")
        sides = (
            tokens.integer(side, 1, MAX_SIDE, "px") if is_given else None
            for side, is_given in zip((width, height), given, strict=True)
        )
        return Bounds(*sides)

    def _preset(self, name: str, part: _Part) -> Preset:
        if name not in self._presets:
            known = ", ".join(sorted(self._presets)) or "none is configured"
            raise self._wrong(f"unknown preset {name!r}; known: {known}", part)
        return Preset(name, self._presets[name])

    def _option(self, part: _Part) -> None:
        name, *arguments = part.text.split("-")
        with self._at(part):
            key, read = self._named(name)
            if "" in arguments:
                raise ValueError(f"expected an argument after each dash of {name}, got nothing")
            if key in self._parts:
                raise ValueError(f"{key} is given twice")
            self._parts[key] = part
            self._found[key] = read(arguments)

    def _named(self, name: str) -> tuple[str, Callable[[list[str]], Any]]:
        """The key of what ``name`` means, and what reads its arguments."""
        if option := _BY_NAME.get(name):
            return option.key, partial(self._read, option)
        if operation := self._operations.get(name) or self._with_long_name(name):
            return operation.name, lambda arguments: operation.parse("-".join(arguments))
        raise ValueError(f"unknown option {name!r}; known: {', '.join(self._known())}")

    def _with_long_name(self, name: str) -> type[Operation] | None:
        # Plugins of others are not imported to be asked for their long names.
        vendor = name.rpartition(".")[0]
        keys = (key for key in self._operations if key.rpartition(".")[0] == vendor)
        return next((self._operations[key] for key in keys if self._operations[key].long_name == name), None)

    def _read(self, option: Option, arguments: list[str]) -> Any:
        value = option.read(arguments)
        return self._format(value) if option.key == "f" and value != AUTO else value

    def _format(self, word: str) -> str:
        try:
            return known_formats.named(word, self._formats).name
        except ValueError as error:
            raise ValueError(f"{error}, {AUTO}") from error

    def _known(self) -> list[str]:
        return [*(option.key for option in OPTIONS), *self._operations]

    def _check_preset(self) -> None:
        # Spec refuses these as well, but only where they have an effect: here none is ignored.
        for key, part in self._parts.items():
            if key not in _AFTER_PRESET:
                raise self._wrong("besides a preset only f, q, v, dpr and s may follow", part)

    def _build(self, dimensions: Dimensions, first: _Part) -> Spec:
        values = {_BY_NAME[key].field: value for key, value in self._found.items() if key in _BY_NAME}
        # Rotation first, then the mirror, whatever their order in the text.
        values["turn"] = self._found.get("rot", UPRIGHT).then(self._found.get("flip", UPRIGHT))
        values["operations"] = tuple(value for key, value in self._found.items() if key not in _BY_NAME)
        if values.get("page") == 1:
            values["still"] = True  # the first page alone: nothing else would be left of "page-1"
        try:
            spec = Spec(dimensions=dimensions, **values)
            self._check_format(spec.resolved)
        except InvalidField as error:
            raise self._wrong(str(error), self._part_of(error.fields) or first) from error
        return spec

    def _check_format(self, spec: Spec) -> None:
        """Quality and lossless coding need a format that knows them, where one is named."""
        if spec.lossless and spec.format == AUTO:
            raise InvalidField(
                "expected ll with webp or avif, got auto, which may be jpg", "lossless", "format"
            )
        format = self._formats.get(spec.format or "")
        if format is None:
            return
        if spec.quality and not format.quality:
            raise InvalidField(f"{format} is lossless and takes no quality", "quality")
        if spec.max_kb and not format.quality:
            raise InvalidField(f"{format} is lossless: its size cannot be chosen", "max_kb")
        if spec.lossless and not format.lossless:
            raise InvalidField(f"expected ll with webp or avif, got {format}", "lossless", "format")

    def _part_of(self, fields: tuple[str, ...]) -> _Part | None:
        """The part of the text that set the first of ``fields`` that is in it."""
        setters = {
            _BY_NAME[key].field if key in _BY_NAME else "operations": part
            for key, part in self._parts.items()
        }
        return next((setters[field] for field in fields if field in setters), None)

    @contextmanager
    def _at(self, part: _Part) -> Iterator[None]:
        """Add to a ValueError where in the text it belongs."""
        try:
            yield
        except ValueError as error:
            raise self._wrong(str(error), part) from error

    def _wrong(self, reason: str, part: _Part) -> InvalidSpec:
        return InvalidSpec(reason, source=self._source, start=part.start, end=part.end)
