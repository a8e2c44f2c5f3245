"""Define the plugins in the packages of these tests, and read their options."""

from __future__ import annotations

from collections.abc import Callable

from resizer_core.plugins import Plugins
from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec

GROUPS = {"operations": "resizer_core.operations", "formats": "resizer_core.formats"}

GOOD = """
class Glow:
    name = long_name = "acme.glow"
    order = 75

    @classmethod
    def parse(cls, text):
        if text:
            raise ValueError(f"expected no argument, got {text!r}")
        return cls()

    def __str__(self):
        return self.name

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return 1

    def measure(self, header):
        return header

    def apply(self, image):
        return image


class Early(Glow):
    name = long_name = "acme.early"
    order = 5


class Zoo(Glow):
    name, long_name = "zoo.first", "zoo.begin"
    order = 1
"""
PPM = """
from resizer_core import Format

PPM = Format(name="ppm", media_type="image/x-portable-pixmap", suffix=".ppm", browsers=False)
"""

Install = Callable[..., None]


def read(text: str, plugins: Plugins) -> Spec:
    return parse_spec(
        text,
        site=Site(operations=plugins.operations, formats=plugins.formats),
    )
