"""Call ``terraform/modules/registry/push`` as Terraform does, with a path and an environment."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.container.conftest import ROOT

PUSH = ROOT / "terraform" / "modules" / "registry" / "push"
USERNAME = "AWS"
PASSWORD = "a-token-of-ecr"
TAG = "0123456789abcdef0123456789abcdef"
IMAGE_ID = f"sha256:{'1a' * 32}"


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def run(path: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The script as Terraform calls it, with a path and an environment."""
    return subprocess.run(
        [shutil.which("sh") or "sh", str(PUSH)],
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
