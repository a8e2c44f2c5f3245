"""Every block of code of three pages of docs/ is run as it is printed, and none is forgotten."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
import tomllib
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import jinja2
import pytest

from resizer_core import Format, picture
from tests.library.recipes import CAT, ROOT, SHIM, Block, Folder, block, blocks, processes, views_and_mounts

BASE: Final = "https://img.example.com"
KEY: Final = "a key that has at least 32 characters"


# --- what runs them ------------------------------------------------------------------------------------


def is_shown(text: str, folder: Folder) -> None:
    """Look at what no program runs: styles, which tests/page lays out, and a header."""
    assert re.search(r"^img \{ .*: .*; \}$|^[A-Z][\w-]+: \S", text)
    assert folder.path.is_dir()


def as_doctest(text: str, folder: Folder) -> None:
    """Run the whole page at its first example: later ones use the names of earlier ones."""
    (page,) = (one.page for name in RECIPES for one in blocks(name) if one.text == text)
    sessions = [one.text for one in blocks(page) if one.text.startswith(">>>")]
    if text != sessions[0]:
        return
    (folder.path / "examples" / "originals").mkdir(parents=True)
    shutil.copy(CAT, folder.path / "examples" / "originals")
    (folder.path / "page.md").write_text("\n".join(sessions), encoding="utf-8")
    assert folder.run(sys.executable, "-m", "doctest", "page.md") == ""


def warms_a_picture(text: str, folder: Folder) -> None:
    asked: list[str] = []

    class Delivery(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Delivery) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder.run("sh", "-euc", text, RESIZER_BASE_URL=f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert asked == ["/1200x630_fit-cover_f-jpg/people/ann.jpg"]


def in_jinja(_: str, folder: Folder) -> None:
    assert folder.path.is_dir()
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    names = {"environment": environment, "partial": partial, "picture": picture}
    exec(block("docs/html.md", 'environment.globals["picture"]'), names)  # noqa: S102
    template = environment.from_string(block("docs/html.md", "{{ picture(key"))
    page = template.render(key="people/ann.jpg", title='Ann & "Bob"')
    assert f'src="{BASE}/960x540_fit-cover_f-jpg/people/ann.jpg"' in page
    assert 'alt="Ann &amp; &quot;Bob&quot;"' in page


def in_django(text: str, folder: Folder) -> None:
    """Put the block in the place of the example's page, below what that page loads."""
    shutil.copytree(ROOT / "examples" / "django_page", folder.path, dirs_exist_ok=True)
    page = folder.path / "page.html"
    loads = page.read_text(encoding="utf-8").partition("%}")[0] + "%}"
    page.write_text(loads + text, encoding="utf-8")
    shown = folder.python(
        "import types, page",
        "photo = types.SimpleNamespace(image='people/ann.jpg', title='Ann & Bob')",
        "given = {'photo': photo, 'key': photo.image, 'title': photo.title}",
        "print(page.render_to_string('page.html', given))",
    )
    assert f'src="{BASE}/120x120_fit-cover_f-jpg/people/ann.jpg"' in shown
    assert 'alt="Ann &amp; Bob"' in shown


def with_package(folder: Folder) -> None:
    shutil.copytree(ROOT / "javascript", folder.path / "node_modules" / "resizer-html")


def by_node(text: str, folder: Folder) -> None:
    """Run the lines, and print what each of them gives: those that say it in a comment say the truth."""
    with_package(folder)
    lines = [line for line in text.splitlines() if line and not line.startswith("import")]
    imports = [line for line in text.splitlines() if line.startswith("import")]
    shown = [f"console.log(String({line.partition(';')[0]}));" for line in lines]
    (folder.path / "lines.mjs").write_text("\n".join([*imports, *shown]), encoding="utf-8")
    printed = folder.run("node", "lines.mjs", SIGNING_KEY=KEY).split("\n")[:-1]
    assert len(printed) == len(lines)
    for line, gave in zip(lines, printed, strict=True):
        said = line.partition("; // ")[2].removesuffix("...")
        assert gave.startswith(said or ("<" if "picture(" in line or "preload(" in line else "/"))


def by_next(_: str, folder: Folder) -> None:
    """Ask the loader as Next.js does; tests/next builds an application with both files."""
    with_package(folder)
    for name, beginning in (("next.config.mjs", "export default"), ("pictures.mjs", "import { loader }")):
        (folder.path / name).write_text(block("docs/html.md", beginning), encoding="utf-8")
    program = (
        'import config from "./next.config.mjs"; import loader from "./pictures.mjs";'
        'console.log(config.images.loaderFile, loader({ src: "people/ann.jpg", width: 640 }));'
    )
    printed = folder.run("node", "--input-type=module", "--eval", program)
    assert printed == f"./pictures.js {BASE}/640x_f-auto/people/ann.jpg\n"


def in_a_shell(text: str, folder: Folder) -> None:
    variables = {"RESIZER_SIGNING_KEYS": KEY, "RESIZER_PRESETS": '{"thumb": "300x200_fit-cover"}'}
    printed = folder.run("sh", "-euc", text, **variables)
    url, srcset, signed, also, *explained = printed.split("\n", 4)
    assert url == re.findall(r"# (https:\S+)$", text, re.MULTILINE)[0]
    assert srcset.count(f"{BASE}/") == 2
    assert (signed[:10], also[:20]) == ("300x200_s-", "300x200_fit-cover_s-")
    assert json.loads(explained[0])["canonical"] == "p-thumb_q-80"


