"""The process that Lambda starts: what importing the handler does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: What no start may import, and no request: each would take longer than most of our own modules.
SLOW = {"ast", "boto3", "botocore", "dataclasses", "dis", "freshness", "inspect", "resizer_core.serving"}


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a new process that knows no variable of ours but these.

    The measuring of coverage is left out: it imports modules of its own, among them ``xml``.
    """
    ours = ("RESIZER_", "AWS_", "COVERAGE_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


WRONG = {
    "RESIZER_ORIGINALS": {},
    "RESIZER_DERIVATIVES": {"RESIZER_DERIVATIVES": "ftp://pictures"},
    "RESIZER_BASE_URL": {"RESIZER_BASE_URL": "img.example.com"},
    "RESIZER_MAX_FRAMES": {"RESIZER_MAX_FRAMES": "many"},
    "RESIZER_SECRETS": {"RESIZER_SECRETS": "s3://"},
}


@pytest.mark.parametrize(("name", "said"), WRONG.items(), ids=WRONG)
def test_a_wrong_setting_stops_lambda_while_it_starts(
    name: str, said: dict[str, str], tmp_path: Path
) -> None:
    least = {
        "RESIZER_ORIGINALS": str(tmp_path / "originals"),
        "RESIZER_DERIVATIVES": str(tmp_path / "derivatives"),
        "RESIZER_BASE_URL": "https://img.test",
    }
    environment = (least | said) if said else {}
    started = run("import handler", AWS_LAMBDA_RUNTIME_API="127.0.0.1:9", **environment)
    assert started.returncode != 0
    assert f"ValueError: {name}: expected " in started.stderr.splitlines()[-1]


SECRETS = {
    "right": ('{"signing_keys": ["%s"]}' % ("hush" * 8), ""),
    "a short key": ('{"signing_keys": ["hush"]}', "got one of 4 characters"),
    "no JSON": ('{"signing_keys": ["%s"]' % ("hush" * 8), "got no JSON"),
    "too large": (" " * 70_000, "at most 65536 are allowed"),
    "not there": (None, "there is no such object"),
}


@pytest.mark.parametrize(("body", "said"), SECRETS.values(), ids=SECRETS)
def test_secrets_are_read_while_lambda_starts(body: str | None, said: str, tmp_path: Path) -> None:
    if body is not None:
        (tmp_path / "secrets-1.json").write_text(body)
    started = run(
        "import handler; print(handler._function._settings.site.keys)",
        AWS_LAMBDA_RUNTIME_API="127.0.0.1:9",
        RESIZER_ORIGINALS=str(tmp_path / "originals"),
        RESIZER_DERIVATIVES=str(tmp_path / "derivatives"),
        RESIZER_BASE_URL="https://img.test",
        RESIZER_ACCESS="signed",
        RESIZER_SECRETS=str(tmp_path / "secrets-1.json"),
    )
    if not said:
        assert (started.returncode, started.stdout) == (0, f"{(b'hush' * 8,)}\n")
        return
    assert started.returncode != 0
    last = started.stderr.splitlines()[-1]
    assert last.startswith("ValueError: RESIZER_SECRETS: expected ")
    assert said in last
    assert "hush" not in started.stderr


def test_what_is_slow_is_done_while_lambda_starts(tmp_path: Path) -> None:
    code = (
        "import sys, handler\n"
        "before = {*sys.modules}\n"
        "handler.handler({'size': '3x3', 'image': 'missing.jpg'})\n"
        "ours = sorted(name for name in {*sys.modules} - before if name.startswith('resizer_core'))\n"
        "print(handler._function is not None, 'pyvips' in before, ours)"
    )
    started = run(
        code,
        AWS_LAMBDA_RUNTIME_API="127.0.0.1:9",
        RESIZER_ORIGINALS=str(tmp_path / "originals"),
        RESIZER_DERIVATIVES=str(tmp_path / "derivatives"),
        RESIZER_BASE_URL="https://img.test",
    )
    # The first viewer waits for none of our modules.
    assert (started.stdout.splitlines()[-1], started.stderr) == ("True True []", "")


def test_elsewhere_importing_the_handler_reads_no_setting_and_opens_no_store() -> None:
    code = (
        "import sys, handler; "
        f"print(handler._function, sorted({SLOW | {'obstore', 'ssl', 'xml'}} & set(sys.modules)))"
    )
    started = run(code)
    assert (started.stdout, started.stderr) == ("None []\n", "")


def test_nothing_slow_is_loaded_on_the_path_of_a_request(tmp_path: Path) -> None:
    code = (
        "import sys, handler\n"
        "handler.handler({'size': '3x3', 'image': 'missing.jpg'})\n"
        f"print(sorted({SLOW} & set(sys.modules)))"
    )
    started = run(
        code,
        RESIZER_ORIGINALS=str(tmp_path / "originals"),
        RESIZER_DERIVATIVES=str(tmp_path / "derivatives"),
        RESIZER_BASE_URL="https://img.test",
    )
    assert '"outcome": "SourceNotFound"' in started.stdout
    assert started.stdout.splitlines()[-1] == "[]"
