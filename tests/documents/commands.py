"""Find every command that a page shows."""

from __future__ import annotations

import re
import shlex
from typing import Final, NamedTuple

from tests.library.recipes import ROOT, blocks

SHELL: Final = "sh"
#: A block of these is one program.
PROGRAMS: Final = ("python", "js", "ts", "jsx")
#: Nothing in these is a command. A block without a language shows output, a drawing, or a prompt of Python.
SHOWN: Final = ("", "css", "erb", "hcl", "html", "html+django", "ini", "json", "php", "ruby", "toml", "yaml")
#: Lines that only prepare the next one.
PREPARES: Final = ("cd ", "export ")


class Command(NamedTuple):
    """Hold a command of a shell, or a program, as it is printed.

    Attributes:
        page: from the top of the checkout.
        text: with its comment.
        before: the lines ``cd`` and ``export`` that stand directly before it.
    """

    page: str
    text: str
    before: str = ""

    @property
    def script(self) -> str:
        return self.before + self.text


def pages() -> list[str]:
    """List the pages for readers. ``docs`` counts as a whole, elsewhere the READMEs do.

    CHANGELOG.md does not: it names what there was.
    """
    found = {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "CHANGELOG.md"}
    for folder in ("terraform", "examples", "javascript", "bench"):
        found.update((ROOT / folder).rglob("README.md"))
    names = (path.relative_to(ROOT) for path in found)
    return sorted(str(name) for name in names if not {"node_modules", ".terraform"} & set(name.parts))


def is_whole(text: str) -> bool:
    """Say whether a shell would run this, and not wait for more lines."""
    if text.endswith("\\"):
        return False
    here = re.search(r"<<-?\s*['\"]?(\w+)", text)
    if here:
        return text.splitlines()[-1].strip() == here[1]
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return True


def split(text: str) -> list[str]:
    """Cut the text of a block into commands: a line each, with the lines that go on with it."""
    found, begun = [], ""
    for line in text.splitlines():
        begun += line
        if is_whole(begun):
            found.append(begun)
            begun = ""
        else:
            begun += "\n"
    assert not begun.strip(), f"it has no end: {begun}"
    return [one for one in found if one.strip() and not one.startswith("#")]


def commands(page: str) -> list[Command]:
    """List the commands and the programs of a page in their order."""
    found: list[Command] = []
    for block in blocks(page):
        if block.language in PROGRAMS:
            found.append(Command(page, block.text))
        before = ""
        for line in split(block.text) if block.language == SHELL else ():
            if line.startswith(PREPARES):
                before += line + "\n"
            else:
                found.append(Command(page, line, before))
                before = ""
        assert not before, f"{page}: nothing comes after {before}"
    return found
