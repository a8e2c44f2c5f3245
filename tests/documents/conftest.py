"""Define where the commands of the pages run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.recipes import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
