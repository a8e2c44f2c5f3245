"""Write errors for a log, without signatures (rule 28)."""

from __future__ import annotations

import re
import traceback
from typing import Final

from resizer_core.errors import ResizerError, SourceForbidden, SourceNotFound

#: Matches a signature anywhere: in the text of a library, after an extra slash, or with its _ and - encoded
#: twice. It also matches a signature that lost a few characters at its end.
_SIGNATURE: Final = re.compile(
    r"_?(?:(?<![a-z0-9])|(?<=%5f)|(?<=%255f))(?:s|signature)(?:-|%(?:25)?2d)[a-z2-7]{12}[a-z0-9]*",
    re.IGNORECASE,
)


def is_for_the_owner(error: Exception) -> bool:
    """Say whether the owner must mend this error, and so needs its cause in the log.

    These are errors with a 5xx status, originals that the store does not let us read, and fallbacks that
    failed.
    """
    if not isinstance(error, ResizerError) or error.http_status >= 500:
        return True
    return isinstance(error, SourceForbidden) or (
        isinstance(error, SourceNotFound) and error.__cause__ is not None
    )


def error_text(error: BaseException) -> str:
    """Write an error with its traceback and its causes."""
    return without_signature("".join(traceback.format_exception(error)))


def without_signature(text: str) -> str:
    """Remove everything that could be a signature."""
    return _SIGNATURE.sub("", text)


def path_without_signature(path: str) -> str:
    """Remove everything from a path that could be a signature, also a misspelled one.

    The path need not have a SPEC.
    """
    spec, slash, key = path.removeprefix("/").partition("/")
    kept = (part for part in spec.split("_") if not part.lower().startswith(("s-", "signature-")))
    return without_signature("/" + "_".join(kept) + slash + key)
