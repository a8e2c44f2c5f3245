"""Start the other programs once, and ask each of them for one result after the other."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
NODE_MODULES = HERE / "node_modules"


class Child:
    """Run a program while the ``with`` block lasts. It answers each line of JSON with one.

    The first line of the program names its versions. ``environment`` is the whole environment.

    Attributes:
        versions: what the program said of itself.

    Raises:
        RuntimeError: the program ended. Its errors are on the standard error.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.versions = str(self._read()["versions"])

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Send one question, and wait for its answer.

        Raises:
            RuntimeError: the program ended.
        """
        assert self._process.stdin  # noqa: S101  a pipe, see above
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout  # noqa: S101  a pipe, see above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"ended with {self._process.wait()}: {self._process.args!r}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


def find_peers() -> None:
    """Look for the programs.

    Raises:
        SystemExit: one is not installed. The text names the target that installs it.
    """
    for path in (PYTHON, NODE_MODULES):
        if not path.exists():
            raise SystemExit(f"expected {path.relative_to(ROOT)}, which `make bench-peers` installs")
