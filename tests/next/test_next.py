"""Build and run an application of Next.js with the loader, in production and in development."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from tests.javascript_apps import ROOT, documented, installed, run, running, tags

NEXT: Final = ("node", "node_modules/next/dist/bin/next")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application, with the lines of docs/html.md."""
    app = installed(Path(__file__).with_name("app"), tmp_path_factory.mktemp("next"))
    shutil.copy(ROOT / "examples" / "originals" / "cat.jpg", app / "app")
    for name in ("next.config.mjs", "pictures.js"):
        (app / name).write_text(documented("html.md", name), encoding="utf-8")
    return app


def served(app: Path, mode: str) -> AbstractContextManager[str]:
    return running(app, *NEXT, mode, "--hostname", "127.0.0.1", "--port", "0")


def check(pictures: list[str], options: str, base_path: str = "") -> None:
    ann, cat, dog = pictures
    address = "https://img.example.com/{}x_{}/people/ann.jpg"
    assert f'srcSet="{address.format(384, options)} 1x, {address.format(960, options)} 2x"' in ann
    assert f' src="{base_path}/_next/static/media/cat.' in cat
    assert ' src="https://elsewhere.example/dog.jpg"' in dog


def test_in_production(app: Path) -> None:
    run(app, *NEXT, "build")
    with served(app, "start") as url:
        check(tags(url, "img"), "f-auto")


@pytest.mark.parametrize("options", ["f-auto", "f-png", "f-webp_ll", "f-auto_q-60"])
def test_in_development(app: Path, options: str) -> None:
    config, pictures = app / "next.config.mjs", app / "pictures.js"
    config.write_text(documented("html.md", config.name).replace("{ images", '{ basePath: "/shop", images'))
    pictures.write_text(
        documented("html.md", pictures.name).replace("{ base:", f'{{ spec: "{options}", base:')
    )
    with served(app, "dev") as url:
        check(tags(f"{url}/shop", "img"), options, "/shop")
