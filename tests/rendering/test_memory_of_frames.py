"""Frames that grow are made one by one, while the encoder writes them: memory never holds all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from resizer_core import resize
from tests.pictures import BLUE, RED, animation, apart, decoded, frames_of, solid

ROOT = Path(__file__).parents[2]
FRAMES = 40
#: One frame is 4 MB, all together 160.
SPEC = "1000x1000_fit-contain_f-webp"
PROGRAM = """
import sys
from pathlib import Path
from resizer_core import resize

def most():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024

data = Path(sys.argv[1]).read_bytes()
resize(data, "10x")
before = most()
resize(data, sys.argv[2])
print(most() - before)
"""


def growing(format: str) -> bytes:
    sheets = [solid((*colour, 255), 20, 20) for colour in (RED, BLUE)]
    return animation(sheets * (FRAMES // 2), format)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_memory_does_not_hold_all_frames(format: str, tmp_path: Path) -> None:
    path = tmp_path / "animation"
    path.write_bytes(growing(format))
    command = [sys.executable, "-c", PROGRAM, str(path), SPEC]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(run.stdout) < FRAMES * 4_000_000 / 2


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_each_frame_is_that_of_a_still_of_its_page(format: str) -> None:
    data = growing(format)
    frames = frames_of(resize(data, "90x120_fit-contain_ll_f-webp").body)
    assert len(frames) == FRAMES
    for page in (2, 3, FRAMES):
        alone = decoded(resize(data, f"90x120_fit-contain_page-{page}_ll_f-webp").body)
        assert apart(frames[page - 1], alone) == (0, 0)
