"""A server on a loopback port, asked as a piece of the loop is."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

from local_loop.http import Request, Response
from tests.container.running import PATIENCE


def ask(port: int, request: Request, *, headers: Mapping[str, str]) -> Response:
    """Send a request with ``headers`` besides or instead of its own, and wait for what comes back."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(request.method, request.target, headers={**request.headers, **headers})
        response = connection.getresponse()
        return Response(
            status=response.status,
            headers={name.lower(): value for name, value in response.getheaders()},
            body=response.read(),
        )
    finally:
        connection.close()
