"""Read JSON that somebody wrote by hand."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str) -> Any:
    """Read JSON; a name that an object has twice is refused, of which JSON keeps the last.

    Raises:
        ValueError: it is none; the text says where, and shows at most a name of an object.
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
