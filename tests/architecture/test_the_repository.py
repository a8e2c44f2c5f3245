"""The repository as a whole: what it says of itself is so, and it names no machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from resizer_core import __version__

ROOT = Path(__file__).parents[2]

#: One letter of each stands in brackets, so that this file does not match itself.
NEVER = {
    "a-home-folder": r"/(roo[t]|hom[e]/\w+|User[s]/\w+)/",
    "a-work-folder": r"(?<![\w.-])/(wor[k]|srv/ci|build[s])/\w",
    "a-virtual-environment": r"/tm[p]/[\w-]*venv",
    "a-package-index": r"(?<!no-emit-)inde[x][-_]url|https?://[^ \"]*/simpl[e]\b",
    "a-registry": r"(pyp[i]|pythonhoste[d]|debia[n]|npmj[s])\.(org|com|net)",
}


@pytest.mark.parametrize("pattern", NEVER.values(), ids=NEVER)
def test_no_file_names_a_machine_or_a_registry(pattern: str) -> None:
    named = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in committed()
        for number, line in enumerate(lines(ROOT / path), start=1)
        if re.search(pattern, line)
    ]
    assert named == []


def test_both_packages_have_one_version() -> None:
    package = json.loads((ROOT / "javascript" / "package.json").read_text())
    assert package["version"] == __version__


def test_make_lists_every_target_that_a_person_may_call() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    listed = {line.split()[0] for line in shown.splitlines()}
    assert targets == listed == set(phony[1].split())


def test_the_workflows_call_targets_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text()
    called = [
        target
        for workflow in (ROOT / ".github" / "workflows").iterdir()
        for line in re.findall(r"run: make (.*)$", workflow.read_text(), re.MULTILINE)
        for target in line.split()
        if "=" not in target
    ]
    assert {
        "bench-small",
        "dist",
        "lint",
        "lock",
        "test",
        "test-image",
        "test-terraform",
        "test-wheel",
    } == set(called)
    assert [target for target in called if f"\n{target}:" not in makefile] == []


@pytest.mark.parametrize(
    ("installed", "called"),
    [
        (["terraform"], "terraform"),
        (["tofu"], "tofu"),
        (["terraform", "tofu"], "terraform"),
        ([], "terraform"),
    ],
)
def test_the_doctor_asks_the_terraform_that_is_installed(
    tmp_path: Path, installed: list[str], called: str
) -> None:
    for name in installed:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    make = shutil.which("make")
    assert make
    run = subprocess.run(
        [make, "--dry-run", "doctor"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    commands = [line.partition(" -chdir=")[0] for line in run.stdout.splitlines() if " -chdir=" in line]
    assert [Path(command).name for command in commands] == [called]


def committed() -> list[str]:
    """The files under version control, and the new ones that are not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in run.stdout.split("\0") if (ROOT / path).is_file()]


def lines(path: Path) -> list[str]:
    """The lines of a text; a picture has none."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
