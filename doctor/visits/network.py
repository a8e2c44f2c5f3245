"""Ask a server for one answer, which may be a redirect or an error."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

from local_loop.http import Response

#: Asks for a URL with these headers and gives the one answer, also a redirect. Raises OSError without one.
Fetch = Callable[[str, Mapping[str, str]], Response]

#: Seconds, a little longer than the API waits for the function.
_PATIENCE: Final = 40.0
_MOST_BYTES: Final = 8 * 1024 * 1024


class _AsTheyAre(urllib.request.HTTPErrorProcessor):
    """Treat redirects and errors like any other answer."""

    def http_response(self, _request: urllib.request.Request, response: Any) -> Any:
        return response

    def https_response(self, _request: urllib.request.Request, response: Any) -> Any:
        return response


def over_the_network(url: str, headers: Mapping[str, str]) -> Response:
    """Ask a server, without following redirects and without cookies, through the environment's proxy if any.

    Raises:
        OSError: there was no HTTP answer.
    """
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310  no address comes from outside
    try:
        with urllib.request.build_opener(_AsTheyAre).open(request, timeout=_PATIENCE) as answer:
            return Response(
                status=answer.status,
                headers={name.lower(): ", ".join(answer.headers.get_all(name)) for name in answer.headers},
                body=answer.read(_MOST_BYTES),
            )
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from error
    except http.client.HTTPException as error:
        raise OSError(f"the answer is not HTTP: {error!r}") from error
