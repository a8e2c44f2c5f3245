"""Answer requests in one of several processes: uvicorn, the application, and the log."""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from multiprocessing.synchronize import Event
from socket import socket
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import resizer_core as core
from resizer_core.asgi import Application
from resizer_core.serving.service import Service, View, service_from_environment
from resizer_core.web.log_text import path_without_signature, without_signature

if TYPE_CHECKING:
    from resizer_core.asgi import Receive, Scope, Send
    from resizer_core.web.answers import Answer

_LOG: Final = logging.getLogger("resizer_core.serving")
#: How long a connection stays open without a request, s. nginx keeps its connections for 60 s. So it never
#: sends a request on a connection that this server is closing.
_KEPT_OPEN: Final = 75


def work(given: argparse.Namespace, listening: socket, ready: Event) -> None:
    """Answer requests until a signal comes, or until libraries may be in an unknown state.

    Args:
        given: the arguments of the command. The other settings come from the environment.
        listening: the socket of the requests.
        ready: is set when the settings are right. If they are wrong, this prints the error, and ends the
            process with 2.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    numbers = {"renders": given.renders, "queue": given.queue, "seconds": given.timeout}
    try:
        service = service_from_environment(
            os.environ,
            note=None if given.quiet else _note,
            **{name: number for name, number in numbers.items() if number is not None},
        )
    except (OSError, ValueError, core.ResizerError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    ready.set()
    Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn

    config = uvicorn.Config(
        _WhileSound(service),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEPT_OPEN,
        timeout_graceful_shutdown=given.timeout,
    )
    uvicorn.Server(config).run([listening])


class _WhileSound:
    """Answer requests. End the process after an error that is no ``ResizerError``: it may break libraries."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._application = Application(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)
        if not self._service.sound:
            _LOG.warning("this worker ends after an error that is not ours, and another one begins")
            signal.raise_signal(signal.SIGTERM)  # uvicorn first finishes the running requests


def _end_with_parent() -> None:
    """End this process when its parent is gone, for example killed. Nobody else would end it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


class _JsonLines(logging.Formatter):
    """Write the records of Python's log in JSON, like the lines of requests."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"level": record.levelname, "message": without_signature(super().format(record))})


def _note(view: View, answer: Answer, outcome: str) -> None:
    """Write the line of one request, with the same names as the function's log."""
    if outcome in ("health", "metrics"):  # programs ask for these all day long
        return
    done = view.done
    line: dict[str, Any] = {
        "level": "ERROR" if answer.status >= 500 else "INFO",
        "status": answer.status,
        "outcome": outcome,
        "viewer": view.viewer,
        "method": view.method,
    }
    if view.key:
        line["spec"] = str(view.key.spec.unsigned)
        line["key"] = without_signature(view.key.source)
    else:
        line["path"] = path_without_signature(view.path)
    if done and done.original_size:
        line["bytes_in"] = done.original_size
        line |= {f"{phase}_ms": milliseconds for phase, milliseconds in done.timings.items()}
    line["bytes_out"] = len(answer.body)
    line["total_ms"] = round((perf_counter() - view.started) * 1000, 2)
    with suppress(OSError):  # if nobody reads the log, requests are answered all the same
        sys.stderr.write(f"{json.dumps(line)}\n")  # in one call, because several threads write here
