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
from push.archive import content, opened

import resizer_core
from tests.archives import SHAPES, Image, digest, write
from tests.container.conftest import ROOT, Built
from tests.container.engine import Engine
from tests.container.running import PATIENCE, free_port

#: An engine that writes down what it is told. Where it is told to write a file, it copies a small archive.
FAKE = """#!/bin/sh
printf '%s\\n' "{name} $*" >> "{told}"
write() {{ cp "{archive}" "$1"; }}
case "$*" in
    'info --format'*) echo '{status_of_driver}'; exit ;;
    info*) [ {status} = 0 ] || echo 'the words of {name}' >&2; exit {status} ;;
    'buildx inspect'*) echo 'Driver:        {driver}'; exit ;;
    *build*--tag*) [ {build} = 0 ] || exit {build} ;;
esac
case "$*" in
    *dest=*) written=${{*#*dest=}}; write "${{written%%,*}}" ;;
    save*) write "$(echo "$*" | sed 's/.*--output \\([^ ]*\\).*/\\1/')" ;;
    push*) write "${{*#*oci-archive:}}" ;;
esac
"""

IMAGE = Image()
NAME = {"podman": "podman-and-buildah", "buildah": "podman-and-buildah", "docker": "buildx"}


class Fakes:
    """Engines that build nothing, found before the real ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = folder / "told"

    def build(
        self,
        *,
        working: str,
        failing: str = "",
        installed: str = "docker podman buildah",
        driver: str = "docker",
        keeps: str = "io.containerd.snapshotter.v1",
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Call ``tools/image``.

        Args:
            working: which of the engines work.
            failing: whose builds fail.
            installed: which of them are there.
            driver: what builds for docker.
            keeps: how docker keeps images.
        """
        binaries = self._folder / "bin"
        binaries.mkdir(exist_ok=True)
        for tool in ("awk", "cp", "dirname", "git", "grep", "mkdir", "mv", "rm", "sed", "sh", "uname"):
            (binaries / tool).symlink_to(shutil.which(tool) or "")
        for name in installed.split():
            text = FAKE.format(
                name=name,
                told=self._told,
                archive=write(self._folder / f"{name}.tar", SHAPES[NAME[name]](IMAGE)),
                status=0 if name in working.split() else 1,
                build=1 if name in failing.split() else 0,
                driver=driver,
                status_of_driver=f"[[driver-type {keeps}]]",
            )
            path = binaries / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)
        first = {"PATH": str(binaries), "PYTHON": sys.executable, "RECORD": str(self.record)}
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
    assert f"image: {fakes.record.with_suffix('.tar')} holds resizer:latest" in done.stdout
    assert "make lambda" in done.stdout
    assert done.stdout.endswith("terraform -chdir=terraform/examples/minimal apply\n")


@pytest.mark.parametrize("name", ["docker", "podman", "buildah"])
def test_what_was_built_is_recorded_beside_it(fakes: Fakes, name: str) -> None:
    done = fakes.build(working=name, IMAGE="pictures:7")
    assert done.returncode == 0, done.stderr
    archive = fakes.record.with_suffix(".tar")
    with opened(archive) as built:
        assert json.loads(fakes.record.read_text()) == {
            "content": content(built)[0],
            "config": digest(IMAGE.configuration),
            "architecture": "arm64",
        }
    assert f"image: {archive} holds pictures:7, and {fakes.record} describes it" in done.stdout
    assert sorted(fakes.record.parent.iterdir()) == [fakes.record, archive]


@pytest.mark.parametrize("name", ["docker", "podman", "buildah"])
def test_a_build_that_fails_leaves_the_record_of_the_one_before(fakes: Fakes, name: str) -> None:
    fakes.record.parent.mkdir()
    fakes.record.write_text("the one before")
    done = fakes.build(working=name, failing=name)
    assert done.returncode == 1
    assert f"image: {name} could not build the image" in done.stderr
    assert "BASE=" in done.stderr
    assert list(fakes.record.parent.iterdir()) == [fakes.record]
    assert fakes.record.read_text() == "the one before"


#: How docker is told to build, and what it is told after that.
STORES = {
    "containerd": ("docker", "io.containerd.snapshotter.v1", "dest=", "docker load"),
    "its-own": ("docker", "overlay2", "--output type=docker ", "docker save"),
    "another-builder": ("docker-container", "overlay2", "dest=", "docker load"),
}


@pytest.mark.parametrize(("driver", "keeps", "output", "after"), STORES.values(), ids=STORES)
def test_docker_writes_one_image_without_notes_into_a_file(
    fakes: Fakes, driver: str, keeps: str, output: str, after: str
) -> None:
    """With containerd ``rewrite-timestamp`` wants a file; without it there is no file to be had."""
    done = fakes.build(working="docker", driver=driver, keeps=keeps)
    assert done.returncode == 0, done.stderr
    build, then = fakes.told.splitlines()[-2:]
    assert "--provenance=false --sbom=false" in build
    assert output in build
    assert ("rewrite-timestamp=true" in build) == ("dest=" in build)
    assert then.startswith(after)


def test_the_words_of_an_engine_that_fails_are_shown(fakes: Fakes) -> None:
    done = fakes.build(working="", installed="docker")
    assert done.returncode == 1
    assert "image: docker does not work here. It says:\n  the words of docker\n" in done.stdout
    assert "docker does not work, podman is not installed, buildah is not installed" in done.stderr


def test_the_record_names_the_image_that_the_engine_has(engine: Engine, image: Built) -> None:
    built = engine.inspect(image.name)
    record = json.loads(image.record.read_text())
    assert record["architecture"] == built["Architecture"]
    with opened(image.record.with_suffix(".tar")) as archive:
        assert record["config"] == archive.config
        assert len(archive.layers) == len(built["RootFS"]["Layers"])


def test_an_engine_can_be_named(fakes: Fakes) -> None:
    assert fakes.build(working="docker podman buildah", ENGINE="podman").returncode == 0
    assert "docker" not in fakes.told


def test_what_the_caller_trusts_is_a_secret_of_the_build(fakes: Fakes) -> None:
    fakes.build(working="podman", PIP_CERT="/somewhere/ca.pem")
    assert "--secret id=ca,src=/somewhere/ca.pem" in fakes.told


@pytest.mark.parametrize(
    ("working", "environment", "said"),
    {
        "no engine": ("", {}, "Install docker .with buildx., podman or buildah"),
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
