"""Find operations and formats of other packages, by the entry points that they declare.

The search begins when somebody asks for a name that is not built in. A package is imported only when its
own name is asked for. So a program that uses no plugins never waits for them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from resizer_core import formats as known_formats
from resizer_core import operations as known_operations
from resizer_core.errors import PluginError
from resizer_core.formats import AUTO, Format
from resizer_core.operations import Operation

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

#: The groups of entry points: under these names a package declares its operations and formats.
OPERATIONS_GROUP: Final = "resizer_core.operations"
FORMATS_GROUP: Final = "resizer_core.formats"

#: The keys that plugins' options may have, and the words that may follow ``f-``. Source: docs/grammar.md.
_OPERATION_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,15}\.[a-z][a-z0-9]{0,15}")
_FORMAT_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,14}")
_PARTS_OF_AN_OPERATION: Final = ("parse", "measure", "apply")

_Part = TypeVar("_Part")


class Plugins:
    """Find installed operations and formats, beside those that are built in.

    >>> Plugins(only=[]).operations == known_operations.BUILTIN
    True

    Args:
        only: the names of the operations (``acme.sepia``) and formats to take. None takes all.
        formats: the built-in formats. ``formats.TRUSTED`` does not read SVG.

    Attributes:
        operations: operations by name, for ``parse_spec``, ``resize`` and ``Resizer``.
        formats: formats by name. Formats of plugins are only written: no plugin can add a decoder.
    """

    def __init__(
        self, only: Collection[str] | None = None, *, formats: Mapping[str, Format] = known_formats.TRUSTED
    ) -> None:
        self._only = None if only is None else frozenset(only)
        self.operations: Mapping[str, type[Operation]] = _Installed(
            known_operations.BUILTIN,
            group=OPERATIONS_GROUP,
            name=_OPERATION_NAME,
            only=self._only,
            checked=_checked_operation,
        )
        self.formats: Mapping[str, Format] = _Installed(
            formats, group=FORMATS_GROUP, name=_FORMAT_NAME, only=self._only, checked=_checked_format
        )

    def load(self) -> None:
        """Find and import all plugins, so that errors show at once.

        Raises:
            PluginError: one of ``only`` is not installed, two packages use the same name, or a plugin cannot
                be used.
        """
        names = {*self.operations, *self.formats}
        if missing := (self._only or frozenset()) - names:
            installed = ", ".join(sorted(names - {*known_operations.BUILTIN, *known_formats.BUILTIN}))
            raise PluginError(
                f"expected names of installed plugins, got {min(missing)!r}; installed: {installed or 'none'}"
            )
        for name in names:
            self.operations.get(name)
            self.formats.get(name)


class _Installed(Mapping[str, _Part], Generic[_Part]):
    """Map names to built-in parts, then to installed parts in sorted order. Threads may share it."""

    def __init__(
        self,
        builtin: Mapping[str, _Part],
        *,
        group: str,
        name: re.Pattern[str],
        only: frozenset[str] | None,
        checked: Callable[[str, object], _Part],
    ) -> None:
        self._builtin = builtin
        self._group = group
        self._name = name
        self._only = only
        self._checked = checked
        self._found: Mapping[str, EntryPoint] | None = None
        self._loaded: dict[str, _Part] = {}
        self._lock = threading.RLock()

    def __getitem__(self, name: str) -> _Part:
        if name in self._builtin:
            return self._builtin[name]
        if not self._name.fullmatch(name) or name not in self._entry_points():
            raise KeyError(name)
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._load(self._entry_points()[name])
            return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._builtin  # first, so that a caller who stops here does not start the search
        yield from self._entry_points()

    def __len__(self) -> int:
        return len(self._builtin) + len(self._entry_points())

    def __repr__(self) -> str:
        # To show it must not start the search.
        return f"<{self._group.rpartition('.')[2]} {' '.join(self._builtin)}, and what is installed>"

    def _entry_points(self) -> Mapping[str, EntryPoint]:
        with self._lock:
            if self._found is None:
                self._found = dict(sorted(self._discovered().items()))
            return self._found

    def _discovered(self) -> dict[str, EntryPoint]:
        if self._only is not None and not self._only:
            return {}
        from importlib.metadata import entry_points

        found: dict[str, EntryPoint] = {}
        for entry_point in entry_points(group=self._group):
            name = entry_point.name
            if self._only is not None and name not in self._only:
                continue
            if name in self._builtin or name in _TAKEN:
                raise PluginError(f"{_told(entry_point)} clashes with what is built in")
            if not self._name.fullmatch(name):
                raise PluginError(f"{_told(entry_point)} has a name that breaks the grammar")
            if name in found:
                raise PluginError(f"{_told(entry_point)} clashes with {_told(found[name])}")
            found[name] = entry_point
        return found

    def _load(self, entry_point: EntryPoint) -> _Part:
        try:
            return self._checked(entry_point.name, entry_point.load())
        except Exception as error:
            # Strangers may see this text, so the error text of the package stays in the cause.
            reason = str(error) if isinstance(error, _Unfit) else f"it raises {type(error).__name__}"
            raise PluginError(f"{_told(entry_point)} cannot be used: {reason}") from error


#: Every word that stands for a built-in format, and ``auto``, which is never stored.
_TAKEN: Final = frozenset(
    {AUTO, *(word for format in known_formats.BUILTIN.values() for word in (format.name, *format.aliases))}
)


class _Unfit(ValueError):
    """Say that the object behind an entry point breaks the contract."""


def _told(entry_point: EntryPoint) -> str:
    package = entry_point.dist.name if entry_point.dist else "an unknown package"
    return f"the plugin {entry_point.name} of {package}"


def _checked_operation(name: str, found: object) -> type[Operation]:
    if not isinstance(found, type):
        raise _Unfit("expected a class")
    if getattr(found, "name", None) != name:
        raise _Unfit(f"expected its name to be {name}, as it is installed under")
    vendor, long_name = name.partition(".")[0], getattr(found, "long_name", None)
    if not isinstance(long_name, str) or not re.fullmatch(rf"{vendor}\.[a-z][a-z0-9]{{0,15}}", long_name):
        raise _Unfit(f"expected its long name to begin with {vendor}. as well")
    if not isinstance(getattr(found, "order", None), int | float):
        raise _Unfit("expected its order to be a number")
    for part in _PARTS_OF_AN_OPERATION:
        if not callable(getattr(found, part, None)):
            raise _Unfit(f"expected it to have {part}()")
    return cast("type[Operation]", found)


def _checked_format(name: str, found: object) -> Format:
    if not isinstance(found, Format):
        raise _Unfit("expected a Format")
    if found.name != name or found.aliases:
        raise _Unfit(f"expected its name to be {name}, as it is installed under, and no other")
    if not found.writable or found.signatures:
        raise _Unfit("expected a format that is written, with a suffix, and not read, without signatures")
    return found
