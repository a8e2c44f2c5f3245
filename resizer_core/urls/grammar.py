"""Read a SPEC in any of its spellings, with errors that point at what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from resizer_core import formats as known_formats
from resizer_core import tokens
from resizer_core.errors import InvalidSpec
from resizer_core.formats import AUTO
from resizer_core.mistakes import check_text, check_type
from resizer_core.model import UPRIGHT, Bounds
from resizer_core.operations import Operation
from resizer_core.option_values import MAX_SIDE, InvalidField, Original, Percent
from resizer_core.site import DEFAULT_SITE, Site, check_site
from resizer_core.spec import PRESET_NAME, Dimensions, Preset, Spec, check_beside_preset
from resizer_core.urls.options import BY_NAME, OPTIONS, Option
from resizer_core.value import Value

#: The longest SPEC, in bytes, and the most options in one. Source: docs/grammar.md.
MAX_BYTES: Final = 128
MAX_OPTIONS: Final = 12
#: How many SPECs a site keeps once they are read. A site has far fewer sizes on its pages.
MAX_PARSED: Final = 1000

_FOREIGN = re.compile(r"[^A-Za-z0-9._-]")
_PERCENT = re.compile(r"([0-9]+)p")
_SIZE = re.compile(r"(?!x$)([0-9]*)x([0-9]*)")
_PRESET = re.compile(f"p-({PRESET_NAME.pattern})")


def parse_spec(text: str, site: Site = DEFAULT_SITE) -> Spec:
    """Read a SPEC in any of its spellings. The site keeps what was read, so the next time is short.

    Args:
        text: for example ``300x200_fit-cover_f-webp``; at most 128 bytes and 12 options.
        site: the SPEC may name its operations, formats and presets.

    Raises:
        InvalidSpec: ``text`` breaks the grammar. The error points at the wrong part, and says what was
            expected there.

    Source: docs/grammar.md.
    """
    check_text(text, "text", expected="a SPEC", instead='write "300x200_fit-cover", for example')
    check_site(site)
    parsed = site._parsed
    if (spec := parsed.get(text)) is None:
        spec = _Reader(text, site).spec()
        if len(parsed) >= MAX_PARSED:
            parsed.clear()
        parsed[text] = spec
    return spec


def parse_presets(named: Mapping[str, str], site: Site = DEFAULT_SITE) -> dict[str, Spec]:
    """Read the SPEC of each preset, for ``Site.presets``.

    >>> parse_presets({"thumb": "300x200_Q-80"})["thumb"] == parse_spec("300x200_q-80")
    True

    Raises:
        ValueError: a preset cannot have this name, or its SPEC breaks the grammar, names a preset or has a
            signature.
    """
    check_type(named, Mapping, expected="SPECs by name", name="named", instead='write {"thumb": "300x200"}')
    presets = {}
    for name, text in named.items():
        try:
            presets[name] = Preset(name, parse_spec(text, site)).spec
        except ValueError as error:
            raise ValueError(f"the preset {name!r}: {error}") from error
    return presets


class _Part(Value):
    """Hold the text between two underscores, and its position."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Reader:
    """Read one SPEC."""

    def __init__(self, source: str, site: Site) -> None:
        self._source = source
        self._operations = site.operations
        self._formats = site.formats
        self._presets = site.presets
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
        for text in self._source.split("_"):
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
        raise self._wrong(
            f"expected a size (WxH, Wx, xH), Np, orig or p-NAME in lower case, got {text!r}", part
        )

    def _bounds(self, width: str, height: str) -> Bounds:
        what = "px, or the side left out (300x, x200)"
        return Bounds(
            *(tokens.integer(side, 1, MAX_SIDE, what) if side else None for side in (width, height))
        )

    def _preset(self, name: str, part: _Part) -> Preset:
        if name not in self._presets:
            with self._at(part):
                raise tokens.unknown("preset", name, sorted(self._presets))
        return Preset(name, self._presets[name])

    def _option(self, part: _Part) -> None:
        # Only options may be in upper case: S3's routing rules match the dimensions, in lower case.
        name, *arguments = part.text.lower().split("-")
        with self._at(part):
            key, read = self._named(name)
            if "" in arguments:
                raise ValueError(f"expected an argument after each dash of {name}, got nothing")
            if key in self._parts:
                raise ValueError(f"{key} is given twice")
            self._parts[key] = part
            self._found[key] = read(arguments)

    def _named(self, name: str) -> tuple[str, Callable[[list[str]], Any]]:
        """Find the key of the option that ``name`` means, and the function that reads its arguments."""
        if option := BY_NAME.get(name):
            return option.key, partial(self._read, option)
        if operation := self._operations.get(name) or self._with_long_name(name):
            return operation.name, lambda arguments: operation.parse("-".join(arguments))
        known = [*(option.key for option in OPTIONS), *self._operations]
        raise tokens.unknown("option", name, known, spellings=self._long_names(name))

    def _with_long_name(self, name: str) -> type[Operation] | None:
        vendor = name.rpartition(".")[0]
        return next((found for found in self._of_vendor(vendor) if found.long_name == name), None)

    def _of_vendor(self, vendor: str) -> Iterator[type[Operation]]:
        # This imports the plugins of this vendor alone: their classes say their long names.
        return (self._operations[key] for key in self._operations if key.rpartition(".")[0] == vendor)

    def _long_names(self, name: str) -> list[str]:
        return [*BY_NAME, *(operation.long_name for operation in self._of_vendor(name.rpartition(".")[0]))]

    def _read(self, option: Option, arguments: list[str]) -> Any:
        value = option.read(arguments)
        return self._format(value) if option.key == "f" and value != AUTO else value

    def _format(self, word: str) -> str:
        try:
            return known_formats.named(word, self._formats).name
        except ValueError as error:
            raise ValueError(f"{error}, {AUTO}") from error

    def _build(self, dimensions: Dimensions, first: _Part) -> Spec:
        values = {BY_NAME[key].field: value for key, value in self._found.items() if key in BY_NAME}
        # Rotation first, then the mirror, whatever their order in the text.
        values["turn"] = self._found.get("rot", UPRIGHT).then(self._found.get("flip", UPRIGHT))
        values["operations"] = tuple(value for key, value in self._found.items() if key not in BY_NAME)
        if values.get("page") == 1:
            values["still"] = True  # page-1 means the first frame alone, as "still" does
        try:
            if isinstance(dimensions, Preset):
                # Spec checks the fields that have an effect. This refuses those without an effect as well.
                check_beside_preset(self._setters())
            spec = Spec(dimensions=dimensions, **values)
            self._check_format(spec.resolved)
        except InvalidField as error:
            raise self._wrong(str(error), self._part_of(error.fields) or first) from error
        return spec

    def _check_format(self, spec: Spec) -> None:
        """Refuse options that the format cannot use, if the SPEC names a format."""
        if spec.lossless and spec.format == AUTO:
            raise InvalidField(
                "expected ll with webp or avif, got auto, which may be jpg", "lossless", "format"
            )
        format = self._formats.get(spec.format or "")
        if format is not None:
            spec.check_format(format)

    def _part_of(self, fields: tuple[str, ...]) -> _Part | None:
        """Find the part of the text that sets one of ``fields``; the first field that is set counts."""
        setters = self._setters()
        return next((setters[field] for field in fields if field in setters), None)

    def _setters(self) -> dict[str, _Part]:
        """List the fields that the text sets, each with the first part that sets it."""
        setters: dict[str, _Part] = {}
        for key, part in self._parts.items():
            setters.setdefault(BY_NAME[key].field if key in BY_NAME else "operations", part)
        return setters

    @contextmanager
    def _at(self, part: _Part) -> Iterator[None]:
        """Turn a ValueError into one that points at the part of the text that is wrong."""
        try:
            yield
        except ValueError as error:
            raise self._wrong(str(error), part) from error

    def _wrong(self, reason: str, part: _Part) -> InvalidSpec:
        return InvalidSpec(reason, source=self._source, start=part.start, end=part.end)
