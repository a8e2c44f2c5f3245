"""Read the Django setting ``RESIZER``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from resizer_core.site import DEFAULT_SITE, Site
from resizer_core.urls.grammar import parse_presets

#: The expected value of each name in ``RESIZER``.
EXPECTED: Final = {
    "BASE_URL": "where delivery is, such as 'https://img.example.com', or '' for the host of the page",
    "PRESETS": "SPECs by name, such as {'thumb': '300x200_fit-cover'}",
    "SIGNING_KEY": "a text or bytes, not empty",
    "SITE": "a resizer_core.Site",
}
_BASE_URL: Final = re.compile(r"(?:(?:https?:/)?/[^\s?#]*)?")


@lru_cache(maxsize=1)
def options() -> Mapping[str, Any]:
    """Return ``base``, ``signing_key`` and ``site``, as the functions of ``resizer_core.markup`` take them.

    Raises:
        ImproperlyConfigured: ``RESIZER`` is wrong or missing.
    """
    given, wrong = read(getattr(settings, "RESIZER", None))
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))
    return given


def _forget(*, setting: str, **_: object) -> None:
    if setting == "RESIZER":
        options.cache_clear()


setting_changed.connect(_forget)  # override_settings sends this, in tests


def read(given: object) -> tuple[dict[str, Any], list[str]]:
    """Read the value of ``RESIZER``.

    Returns:
        The result of ``options``, and a text for each error.
    """
    if not isinstance(given, Mapping):
        return {}, [f"RESIZER: expected a dict with {', '.join(EXPECTED)}, got {type(given).__name__}"]
    wrong = [
        f"RESIZER: unknown name {name!r}; known: {', '.join(EXPECTED)}" for name in {*given} - {*EXPECTED}
    ]

    def refuse(name: str, got: object) -> None:
        wrong.append(f"RESIZER[{name!r}]: expected {EXPECTED[name]}, got {got}")

    base = given.get("BASE_URL")
    if not isinstance(base, str) or not _BASE_URL.fullmatch(base):
        refuse("BASE_URL", "nothing" if base is None else repr(base))
    site = given.get("SITE", DEFAULT_SITE)
    if not isinstance(site, Site):
        refuse("SITE", type(site).__name__)
        site = DEFAULT_SITE
    presets = given.get("PRESETS", {})
    if not isinstance(presets, Mapping):
        refuse("PRESETS", type(presets).__name__)
    elif presets:
        try:
            site = replace(site, presets={**site.presets, **parse_presets(presets, site)})
        except ValueError as error:
            wrong.append(f"RESIZER['PRESETS']: {error}")
    signing_key = given.get("SIGNING_KEY")
    if isinstance(signing_key, str):
        signing_key = signing_key.encode()
    if "SIGNING_KEY" in given and not (isinstance(signing_key, bytes) and signing_key):
        refuse("SIGNING_KEY", "none" if isinstance(signing_key, bytes) else type(signing_key).__name__)
    return {"base": base, "signing_key": signing_key, "site": site}, wrong
