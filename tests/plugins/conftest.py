"""Install packages for one test, and remove them after it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.packages import GOOD, GROUPS, PPM, Install


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Give a function that installs a package.

    It takes modules, and entry points by group, such as ``"acme.glow": "module:Glow"``.
    """
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def install(package: str, modules: dict[str, str], **groups: dict[str, str]) -> None:
        described = tmp_path / f"{package}-1.0.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = []
        for group, entry_points in groups.items():
            lines += [f"[{GROUPS[group]}]", *(f"{name} = {where}" for name, where in entry_points.items())]
        (described / "entry_points.txt").write_text("\n".join(lines))
        for name, code in modules.items():
            (tmp_path / f"{name}.py").write_text(code)

    yield install
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def good(install: Install) -> None:
    install(
        "acme-effects",
        {"plugin_acme": GOOD, "plugin_ppm": PPM},
        operations={
            "zoo.first": "plugin_acme:Zoo",
            "acme.glow": "plugin_acme:Glow",
            "acme.early": "plugin_acme:Early",
        },
        formats={"ppm": "plugin_ppm:PPM"},
    )
