"""Read JSON that a person wrote."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str) -> Any:
    """Read JSON. Refuse an object that has a name twice: Python would keep only the last value.

    Raises:
        ValueError: it is not JSON, or has a name twice. The text may show a name, but no value.
    """
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except json.JSONDecodeError as error:
        raise ValueError(f"got no JSON: {error.msg} at character {error.pos}") from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"got {next(name for name in names if names.count(name) > 1)!r} twice")
    return named
