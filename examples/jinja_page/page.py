"""Write a page with pictures with Jinja. It needs resizer_core."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from resizer_core import picture, srcset, url

#: The delivery distribution's URL. A real site reads it from its settings.
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
    """Write the page for a picture whose title needs escaping."""
    return environment.get_template("page.html").render(title='Ann & "Bob"', key="people/ann & bob.jpg")


if __name__ == "__main__":
    print(page())
