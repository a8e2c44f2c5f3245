"""The file from which a run that was killed goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from resizer_core.cli.checkpoint import Checkpoint


def test_one_run_has_a_checkpoint_at_a_time(tmp_path: Path) -> None:
    first = Checkpoint(tmp_path / "done", {"specs": ["9x"]})
    with pytest.raises(ValueError, match="another run"):
        Checkpoint(tmp_path / "done", {"specs": ["9x"]})
    first.close()
    Checkpoint(tmp_path / "done", {"specs": ["9x"]}).close()


def test_a_checkpoint_of_other_specs_is_refused(tmp_path: Path) -> None:
    Checkpoint(tmp_path / "done", {"specs": ["9x"]}).close()
    with pytest.raises(ValueError, match="expected a checkpoint that begins with"):
        Checkpoint(tmp_path / "done", {"specs": ["8x"]})


@pytest.mark.parametrize("cut", range(30))
def test_a_checkpoint_that_was_cut_anywhere_is_read(cut: int, tmp_path: Path) -> None:
    whole = b'{"a": 1}\n"x.jpg"\n"y\\n.jpg"\n'
    (tmp_path / "done").write_bytes(whole[:cut])
    checkpoint = Checkpoint(tmp_path / "done", {"a": 1})
    assert ("x.jpg" in checkpoint, "y\n.jpg" in checkpoint) == (cut >= 16, cut >= 26)
    checkpoint.add(["z.jpg"])
    checkpoint.close()
    again = Checkpoint(tmp_path / "done", {"a": 1})
    assert ("z.jpg" in again, "x.jpg" in again) == (True, cut >= 16)
    again.close()


def test_where_no_file_can_be_locked_the_command_works_all_the_same(tmp_path: Path) -> None:
    """As on Windows, which has no ``fcntl``."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.modules['fcntl'] = None\n"
            "from pathlib import Path; from resizer_core.cli import main\n"
            "from resizer_core.cli.checkpoint import Checkpoint\n"
            "Checkpoint(Path(sys.argv[1]), {'specs': ['9x']}).add(['a.jpg'])\n"
            "print('a.jpg' in Checkpoint(Path(sys.argv[1]), {'specs': ['9x']}))",
            tmp_path / "done",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "True\n"
