"""Run a CloudFront function on viewer requests in a process of Node.js.

Emulated: the event of a viewer request has the path as it came and the headers in lower case. The function
may change the path, and the cache then uses the new one. Or the function answers itself. Source: CloudFront
developer guide, "CloudFront Functions event structure", "Modify the HTTP request in a viewer request event
type". The deployed stack runs the same files.

Left out: the query and cookies, which the function sees as empty and cannot change; the limits of run time
and memory. A failure raises here, where CloudFront answers 503. Node.js knows more of the language than
CloudFront's runtime.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import resizer_core as core
from local_loop.http import Request, Response

_RUNNER = Path(__file__).with_suffix(".js")
_DEPLOYED = _RUNNER.parent.parent / "terraform" / "modules" / "cdn"
#: The placeholder in the file for the presets. modules/cdn/main.tf replaces it in the same way.
_PLACE = "{/* presets */}"
#: Each preset needs three behaviours, and a distribution has at most 75.
_MOST_PRESETS = 24


class CloudFrontFunctionFailed(Exception):
    """The function raised, or no function runs."""


def find_node() -> str | None:
    """Find Node.js. Give None if it is not installed."""
    return shutil.which("node")


def negotiation(presets: Mapping[str, core.Spec], *, delivery: core.Delivery = core.Delivery.REDIRECT) -> str:
    """Write the code that turns ``f-auto`` into a format, as Terraform deploys it with these presets.

    With ``FAILOVER`` the code answers 404 to a path that begins with no SPEC.
    """
    meanings = dict.fromkeys(_automatic(presets), "auto")
    meanings |= {name: "lossless" for name, spec in presets.items() if spec.lossless}
    # In Terraform's spelling, so that the doctor can compare the deployed code.
    written = json.dumps(meanings, sort_keys=True, separators=(",", ":"))
    code = (_DEPLOYED / "negotiate.js").read_text(encoding="utf-8").replace(_PLACE, written)
    if delivery is core.Delivery.REDIRECT:
        return code
    guard = (_DEPLOYED / "failover.js").read_text(encoding="utf-8")
    return guard + code.replace("function handler(", "function behind(")


def negotiated_paths(presets: Mapping[str, core.Spec]) -> tuple[tuple[str, bool], ...]:
    """List patterns of paths, and whether their answers have ``Vary: Accept``. The first match counts.

    Without a match there is no ``Vary``. modules/cdn/main.tf lists the same for these presets.
    """
    patterns = [("/*_f-auto*", True)]
    names = _automatic(presets)
    if len(names) > _MOST_PRESETS:
        return (*patterns, ("/p-*", True))
    for name in names:
        patterns += [(f"/p-{name}_f-*", False), (f"/p-{name}_*", True), (f"/p-{name}/*", True)]
    return tuple(patterns)


def _automatic(presets: Mapping[str, core.Spec]) -> list[str]:
    """List the presets that stand for ``f-auto``, in the order of their names."""
    return sorted(name for name, spec in presets.items() if spec.format == "auto")


class CloudFrontFunction:
    """Run a CloudFront function, as a callable, while the ``with`` block lasts. Threads may share it.

    ``code`` defines ``handler``. ``node`` is the path of Node.js.
    """

    def __init__(self, code: str, *, node: str) -> None:
        self._code = code
        self._node = node
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own runner
            [self._node, str(_RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the loop, which ends this process itself
        )
        self._send(self._code)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # the process ends at the end of its input

    def __call__(self, request: Request) -> Request | Response:
        """Run the function on a request. It gives another request, or an answer.

        Raises:
            CloudFrontFunctionFailed: it raised, or its code is no function.
        """
        event = {
            "version": "1.0",
            "context": {"eventType": "viewer-request"},
            "viewer": {"ip": "127.0.0.1"},
            "request": {
                "method": request.method,
                "uri": request.path,
                "querystring": {},
                "headers": {name: {"value": value} for name, value in request.headers.items()},
                "cookies": {},
            },
        }
        made = self._ask(event)
        headers = {name: header["value"] for name, header in made.get("headers", {}).items()}
        if "statusCode" in made:
            body = made.get("body", {"encoding": "text", "data": ""})
            encoded = body["data"].encode()
            decoded = base64.b64decode(encoded) if body["encoding"] == "base64" else encoded
            return Response(status=made["statusCode"], headers=headers, body=decoded)
        return replace(request, path=made["uri"], headers=headers)

    def _ask(self, event: Mapping[str, Any]) -> Any:
        with self._asking:
            try:
                self._send(event)
                line = self._process.stdout.readline() if self._process.stdout else ""
            except OSError:
                line = ""
        answer = json.loads(line) if line else {"error": "the code of the function cannot be run"}
        if "error" in answer:
            raise CloudFrontFunctionFailed(answer["error"])
        return answer["made"]

    def _send(self, value: object) -> None:
        assert self._process.stdin  # noqa: S101  it was asked for
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()
