"""Give each test of the command a clean environment, and folders of pictures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import put


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the environment after each test. The command sets VIPS_CONCURRENCY, which would stay set."""
    monkeypatch.setenv("VIPS_CONCURRENCY", "1")
    for name in [name for name in os.environ if name.startswith("RESIZER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Make a folder with two pictures, and one more in a subfolder."""
    return put(tmp_path / "in", "cat.jpg", "dog.png", "old/bird.webp")


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    """Make the folder of originals for the command ``warm``, with two pictures."""
    return put(tmp_path / "originals", "cat.jpg", "old/bird.webp")
