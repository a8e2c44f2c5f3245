"""A page with pictures, by Django, for whoever has resizer_core installed."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings
from django.template.loader import render_to_string

HERE = Path(__file__).parent

settings.configure(
    PICTURES_URL="https://img.example.com",  # of the delivery distribution
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE],
            "OPTIONS": {"libraries": {"pictures": "pictures"}},  # the file beside this one
        }
    ],
)
django.setup()


def page() -> str:
    """The page, for a picture whose title has to be escaped."""
    given = {
        "title": 'Ann & "Bob"',
        "key": "people/ann & bob.jpg",
        "widths": [480, 960, 1920],
        "small": {"class": "small"},
    }
    return render_to_string("page.html", given)


if __name__ == "__main__":
    print(page())
