"""Write pictures as ``resizer_core.markup`` does, from the values of fields and with Django's settings."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.utils.safestring import SafeString

from resizer_core.django import configuration
from resizer_core.django.fields import key_of, size_of
from resizer_core.markup import pictures as markup
from resizer_core.spec import Spec


@wraps(markup.url)
def url(spec: Spec | str, key: Any, **options: Any) -> str:
    """Write the address of a derivative. ``key`` may be the value of a field."""
    return markup.url(spec, key_of(key), **{**configuration.options(), **options})


@wraps(markup.srcset)
def srcset(key: Any, **options: Any) -> str:
    """Write the value of ``srcset``. ``key`` may be the value of a field."""
    return markup.srcset(key_of(key), **_completed(key, options))


@wraps(markup.picture)
def picture(key: Any, **options: Any) -> SafeString:
    """Write a ``<picture>`` element. ``key`` may be the value of a field."""
    return SafeString(markup.picture(key_of(key), **_completed(key, options)))


@wraps(markup.preload)
def preload(key: Any, **options: Any) -> SafeString:
    """Write a ``<link>`` for the ``<head>``. ``key`` may be the value of a field."""
    return SafeString(markup.preload(key_of(key), **_completed(key, options)))


def _completed(key: Any, options: dict[str, Any]) -> dict[str, Any]:
    return {"original": size_of(key), **configuration.options(), **options}
