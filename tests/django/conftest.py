"""Set up Django once for all tests of its app."""

from __future__ import annotations

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["resizer_core.django"],
    RESIZER={"BASE_URL": "https://img.example.com", "PRESETS": {"thumb": "300x200_fit-cover"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()
