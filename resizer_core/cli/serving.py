"""Serve pictures over HTTP, in worker processes. If a worker ends, this process starts a new one."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import socket
import sys
import time
from importlib.util import find_spec
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from types import FrameType
from typing import Any, Final

from resizer_core.cli.arguments import whole_number
from resizer_core.cli.stores import named_stores, store_options

#: How many connections may wait for a worker, also between the end of one and the start of the next.
_BACKLOG: Final = 2048
#: The time between two looks for a signal, s.
_TICK: Final = 0.2
#: The least time between the starts of two workers, s. It keeps workers that cannot start from using all CPU.
_BETWEEN: Final = 1.0
#: A worker gets the time-out of a request and this much more, s. Then it is killed.
_GRACE: Final = 5.0
_EPILOG: Final = """\
All other settings come from variables, RESIZER_ACCESS and so on: docs/settings.md. docs/server.md tells how
to run the server.

exit status: 0 after SIGTERM or Ctrl-C, when running requests have ended; 2 if a setting is wrong or the port
is taken"""


def add_to(commands: Any) -> None:
    """Add ``serve`` to the commands."""
    parser = commands.add_parser("serve", parents=[store_options()], help="serve pictures over HTTP")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Serve pictures at /SPEC/KEY. Without a store of derivatives they are kept in memory, up to a limit."
    )
    parser.epilog = _EPILOG
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: 127.0.0.1)")
    parser.add_argument(
        "--port", metavar="N", type=_port, default=8080, help="the port; 0 takes a free one (default: 8080)"
    )
    parser.add_argument(
        "--workers", metavar="N", type=whole_number, default=1, help="processes that answer (default: 1)"
    )
    parser.add_argument(
        "--renders",
        metavar="N",
        type=whole_number,
        help="pictures that each process makes at once (default: one for each core)",
    )
    parser.add_argument(
        "--queue",
        metavar="N",
        type=_count,
        help="pictures that may wait in each process; if more come, the answer is 503 (default: 64)",
    )
    parser.add_argument(
        "--timeout",
        metavar="S",
        type=whole_number,
        default=28,
        help="seconds that a request may take (default: 28)",
    )
    parser.add_argument("--quiet", action="store_true", help="log errors alone, and no requests")


def serve(given: argparse.Namespace) -> int:
    """Run the command. Return the exit status.

    Raises:
        ValueError: uvicorn is not installed.
        OSError: the server cannot listen at this address.
    """
    if find_spec("uvicorn") is None:
        raise ValueError("serve needs uvicorn, which pip install 'resizer-core[serve]' brings")
    os.environ.update(named_stores(given))  # the workers read the stores from the environment
    with _listen(given.host, given.port) as listening:
        return _Workers(given, listening).run()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]  # without a second copy of the address
        raise OSError(f"cannot listen at {_url(host, port)}: {reason}") from error


class _Workers:
    """Keep worker processes running until a signal comes."""

    def __init__(self, given: argparse.Namespace, listening: socket.socket) -> None:
        self._given, self._listening = given, listening
        # A fork would lose the threads of libvips and of the stores.
        self._context = multiprocessing.get_context("spawn")
        self._ready = self._context.Event()
        self._running: list[SpawnProcess] = []
        self._not_before = 0.0
        self._signals = 0

    def run(self) -> int:
        """Run workers until a signal comes. Return the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._count_signal)
        self._begin()  # one worker alone, so that an error in the settings is printed once
        while not (self._signals or self._ready.is_set()):
            self._wait()
            if not self._running:
                return 2
        if not self._signals:
            url = _url(self._given.host, self._listening.getsockname()[1])
            print(f"serving at {url}", file=sys.stderr, flush=True)
        while not self._signals:
            while len(self._running) < self._given.workers and time.monotonic() >= self._not_before:
                self._begin()
            self._wait()
        self._end()
        return 0

    def _count_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _begin(self) -> None:
        worker = self._context.Process(target=_work, args=(self._given, self._listening, self._ready))
        # Ctrl-C goes to every process of the terminal. A new worker ignores it until uvicorn handles it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        worker.start()
        signal.signal(signal.SIGINT, self._count_signal)
        self._not_before = time.monotonic() + _BETWEEN if self._ready.is_set() else 0.0
        self._running.append(worker)

    def _wait(self) -> None:
        """Wait a moment, and forget the workers that have ended."""
        wait([worker.sentinel for worker in self._running], _TICK)
        self._running = [worker for worker in self._running if worker.is_alive()]

    def _end(self) -> None:
        """Let the workers finish their requests. After a second signal, or after too long, kill them."""
        self._listening.close()  # new clients are refused at once, so that they can try another server
        for worker in self._running:
            worker.terminate()
        end = time.monotonic() + self._given.timeout + _GRACE
        while self._running and self._signals < 2 and time.monotonic() < end:
            self._wait()
        for worker in self._running:
            worker.kill()


def _work(given: argparse.Namespace, listening: socket.socket, ready: Event) -> None:
    # The import is here, because it is slow, and only workers need it.
    from resizer_core.cli import serve_worker

    serve_worker.work(given, listening, ready)


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to 65535, got {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 0, got {text!r}")
    return int(text)
