"""ministack: AWS's API on one loopback port, kept in memory. Nobody here wrote it.

It runs in an environment of its own, ``.venv-ministack``, and is spoken to by HTTP alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3

from local_loop.http import Request, Response
from tests.container.running import PATIENCE, free_port
from tests.terraform.loopback import ask
from tests.terraform.terraform import ROOT

COMMAND = ROOT / ".venv-ministack" / "bin" / "hypercorn"
#: The only account that it knows. Every caller is its root.
ACCOUNT = "000000000000"
#: Not us-east-1, which is the default of much of AWS. So the tests find a region that is written somewhere.
REGION = "eu-central-1"


class Ministack:
    """Run one account, empty at first, until the ``with`` block ends. Its files go into ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()

    @property
    def url(self) -> str:
        """Return the URL of its whole API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables with which terraform and boto3 find it, and nothing else of AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def log(self) -> str:
        """Read what it has written so far."""
        return (self._folder / "ministack.log").read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def client(self, service: str, *, region: str = REGION) -> Iterator[Any]:
        """Give a boto3 client until the ``with`` block ends."""
        session = boto3.Session()
        client = session.client(
            service,  # type: ignore[call-overload]  # each service is a type of its own
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        with closing(client):
            yield client

    def edge(self, request: Request) -> Response:
        """Ask CloudFront as a viewer with https. The request's host names the distribution."""
        return ask(self.port, request, headers={"x-forwarded-proto": "https"})

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),  # node runs the functions of CloudFront
            "HOME": str(self._folder),
            "TMPDIR": str(self._folder),
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            # These two would listen on more ports, on every address.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        }
        # The provider leaves connections idle for multiples of 15 s, and ministack's own command closes them
        # after 75. If both meet, the answer to a change is lost, and the second attempt is refused.
        options = ("--bind", f"127.0.0.1:{self.port}", "--keep-alive", "3600", "--workers", "0")
        with (self._folder / "ministack.log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(COMMAND), *options, "ministack.app:app"],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that what it starts itself can be ended with it
            )
        give_up = time.monotonic() + PATIENCE
        while not self._is_healthy():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.__exit__(None, None, None)
                raise AssertionError(f"ministack does not answer:\n{self.log}")
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=PATIENCE) as answer:  # noqa: S310  loopback
                return bool(answer.status == 200)
        except OSError:
            return False


def set_variables(functions: Any, name: str, variables: Mapping[str, str]) -> None:
    """Set the variables of a function, and wait until it can run again.

    Until then its state is Pending, and the next test would read that.
    """
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": dict(variables)})
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
