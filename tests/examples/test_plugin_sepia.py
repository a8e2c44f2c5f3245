"""The example of a plugin, installed into an environment of its own as its users install it."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest
import pyvips

from resizer_core import Plugins
from tests.doubles import picture

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "examples" / "plugin_sepia"

#: The function in the environment: asked for a picture by the tutorial's event, and what it logs.
FUNCTION = """
import json, sys
from handler import handler
print(json.dumps(handler({"size": sys.argv[1], "image": "cat.jpg"})))
"""


class Environment:
    """A virtual environment that has what this one has, and the plugin."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(
        self,
        *command: str,
        cwd: Path = ROOT,
        variables: Mapping[str, str] = MappingProxyType({}),
        status: int = 0,
    ) -> subprocess.CompletedProcess[str]:
        python = self._folder / "env" / "bin" / "python"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RESIZER_")}
        done = subprocess.run(
            [str(python), *command],
            cwd=cwd,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("plugin")
    venv.create(folder / "env", with_pip=False)
    shares(folder / "env", [str(ROOT), *site.getsitepackages()])
    # A copy: setuptools builds in the source tree.
    shutil.copytree(PLUGIN, folder / "source")
    environment = Environment(folder)
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    environment.run("-m", "pip", "install", *offline, str(folder / "source"), cwd=folder)
    return environment


def shares(environment: Path, folders: Sequence[str]) -> None:
    """Let an environment import what is in these folders as well."""
    packages = next((environment / "lib").glob("python*/site-packages"))
    (packages / "shared.pth").write_text("\n".join(folders) + "\n")


def test_here_it_is_not_installed() -> None:
    assert "acme.sepia" not in Plugins().operations


def test_its_own_tests_pass_where_it_is(installed: Environment, tmp_path: Path) -> None:
    shutil.copy(PLUGIN / "test_sepia.py", tmp_path)
    done = installed.run(
        "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(tmp_path), cwd=tmp_path
    )
    assert re.search(r"^\d+ passed", done.stdout, re.MULTILINE)


def test_the_command_takes_its_option(installed: Environment, tmp_path: Path) -> None:
    (tmp_path / "in.jpg").write_bytes(picture())
    installed.run(
        "-m", "resizer_core", "30x_acme.brown-60", str(tmp_path / "in.jpg"), str(tmp_path / "out.png")
    )
    assert pyvips.Image.new_from_file(str(tmp_path / "out.png")).width == 30
    done = installed.run("-m", "resizer_core", "explain", "30x_ACME.brown_up", str(tmp_path / "in.jpg"))
    explained = json.loads(done.stdout)
    assert explained["canonical"] == "30x_up_acme.sepia"
    assert explained["plan"]["operations"] == ["acme.sepia"]


def test_the_command_says_what_is_wrong_with_it(installed: Environment) -> None:
    done = installed.run("-m", "resizer_core", "explain", "30x_acme.sepia-101", status=2)
    assert done.stderr == (
        "expected 1 to 100 percent, got '101'\n  30x_acme.sepia-101\n      ^^^^^^^^^^^^^^\n"
    )


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "cat.jpg").write_bytes(picture())
    return {
        "RESIZER_ORIGINALS": str(tmp_path / "originals"),
        "RESIZER_DERIVATIVES": str(tmp_path / "derivatives"),
        "RESIZER_BASE_URL": "https://img.example.com",
    }


def answered(environment: Environment, spec: str, variables: Mapping[str, str]) -> dict[str, str]:
    done = environment.run("-c", FUNCTION, spec, variables=variables)
    answer: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_the_function_makes_pictures_with_it(
    installed: Environment, variables: dict[str, str], tmp_path: Path
) -> None:
    presets = {"RESIZER_PRESETS": '{"brown": "9x_acme.sepia-60"}'}
    made = answered(installed, "30x_acme.sepia", variables | presets)
    assert made == {"location": "https://img.example.com/30x_acme.sepia/cat.jpg"}
    assert (tmp_path / "derivatives" / "30x_acme.sepia" / "cat.jpg").exists()
    assert "location" in answered(installed, "p-brown", variables | presets)


def test_the_function_refuses_it_where_it_is_not_taken(
    installed: Environment, variables: dict[str, str]
) -> None:
    refused = answered(installed, "30x_acme.sepia", variables | {"RESIZER_PLUGINS": "none"})
    assert refused["error"] == "InvalidSpec"
    taken = answered(installed, "30x_acme.sepia", variables | {"RESIZER_PLUGINS": "acme.sepia"})
    assert "location" in taken


def test_the_function_does_not_start_without_one_that_it_is_told_of(
    installed: Environment, variables: dict[str, str]
) -> None:
    told = variables | {"RESIZER_PLUGINS": "acme.sepia,acme.gone"}
    done = installed.run("-c", FUNCTION, "30x", variables=told, status=1)
    assert "RESIZER_PLUGINS: expected the names of installed plugins" in done.stderr
    assert "got 'acme.gone'; installed: acme.sepia" in done.stderr
