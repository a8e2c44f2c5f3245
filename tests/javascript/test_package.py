"""Read the JavaScript package as those who install it do: its types, and what npm would make of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

import pytest

from tests.javascript_apps import ROOT, documented

MODULES: Final = Path(__file__).parent / "node" / "node_modules"

#: The oldest TypeScript that is held to, the newest, and the module for each way to find a package.
#: TypeScript 7 knows no node10.
OLDEST, NEWEST = "typescript-5.6", "typescript"
MODULE: Final = {"node10": "es2022", "bundler": "es2022", "node16": "node16", "nodenext": "nodenext"}
COMPILERS: Final = [
    *((OLDEST, resolution) for resolution in MODULE),
    *((NEWEST, resolution) for resolution in MODULE if resolution != "node10"),
]
STRICT: Final = ("--strict", "--noEmit", "--target", "es2022", "--lib", "es2022")


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as npm makes it."""
    if shutil.which("npm") is None or not MODULES.exists():
        pytest.skip("there is no npm, or make test has not installed tests/javascript/node")
    folder = tmp_path_factory.mktemp("packed")
    run("npm", "pack", "--silent", f"--pack-destination={folder}", cwd=ROOT / "javascript")
    (packed,) = folder.iterdir()
    return packed


@pytest.fixture(scope="module")
def page(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the checkout where the package is installed, and the lines that use it."""
    folder = tmp_path_factory.mktemp("page")
    with tarfile.open(tarball) as packed:
        packed.extractall(folder / "node_modules", filter="data")
    (folder / "node_modules" / "package").rename(folder / "node_modules" / "resizer-html")
    for name in ("unpic", "@unpic"):
        (folder / "node_modules" / name).symlink_to(MODULES / name)
    (folder / "package.json").write_text('{"type": "module"}')
    for name in ("types.ts", "unpic.test.mjs", "frameworks.test.mjs"):
        shutil.copy(Path(__file__).with_name(name), folder)
    documented = (ROOT / "docs" / "html.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```js\n(.*?)```", documented, re.DOTALL)
    assert any("process.env" in block for block in blocks)
    for number, block in enumerate(blocks):
        (folder / f"documented{number}.ts").write_text(block, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("compiler", "resolution"), COMPILERS, ids=map(" ".join, COMPILERS))
def test_strict_types_take_what_is_documented(page: Path, compiler: str, resolution: str) -> None:
    node = ["--types", "node", "--typeRoots", str(MODULES / "@types"), "--skipLibCheck"]
    module = ["--module", MODULE[resolution], "--moduleResolution", resolution]
    run("node", MODULES / compiler / "lib" / "tsc.js", *STRICT, *node, *module, *page.glob("*.ts"), cwd=page)


@pytest.mark.parametrize("compiler", [OLDEST, NEWEST])
def test_the_types_themselves_are_right_and_need_no_browser(page: Path, compiler: str) -> None:
    module = ["--module", "nodenext", "--skipDefaultLibCheck"]
    declared = (page / "node_modules" / "resizer-html").glob("*.d.ts")
    run("node", MODULES / compiler / "lib" / "tsc.js", *STRICT, *module, *declared, cwd=page)


def test_unpic_takes_the_provider(page: Path) -> None:
    run("node", "--test", "unpic.test.mjs", cwd=page)


def test_the_files_for_other_frameworks_do_what_is_documented(page: Path) -> None:
    for name in ("picture.loader.js", "eleventy.config.js"):
        (page / name).write_text(documented("frameworks.md", name), encoding="utf-8")
    shutil.copy(ROOT / "tests" / "vectors" / "urls.json", page)
    run("node", "--test", "frameworks.test.mjs", cwd=page)


def test_it_holds_what_it_needs_and_nothing_else(tarball: Path) -> None:
    with tarfile.open(tarball) as packed:
        held = {name.removeprefix("package/") for name in packed.getnames()}
    folder = ROOT / "javascript"
    assert held == {path.name for path in folder.iterdir() if path.is_file()}
    assert (folder / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_publint_finds_nothing(tarball: Path) -> None:
    run("node", MODULES / "publint" / "src" / "cli.js", "run", "--strict", tarball, cwd=tarball.parent)


def test_every_way_to_find_a_package_finds_its_types(tarball: Path) -> None:
    attw = MODULES / "@arethetypeswrong" / "cli" / "dist" / "index.js"
    # CommonJS has to import() an ES module, before Node.js 20.19.
    run("node", attw, tarball, "--ignore-rules", "cjs-resolves-to-esm", cwd=tarball.parent)
