"""Write elements of HTML. Every value is checked and escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9:_.-]*")


class Html(str):
    """Hold HTML that is escaped already. The templates of Jinja and Django do not escape it again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return itself: markupsafe and Django call this instead of escaping."""
        return self


def tag(name: str, attributes: Mapping[str, object]) -> str:
    """Write the start tag of an element.

    Raises:
        ValueError: as ``escaped``.
    """
    written = "".join(f' {key}="{escaped(value, key)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def escaped(value: object, attribute: str) -> str:
    """Escape the value of an attribute. A value with ``__html__`` is HTML; only its quotes are escaped.

    Raises:
        ValueError: the value is neither a text nor a number.
    """
    if hasattr(value, "__html__"):
        return str(value.__html__()).replace('"', "&quot;")
    # A lazy translation of Django is not a str, but it has the methods of one.
    if not (hasattr(value, "casefold") or type(value) in (int, float)):
        raise ValueError(f"expected a text or a number for {attribute}, got {type(value).__name__}")
    return escape(str(value))


def checked(attributes: Mapping[str, object], taken: frozenset[str]) -> Mapping[str, object]:
    """Return ``attributes``, none of which may be among ``taken``.

    Raises:
        ValueError: a name is taken, or HTML does not allow it.
    """
    for name in attributes:
        if not _NAME.fullmatch(name) or name in taken:
            raise ValueError(f"expected the name of an attribute that is not set otherwise, got {name!r}")
    return attributes
