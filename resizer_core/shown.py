"""Show mappings, and values with a spelling, at a prompt: each in one line."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

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
