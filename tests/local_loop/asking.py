"""Ask a server of the loop over its socket."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode


class Answer:
    """Hold a response that was read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Send one request, with its path exactly as written. In names of headers, ``_`` stands for a dash."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, f"/{path}", body=body, headers=named)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def asked(url: str, question: str, **parameters: str) -> Any:
    """Read the answer to the page as a value."""
    answer = ask(f"{url}/_loop/{question}?{urlencode(parameters)}")
    assert answer.status == 200, answer.body
    return answer.json


def post(url: str, question: str, body: bytes = b"", **parameters: str) -> Answer:
    """Post as the page itself does."""
    address = f"{url}/_loop/{question}?{urlencode(parameters)}"
    return ask(address, method="POST", body=body, Origin=url, Sec_Fetch_Site="same-origin")
