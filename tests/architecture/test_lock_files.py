"""The lock files hold what ``pyproject.toml`` asks for, agree with each other, and have every hash."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(name: str) -> dict[str, str]:
    """The version of every package that the lock file holds."""
    found = re.findall(r"^([\w.-]+)(?:\[[\w, -]+\])?==(\S+)", (REQUIREMENTS / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def wanted(group: str) -> list[Requirement]:
    """What a dependency group asks for, its included groups left out."""
    return [Requirement(line) for line in project()["dependency-groups"][group] if isinstance(line, str)]


@pytest.mark.parametrize(
    "lock",
    [
        "bench.txt",
        "build.txt",
        "checkov.txt",
        "dev.txt",
        "doctor.txt",
        "emulator.txt",
        "ministack.txt",
        "peers.txt",
        "pure.txt",
        "runtime.txt",
        "sbom.txt",
        "serve.txt",
        "site.txt",
    ],
)
def test_every_package_has_a_hash(lock: str) -> None:
    entries = re.split(
        r"^(?=[\w.-]+(?:\[[\w, -]+\])?==)", (REQUIREMENTS / lock).read_text(), flags=re.MULTILINE
    )[1:]
    assert entries
    assert [entry.partition("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ["doctor.txt", "pure.txt", "runtime.txt", "serve.txt"])
def test_the_development_environment_holds_the_same_versions(lock: str) -> None:
    assert pins(lock).items() <= pins("dev.txt").items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    metadata = project()["project"]
    extras = metadata["optional-dependencies"]
    asked = {
        "bench.txt": [*wanted("bench"), *map(Requirement, metadata["dependencies"])],
        "build.txt": wanted("build"),
        "checkov.txt": wanted("checkov"),
        "doctor.txt": [*wanted("doctor"), *map(Requirement, metadata["dependencies"])],
        "ministack.txt": wanted("ministack"),
        "emulator.txt": wanted("emulator"),
        "peers.txt": wanted("peers"),
        "pure.txt": wanted("pure"),
        "dev.txt": [*wanted("dev"), *map(Requirement, chain(*extras.values()))],
        "sbom.txt": wanted("sbom"),
        "site.txt": [*wanted("site"), *map(Requirement, metadata["dependencies"])],
        "runtime.txt": [Requirement(line) for line in [*metadata["dependencies"], *extras["lambda"]]],
        "serve.txt": [Requirement(line) for line in extras["serve"]],
    }
    missing = [
        f"{lock}: {requirement}"
        for lock, requirements in asked.items()
        for requirement in requirements
        if not holds(pins(lock), requirement)
    ]
    assert missing == []


def holds(versions: dict[str, str], requirement: Requirement) -> bool:
    version = versions.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version)


def test_the_project_is_built_by_what_is_locked() -> None:
    assert project()["build-system"]["requires"] == project()["dependency-groups"]["build"]


def test_the_pure_environment_holds_none_of_the_libraries() -> None:
    libraries = {Requirement(line).name for line in project()["project"]["dependencies"]} | {"boto3", "moto"}
    assert pins("pure.txt").keys() & libraries == set()
