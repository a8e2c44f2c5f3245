"""Define the answers that need no picture."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from resizer_core.web.answers import EVERYWHERE, NO_STORE, Answer

#: The methods that are answered, for the header ``Allow``.
METHODS: Final = "GET, HEAD, OPTIONS"
#: The answer to a path that does not begin with a SPEC. The function at the edge uses the same words.
NOT_FOUND: Final = Answer.message(
    HTTPStatus.NOT_FOUND, "InvalidSpec", "expected /SPEC/KEY", cache_control="public, max-age=10"
)
#: The answer to a preflight request of a browser. Source: Fetch standard, "CORS-preflight fetch".
PREFLIGHT: Final = Answer(
    status=HTTPStatus.NO_CONTENT,
    headers={
        **EVERYWHERE,
        "allow": METHODS,
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "*",
        "access-control-max-age": "86400",
        "cache-control": NO_STORE,
    },
)


def plain_text(text: str, media_type: str) -> Answer:
    """Answer with a text that no cache keeps."""
    headers = {**EVERYWHERE, "cache-control": NO_STORE, "content-type": media_type}
    return Answer(status=HTTPStatus.OK, headers=headers, body=text.encode())
