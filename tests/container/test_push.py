"""``terraform/modules/registry/push``, which brings the image that was built into a real registry."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.container.engine import Engine, EngineError
from tests.container.pushing import IMAGE_ID, PASSWORD, TAG, USERNAME, executable, run

#: As ``htpasswd -nbB`` writes it.
LOGIN = f"{USERNAME}:$2y$05$yOTq0VzBWj17gDLlsMC2C.JIoWnDscfT/3hB7hjNVEHNX/lXtNRe."

#: Lambda takes the first two, and a registry gives a list only to those who ask for one.
MANIFESTS = {
    "docker": "application/vnd.docker.distribution.manifest.v2+json",
    "OCI": "application/vnd.oci.image.manifest.v1+json",
    "list": "application/vnd.docker.distribution.manifest.list.v2+json",
    "index": "application/vnd.oci.image.index.v1+json",
}

#: Writes down how it is called before it lets the real one do it.
WRAPPER = """#!/bin/sh
printf '%s\\n' "$*" >> "{told}"
env >> "{told}"
exec "{real}" "$@"
"""


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry on this machine that asks for a password."""

    host: str

    def manifest(self, repository: str, tag: str) -> tuple[str, str, dict[str, Any]]:
        """Of what has this tag the type, the digest, and what it says."""
        password = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {password}", "Accept": ", ".join(MANIFESTS.values())}
        url = f"http://{self.host}/v2/{repository}/manifests/{tag}"
        with urlopen(Request(url, headers=headers)) as answer:
            return answer.headers["Content-Type"], answer.headers["Docker-Content-Digest"], json.load(answer)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    if not shutil.which("docker-registry"):
        pytest.skip("docker-registry is not installed")
    folder = tmp_path_factory.mktemp("registry")
    (folder / "htpasswd").write_text(f"{LOGIN}\n", encoding="utf-8")
    configuration = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "stored")}},
        "http": {"addr": "127.0.0.1:0"},
        "auth": {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}},
    }
    (folder / "config.yml").write_text(json.dumps(configuration), encoding="utf-8")  # YAML takes JSON
    command = ["docker-registry", "serve", str(folder / "config.yml")]
    with (
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process,
        ThreadPoolExecutor(max_workers=1) as beside,
    ):
        assert process.stderr is not None
        try:
            said = []
            for line in process.stderr:
                said.append(line)
                if found := re.search(r"listening on (127\.0\.0\.1:\d+)", line):
                    break
            else:
                pytest.fail(f"the registry did not start: {''.join(said)}")
            # What it says from now on is taken from it, or it would wait for somebody to do so.
            beside.submit(process.stderr.read)
            yield Registry(found[1])
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiny:
    """An image with next to nothing in it.

    Attributes:
        name: with its tag.
        id: sha256:..., as it is recorded.
    """

    name: str
    id: str


