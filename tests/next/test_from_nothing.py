"""Build and run the application of docs/nextjs.md, against the loop that ``make serve`` starts."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest

from tests.javascript_apps import ROOT, documented, installed, run, running, tags

APP: Final = Path(__file__).with_name("app")
PAGE: Final = (ROOT / "docs" / "nextjs.md").read_text(encoding="utf-8")
FILES: Final = re.findall(r"`([\w./]+)`:\n\n```", PAGE)
KEY: Final = re.findall(r"^export SIGNING_KEY=(.+)$", PAGE, re.MULTILINE)[0]


def commands(beginning: str) -> list[list[str]]:
    """The commands of the page that begin so, as their words."""
    return [line.split() for line in PAGE.splitlines() if line.startswith(beginning)]


def next_command(mode: str) -> list[str]:
    """The page's command for this mode, without npx, which would not end with its server."""
    return ["node", "node_modules/next/dist/bin/next", *commands(f"npx next {mode}")[0][2:]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application, with the versions that the lock file names."""
    app = installed(APP, tmp_path_factory.mktemp("nothing"))
    shutil.rmtree(app / "app")
    for name in FILES:
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text(documented("nextjs.md", name), encoding="utf-8")
    for command in commands("npm pkg"):
        run(app, *command)
    return app


def addresses(element: str) -> list[str]:
    """Every address in the srcset of an element."""
    return re.findall(r"(http[^\s\"]+) [\dx]", element)


def test_the_page_installs_what_is_locked_here() -> None:
    locked = json.loads((APP / "package.json").read_text(encoding="utf-8"))["dependencies"]
    asked = dict(word.split("@") for word in commands("npm install next")[0][2:])
    assert asked == {name: version.partition(".")[0] for name, version in locked.items()}


def test_in_development_both_pages_show_pictures_of_the_loop(app: Path) -> None:
    loop = running(
        ROOT,
        *(sys.executable, "-m", "local_loop", "--port", "0"),
        environment={"RESIZER_SIGNING_KEYS": KEY},
    )
    with loop as delivery:
        environment = {"NEXT_PUBLIC_PICTURES": delivery, "SIGNING_KEY": KEY}
        with running(app, *next_command("dev"), "--port", "0", environment=environment) as url:
            (plain,), (signed,) = tags(url, "img"), tags(f"{url}/signed", "img")
        assert addresses(plain)[0] == f"{delivery}/480x_f-auto/cat.jpg"
        assert "_s-" in addresses(signed)[0]
        for address in addresses(plain) + addresses(signed):
            with urlopen(address) as answer:  # noqa: S310  loopback
                assert answer.headers["content-type"].startswith("image/")


def test_in_production_the_addresses_are_those_of_the_site(app: Path) -> None:
    run(app, "env", f"SIGNING_KEY={KEY}", *next_command("build"))
    with running(app, *next_command("start"), "--port", "0") as url:
        (plain,) = tags(url, "img")
        assert addresses(plain)[0] == "https://img.example.com/480x_f-auto/cat.jpg"
