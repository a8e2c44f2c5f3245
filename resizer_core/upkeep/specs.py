"""Find the SPECs of the derivatives that an original may have: by a listing, or by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final, Protocol

from resizer_core.stores.contract import ObjectStore

#: A process uses a listing for this long, s. A second pass comes later than that.
LISTED_FOR: Final = 30.0


class Specs(Protocol):
    """Find SPECs. :class:`ListedSpecs` and :class:`IndexedSpecs` do this."""

    def of(self, name: str, *, every: bool) -> Iterable[str]:
        """List the SPECs that derivatives of this original may have.

        Args:
            name: the key of an original as a request may have spelled it.
            every: whether to list SPECs with ``v-`` as well, for example because the original is gone.
        """
        ...

    def forget(self, name: str) -> None:
        """Forget an original that is gone, and its derivatives."""
        ...


def specs_in_use(derivatives: ObjectStore) -> tuple[str, ...]:
    """List the SPECs of all derivatives (the first segments of their keys), sorted."""
    return tuple(sorted(derivatives.folders()))


class ListedSpecs:
    """Take the SPECs of all derivatives, of any original.

    This leaves out SPECs with ``v-``, unless the original is gone. A new version has a new SPEC, so a site
    may have as many of these SPECs as pictures. If a page used the new version before the new picture was
    uploaded, this does not find that derivative.

    Args:
        derivatives: the store to list.
        clock: gives the time in seconds.
    """

    def __init__(self, derivatives: ObjectStore, *, clock: Callable[[], float] = monotonic) -> None:
        self._derivatives = derivatives
        self._clock = clock
        self._listed: tuple[str, ...] = ()
        self._until = -float("inf")

    def of(self, name: str, *, every: bool) -> Iterable[str]:  # noqa: ARG002
        """List the SPECs in use. The listing is at most ``LISTED_FOR`` old."""
        now = self._clock()
        if now >= self._until:
            self._listed = specs_in_use(self._derivatives)
            self._until = now + LISTED_FOR
        return [spec for spec in self._listed if every or not _has_version(spec)]

    @property
    def count(self) -> int:
        """Count the SPECs of the last listing that are tried for a replaced original."""
        return sum(not _has_version(spec) for spec in self._listed)

    def forget(self, name: str) -> None:
        """Do nothing: the listing holds SPECs, and no originals."""


class IndexedSpecs:
    """Take the SPECs from an index, in which each is noted before the derivative is stored.

    Args:
        index: a store of empty objects with the keys ``KEY/SPEC``, made by :func:`index_key`.
    """

    def __init__(self, index: ObjectStore) -> None:
        self._index = index

    def of(self, name: str, *, every: bool) -> Iterable[str]:  # noqa: ARG002
        """List the noted SPECs of this original, but not those of other keys that begin like this one."""
        return [found.key.rpartition("/")[2] for found in self._index.list(name, deep=False)]

    def forget(self, name: str) -> None:
        """Remove the notes of this original.

        If the original comes back during this call, and somebody views it at once, its derivative may lose
        its note. ``verify`` finds such a derivative.
        """
        for spec in self.of(name, every=True):
            self._index.delete(index_key(spec, name))


def index_key(spec: str, name: str) -> str:
    """Make the key of the object that notes: this original may have a derivative of this SPEC.

    It is as long as the key of the derivative, so a store that takes one of the two takes the other.
    """
    return f"{name}/{spec}"


def _has_version(spec: str) -> bool:
    return any(part.startswith("v-") for part in spec.split("_"))