@pytest.fixture(scope="module")
def tiny(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    archive = tmp_path_factory.mktemp("tiny") / "empty.tar"
    tarfile.open(archive, "w").close()
    name = f"localhost/resizer-test-push-{secrets.token_hex(4)}:latest"
    engine.run("import", str(archive), name)
    yield Tiny(name=name, id=f"sha256:{engine.inspect(name)['Id'].removeprefix('sha256:')}")
    engine.run("rmi", "--force", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pusher:
    """Calls the script with a real engine and registry.

    Attributes:
        folder: the only place for temporary files.
        told: what the engine was called with, and the environment that it got.
    """

    registry: Registry
    engine: Engine
    environment: Mapping[str, str]
    folder: Path
    told: Path

    def push(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return run(os.environ["PATH"], {**self.environment, **environment})

    def keeps_a_login(self) -> bool:
        if self.engine.name == "docker":
            configuration = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
            return configuration.is_file() and self.registry.host in configuration.read_text()
        try:
            self.engine.run("login", "--get-login", self.registry.host)
        except EngineError:
            return bool(list(self.folder.iterdir()))
        return True


@pytest.fixture
def pusher(
    registry: Registry, engine: Engine, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Pusher:
    real = shutil.which(engine.name)
    folder = tmp_path / "temporary"
    folder.mkdir()
    told = tmp_path / "told"
    executable(tmp_path / "bin" / engine.name, WRAPPER.format(told=told, real=real))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    # docker takes 127.0.0.1 without TLS by itself.
    insecure = tmp_path / "registries.conf"
    insecure.write_text(f'[[registry]]\nlocation = "{registry.host}"\ninsecure = true\n', encoding="utf-8")
    environment = {
        **engine.environment,
        "TMPDIR": str(folder),
        "CONTAINERS_REGISTRIES_CONF": str(insecure),
        "REPOSITORY_URL": f"{registry.host}/pictures-{secrets.token_hex(4)}",
        "TAG": TAG,
        "USERNAME": USERNAME,
        "PASSWORD": PASSWORD,
        "IMAGE": tiny.name,
        "IMAGE_ID": tiny.id,
        "ENGINE": engine.name,
    }
    return Pusher(registry=registry, engine=engine, environment=environment, folder=folder, told=told)


def test_what_is_pushed_is_one_manifest_of_what_was_built(pusher: Pusher, tiny: Tiny) -> None:
    done = pusher.push()
    assert done.returncode == 0, done.stderr
    repository = pusher.environment["REPOSITORY_URL"].partition("/")[2]
    kind, digest, manifest = pusher.registry.manifest(repository, TAG)
    assert kind in (MANIFESTS["docker"], MANIFESTS["OCI"])
    # Where containerd keeps docker's images an id is the manifest's digest, else that of the configuration.
    assert tiny.id in (manifest["config"]["digest"], digest)
    assert all(layer["mediaType"].endswith("gzip") for layer in manifest["layers"])
    assert done.stdout.splitlines() == [
        f"push: {pusher.engine.name} pushes {tiny.name} to {pusher.environment['REPOSITORY_URL']}:{TAG}, "
        "which may take some minutes",
        f"push: {pusher.environment['REPOSITORY_URL']}:{TAG} is there now",
    ]
    assert not pusher.keeps_a_login()


def test_what_is_there_is_not_pushed_again(pusher: Pusher) -> None:
    assert pusher.push().returncode == 0
    pusher.told.write_text("")
    again = pusher.push()
    assert again.returncode == 0, again.stderr
    assert again.stdout == f"push: {pusher.environment['REPOSITORY_URL']}:{TAG} is there already\n"
    assert not re.search(r"^push ", pusher.told.read_text(), re.MULTILINE)
    assert not pusher.keeps_a_login()


def test_another_tag_of_the_repository_is_not_the_one_that_is_looked_for(pusher: Pusher) -> None:
    assert pusher.push(TAG=f"{TAG}0").returncode == 0
    assert f"{TAG} is there now" in pusher.push().stdout


def test_a_wrong_password_is_refused_and_not_kept(pusher: Pusher) -> None:
    done = pusher.push(PASSWORD="another-token")
    assert done.returncode == 1
    assert re.search("invalid username/password|unauthorized", done.stderr)
    assert f"push: {pusher.registry.host} did not let {USERNAME} in" in done.stderr
    assert not re.search(r"^push ", pusher.told.read_text(), re.MULTILINE)
    assert not pusher.keeps_a_login()


def test_another_image_under_the_name_is_not_pushed(pusher: Pusher) -> None:
    done = pusher.push(IMAGE_ID=IMAGE_ID)
    assert done.returncode == 1
    name = pusher.environment["IMAGE"]
    assert done.stderr == (f"push: {name} is not what `make image` built last; run `make image` again\n")


def test_an_image_that_is_gone_is_not_pushed(pusher: Pusher) -> None:
    done = pusher.push(IMAGE="localhost/there-is-none:latest")
    assert done.returncode == 1
    assert "has no localhost/there-is-none:latest to push; run `make image` again" in done.stderr


@pytest.mark.parametrize("password", [PASSWORD, "another-token"])
def test_the_password_is_neither_printed_nor_among_the_arguments(pusher: Pusher, password: str) -> None:
    done = pusher.push(PASSWORD=password)
    assert password not in done.stdout + done.stderr
    told = pusher.told.read_text()
    assert "login --username" in told
    assert password not in told
