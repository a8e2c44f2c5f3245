"""Every error that ``resizer_core`` raises on purpose.

::

    ResizerError
    ├─ RequestError         the request asks for something that is not to be had
    │  ├─ InvalidSpec       the SPEC breaks the grammar; also a ValueError
    │  ├─ InvalidKey        the key of the original is refused; also a ValueError
    │  ├─ LimitExceeded     the original or the result is larger than the limits allow
    │  └─ NotAllowed        the access policy or the signature forbids it
    ├─ SourceError          the original is at fault
    │  ├─ SourceNotFound    there is no such original
    │  ├─ SourceForbidden   its store does not let it be read: archived, or not allowed
    │  ├─ UnsupportedFormat it is of no format that is enabled, or of a kind that is not read
    │  └─ CorruptImage      it is cut short, damaged, or coded in a way that cannot be decoded
    ├─ RenderError          libvips refused a step of ours, or a decoder does not start: a bug
    ├─ StorageError         the store failed; a retry may help
    │  └─ StorageForbidden  the store does not allow it
    ├─ ConfigurationError   what the configuration names is not there or cannot be used
    └─ PluginError          an installed plugin clashes or does not import

``str(error)`` is always safe to show to a stranger. The text of a library, the name of a bucket and
secrets stay in ``__cause__``. Each class says in ``http_status`` which status an answer of HTTP has for it; a
class that says none takes its parent's.
"""

from __future__ import annotations

from typing import ClassVar


class ResizerError(Exception):
    """The root of the tree above."""

    http_status: ClassVar[int] = 500


class RequestError(ResizerError):
    """The request asks for something that is not to be had; asking again will not help."""

    http_status: ClassVar[int] = 400


class InvalidSpec(RequestError, ValueError):
    """The SPEC breaks the grammar.

    ``reason`` says what was expected; ``source[start:end]`` is what is wrong. An empty span
    (``start == end``) points at the place where something is missing.
    """

    def __init__(self, reason: str, *, source: str, start: int, end: int) -> None:
        super().__init__(reason, source, start, end)
        self.reason = reason
        self.source = source
        self.start = start
        self.end = end

    def __str__(self) -> str:
        """The reason, and below it the SPEC with the wrong part underlined.

        >>> print(InvalidSpec("unknown option 'blr'", source="9x9_blr-2", start=4, end=9))
        unknown option 'blr'
          9x9_blr-2
              ^^^^^
        """
        marks = "^" * max(1, self.end - self.start)
        return f"{self.reason}\n  {self.source}\n  {' ' * self.start}{marks}"

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments need this for pickling, as between processes.
        return _invalid_spec, (self.reason, self.source, self.start, self.end)


def _invalid_spec(reason: str, source: str, start: int, end: int) -> InvalidSpec:
    return InvalidSpec(reason, source=source, start=start, end=end)


class InvalidKey(RequestError, ValueError):
    """The key of the original is refused before any storage is touched."""


class LimitExceeded(RequestError):
    """The original, or what is asked of it, is larger than ``Limits`` or ``kb`` allow."""

    http_status: ClassVar[int] = 422


class NotAllowed(RequestError):
    """The access policy forbids this SPEC, or its signature is missing or wrong."""

    http_status: ClassVar[int] = 403


class SourceError(ResizerError):
    """The original is at fault."""

    http_status: ClassVar[int] = 422


class SourceNotFound(SourceError):
    """There is no original under this key."""

    http_status: ClassVar[int] = 404


class SourceForbidden(SourceError):
    """The store does not let this original be read: it is archived, or a permission is missing."""

    http_status: ClassVar[int] = 403


class UnsupportedFormat(SourceError):
    """It is of no format that is enabled, of a kind that is not read, or what decodes it is not installed."""

    http_status: ClassVar[int] = 415


class CorruptImage(SourceError):
    """The original is cut short, damaged, or coded in a way that cannot be decoded."""


class RenderError(ResizerError):
    """libvips refused a step of ours, or a decoder does not start: a bug, or a bad plugin or installation."""


class StorageError(ResizerError):
    """The store failed or could not be reached; a retry may help."""

    http_status: ClassVar[int] = 503


class StorageForbidden(StorageError):
    """The store was reached and does not allow what was asked of it."""


class ConfigurationError(ResizerError):
    """The configuration names what is not there or cannot be used; no retry helps until it is mended."""


class PluginError(ResizerError):
    """An installed plugin clashes with another one or does not import."""
