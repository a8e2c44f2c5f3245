"""Say whether a derivative is still what its original would become: from what is stored, not from events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from resizer_core.errors import InvalidKey
from resizer_core.stores.contract import ObjectStore, StoredObject
from resizer_core.urls.paths import key_variants


class Staleness(StrEnum):
    """Say why a derivative should go."""

    REPLACED = "replaced"  #: its original has been written anew since
    ORPHANED = "orphaned"  #: there is no such original any more
    OLD_PIXELS = "old_pixels"  #: an older pixel version made it
    ASKED = "asked"  #: somebody said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Name a derivative that should go.

    Attributes:
        key: of the derivative.
        etag: of what was seen under it; a newer one stays.
        why: what is wrong with it.
        tag: the tag that a CDN may know it by; empty where its store keeps no metadata.
    """

    key: str
    etag: str
    why: Staleness
    tag: str = ""


def find_original(originals: ObjectStore, name: str) -> StoredObject | None:
    """Describe the original that a request for ``name`` finds, in any spelling; None if there is none."""
    for spelling in key_variants(name):
        try:
            found = originals.head(spelling)
        except InvalidKey:
            continue
        if found:
            return found
    return None


def is_derivative(found: StoredObject) -> bool:
    """Say whether this project stored it: what somebody else put beside the derivatives is left alone.

    A folder keeps no metadata, and no type either: all that is in it counts.
    """
    return "original" in found.metadata or not (found.metadata or found.media_type)


def staleness(found: StoredObject, original: StoredObject | None, *, pixels: int = 0) -> Staleness | None:
    """Say why a derivative should go; None if it should not.

    In a folder, which keeps no metadata, a derivative is replaced if its original was written later than it,
    as by ``make``. A file that was moved there with its old time is not noticed, and no pixel version is
    known.

    Args:
        found: the derivative, from ``head`` or ``get``.
        original: as ``find_original`` gave it.
        pixels: the pixel version below which it is an old one.
    """
    if not is_derivative(found):
        return None
    if original is None:
        return Staleness.ORPHANED
    made_of = found.metadata.get("original")
    if original.modified > found.modified if made_of is None else original.etag != made_of:
        return Staleness.REPLACED
    return Staleness.OLD_PIXELS if has_old_pixels(found, pixels) else None


def has_old_pixels(found: StoredObject, pixels: int) -> bool:
    """Say whether an older pixel version than this made a derivative; not known of one without metadata."""
    made_by = found.metadata.get("pixels", "0")  # at first none was noted
    return "original" in found.metadata and (int(made_by) if made_by.isdecimal() else 0) < pixels
