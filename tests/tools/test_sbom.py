"""``make sbom``: what is in an archive, as CycloneDX, and whether what is said of wheels is so."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

import pi_heif
import pytest

from tests.archives import Image, podman, write

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-sbom" / "bin" / "python"
STATED = json.loads((ROOT / "requirements" / "libraries.json").read_text(encoding="utf-8"))
NOTE = {
    "components": [
        {"name": "Fast", "version": "1"},
        {"name": "arrow", "version": "59", "purl": "pkg:cargo/arrow@59"},
    ]
}


def package(name: str, number: str, **notes: Any) -> dict[str, tuple[int, bytes]]:
    """Give what a wheel leaves in the image."""
    folder = f"var/task/{name}-{number}.dist-info"
    files = {f"{folder}/sboms/{note}.json": json.dumps(text).encode() for note, text in notes.items()}
    files[f"{folder}/METADATA"] = f"Metadata-Version: 2.4\nName: {name}\nVersion: {number}\n\nText".encode()
    return {path: (0o644, data) for path, data in files.items()}


def run(archive: Path, written: Path) -> subprocess.CompletedProcess[str]:
    """Call it as ``make sbom`` does; it asks CycloneDX's schema itself."""
    if not PYTHON.exists():
        pytest.skip("there is no .venv-sbom: make .venv-sbom/.ready")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "terraform" / "modules" / "registry")}
    command = [str(PYTHON), "-m", "tools.sbom", str(archive), str(written)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def listed(folder: Path, *layers: dict[str, tuple[int, bytes]], **labels: str) -> dict[str, Any]:
    image = Image(layers=layers)
    image = replace(image, config={**image.config, "Labels": labels})
    done = run(write(folder / "image.tar", podman(image)), folder / "sbom.json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((folder / "sbom.json").read_text())
    return found


def test_it_lists_packages_what_is_inside_them_and_the_base(tmp_path: Path) -> None:
    vips = STATED["pyvips-binary"]
    bom = listed(
        tmp_path,
        {"etc/os": (0o644, b"a base")},
        {**package("Fast", "2.0", fast=NOTE), **package("pyvips_binary", vips["version"])},
        **{"org.opencontainers.image.base.name": "a.test/base:1", "org.opencontainers.image.version": "7"},
    )
    assert (bom["specVersion"], bom["metadata"]["component"]["version"]) == ("1.6", "7")
    inside = {
        found["name"]: {part["name"]: part["purl"] for part in found.get("components", [])}
        for found in bom["components"]
    }
    assert inside == {
        "a.test/base:1": {},
        "fast": {"arrow": "pkg:cargo/arrow@59"},
        "pyvips-binary": {name: f"pkg:generic/{name}@{number}" for name, number in vips["libraries"].items()},
    }
    (fast,) = [found for found in bom["components"] if found["name"] == "fast"]
    assert fast["purl"] == "pkg:pypi/fast@2.0"


def test_libraries_of_another_version_are_not_passed_off_as_these(tmp_path: Path) -> None:
    archive = write(tmp_path / "image.tar", podman(Image(layers=(package("pi_heif", "0.1"),))))
    done = run(archive, tmp_path / "sbom.json")
    assert done.returncode == 1
    assert "expected the libraries of pi-heif 0.1 in" in done.stderr
    assert not (tmp_path / "sbom.json").exists()


def test_without_an_archive_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path / "image.tar", tmp_path / "sbom.json")
    assert (done.returncode, done.stderr) == (
        1,
        f"there is no {tmp_path / 'image.tar'} to list; call `make image` first\n",
    )


@pytest.mark.parametrize("name", STATED)
def test_the_libraries_are_those_of_the_locked_version(name: str) -> None:
    """After an update of the lock, bring requirements/libraries.json to the versions of its source."""
    assert STATED[name]["version"] == version(name)


@pytest.mark.parametrize("name", ["libarchive", "libpng", "libultrahdr", "libvips"])
def test_versions_that_the_library_itself_shows_are_those(name: str) -> None:
    """Only some leave theirs in the binary, between zero bytes; they stand for the whole list."""
    (path,) = [
        file for file in distribution("pyvips-binary").files or () if Path(file).name.startswith("libvips-")
    ]
    shown = STATED["pyvips-binary"]["libraries"][name].encode()
    data = Path(str(path.locate())).read_bytes()
    assert (b"libarchive " if name == "libarchive" else b"\0") + shown + b"\0" in data


def test_libheif_and_its_decoder_say_the_same_versions() -> None:
    told = pi_heif.libheif_info()
    libraries = STATED["pi-heif"]["libraries"]
    assert told["libheif"] == libraries["libheif"]
    assert told["decoders"]["libde265"].endswith(f"version {libraries['libde265']}")
