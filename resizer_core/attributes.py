"""Work out the headers and the metadata that are stored with the bytes of a derivative."""

from __future__ import annotations

from typing import Final, TypedDict

from resizer_core.errors import UnsupportedFormat
from resizer_core.formats import Format, detect
from resizer_core.outcome import Outcome, ProduceResult
from resizer_core.site import Site
from resizer_core.stores.contract import StoredObject
from resizer_core.urls.paths import DerivativeKey, attachment, cache_tag
from resizer_core.value import replace
from resizer_core.version import PIXELS

#: The Cache-Control for a SPEC with ``v-``, whose picture never changes.
IMMUTABLE: Final = "public, max-age=31536000, immutable"


class Attributes(TypedDict):
    """Hold the headers and the metadata that are stored with the bytes."""

    media_type: str
    cache_control: str
    content_disposition: str
    metadata: dict[str, str]


def attributes(
    key: DerivativeKey, original: StoredObject, format: Format, *, site: Site, engine: str
) -> Attributes:
    """Work out what is stored with the bytes of a new derivative."""
    return {
        "media_type": format.media_type,
        "cache_control": _cache_control(key, site),
        "content_disposition": _content_disposition(key, format),
        # Azure refuses a dash in these names (rule 19).
        "metadata": {
            "original": original.etag,
            "spec": str(key.spec),
            "engine": engine,
            "pixels": str(PIXELS),
            "tags": cache_tag(original.key),
        },
    }


def completed(done: ProduceResult, site: Site) -> ProduceResult:
    """Add the headers of a stored derivative if its store keeps none, such as a folder."""
    if done.cache_control or done.body is None or done.outcome is Outcome.FALLBACK:
        return done
    try:
        format = detect(done.body, site.formats)
    except UnsupportedFormat:  # somebody else stored it
        media_type, disposition = done.media_type, ""
    else:
        media_type = done.media_type or format.media_type
        disposition = _content_disposition(done.key, format)
    return replace(
        done,
        media_type=media_type,
        cache_control=_cache_control(done.key, site),
        content_disposition=disposition,
    )


def _cache_control(key: DerivativeKey, site: Site) -> str:
    return IMMUTABLE if key.spec.resolved.version else site.cache_control


def _content_disposition(key: DerivativeKey, format: Format) -> str:
    return attachment(key.source, format.suffix) if key.spec.resolved.download else ""
