"""Say whether a derivative is stale. Only the stored objects count, and no events."""

from __future__ import annotations

from enum import StrEnum

from resizer_core.errors import InvalidKey
from resizer_core.stores.contract import ObjectStore, StoredObject
from resizer_core.urls.paths import key_variants
from resizer_core.value import Value


class Staleness(StrEnum):
    """Say why a derivative should go."""

    REPLACED = "replaced"  #: its original has been replaced since
    ORPHANED = "orphaned"  #: its original is gone
    OLD_PIXELS = "old_pixels"  #: an older pixel version made it
    ASKED = "asked"  #: somebody asked for it


class Stale(Value, kw_only=True):
    """Describe a derivative that should go.

    Attributes:
        key: the key of the derivative.
        etag: the ETag that was seen. If the derivative has another one by now, it stays.
        why: the reason.
        tag: the cache tag by which a CDN may know it. It is empty if the store keeps no metadata.
    """

    key: str
    etag: str
    why: Staleness
    tag: str = ""


def find_original(originals: ObjectStore, name: str) -> StoredObject | None:
    """Find the original of a request for ``name``, in any spelling. Return None if there is none."""
    for spelling in key_variants(name):
        try:
            found = originals.head(spelling)
        except InvalidKey:
            continue
        if found:
            return found
    return None


def is_derivative(found: StoredObject) -> bool:
    """Say whether this project stored an object. Other objects beside the derivatives are left alone.

    A folder keeps no metadata and no type, so every file in it counts as a derivative.
    """
    return "original" in found.metadata or not (found.metadata or found.media_type)


def staleness(found: StoredObject, original: StoredObject | None, *, pixels: int = 0) -> Staleness | None:
    """Say why a derivative should go. Return None if it should stay.

    A folder keeps no metadata. There a derivative is stale if its original was written later, as with the
    program ``make``. This does not notice an original that was moved there with its old time. It knows no
    pixel version either.

    Args:
        found: the derivative, from ``head`` or ``get``.
        original: the result of ``find_original``.
        pixels: derivatives of a lower pixel version than this should go.
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
    """Say whether a derivative has an older pixel version than this. Without metadata the answer is no."""
    made_by = found.metadata.get("pixels", "0")  # the first releases noted none
    return "original" in found.metadata and (int(made_by) if made_by.isdecimal() else 0) < pixels
