"""Answer what no picture is needed for."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from resizer_core.web.answers import EVERYWHERE, NO_STORE, Answer

#: What is answered, for ``Allow``.
METHODS: Final = "GET, HEAD, OPTIONS"
#: To what begins like no SPEC, in the words of the function at the edge.
NOT_FOUND: Final = Answer.message(
    HTTPStatus.NOT_FOUND, "InvalidSpec", "expected /SPEC/KEY", cache_control="public, max-age=10"
)
#: To a browser that asks whether a script may ask. Source: Fetch standard, "CORS-preflight fetch".
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
    """Answer with words that no cache keeps."""
    headers = {**EVERYWHERE, "cache-control": NO_STORE, "content-type": media_type}
    return Answer(status=HTTPStatus.OK, headers=headers, body=text.encode())
