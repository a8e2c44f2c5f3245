"""A page with pictures, by Jinja, for whoever has resizer_core installed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from resizer_core import picture, srcset, url

#: Of the delivery distribution; a site of its own reads it from its settings.
BASE = "https://img.example.com"

environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)
environment.globals |= {
    "url": partial(url, base=BASE),
    "srcset": partial(srcset, base=BASE),
    "picture": partial(picture, base=BASE),
}


def page() -> str:
    """The page, for a picture whose title has to be escaped."""
    return environment.get_template("page.html").render(title='Ann & "Bob"', key="people/ann & bob.jpg")


if __name__ == "__main__":
    print(page())
