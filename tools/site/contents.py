"""Adapt the repository's Markdown to Sphinx in three ways.

The sidebar has the list of ``docs/index.md`` and, below it, the pages that a README lists of its own folder.
A link to a folder leads to its README. Docstrings follow the names in ``docs/api.md``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import resizer_core

_INDEX: Final = "docs/index"
_API: Final = "docs/api"
#: A link of Markdown, up to the end of its target.
_LINK: Final = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<target>[^)#\s]+)")
#: A heading of the index, and its list.
_SECTION: Final = re.compile(r"^## (?P<heading>.+)\n(?P<list>(?:(?!## ).*\n?)*)", re.MULTILINE)
#: A line of public names, and nothing else.
_NAMES: Final = re.compile(r"^(?:`\w+`(?: |$))+$", re.MULTILINE)


def _with_sidebar(page: str) -> str:
    trees = []
    for section in _SECTION.finditer(page):
        listed = [f"{link['text']} <{link['target']}>" for link in _LINK.finditer(section["list"])]
        trees.append(_tree(listed, f":caption: {section['heading']}"))
    return "\n\n".join([page, *trees])


def _with_pages_below(page: str) -> str:
    targets = dict.fromkeys(link["target"] for link in _LINK.finditer(page))
    below = [target for target in targets if target.endswith(".md") and not target.startswith("..")]
    return f"{page}\n{_tree(below)}" if below else page


def _tree(pages: list[str], *options: str) -> str:
    return "\n".join(["```{toctree}", ":hidden:", *options, "", *pages, "```", ""])


def _with_docstrings(page: str) -> str:
    return _NAMES.sub(lambda names: "\n".join(map(_directive, re.findall(r"\w+", names[0]))), page)


def _directive(name: str) -> str:
    value = getattr(resizer_core, name)
    kind = "class" if isinstance(value, type) else "function" if callable(value) else "data"
    members = "\n   :members:" if kind == "class" else "\n   :no-value:" if kind == "data" else ""
    return f"```{{eval-rst}}\n.. auto{kind}:: resizer_core.{name}{members}\n```"


def _with_readmes(page: str, folder: Path) -> str:
    def resolved(link: re.Match[str]) -> str:
        target = link["target"].rstrip("/")
        readme = folder / target / "README.md"
        return f"[{link['text']}]({target}/README.md" if readme.is_file() else link[0]

    return _LINK.sub(resolved, page)


def _read(app: Any, name: str, source: list[str]) -> None:
    page = _with_readmes(source[0], Path(app.srcdir, name).parent)
    if name == _INDEX:
        page = _with_sidebar(page)
    elif name == _API:
        page = _with_docstrings(page)
    elif name.endswith("/README"):
        page = _with_pages_below(page)
    source[0] = page


def setup(app: Any) -> dict[str, Any]:
    """Register this extension with Sphinx."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}
