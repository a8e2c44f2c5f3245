"""Take what ``resizer_core.markup`` needs out of the value of a field, and touch no storage."""

from __future__ import annotations

from django.core.files import File


def key_of(value: object) -> str:
    """Return the key of an original: the name of the file of a field, or the text itself.

    Raises:
        ValueError: there is no file, or the value is neither.
    """
    key = value.name if isinstance(value, File) else value
    if isinstance(key, str) and key:
        return key
    got = type(key).__name__ if key else "nothing"
    raise ValueError(f"expected the key of an original, or the value of a field with a file, got {got}")


def size_of(value: object) -> tuple[int, int] | None:
    """Return the width and height of an ``ImageField``'s file, px, if its row has both.

    Those are its ``width_field`` and ``height_field``. Its own ``width`` and ``height`` are not asked: for
    them Django reads the file, which is a request to the storage for each picture of a page.
    """
    field, row = getattr(value, "field", None), getattr(value, "instance", None)
    # Of a row that was loaded without them Django would fetch them one by one.
    loaded = getattr(row, "__dict__", {})
    width, height = (loaded.get(getattr(field, name, None)) for name in ("width_field", "height_field"))
    return (width, height) if width and height else None
