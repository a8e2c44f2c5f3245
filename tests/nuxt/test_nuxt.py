"""Build and run an application of Nuxt with the provider, in production and in development."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from tests.javascript_apps import documented, installed, run, running, tags

NUXT: Final = ("node", "node_modules/nuxt/bin/nuxt.mjs")
#: Where servers of Nuxt listen.
LOOPBACK: Final = {"HOST": "127.0.0.1", "PORT": "0"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application, with the lines of docs/frameworks.md."""
    app = installed(Path(__file__).with_name("app"), tmp_path_factory.mktemp("nuxt"))
    (app / "nuxt.config.ts").write_text(documented("frameworks.md", "nuxt.config.ts"), encoding="utf-8")
    return app


def production(app: Path) -> AbstractContextManager[str]:
    run(app, *NUXT, "build")
    return running(app, "node", ".output/server/index.mjs", environment=LOOPBACK)


def development(app: Path) -> AbstractContextManager[str]:
    return running(app, *NUXT, "dev", "--host", "127.0.0.1", "--port", "0")


@pytest.mark.parametrize("served", [production, development], ids=["production", "development"])
def test_the_components_ask_for_canonical_addresses(
    app: Path, served: Callable[[Path], AbstractContextManager[str]]
) -> None:
    with served(app) as url:
        fixed, placeholder, last, dog = tags(url, "img")
        sources = tags(url, "source")
    address = "https://img.example.com/{}/people/ann.jpg"
    one, two = address.format("300x200_fit-cover_f-auto"), address.format("600x400_fit-cover_f-auto")
    assert f' srcset="{one} 1x, {two} 2x"' in fixed
    assert f' src="{one}"' in fixed
    assert f' src="{address.format("10x10_fit-cover_blur-3_gray_f-auto_q-50")}"' in placeholder
    for name, element in zip(("avif", "webp", "jpg"), (*sources, last), strict=True):
        assert f"{address.format(f'300x_f-{name}_q-60')} 300w" in element
    assert ' src="https://elsewhere.example/dog.jpg"' in dog
