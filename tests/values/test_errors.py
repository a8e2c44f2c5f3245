"""The tree of errors, and what an error shows."""

from __future__ import annotations

import inspect
import pickle

import pytest

from resizer_core import errors
from resizer_core.errors import (
    ConfigurationError,
    CorruptImage,
    InvalidKey,
    InvalidSpec,
    LimitExceeded,
    NotAllowed,
    PluginError,
    RenderError,
    RequestError,
    ResizerError,
    SourceError,
    SourceForbidden,
    SourceNotFound,
    StorageError,
    StorageForbidden,
    UnsupportedFormat,
)

PARENTS: dict[type[Exception], tuple[type[Exception], ...]] = {
    ResizerError: (Exception,),
    RequestError: (ResizerError,),
    InvalidSpec: (RequestError, ValueError),
    InvalidKey: (RequestError, ValueError),
    LimitExceeded: (RequestError,),
    NotAllowed: (RequestError,),
    SourceError: (ResizerError,),
    SourceNotFound: (SourceError,),
    SourceForbidden: (SourceError,),
    UnsupportedFormat: (SourceError,),
    CorruptImage: (SourceError,),
    RenderError: (ResizerError,),
    StorageError: (ResizerError,),
    StorageForbidden: (StorageError,),
    ConfigurationError: (ResizerError,),
    PluginError: (ResizerError,),
}


@pytest.mark.parametrize(
    ("error", "parents"), PARENTS.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_an_error_stands_where_the_tree_shows_it(
    error: type[Exception], parents: tuple[type[Exception], ...]
) -> None:
    assert error.__bases__ == parents


def test_no_error_is_missing_from_the_tree() -> None:
    defined = {cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, Exception)}
    assert defined == set(PARENTS)


def test_the_drawing_names_every_error() -> None:
    drawing = inspect.getdoc(errors) or ""
    assert [error.__name__ for error in PARENTS if error.__name__ not in drawing] == []


@pytest.mark.parametrize("error", PARENTS, ids=lambda error: error.__name__)
def test_an_error_says_when_it_is_raised(error: type[Exception]) -> None:
    assert error.__doc__


def test_an_invalid_spec_underlines_what_is_wrong() -> None:
    error = InvalidSpec("unknown option 'blr'", source="9x9_blr-2_up", start=4, end=9)
    assert str(error) == "unknown option 'blr'\n  9x9_blr-2_up\n      ^^^^^"


def test_an_empty_span_points_at_the_place() -> None:
    error = InvalidSpec("expected an option, got nothing", source="9x9_", start=4, end=4)
    assert str(error).splitlines()[1:] == ["  9x9_", "      ^"]


def test_an_invalid_spec_travels_between_processes() -> None:
    error = InvalidSpec("reason", source="9x9_up", start=4, end=6)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301  made on the line itself
    assert type(twin) is InvalidSpec
    assert (twin.reason, twin.source, twin.start, twin.end) == ("reason", "9x9_up", 4, 6)
    assert str(twin) == str(error)
