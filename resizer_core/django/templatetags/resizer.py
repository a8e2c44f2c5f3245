"""Offer ``{% picture %}`` and its siblings to templates.

Their names begin with ``picture``, for ``{% url %}`` is Django's.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import template

from resizer_core.django import pictures
from resizer_core.errors import NotAllowed

register = template.Library()


class _Located(template.Node):
    """Render another node, and say of an error which tag of which template it is of."""

    def __init__(self, node: template.Node) -> None:
        self._node = node

    def render(self, context: template.Context) -> str:
        try:
            rendered: str = self._node.render(context)
        except (ValueError, NotAllowed) as error:
            place = f"{self.origin.template_name or self.origin.name}, line {self.token.lineno}"
            tag = f"{{% {self.token.contents} %}}"
            raise template.TemplateSyntaxError(f"{place}, {tag}: {error}") from error
        return rendered


def _register(name: str, make: Callable[..., str]) -> None:
    """Register ``make`` as a tag: Django reads its options off the function of ``markup`` that it wraps."""

    @wraps(make)
    def tag(*args: Any, **options: Any) -> str:
        return make(*args, **{option: _read(option, value) for option, value in options.items()})

    register.simple_tag(tag, name=name)
    compiled = register.tags[name]
    register.tag(name, lambda parser, token: _Located(compiled(parser, token)))


def _read(option: str, value: Any) -> Any:
    """Read the text of what is a list or a dict elsewhere: a template can write neither.

    Raises:
        ValueError: a width or a density is no number.
    """
    if option == "attributes" and isinstance(value, str):
        return dict(part.partition("=")[::2] for part in shlex.split(value))
    if option not in ("widths", "densities", "formats") or not isinstance(value, (str, int, float)):
        return value
    parts = [part.strip() for part in str(value).split(",")]
    try:
        return parts if option == "formats" else [_number(part) for part in parts]
    except ValueError:
        raise ValueError(f"expected {option} as numbers with commas between them, got {value!r}") from None


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


for _name, _make in (
    ("picture", pictures.picture),
    ("picture_preload", pictures.preload),
    ("picture_srcset", pictures.srcset),
    ("picture_url", pictures.url),
):
    _register(_name, _make)