def by_terraform(text: str, folder: Folder) -> None:
    """Ask for an output that there is; terraform/tests hold it to its value."""
    outputs = (ROOT / "terraform" / "outputs.tf").read_text()
    known = re.findall(r'^output "(\w+)"', outputs, re.MULTILINE)
    folder.command(
        "terraform", f'#!/bin/sh\ncase " {" ".join(known)} " in *" $3 "*) echo "$1 $2 $3";; esac\n'
    )
    assert folder.run("sh", "-euc", text) == "output -raw img_src\n"


def is_of_the_example(text: str, folder: Folder) -> None:
    """Look whether the example has it word for word: its own tests are run by tests/examples."""
    assert folder.path.is_dir()
    if text.startswith("[project"):
        theirs = tomllib.loads((ROOT / "examples/plugin_sepia/pyproject.toml").read_text())
        ours = tomllib.loads(text)["project"]["entry-points"]
        assert theirs["project"]["entry-points"] == ours
    else:
        assert text in (ROOT / "examples/plugin_sepia/test_sepia.py").read_text()


def makes_a_format(text: str, folder: Folder) -> None:
    assert folder.path.is_dir()
    names: dict[str, object] = {"Format": Format}
    exec(text, names)  # noqa: S102
    assert isinstance(made := names["RAW"], Format)
    assert (made.writable, made.signatures, made.aliases) == (True, (), ())


def goes_on_top_of_the_image(text: str, folder: Folder) -> None:
    shutil.copytree(ROOT / "examples" / "plugin_sepia", folder.path / "examples" / "plugin_sepia")
    folder.command("pip", SHIM.format(python=sys.executable, module="pip"))
    folder.command("docker", '#!/bin/sh\necho "$@"\nexec cat\n')
    quiet = {
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_QUIET": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
    printed = folder.run(
        "sh", "-euc", text, PYTHONWARNINGS="ignore", PIP_DISABLE_PIP_VERSION_CHECK="1", **quiet
    )
    assert printed == "build -f - -t resizer-with-sepia .\nFROM resizer\nCOPY plugins /var/task\n"
    both = os.pathsep.join((str(ROOT), str(folder.path / "plugins")))
    explained = folder.run("resizer", "explain", "30x_acme.sepia", PYTHONPATH=both)
    assert json.loads(explained)["canonical"] == "30x_acme.sepia"


def in_an_application(text: str, folder: Folder) -> None:
    """Look whether ``test_programs`` runs it."""
    assert folder.path.is_dir()
    assert text in [*views_and_mounts(), processes()]


#: How a block begins, and what runs it, page by page in their order.
RECIPES: Final[dict[str, list[tuple[str, Callable[[str, Folder], None]]]]] = {
    "docs/html.md": [
        (">>> from resizer_core import picture, preload", as_doctest),
        (">>> print(picture(", as_doctest),
        ("img { max-width", is_shown),
        ("img { width", is_shown),
        (">>> portrait", as_doctest),
        (">>> print(preload(", as_doctest),
        ("resizer url 1200x630", warms_a_picture),
        ("environment.globals", in_jinja),
        ("{{ picture(", in_jinja),
        ("{% picture ", in_django),
        ("import { canonical", by_node),
        ("export default { images", by_next),
        ("import { loader }", by_next),
        ("export RESIZER_BASE_URL", in_a_shell),
        ("terraform output", by_terraform),
        ("Content-Security-Policy:", is_shown),
    ],
    "docs/plugins.md": [
        ("[project.entry-points", is_of_the_example),
        ("@pytest.mark.parametrize", is_of_the_example),
        ("RAW = Format(", makes_a_format),
        (">>> from resizer_core import Plugins", as_doctest),
        ("pip install --no-deps", goes_on_top_of_the_image),
    ],
    "docs/applications.md": [
        ("from fastapi", in_an_application),
        ("from resizer_core", in_an_application),
        ("from flask", in_an_application),
        ("from werkzeug", in_an_application),
        ("from django.http", in_an_application),
        ("from django.core.wsgi", in_an_application),
        (">>> import asyncio", as_doctest),
        ("import multiprocessing", in_an_application),
    ],
}


@pytest.mark.parametrize("page", RECIPES)
def test_no_block_is_forgotten(page: str) -> None:
    first_lines = [one.text.partition("\n")[0] for one in blocks(page)]
    beginnings = [beginning for beginning, _ in RECIPES[page]]
    assert [line[: len(start)] for line, start in zip(first_lines, beginnings, strict=True)] == beginnings


def test_each_claim_of_the_page_names_tests_that_there_are() -> None:
    page = (ROOT / "docs" / "applications.md").read_text(encoding="utf-8")
    rows = page.partition("## What was tried")[2].splitlines()[4:]
    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)
        assert named, row
        for path, test in named:
            assert f"def {test}(" in (ROOT / "tests" / path).read_text(encoding="utf-8"), test


def every_block() -> list[tuple[Block, Callable[[str, Folder], None]]]:
    return [
        (one, run)
        for page, recipes in RECIPES.items()
        for one, (_, run) in zip(blocks(page), recipes, strict=True)
    ]


@pytest.mark.parametrize(
    ("one", "run"),
    [pytest.param(*pair, id=f"{Path(pair[0].page).stem}-{pair[0].text[:24]}") for pair in every_block()],
)
def test_it_works_as_it_is_printed(one: Block, run: Callable[[str, Folder], None], folder: Folder) -> None:
    run(one.text, folder)
