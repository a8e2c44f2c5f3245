"""``make image`` and ``make lambda``: which engine they take, what they tell it, and the lines they print."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

import resizer_core
from tests.container.conftest import ROOT, Built
from tests.container.engine import Engine
from tests.container.running import PATIENCE, free_port

ID = "1a" * 32

#: An engine that writes down what it is told, and how it says what the content of an image is.
FAKE = """#!/bin/sh
printf '%s\\n' "{name} $*" >> "{told}"
case "$*" in
    info*) exit {status} ;;
    *build*--tag*) exit {build} ;;
    image*Architecture* | inspect*Architecture*) echo '{id} arm64' ;;
    image\\ *) echo 123000000 ;;
    images\\ *) echo '123 MB' ;;
esac
"""


class Fakes:
    """Engines that build nothing, found before the real ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = folder / "told"

    def build(
        self, *, working: str, failing: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Call ``tools/image``: of the three those in ``working`` work, and builds of ``failing`` fail."""
        for name in ("docker", "podman", "buildah"):
            path = self._folder / name
            text = FAKE.format(
                name=name,
                told=self._told,
                status=0 if name in working.split() else 1,
                build=1 if name in failing.split() else 0,
                id=f"sha256:{ID}" if name == "docker" else ID,
            )
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)
        first = {"PATH": f"{self._folder}:{os.environ['PATH']}", "RECORD": str(self.record)}
        return subprocess.run(
            [str(ROOT / "tools" / "image")],
            env={**os.environ, **first, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def record(self) -> Path:
        """Where ``tools/image`` writes down what it built."""
        return self._folder / "records" / "image.json"

    @property
    def told(self) -> str:
        """What the engines were told, a line for each call."""
        return self._told.read_text(encoding="utf-8")


@pytest.fixture
def fakes(tmp_path: Path) -> Fakes:
    return Fakes(tmp_path)


@pytest.mark.parametrize(
    ("working", "taken"),
    {
        "all": ("docker podman buildah", "docker buildx build"),
        "docker has no engine": ("podman buildah", "podman build"),
        "only buildah": ("buildah", "buildah build"),
    }.values(),
)
def test_the_first_engine_that_works_builds_for_arm64(fakes: Fakes, working: str, taken: str) -> None:
    done = fakes.build(working=working)
    assert done.returncode == 0, done.stderr
    (build,) = [line for line in fakes.told.splitlines() if line.startswith(taken)]
    assert "--platform linux/arm64" in build
    assert f"--build-arg VERSION={resizer_core.__version__}" in build
    assert re.search(r"--build-arg REVISION=[0-9a-f]{40}", build)
    assert f"image: {taken.split()[0]} builds resizer:latest for linux/arm64" in done.stdout
    assert "image: resizer:latest is 123 MB" in done.stdout
    assert "make lambda" in done.stdout
    assert done.stdout.endswith("terraform -chdir=terraform/examples/minimal apply\n")


@pytest.mark.parametrize("name", ["docker", "podman", "buildah"])
def test_what_was_built_is_recorded(fakes: Fakes, name: str) -> None:
    done = fakes.build(working=name, IMAGE="pictures:7")
    assert done.returncode == 0, done.stderr
    assert json.loads(fakes.record.read_text()) == {
        "image": "pictures:7",
        "id": f"sha256:{ID}",
        "engine": name,
        "architecture": "arm64",
    }
    assert f"image: {fakes.record} says what was built" in done.stdout
    assert list(fakes.record.parent.iterdir()) == [fakes.record]


@pytest.mark.parametrize("name", ["docker", "podman", "buildah"])
def test_a_build_that_fails_leaves_the_record_of_the_one_before(fakes: Fakes, name: str) -> None:
    fakes.record.parent.mkdir()
    fakes.record.write_text("the one before")
    assert fakes.build(working=name, failing=name).returncode != 0
    assert list(fakes.record.parent.iterdir()) == [fakes.record]
    assert fakes.record.read_text() == "the one before"


def test_the_record_names_the_image_that_the_engine_has(engine: Engine, image: Built) -> None:
    built = engine.inspect(image.name)
    assert json.loads(image.record.read_text()) == {
        "image": image.name,
        "id": f"sha256:{built['Id'].removeprefix('sha256:')}",
        "engine": engine.name,
        "architecture": built["Architecture"],
    }


def test_an_engine_can_be_named(fakes: Fakes) -> None:
    assert fakes.build(working="docker podman buildah", ENGINE="podman").returncode == 0
    assert "docker" not in fakes.told


def test_what_the_caller_trusts_is_a_secret_of_the_build(fakes: Fakes) -> None:
    fakes.build(working="podman", PIP_CERT="/somewhere/ca.pem")
    assert "--secret id=ca,src=/somewhere/ca.pem" in fakes.told


@pytest.mark.parametrize(
    ("working", "environment", "said"),
    {
        "no engine": ("", {}, "install docker .with buildx., podman or buildah"),
        "another platform": (
            "podman",
            {"PLATFORM": "linux/386"},
            "expected PLATFORM linux/arm64 or linux/amd64",
        ),
        "another engine": ("podman", {"ENGINE": "kaniko"}, "expected ENGINE docker, podman or buildah"),
    }.values(),
)
def test_what_cannot_be_built_says_why(
    fakes: Fakes, working: str, environment: Mapping[str, str], said: str
) -> None:
    done = fakes.build(working=working, **environment)
    assert done.returncode == 1
    assert re.search(said, done.stderr)


def test_the_lines_that_are_printed_work_with_the_image(engine: Engine, image: Built, emulator: Path) -> None:
    assert emulator.exists()  # this base brings none
    with served(
        ROOT, {**engine.environment, "ENGINE": engine.name, "IMAGE": image.name, "NETWORK": "host"}
    ) as said:
        assert f"{engine.name} runs {image.name}" in said
        both_lines_work(said)


def test_the_lines_that_are_printed_work_without_an_engine(tmp_path: Path, emulator: Path) -> None:
    """A checkout without an image: its environment is the one that runs this test."""
    for name in ("container", "function", "handler.py", "requirements", "resizer_core", "tools"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "examples" / "originals", tmp_path / "examples" / "originals")
    (tmp_path / ".emulator").symlink_to(emulator.parents[1])
    (tmp_path / ".venv-runtime").symlink_to(sys.prefix)
    with served(tmp_path, {**os.environ, "ENGINE": "none"}) as said:
        assert "the function of this checkout" in said
        both_lines_work(said)


@contextmanager
def served(checkout: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """``tools/lambda`` of a checkout, and what it has printed when its last line of advice is there."""
    process = subprocess.Popen(
        [str(checkout / "tools" / "lambda")],
        env={**environment, "PORT": str(free_port())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "rawPath" in line:
                break
        yield "".join(lines)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def both_lines_work(said: str) -> None:
    """Run the curl lines in a shell, as a person would."""
    direct, proxied = [line.strip() for line in said.splitlines() if line.strip().startswith("curl ")]
    retry = "--retry 60 --retry-connrefused --retry-delay 1"
    location = json.loads(shell(direct.replace("curl -s", f"curl -s {retry}")))["location"]
    assert location.endswith("/300x200_f-webp/cat.jpg")
    answer = json.loads(shell(proxied))
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "image/webp")


def shell(line: str) -> str:
    return subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, check=True, timeout=PATIENCE
    ).stdout
