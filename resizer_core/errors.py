"""Define every error that ``resizer_core`` raises on purpose.

::

    ResizerError
    ├─ RequestError         the request is wrong
    │  ├─ InvalidSpec       the SPEC breaks the grammar; also a ValueError
    │  ├─ InvalidKey        no original may have this key; also a ValueError
    │  ├─ LimitExceeded     the original or the result is larger than the limits allow
    │  └─ NotAllowed        the access policy or the signature forbids it
    ├─ SourceError          the original is missing or cannot be used
    │  ├─ SourceNotFound    there is no such original
    │  ├─ SourceForbidden   its store does not let us read it: it is archived, or a permission is missing
    │  ├─ UnsupportedFormat its format is unknown, or is not enabled
    │  └─ CorruptImage      it is cut short or damaged, or nothing here can decode it
    ├─ RenderError          libvips refused a step, or a decoder does not start: a bug
    ├─ StorageError         the store failed; a retry may help
    │  └─ StorageForbidden  the store does not allow it
    ├─ ConfigurationError   the configuration names something that is missing or cannot be used
    └─ PluginError          an installed plugin clashes with another one, or cannot be imported

You can always show ``str(error)`` to a stranger. The text of a library, the name of a bucket and secrets
stay in ``__cause__``. The ``http_status`` of a class is the status of the HTTP answer. A class without one
takes that of its parent.
"""

from __future__ import annotations

from typing import ClassVar


class ResizerError(Exception):
    """Group every error of the tree above."""

    http_status: ClassVar[int] = 500


class RequestError(ResizerError):
    """Say that the request is wrong. To ask again will not help."""

    http_status: ClassVar[int] = 400


class InvalidSpec(RequestError, ValueError):
    """Say that the SPEC breaks the grammar.

    ``reason`` says what was expected, and ``source[start:end]`` is the part that is wrong. An empty span
    (``start == end``) points at the place where something is missing.
    """

    def __init__(self, reason: str, *, source: str, start: int, end: int) -> None:
        super().__init__(reason, source, start, end)
        self.reason = reason
        self.source = source
        self.start = start
        self.end = end

    def __str__(self) -> str:
        """Write the reason, and below it the SPEC with the wrong part underlined.

        >>> print(InvalidSpec("unknown option 'blr'", source="9x9_blr-2", start=4, end=9))
        unknown option 'blr'
          9x9_blr-2
              ^^^^^
        """
        marks = "^" * max(1, self.end - self.start)
        return f"{self.reason}\n  {self.source}\n  {' ' * self.start}{marks}"

    def __reduce__(self) -> tuple[object, ...]:
        # Processes exchange errors by pickle, which needs this because of the keyword-only arguments.
        return _invalid_spec, (self.reason, self.source, self.start, self.end)


def _invalid_spec(reason: str, source: str, start: int, end: int) -> InvalidSpec:
    return InvalidSpec(reason, source=source, start=start, end=end)


class InvalidKey(RequestError, ValueError):
    """Say that no original may have this key. No storage was touched."""


class LimitExceeded(RequestError):
    """Say that the original or the derivative is larger than ``Limits`` or ``kb`` allow."""

    http_status: ClassVar[int] = 422


class NotAllowed(RequestError):
    """Say that the access policy forbids this SPEC, or that its signature is missing or wrong."""

    http_status: ClassVar[int] = 403


class SourceError(ResizerError):
    """Say that the original is missing or cannot be used."""

    http_status: ClassVar[int] = 422


class SourceNotFound(SourceError):
    """Say that there is no original under this key."""

    http_status: ClassVar[int] = 404


class SourceForbidden(SourceError):
    """Say that the store does not let us read this original: it is archived, or a permission is missing."""

    http_status: ClassVar[int] = 403


class UnsupportedFormat(SourceError):
    """Say that the original's format is unknown or not enabled, or that its decoder is not installed."""

    http_status: ClassVar[int] = 415


class CorruptImage(SourceError):
    """Say that the original is cut short or damaged, or that nothing here can decode it."""


class RenderError(ResizerError):
    """Say that libvips refused a step or a decoder does not start: a bug, a bad plugin or installation."""


class StorageError(ResizerError):
    """Say that the store failed or could not be reached. A retry may help."""

    http_status: ClassVar[int] = 503


class StorageForbidden(StorageError):
    """Say that the store was reached but does not allow this."""


class ConfigurationError(ResizerError):
    """Say that the configuration names something that is missing or cannot be used. A retry will not help."""


class PluginError(ResizerError):
    """Say that an installed plugin clashes with another one or cannot be imported."""
