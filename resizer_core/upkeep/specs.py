"""Find the SPECs under which an original may have derivatives: by listing, or by an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final, Protocol

from resizer_core.stores.contract import ObjectStore

#: Seconds for which a process believes what it listed. A second pass comes later than that.
LISTED_FOR: Final = 30.0


class Specs(Protocol):
    """Find SPECs; :class:`ListedSpecs` and :class:`IndexedSpecs` do."""

    def of(self, name: str, *, every: bool) -> Iterable[str]:
        """List the SPECs to look under.

        Args:
            name: the key of an original as a request may have spelled it.
            every: whether to look under those of versions as well, as when the original is gone.
        """
        ...

    def forget(self, name: str) -> None:
        """Remember nothing of an original that is gone, nor of its derivatives."""
        ...


def specs_in_use(derivatives: ObjectStore) -> tuple[str, ...]:
    """List the first segments of all derivatives, in the order of the alphabet."""
    return tuple(sorted(derivatives.folders()))


class ListedSpecs:
    """Take every SPEC that any original has a derivative of.

    Those with ``v-`` are left out unless the original is gone: a new version has a new SPEC, and so a site
    may have as many of them as pictures. A page that said the new version before the picture was there is
    not mended by this.

    Args:
        derivatives: where they are listed.
        clock: tells seconds.
    """

    def __init__(self, derivatives: ObjectStore, *, clock: Callable[[], float] = monotonic) -> None:
        self._derivatives = derivatives
        self._clock = clock
        self._listed: tuple[str, ...] = ()
        self._until = -float("inf")

    def of(self, name: str, *, every: bool) -> Iterable[str]:  # noqa: ARG002
        """List the SPECs in use, as they were at most ``LISTED_FOR`` ago."""
        now = self._clock()
        if now >= self._until:
            self._listed = specs_in_use(self._derivatives)
            self._until = now + LISTED_FOR
        return [spec for spec in self._listed if every or not _has_version(spec)]

    @property
    def count(self) -> int:
        """Under how many SPECs a replaced original is looked for, as it was listed last."""
        return sum(not _has_version(spec) for spec in self._listed)

    def forget(self, name: str) -> None:
        """Do nothing: what is listed names no original."""


class IndexedSpecs:
    """Take the SPECs that were noted for this original before a derivative of it was stored.

    Args:
        index: a store of empty objects, ``KEY/SPEC``, of which :func:`index_key` is the key.
    """

    def __init__(self, index: ObjectStore) -> None:
        self._index = index

    def of(self, name: str, *, every: bool) -> Iterable[str]:  # noqa: ARG002
        """List what was noted, and nothing of originals whose keys only begin like this one."""
        return [found.key.rpartition("/")[2] for found in self._index.list(name, deep=False)]

    def forget(self, name: str) -> None:
        """Remove what was noted.

        A picture that comes back under its old key within the moment of this call, and is viewed in that
        moment, has a derivative that is not noted. ``verify`` finds it.
        """
        for spec in self.of(name, every=True):
            self._index.delete(index_key(spec, name))


def index_key(spec: str, name: str) -> str:
    """Name the object that says: this original may have a derivative of this SPEC.

    As long as the key of the derivative, so a store that keeps the one keeps the other.
    """
    return f"{name}/{spec}"


def _has_version(spec: str) -> bool:
    return any(part.startswith("v-") for part in spec.split("_"))
