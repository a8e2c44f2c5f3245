"""Choose the picture to ask for: the original, and a small SPEC that is answered."""

from __future__ import annotations

from collections.abc import Iterable

from resizer_core import TRUSTED_FORMATS, Access, DerivativeKey, InvalidKey, Settings, Spec, parse_spec, sign


def spec_for(settings: Settings, version: str) -> Spec:
    """Make a small SPEC that the access policy answers, with ``version`` as its ``v-``."""
    site = settings.site
    if site.access is Access.PRESETS:
        name, preset = next(iter(site.presets.items()))
        # f-auto would be one redirect more.
        format = "_f-jpg" if preset.format == "auto" else ""
        return parse_spec(f"p-{name}{format}_v-{version}", site)
    spec = parse_spec(f"8x8_f-png_v-{version}")
    return sign(spec, site.keys[0]) if site.access is Access.SIGNED else spec


def first_picture(keys: Iterable[str]) -> str | None:
    """Find the first key that names a picture and can stand in an address."""
    endings = tuple(
        f".{name}" for format in TRUSTED_FORMATS.values() for name in (format.name, *format.aliases)
    )
    return next((key for key in keys if key.lower().endswith(endings) and _can_be_asked_for(key)), None)


def _can_be_asked_for(key: str) -> bool:
    try:
        DerivativeKey(parse_spec("8x8"), key)
    except InvalidKey:
        return False
    return True
