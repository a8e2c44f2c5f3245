"""Serve derivatives through ASGI: an application for uvicorn, granian, FastAPI, Starlette and others.

``uvicorn --factory resizer_core.asgi:from_environment`` runs it with the settings of the environment.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from resizer_core.mistakes import check_type
from resizer_core.serving.service import Service, service_from_environment
from resizer_core.web.answers import Answer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


#: How long a request usually takes if its derivative is stored, s. Only after that does the application watch
#: whether the client disconnects.
_SOON: Final = 0.1


class Application:
    """Answer requests for derivatives as an ASGI application, also below a prefix (``root_path``).

    Stores and pictures do not block the event loop: threads of the ``Service`` do that work. If a client
    disconnects, its request ends.

    Args:
        service: answers the requests.

    Source: ASGI specification 3.0, "HTTP & WebSocket ASGI message format" and "Lifespan protocol".
    """

    def __init__(self, service: Service) -> None:
        check_type(service, Service, expected="a Service", name="service", instead="write Service(resizer)")
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the events of the server's start and end."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive)
            if answer:
                await _send(answer, send)
        else:
            raise ValueError(f"expected the scope http or lifespan, got {scope['type']!r}")

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """Answer the request of a scope. Return None if the client has disconnected."""
        prefix, path = _split(scope)
        viewer, _ = scope.get("client") or ("", 0)
        view = self._service.begin(
            scope["method"], path, _headers(scope["headers"]), prefix=prefix, viewer=viewer
        )
        if view.answered.done():
            return view.answered.result()
        answered = asyncio.wrap_future(view.answered)
        waited_for: set[asyncio.Future[Any]] = {answered}
        gone: asyncio.Future[None] | None = None
        try:
            done, _ = await asyncio.wait(waited_for, timeout=min(_SOON, self._service.seconds))
            if not done:
                gone = asyncio.ensure_future(_gone(receive))
                await asyncio.wait(
                    waited_for | {gone},
                    timeout=self._service.seconds - _SOON,
                    return_when=asyncio.FIRST_COMPLETED,
                )
        except asyncio.CancelledError:  # the server cancels it
            self._service.leave(view)
            raise
        finally:
            if gone:
                gone.cancel()
        if answered.done():
            return answered.result()
        if gone and gone.done():
            self._service.leave(view)
            return None
        return self._service.late(view)


def from_environment() -> Application:
    """Make the application that the ``RESIZER_*`` variables describe.

    Raises:
        ValueError: a variable is wrong. The text begins with its name.
    """
    return Application(service_from_environment(os.environ))


def _split(scope: Scope) -> tuple[str, str]:
    """Find the prefix of the mount and the path below it, both decoded exactly once.

    ``path`` has lost bytes that are not UTF-8. So this takes ``raw_path`` if the server gives it. Some
    servers and frameworks leave the prefix in the path, and others take it out.
    """
    raw: bytes | None = scope.get("raw_path")
    path = scope["path"] if raw is None else unquote_to_bytes(raw).decode("utf-8", "surrogateescape")
    prefix: str = scope.get("root_path", "").rstrip("/")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        path = path.removeprefix(prefix)
    return prefix, path


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Read the headers, and join several values of one name by commas. Source: RFC 9110, section 5.3."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


async def _gone(receive: Receive) -> None:
    """Wait until the client disconnects, and ignore a body that it sends."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status.value, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _live(receive: Receive, send: Send) -> None:
    """Confirm the start and the end of the server. Neither needs any work: threads end with the process."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
