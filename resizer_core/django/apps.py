"""Describe the app to Django: ``INSTALLED_APPS = ["resizer_core.django"]``."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from resizer_core.django.checks import check_settings


class ResizerConfig(AppConfig):
    """Name the app, and check its settings at the start."""

    name = "resizer_core.django"
    label = "resizer_core"

    def ready(self) -> None:
        """Register the check of ``RESIZER``, which Django's commands run first."""
        register(check_settings)
