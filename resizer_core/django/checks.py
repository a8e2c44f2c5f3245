"""Check the setting ``RESIZER``, for Django's system check framework."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import Error

from resizer_core.django.configuration import read


def check_settings(**_: object) -> list[Error]:
    """List the errors in ``RESIZER``, one for each wrong name."""
    _options, wrong = read(getattr(settings, "RESIZER", None))
    return [Error(text, id="resizer_core.E001") for text in wrong]
