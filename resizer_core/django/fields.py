"""Take a key and a size out of the value of a field. This touches no storage."""

from __future__ import annotations

from django.core.files import File


def key_of(value: object) -> str:
    """Return the key of an original: the name of a field's file, or the text itself.

    Raises:
        ValueError: the field has no file, or the value is neither a field's file nor a text.
    """
    key = value.name if isinstance(value, File) else value
    if isinstance(key, str) and key:
        return key
    got = type(key).__name__ if key else "nothing"
    raise ValueError(f"expected the key of an original, or the value of a field with a file, got {got}")


def size_of(value: object) -> tuple[int, int] | None:
    """Return the width and height of an ``ImageField``'s file, px, if its row has both.

    These are the values of ``width_field`` and ``height_field``. This does not use the ``width`` and
    ``height`` of the file itself: for these Django reads the file, with one request to the storage a picture.
    """
    field, row = getattr(value, "field", None), getattr(value, "instance", None)
    # If the row was loaded without these fields, Django would fetch them one by one.
    loaded = getattr(row, "__dict__", {})
    width, height = (loaded.get(getattr(field, name, None)) for name in ("width_field", "height_field"))
    return (width, height) if width and height else None
