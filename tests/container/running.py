"""Run the image under the emulator as in Lambda: it can write to ``/tmp`` only."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.container.engine import HARDENED, Engine

INVOCATIONS = "/2015-03-31/functions/function/invocations"
#: Seconds after which a test gives up. No test depends on how long something takes.
PATIENCE = 120

#: This runs inside the container. Only the client's command line names the module of the client there.
_FIND_CLIENT = """
import os, pathlib, signal, sys
def client():
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        words = path.joinpath("cmdline").read_bytes().split(b"\\0")
        if words[1:3] == [b"-m", b"function.entry"]:
            return path
"""
_STATUS = f"{_FIND_CLIENT}\nprint((client() / 'status').read_text())"
_CRASH = f"{_FIND_CLIENT}\nos.kill(int(client().name), signal.SIGSEGV)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Hold an answer of the emulator.

    Attributes:
        status: the HTTP status. It is 200 for all that the function returns or raises, and for a time-out. It
            is 502 if the function's process ended.
        body: the bytes of the answer.
    """

    status: int
    body: bytes

    @property
    def answer(self) -> dict[str, Any]:
        """What the function returned, or how the emulator describes that it did not."""
        read: dict[str, Any] = json.loads(self.body)
        return read


class Running:
    """Run one container. It takes one call at a time, as a function in Lambda does."""

    def __init__(
        self,
        engine: Engine,
        image: str,
        *,
        emulator: Path,
        log: Path,
        environment: Mapping[str, str],
        memory: str = "512m",
        user: str = "65534:65534",
        timeout: int = 60,
    ) -> None:
        self._engine = engine
        self._name = f"resizer-{uuid.uuid4().hex[:12]}"
        self._port = free_port()
        self._log = log
        emulated = {
            "EMULATOR_ADDRESS": f"127.0.0.1:{self._port}",
            "EMULATOR_RUNTIME_API": f"127.0.0.1:{free_port()}",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
        }
        self._command = [
            *(engine.name, "run", "--rm", "--name", self._name, "--network", "host", *HARDENED),
            *("--tmpfs", "/tmp", "--memory", memory, "--memory-swap", memory, "--cpus", "1", "--user", user),  # noqa: S108  the container's
            *("--security-opt", "label=disable", "--volume", f"{emulator}:/usr/local/bin/aws-lambda-rie:ro"),
            *(f"--env={name}={value}" for name, value in {**emulated, **environment}.items()),
            image,
        ]

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            # Start it beside the log: podman's monitor leaves a file in its folder if memory runs out.
            self._process = subprocess.Popen(
                self._command,
                cwd=self._log.parent,
                env=self._engine.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        give_up = time.monotonic() + PATIENCE
        while not _listens(self._port):
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.__exit__(None, None, None)
                raise AssertionError(f"the container does not answer:\n{self.log}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._engine.run("rm", "--force", self._name)
        self._process.wait()

    @property
    def log(self) -> str:
        """Read what the function and the emulator have written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def has_written(self, text: str) -> bool:
        """Wait for a text in the log. It may come after the answer."""
        give_up = time.monotonic() + PATIENCE
        while text not in self.log and time.monotonic() < give_up:
            time.sleep(0.05)
        return text in self.log

    def invoke(self, event: object) -> Reply:
        """Call the function with an event, or with bytes that need not be one."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("POST", INVOCATIONS, body)
            response = connection.getresponse()
            return Reply(status=response.status, body=response.read())
        finally:
            connection.close()

    def answer(self, event: object) -> dict[str, Any]:
        """What the function returns, or how the emulator describes that it did not."""
        return self.invoke(event).answer

    def memory(self) -> dict[str, int]:
        """Read the runtime client's memory, bytes: resident now, and its peak."""
        text = self._engine.run("exec", self._name, "python3", "-c", _STATUS)
        lines = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        return {name: int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM")}

    def crash(self) -> None:
        """End the runtime client with a segmentation fault."""
        self._engine.run("exec", self._name, "python3", "-c", _CRASH)


class Pending:
    """Run a call while the test does something else."""

    def __init__(self, running: Running, event: object) -> None:
        self._reply: Reply | None = None
        self._thread = threading.Thread(target=self._call, args=(running, event))
        self._thread.start()

    def _call(self, running: Running, event: object) -> None:
        self._reply = running.invoke(event)

    def wait(self) -> Reply:
        """Wait for the reply, and return it."""
        self._thread.join()
        assert self._reply is not None, "the call failed; its traceback is among the warnings"
        return self._reply


def free_port() -> int:
    """Find a free port, since the emulator cannot choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
