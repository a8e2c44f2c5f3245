"""Serve files unchanged: the page's own, the documents, and the JavaScript package."""

from __future__ import annotations

from pathlib import Path

from local_loop.demo_page.answers import answer
from local_loop.http import Response

_CHECKOUT = Path(__file__).resolve().parents[2]
_PAGE, _DOCS, _JAVASCRIPT = (_CHECKOUT / folder for folder in ("local_loop/page", "docs", "javascript"))
#: Documents are sent as plain text, because browsers save a file of type Markdown.
_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
#: The folder, its files and the suffixes that are served, by the beginning of a path.
_FOLDERS = (
    ("/_loop/docs/", _DOCS, "**/*", (".md", ".webp", ".svg", ".png")),
    ("/_loop/js/", _JAVASCRIPT, "*", (".js",)),
    ("/_loop/", _PAGE, "*", (".css", ".js", ".svg", ".webp", ".png")),
)


def page() -> str:
    """Read the page."""
    return (_PAGE / "index.html").read_text()


def find_file(path: str) -> Response | None:
    """Answer with the file of a path. Give None if there is none.

    The path is compared with the names in a list of files. So no path leads out of the folder.
    """
    for beginning, folder, pattern, suffixes in _FOLDERS:
        if path.startswith(beginning):
            for found in folder.glob(pattern):
                name = found.relative_to(folder).as_posix()
                if name == path.removeprefix(beginning) and found.suffix in suffixes and found.is_file():
                    return answer(200, found.read_bytes(), _MEDIA_TYPES[found.suffix])
            return None
    return None
