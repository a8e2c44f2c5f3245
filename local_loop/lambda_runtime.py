"""Run the function under AWS's runtime interface emulator, in its own process or in its container image.

These parts are real: the runtime interface client, the JSON between it and the function, the limit of an
answer, the time-out, and the restart of a process that dies. Left out: freezing between calls, the memory
limit (unless a container sets one), the limit of 10 s for the start, and concurrency. There is one call at a
time.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_log = logging.getLogger(__name__)
_ADDRESS = "127.0.0.1"
_CHECKOUT = Path(__file__).resolve().parent.parent
#: The emulator answers only under this name, whatever the function's name is.
_INVOCATIONS = "/2015-03-31/functions/function/invocations"
#: Seconds. API Gateway gives up after 30.
_TIME_OUT = 29
#: Seconds that the emulator may take to start, and to end.
_PATIENCE = 60
#: Lines of its last output in the error if it does not start.
_LINES_KEPT = 5


class FunctionFailed(Exception):
    """The function gave no answer, or none runs. The text has the emulator's words."""


class EmulatedFunction:
    """Run a Lambda function, as a callable, while the ``with`` block lasts.

    ``command`` runs in the checkout and starts ``container/entrypoint``, here or in a container. It gets only
    ``environment`` and the addresses to listen at. Its output is logged at INFO.

    Raises:
        FunctionFailed: at the start of the block, the emulator does not start.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment
        # Two calls at once end the emulator with a panic.
        self._calling = threading.Lock()

    @property
    def url(self) -> str:
        """Give the URL for invocations by HTTP, while it runs. Call it one at a time: two at once end it."""
        return f"http://{_ADDRESS}:{self._port}{_INVOCATIONS}"

    def __enter__(self) -> Self:
        self._port = _free_ports()
        listening = {
            "PORT": str(self._port),
            "EMULATOR_ADDRESS": f"{_ADDRESS}:{self._port}",
            "EMULATOR_RUNTIME_API": f"{_ADDRESS}:{self._port + 1}",
        }
        try:
            self._process = subprocess.Popen(  # noqa: S603 - one of the two below
                self._command,
                cwd=_CHECKOUT,
                env={**self._environment, **listening},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,  # Ctrl-C is for the loop, which ends this process itself
            )
        except OSError as error:
            raise FunctionFailed(f"{self._command[0]} cannot be started: {error.strerror}") from error
        self._printed: deque[str] = deque(maxlen=_LINES_KEPT)
        self._reader = threading.Thread(target=self._log_lines, daemon=True)
        self._reader.start()
        with ExitStack() as opened:
            opened.callback(self._stop)
            self._wait()
            opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def __call__(self, event: dict[str, Any], _context: object = None) -> Mapping[str, Any]:
        """Invoke the function. Its context is the emulator's.

        Raises:
            FunctionFailed: it raised, timed out, ended, or answered more than Lambda lets through.
        """
        connection = http.client.HTTPConnection(_ADDRESS, self._port, timeout=_TIME_OUT + _PATIENCE)
        with self._calling:
            try:
                connection.request("POST", _INVOCATIONS, json.dumps(event))
                response = connection.getresponse()
                body = response.read().decode()
            except (OSError, http.client.HTTPException) as error:
                raise FunctionFailed(f"the emulator closed the connection: {error}") from error
            finally:
                connection.close()
        # If a function raises, the answer is 200 with `errorType`. If it times out, it is 200 without JSON.
        try:
            answer = json.loads(body)
        except json.JSONDecodeError as error:
            raise FunctionFailed(body or f"status {response.status} without a message") from error
        if response.status != 200 or not isinstance(answer, dict) or "errorType" in answer:
            raise FunctionFailed(body)
        return answer

    def _wait(self) -> None:
        """Wait until the emulator listens."""
        given_up = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection((_ADDRESS, self._port), timeout=_PATIENCE).close()
            except OSError as error:
                if self._process.poll() is not None:
                    self._reader.join()
                    raise FunctionFailed(
                        "\n".join(("the function did not start:", *self._printed))
                    ) from error
                if time.monotonic() > given_up:
                    raise FunctionFailed(f"the function does not listen on port {self._port}") from error
                time.sleep(0.02)
            else:
                return

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()

    def _log_lines(self) -> None:
        assert self._process.stdout  # noqa: S101 - asked for in __enter__
        with self._process.stdout as lines:
            for line in lines:
                self._printed.append(line.rstrip())
                _log.info("%s", line.rstrip())


def of_checkout(
    variables: Mapping[str, str], *, emulator: Path, handler: str = "handler.handler"
) -> EmulatedFunction:
    """Run the function of this checkout with this interpreter.

    The function sees ``variables`` and, of this process's own variables, only ``PATH``.
    """
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    own = {"PATH": path, "PYTHONPATH": str(_CHECKOUT), "EMULATOR": str(emulator)}
    command = ("sh", "container/entrypoint", handler)
    return EmulatedFunction(command, {"AWS_LAMBDA_FUNCTION_TIMEOUT": str(_TIME_OUT), **variables, **own})


def of_image(variables: Mapping[str, str]) -> EmulatedFunction:
    """Run the function in the image that ``make image`` built. ``tools/lambda`` chooses the engine.

    The engine sees all variables of this process. The function sees only ``variables``.
    """
    given = {"AWS_LAMBDA_FUNCTION_TIMEOUT": str(_TIME_OUT), **variables}
    # By name only: everybody on the machine can read a command line.
    command = ("tools/lambda", *(f"--env={name}" for name in given))
    return EmulatedFunction(command, {**os.environ, **given, "NETWORK": "host"})


def find_emulator() -> Path:
    """Find the emulator. ``tools/emulator`` fetches it if it is missing.

    Raises:
        FunctionFailed: ``tools/emulator`` failed.
    """
    try:
        run = subprocess.run(
            ["tools/emulator", sys.executable],  # noqa: S607 - of this checkout
            cwd=_CHECKOUT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise FunctionFailed("tools/emulator could not fetch the runtime interface emulator") from error
    return Path(run.stdout.strip())


def _free_ports() -> int:
    """Find a free port whose next port is free too."""
    while True:
        with socket.create_server((_ADDRESS, 0)) as first:
            port: int = first.getsockname()[1]
            try:
                socket.create_server((_ADDRESS, port + 1)).close()
            except (OSError, OverflowError):
                continue
            return port
