"""Choose the picture to ask for: the original, and a small allowed SPEC."""

from __future__ import annotations

from collections.abc import Iterable

from resizer_core import TRUSTED_FORMATS, Access, DerivativeKey, InvalidKey, Settings, Spec, parse_spec, sign


def spec_for(settings: Settings, version: str = "") -> Spec:
    """Make a small SPEC that the access policy allows, with ``version`` as its ``v-``.

    Raises:
        LookupError: the policy allows no version, because there is no key to sign it.
    """
    site = settings.site
    name, preset = next(iter(site.presets.items())) if site.access is Access.PRESETS else ("", None)
    beginning = f"p-{name}" if preset else "8x8_f-png"
    # f-auto would cause one more redirect.
    format = "_f-jpg" if preset and preset.format == "auto" else ""
    spec = parse_spec(f"{beginning}{format}{version and f'_v-{version}'}", site)
    if site.access is Access.OPEN or (preset and not version):
        return spec
    if not site.keys:
        raise LookupError(
            "with presets and no signing keys, the doctor can make no address that is surely new"
        )
    return sign(spec, site.keys[0])


def first_picture(keys: Iterable[str]) -> str | None:
    """Find the first key that names a picture and can be in an address."""
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
