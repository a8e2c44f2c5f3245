"""Show values at a prompt, each in one short line and without the bytes of pictures."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Final, TypeVar

#: The most characters of a value inside another one. A longer text is cut.
LONGEST: Final = 60

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Catalogue(Mapping[_Key, _Value]):
    """Map keys to values that never change. It can be pickled, for other processes.

    >>> Catalogue("formats", {"jpg": 1, "png": 2})
    <formats jpg png>
    """

    __slots__ = ("_entries", "_what")

    def __init__(self, what: str, entries: Mapping[_Key, _Value]) -> None:
        self._what = what
        self._entries = dict(entries)

    def __getitem__(self, key: _Key) -> _Value:
        return self._entries[key]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        names = (str(getattr(key, "__name__", key)) for key in self)
        return f"<{' '.join((self._what, *names))}>"


def by_text(value: object) -> str:
    """Show a value by its class and its text, for the ``__repr__`` of values with a spelling."""
    return f"<{type(value).__name__} {value}>"


def by_fields(value: Any) -> str:
    """Show a dataclass by the fields that differ from their defaults, for its ``__repr__``.

    A field with ``repr=False`` is not shown.
    """
    told = (
        f"{field.name}={_brief(getattr(value, field.name))}"
        for field in fields(value)
        if field.repr and not _is_usual(getattr(value, field.name), field)
    )
    return f"{type(value).__name__}({', '.join(told)})"


def _brief(value: object) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    # Show only the names of a mapping: to read its values, it may have to ask a store.
    text = f"<{' '.join(map(str, value))}>" if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _is_usual(value: object, field: Field[Any]) -> bool:
    if isinstance(value, Mapping):
        return not value
    usual = field.default if field.default_factory is MISSING else field.default_factory()
    return bool(value == usual)
