"""Run the command ``serve`` for tests, over a folder of originals, at a free port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.cli.command import ROOT, put
from tests.cli.test_warm_ends import wait_until, workers

#: Makes some pictures of these tests as no picture is made, in every process that finds this file.
STRANGE = """\
import os, time
from resizer_core.resizer import Resizer

produce = Resizer.produce

def strangely(self, path, **options):
    if "slow" in path:
        time.sleep(2)
    if "broken" in path:
        raise RuntimeError("a library is broken")
    if "crash" in path:
        os._exit(9)
    return produce(self, path, **options)

Resizer.produce = strangely
"""


#: Status, headers by names in lower case, body.
Reply = tuple[int, dict[str, str], bytes]


def ask(port: int, path: str, **headers: str) -> Reply:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): headers[name] for name in headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def is_refused(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) != 0


@dataclass
class Server:
    """Hold a process of the command, and read its log."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def ask(self, path: str) -> Reply:
        return ask(self.port, path)

    def workers(self) -> list[int]:
        """List the processes that answer. Python has one more, which tracks semaphores."""
        return [pid for pid in workers(self.process) if b"spawn_main" in cmdline(pid)]

    def lines(self) -> list[dict[str, Any]]:
        """Read the log without its first line."""
        return [json.loads(line) for line in self.log.read_text().splitlines()[1:]]


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@contextmanager
def serving(folder: Path, *options: object, **variables: str) -> Iterator[Server]:
    """Run the command over ``folder/originals``. End it even if the test fails."""
    put(folder / "originals", "cat.jpg", "slow.jpg", "slow2.jpg", "broken.jpg", "crash.jpg")
    (folder / "sitecustomize.py").write_text(STRANGE)
    log = folder / "log"
    words = ["serve", "--originals", folder / "originals", "--port", 0, *options]
    with log.open("w") as standard_error:
        process = subprocess.Popen(
            [sys.executable, "-m", "resizer_core", *map(str, words)],
            env={**os.environ, **variables, "PYTHONPATH": f"{folder}:{ROOT}"},
            stderr=standard_error,
            text=True,
        )
    try:
        wait_until(lambda: process.poll() is not None or "serving at" in log.read_text())
        yield Server(process, int(log.read_text().split("\n")[0].rpartition(":")[2]), log)
    finally:
        process.kill()
        process.wait()
