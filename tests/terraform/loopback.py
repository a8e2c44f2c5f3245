"""Ask a server on a loopback port like a piece of the loop."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

from local_loop.http import Request, Response
from tests.container.running import PATIENCE


def ask(port: int, request: Request, *, headers: Mapping[str, str]) -> Response:
    """Send a request, and wait for the response. ``headers`` add to its own headers or replace them."""
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
