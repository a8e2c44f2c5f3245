"""Say in a log what went wrong, and no signature (rule 28)."""

from __future__ import annotations

import re
import traceback
from typing import Final

from resizer_core.errors import ResizerError, SourceForbidden, SourceNotFound

#: A signature wherever it stands, whatever follows it: in a text of a library, behind a slash too many, with
#: its _ and - encoded once too often. One that is cut short by a little counts.
_SIGNATURE: Final = re.compile(
    r"_?(?:(?<![a-z0-9])|(?<=%5f)|(?<=%255f))(?:s|signature)(?:-|%(?:25)?2d)[a-z2-7]{12}[a-z0-9]*",
    re.IGNORECASE,
)


def is_for_the_owner(error: Exception) -> bool:
    """Say whether an error is for whoever runs this to mend, who needs to know what is behind it.

    That is whatever is answered with a 5xx, an original that may not be read, and a fallback that could not
    be made.
    """
    if not isinstance(error, ResizerError) or error.http_status >= 500:
        return True
    return isinstance(error, SourceForbidden) or (
        isinstance(error, SourceNotFound) and error.__cause__ is not None
    )


def error_text(error: BaseException) -> str:
    """Tell all of an error, with what it came from."""
    return without_signature("".join(traceback.format_exception(error)))


def without_signature(text: str) -> str:
    """Leave out whatever could be a signature."""
    return _SIGNATURE.sub("", text)


def path_without_signature(path: str) -> str:
    """Leave out of a path whatever could be a signature, a misspelt one too; it may have no SPEC at all."""
    spec, slash, key = path.removeprefix("/").partition("/")
    kept = (part for part in spec.split("_") if not part.lower().startswith(("s-", "signature-")))
    return without_signature("/" + "_".join(kept) + slash + key)
