"""Give each test of the command what it starts from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import put


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets this for its own process; here it would stay for the tests that follow."""
    monkeypatch.setenv("VIPS_CONCURRENCY", "1")
    for name in [name for name in os.environ if name.startswith("RESIZER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with two pictures and one in a folder of its own."""
    return put(tmp_path / "in", "cat.jpg", "dog.png", "old/bird.webp")


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    """The folder of originals of the command ``warm``, with two pictures."""
    return put(tmp_path / "originals", "cat.jpg", "old/bird.webp")
