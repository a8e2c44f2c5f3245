"""Configure Sphinx for `make site`: the repository's pages unchanged, and the API from docstrings."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(_ROOT)]

from resizer_core import __version__  # noqa: E402

project = "resizer"
author = "The resizer_core authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "contents"]
root_doc = "docs/index"
# A link in Markdown leads to one of these or to a file, which is copied unchanged.
include_patterns = [
    "docs/*.md",
    "docs/**/*.md",
    "*.md",
    "bench/README.md",
    "examples/README.md",
    "examples/*/README.md",
    "javascript/README.md",
    "terraform/README.md",
    "terraform/**/README.md",
]
exclude_patterns = ["**/node_modules", "**/.*"]

myst_heading_anchors = 4

autodoc_member_order = "groupwise"
autodoc_typehints = "description"
autodoc_class_signature = "separated"
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # otherwise Sphinx describes the attributes of a named tuple twice

html_theme = "furo"
html_title = f"resizer {version}"
html_extra_path = ["index.html"]
html_static_path = ["static"]
html_css_files = ["width.css"]
html_show_sourcelink = False
html_show_sphinx = False
