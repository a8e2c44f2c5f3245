"""Write a page with pictures with Django. It needs resizer_core."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings
from django.template.loader import render_to_string

settings.configure(
    INSTALLED_APPS=["resizer_core.django"],
    RESIZER={"BASE_URL": "https://img.example.com"},  # the delivery distribution
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent]}
    ],
)
django.setup()


def page() -> str:
    """Write the page for a picture whose title needs escaping."""
    return render_to_string("page.html", {"title": 'Ann & "Bob"', "key": "people/ann & bob.jpg"})


if __name__ == "__main__":
    print(page())
