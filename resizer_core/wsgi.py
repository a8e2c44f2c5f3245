"""Serve derivatives through WSGI: an application for gunicorn, Flask, Django and others.

``gunicorn "resizer_core.wsgi:from_environment()"`` runs it with the settings of the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from resizer_core.mistakes import check_type
from resizer_core.serving.service import Service, service_from_environment

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

#: Answers with these statuses have no body, and so no Content-Type. Source: the checks of wsgiref.validate.
_WITHOUT_BODY: Final = (204, 304)


class Application:
    """Answer requests for derivatives as a WSGI application, also below a prefix (``SCRIPT_NAME``).

    Each request waits in its own thread of the server. ``Service`` limits how many pictures are made at once.

    Args:
        service: answers the requests.

    Source: PEP 3333.
    """

    def __init__(self, service: Service) -> None:
        check_type(service, Service, expected="a Service", name="service", instead="write Service(resizer)")
        self._service = service

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer = self._service.answer(
            environ["REQUEST_METHOD"],
            _decoded(environ.get("PATH_INFO", "")),
            _headers(environ),
            prefix=_decoded(environ.get("SCRIPT_NAME", "")),
            viewer=environ.get("REMOTE_ADDR", ""),
        )
        headers = dict(answer.headers)
        if answer.status in _WITHOUT_BODY:
            headers.pop("content-type", None)
        else:
            headers.setdefault("content-type", "text/plain")
        start_response(f"{answer.status.value} {answer.status.phrase}", list(headers.items()))
        return [answer.body]


def from_environment() -> Application:
    """Make the application that the ``RESIZER_*`` variables describe.

    Raises:
        ValueError: a variable is wrong. The text begins with its name.
    """
    return Application(service_from_environment(os.environ))


def _decoded(text: str) -> str:
    """Read a path as UTF-8. The server has decoded it once, into one character for each byte."""
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
