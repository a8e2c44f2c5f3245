"""Give the tables of the grammar as plain values, for forms, pages and other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from resizer_core.formats import AUTO, Format
from resizer_core.operations import BUILTIN, Operation
from resizer_core.option_values import MAX_SIDE
from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.tokens import Argument
from resizer_core.urls.grammar import MAX_BYTES, MAX_OPTIONS
from resizer_core.urls.options import OPTIONS, Option

#: The operations follow the first of these options, and those of plugins follow the second.
_LAST_BEFORE_OPERATIONS: Final = "up"
_LAST_BEFORE_PLUGINS: Final = "v"
#: The argument of a plugin's option whose class does not describe it.
_ANYTHING: Final = Argument(kind="text")


def grammar_table(site: Site = DEFAULT_SITE) -> dict[str, Any]:
    """List everything that a SPEC of this site may say, as values for JSON.

    >>> table = grammar_table()
    >>> [option["name"] for option in table["options"] if option["group"] == "effects"][:4]
    ['blur', 'sharp', 'pix', 'bri']

    Args:
        site: its plugins, formats, presets, watermarks and limits are listed.

    Returns:
        ``dimensions``, ``options`` in canonical order, ``formats``, ``presets``, ``watermarks``, ``limits``,
        ``defaults`` and ``access``. An option has ``name``, ``aliases``, ``group``, ``about``, the fields of
        :class:`Argument`, ``page`` (below ``docs``) and ``from_plugin``. ``default``, ``bare`` and
        ``example`` are spelled as in a SPEC. A value that does not apply is None or empty.

    Raises:
        PluginError: a plugin cannot be used.
    """
    return {
        "dimensions": [_dimension(*row, site) for row in _DIMENSIONS],
        "options": [_option(row, site) for row in _rows(site)],
        "formats": [_format(format) for format in site.formats.values() if format.writable],
        "presets": {name: str(spec) for name, spec in site.presets.items()},
        "watermarks": sorted(site.watermarks),
        "limits": {**vars(site.limits), "spec_bytes": MAX_BYTES, "options": MAX_OPTIONS},
        "defaults": {"format": site.defaults.format, "quality": dict(site.defaults.quality)},
        "access": str(site.access),
    }


#: How a SPEC may begin: a name, the pattern, an example, and what it means.
_DIMENSIONS: Final = (
    ("box", "WxH", "300x200", "Give both sides, in px; fit says how the picture fills them."),
    ("width", "Wx", "300x", "Give the width in px; the height follows the ratio."),
    ("height", "xH", "x200", "Give the height in px; the width follows the ratio."),
    ("percent", "Np", "50p", "Take both sides in percent of the original's, 1 to 100."),
    ("original", "orig", "orig", "Keep the size of the original."),
    ("preset", "p-NAME", "p-NAME", "Take what the site has given a name."),
)
_RANGES: Final = {"box": (1, MAX_SIDE), "width": (1, MAX_SIDE), "height": (1, MAX_SIDE), "percent": (1, 100)}


def _dimension(name: str, pattern: str, example: str, about: str, site: Site) -> dict[str, Any]:
    lowest, highest = _RANGES.get(name, (None, None))
    if name == "preset":
        example = f"p-{next(iter(site.presets))}" if site.presets else ""
    return {
        "name": name,
        "pattern": pattern,
        "about": about,
        "min": lowest,
        "max": highest,
        "example": example,
        "choices": [f"p-{preset}" for preset in site.presets] if name == "preset" else [],
    }


def _rows(site: Site) -> Iterator[Option | type[Operation]]:
    """List the options and the operations in canonical order."""
    for option in OPTIONS:
        yield option
        if option.key == _LAST_BEFORE_OPERATIONS:
            yield from (operation for name, operation in site.operations.items() if name in BUILTIN)
        if option.key == _LAST_BEFORE_PLUGINS:
            yield from (site.operations[name] for name in sorted({*site.operations} - {*BUILTIN}))


def _option(row: Option | type[Operation], site: Site) -> dict[str, Any]:
    name, group = (row.key, row.group) if isinstance(row, Option) else (row.name, "effects")
    said = getattr(row, "takes", None)
    takes = _of_site(said if isinstance(said, Argument) else _ANYTHING, site)
    from_plugin = "." in name
    return {
        "name": name,
        "aliases": [row.long_name] if row.long_name != name else [],
        "group": group,
        "about": getattr(row, "about", "") or _first_sentence(row.__doc__ or ""),
        **_argument(takes),
        "parts": [{"name": part, **_argument(argument)} for part, argument in takes.parts],
        "page": "" if from_plugin else f"options/{name}.md",
        "from_plugin": from_plugin,
    }


def _of_site(takes: Argument, site: Site) -> Argument:
    """Fill in the words that depend on the site, such as the names of its watermarks."""
    if takes.kind == "format":
        written = (format.name for format in site.formats.values() if format.writable)
        return takes._replace(kind="choice", choices=(*written, AUTO))
    if takes.kind == "watermark":
        names = tuple(sorted(site.watermarks))
        (first, argument), *others = takes.parts
        parts = ((first, argument._replace(kind="choice", choices=names)), *others)
        return takes._replace(parts=parts, example=names[0] if names else takes.example)
    return takes


def _argument(takes: Argument) -> dict[str, Any]:
    step = {"number": 0.1}.get(takes.kind, 1)
    return {
        "kind": takes.kind,
        "min": takes.lowest,
        "max": takes.highest,
        "step": None if takes.lowest is None else step,
        "unit": takes.unit,
        "choices": list(takes.choices),
        "default": takes.default,
        "bare": takes.bare,
        "example": takes.example,
    }


def _format(format: Format) -> dict[str, Any]:
    return {
        "name": format.name,
        "aliases": list(format.aliases),
        "media_type": format.media_type,
        "alpha": format.alpha,
        "animation": format.animation,
        "lossless": format.lossless,
        "quality": format.quality,
        "max_side": format.max_side,
        "browsers": format.browsers,
    }


def _first_sentence(text: str) -> str:
    """Take the first line of a docstring, as plain text."""
    return text.strip().partition("\n")[0].replace("`", "")
