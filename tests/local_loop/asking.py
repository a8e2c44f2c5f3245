"""Ask a server of the loop over its socket."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode


class Answer:
    """A response that was read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request, its path sent exactly as it is written. Names of headers have ``_`` for their dashes."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, f"/{path}", body=body, headers=named)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def asked(url: str, question: str, **parameters: str) -> Any:
    """What the page is told, as a value."""
    answer = ask(f"{url}/_loop/{question}?{urlencode(parameters)}")
    assert answer.status == 200, answer.body
    return answer.json


def post(url: str, question: str, body: bytes = b"", **parameters: str) -> Answer:
    """Post as the page itself does."""
    address = f"{url}/_loop/{question}?{urlencode(parameters)}"
    return ask(address, method="POST", body=body, Origin=url, Sec_Fetch_Site="same-origin")
