"""Tags for pictures: ``{% load pictures %}``, once this file is a library of the site's templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

import resizer_core

register = template.Library()


@register.simple_tag
def picture(key: str, **options: Any) -> str:
    """``{% picture key spec="300x200_fit-cover" alt=title %}``; the options are those of ``picture``."""
    return resizer_core.picture(key, base=settings.PICTURES_URL, **options)


@register.simple_tag
def picture_url(spec: str, key: str) -> str:
    """``{% picture_url "300x200" key %}``."""
    return resizer_core.url(spec, key, base=settings.PICTURES_URL)


@register.simple_tag
def picture_srcset(key: str, **options: Any) -> str:
    """``{% picture_srcset key spec="300x" %}``; the options are those of ``srcset``."""
    return resizer_core.srcset(key, base=settings.PICTURES_URL, **options)
