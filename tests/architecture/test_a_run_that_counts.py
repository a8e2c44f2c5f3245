"""Where nothing may be skipped, a skip fails the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"

SKIPPED = {
    "a-test": "import pytest\n\ndef test_nothing():\n    pytest.skip('no reason')\n",
    "a-mark": "import pytest\n\n@pytest.mark.skip(reason='no reason')\ndef test_nothing(): pass\n",
    "a-fixture": "def test_nothing(corpus): pass\n",
    "a-module": "import pytest\n\npytest.skip('no reason', allow_module_level=True)\n",
}
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail\ndef test_nothing():\n    assert False\n"


@pytest.mark.parametrize("source", SKIPPED.values(), ids=SKIPPED)
def test_a_skip_is_a_failure_where_nothing_may_be_skipped(source: str, tmp_path: Path) -> None:
    run = run_pytest(source, tmp_path, RESIZER_NO_SKIPS="1")
    assert run.returncode != pytest.ExitCode.OK
    assert "skipped where nothing may be" in run.stdout


def test_a_skip_passes_elsewhere(tmp_path: Path) -> None:
    run = run_pytest(SKIPPED["a-test"], tmp_path)
    assert (run.returncode, "1 skipped" in run.stdout) == (pytest.ExitCode.OK, True)


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    run = run_pytest(EXPECTED_TO_FAIL, tmp_path, RESIZER_NO_SKIPS="1")
    assert (run.returncode, "1 xfailed" in run.stdout) == (pytest.ExitCode.OK, True)


def run_pytest(source: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one test file beside a copy of this project's conftest."""
    shutil.copy(CONFTEST, folder)
    (folder / "test_it.py").write_text(source)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("RESIZER_", "PYTEST_"))
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(
        command, cwd=folder, env=inherited | environment, capture_output=True, text=True, check=False
    )
