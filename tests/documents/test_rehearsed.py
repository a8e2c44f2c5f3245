"""The commands that need an account are read from the first to the last: what they name is there."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.documents import stand_in
from tests.documents.accounts import listed
from tests.documents.commands import Command, commands, pages
from tests.library.recipes import ROOT, Folder, block

STANDS_IN: Final = f'#!/bin/sh\nexec "{sys.executable}" -I "{stand_in.__file__}" {{name}} "$@"\n'
COMMANDS: Final = ("aws", "docker", "make", "sbatch", "terraform")
#: Where a page has the reader for one command, if the page has not led there.
PLACES: Final = {
    "terraform apply -var image_uri": "production",
    "terraform output -json policies": "terraform/examples/complete",
    "terraform output -json freshness": "terraform/examples/complete",
}


def rehearsed(page: str) -> list[Command]:
    beginnings = ("make ", *(begins for begins, _ in listed() if not begins.startswith(("curl", "import"))))
    return [command for command in commands(page) if command.text.startswith(beginnings)]


@pytest.fixture
def checkout(folder: Folder) -> Path:
    """Make the folders of a checkout that hold what commands name, and beside it two stages of a reader."""
    top = folder.path / "checkout"
    for path in [
        ROOT / "Makefile",
        *(ROOT / "terraform").glob("*.tf"),
        *ROOT.glob("terraform/examples/*/*.tf"),
    ]:
        there = top / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, there)
    for stage in ("production", "staging"):
        shutil.copytree(top / "terraform", top / stage)
    with (top / "terraform/examples/minimal/outputs.tf").open("a", encoding="utf-8") as outputs:
        outputs.write(block("docs/warm.md", 'output "backfill"'))
    for name in COMMANDS:
        folder.command(name, STANDS_IN.format(name=name))
    return top


@pytest.mark.parametrize("page", [page for page in pages() if rehearsed(page)])
def test_every_folder_target_variable_and_output_is_there(page: str, checkout: Path, folder: Folder) -> None:
    start = (ROOT / page).parent if page.startswith("terraform/examples/") else ROOT
    lines = [f"cd {checkout / start.relative_to(ROOT)}"]
    for command in rehearsed(page):
        place = [path for begins, path in PLACES.items() if command.text.startswith(begins)]
        lines.append(f"(cd {checkout / place[0]}; {command.script}\n)" if place else command.script)
    folder.run("bash", "-euo", "pipefail", "-c", "\n".join(lines))


def test_what_pages_read_of_outputs_is_in_them() -> None:
    text = (ROOT / "terraform" / "outputs.tf").read_text(encoding="utf-8")
    for name, values in stand_in.OUTPUTS.items():
        output = text.partition(f'output "{name}"')[2].partition("\noutput ")[0]
        assert all(f"{key} " in output for key in values), name
