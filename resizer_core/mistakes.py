"""Refuse arguments of the wrong type, and say what to write instead.

Only public functions check this. A type checker finds the same mistake earlier, but not everybody uses one.
"""

from __future__ import annotations

import io
import os
from collections.abc import Awaitable, Callable
from typing import Final

#: Tests for values that people give instead of bytes, and what to write instead. The first match counts.
_BYTES_OF: Final[tuple[tuple[Callable[[object], bool], str], ...]] = (
    (lambda value: _package(value) == "PIL", "read the file itself, or save the picture to an io.BytesIO"),
    (lambda value: _package(value) == "pyvips", 'write image.write_to_buffer(".png")'),
    (lambda value: _package(value) == "numpy", "encode it first: an array has pixels, and no format"),
    (lambda value: isinstance(value, str), "write Path(...).read_bytes() with the path of the file"),
    (lambda value: isinstance(value, os.PathLike), "write path.read_bytes()"),
    (lambda value: isinstance(value, io.TextIOBase), 'open it with open(path, "rb"), and write file.read()'),
    (lambda value: isinstance(value, io.BytesIO), "write file.getvalue()"),
    (lambda value: isinstance(value, Awaitable), "write await before it"),
    (lambda value: _is_async(getattr(value, "read", None)), "write await file.read()"),
    (lambda value: callable(getattr(value, "read", None)), "write file.read()"),
    (lambda value: hasattr(value, "body"), "write its .body"),
)


def check_bytes(value: object, name: str) -> None:
    """Refuse a value that is not the bytes of a file.

    Raises:
        TypeError: it is something else. The text says how to get its bytes.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        return
    instead = next((text for holds, text in _BYTES_OF if holds(value)), "")
    raise TypeError(_sentence("the bytes of a file", name, value, instead))


def check_type(
    value: object, kind: type | tuple[type, ...], *, expected: str, name: str, instead: str
) -> None:
    """Refuse a value of another type.

    Args:
        value: the argument.
        kind: the expected type.
        expected: the expected type in words.
        name: the name of the parameter.
        instead: what to write instead.

    Raises:
        TypeError: the value has another type. The text names the parameter and says what to write.
    """
    if not isinstance(value, kind):
        raise TypeError(_sentence(expected, name, value, instead))


def check_text(value: object, name: str, *, expected: str, instead: str = "") -> None:
    """Refuse a value that is not a text. For bytes and paths, say how they become a text.

    Raises:
        TypeError: as ``check_type``.
    """
    if isinstance(value, str):
        return
    if isinstance(value, (bytes, bytearray)):
        instead = "write .decode() behind it"
    elif isinstance(value, os.PathLike):
        instead = "write path.as_posix()"
    raise TypeError(_sentence(expected, name, value, instead))


def check_store(value: object, name: str) -> None:
    """Refuse a value without the methods of a store.

    Raises:
        TypeError: as ``check_type``.
    """
    if all(callable(getattr(value, method, None)) for method in ("head", "get", "put")):
        return
    raise TypeError(
        _sentence("a store", name, value, 'write open_store("s3://bucket"), or the path of a folder')
    )


def check_several(value: object, name: str, *, expected: str, instead: str) -> None:
    """Refuse one value, or one text, instead of several values.

    Raises:
        TypeError: as ``check_type``.
    """
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise TypeError(_sentence(expected, name, value, instead))


def _sentence(expected: str, name: str, value: object, instead: str) -> str:
    """Say what was expected and which type came. Hide the value: it may be a secret or a whole file."""
    came = "None" if value is None else f"{_article(type(value).__name__)} {type(value).__name__}"
    return f"expected {expected} as {name}, got {came}{instead and f': {instead}'}"


def _article(word: str) -> str:
    return "an" if word.lstrip("_").lower().startswith(tuple("aeiou")) else "a"


def _is_async(function: object) -> bool:
    from inspect import iscoroutinefunction  # here, because only errors need it

    return iscoroutinefunction(function)


def _package(value: object) -> str:
    return type(value).__module__.partition(".")[0]
