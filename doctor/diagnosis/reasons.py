"""Find the words for a refusal: which original is missing, or which policy refuses."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from doctor.checks import parts
from doctor.diagnosis.seen import Seen
from doctor.facts import NotRead, NotThere, Unread
from doctor.policies import NotUnderstood
from resizer_core import (
    Access,
    InvalidSpec,
    NotAllowed,
    Outcome,
    Resizer,
    ResizerError,
    Settings,
    StoredWatermarks,
    open_store,
    parse_spec,
    verify,
)


def rehearsed(seen: Seen) -> Outcome | ResizerError | None:
    """Find the function's outcome for the path from its settings alone, over empty stores.

    A right path gives ``SourceNotFound``. ``None`` means not known.
    """
    settings = _settings(seen)
    if settings is None:
        return None
    empty = open_store("memory:")
    site = replace(settings.site, watermarks=StoredWatermarks(empty, settings.watermarks))
    try:
        return Resizer(empty, open_store("memory:"), site=site).produce(f"/{seen.path}").outcome
    except ResizerError as error:
        return error


def is_refused_by_policy(seen: Seen) -> bool:
    """Say whether the function's settings refuse the SPEC."""
    return isinstance(rehearsed(seen), NotAllowed)


def policy(seen: Seen) -> str:
    """Say which part of the access policy refuses the SPEC."""
    settings = _settings(seen)
    if settings is None:
        return ""
    site = settings.site
    try:
        spec = parse_spec(seen.path.partition("/")[0], site)
    except InvalidSpec:
        return ""
    says = f"RESIZER_ACCESS is {site.access}"
    if spec.signature and site.access is not Access.PRESETS:
        known = f"{len(site.keys)} of RESIZER_SIGNING_KEYS"
        return f"{says}, and {'one' if verify(spec, site.keys) else 'none'} of the {known} made its signature"
    if site.access is Access.PRESETS:
        return f"{says}, and the presets are {', '.join(site.presets)}"
    return f"{says}, and the SPEC has no signature"


def original(seen: Seen) -> str:
    """Name the key and the bucket of the original, and the most similar key there."""
    key = seen.path.partition("/")[2]
    try:
        stores = parts.originals(seen.facts)
    except (NotRead, NotThere, NotUnderstood):
        return f"the key is {key}"
    beginning = next((beginning for beginning in stores if key.startswith(beginning)), None)
    if beginning is None:
        return f"the key is {key}, and RESIZER_ORIGINALS has stores for {', '.join(stores)} alone"
    bucket, prefix = stores[beginning]
    wanted = prefix + key.removeprefix(beginning)
    listed = seen.keys(seen.facts.names, bucket, wanted.rpartition("/")[0])
    if isinstance(listed, Unread):
        return f"the key is {wanted}, the bucket {bucket}, which could not be listed: {listed.reason}"
    if wanted in listed:
        return f"the key is {wanted}, and by now it is there in the bucket {bucket}"
    nearest = get_close_matches(wanted.casefold(), [name.casefold() for name in listed], n=1)
    like = next((name for name in listed if name.casefold() in nearest), "")
    return f"the key is {wanted}, the bucket {bucket}; " + (
        f"most like it there is {like}" if like else "nothing in its folder is like it"
    )


def _settings(seen: Seen) -> Settings | None:
    try:
        return parts.settings(seen.facts)
    except (NotRead, NotThere, NotUnderstood):
        return None
