"""``terraform/modules/registry/push``, which brings the image that was built into a real registry."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.archives import OCI_INDEX, OCI_MANIFEST, SHAPES, Image, Layout, digest, podman, write
from tests.container.conftest import ROOT
from tests.container.engine import Engine

MODULE = ROOT / "terraform" / "modules" / "registry"
USERNAME = "AWS"
PASSWORD = "a-token-of-ecr"
TAG = "0123456789abcdef0123456789abcdef"
IMAGE = Image()

#: As ``htpasswd -nbB`` writes it.
LOGIN = f"{USERNAME}:$2y$05$yOTq0VzBWj17gDLlsMC2C.JIoWnDscfT/3hB7hjNVEHNX/lXtNRe."


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry on this machine that asks for a password."""

    host: str

    def manifest(self, repository: str, tag: str) -> tuple[str, str, dict[str, Any]]:
        """Of what has this tag the type, the digest, and what it says."""
        with self._ask(
            f"{repository}/manifests/{tag}", headers={"Accept": f"{OCI_INDEX}, {OCI_MANIFEST}"}
        ) as answer:
            return answer.headers["Content-Type"], answer.headers["Docker-Content-Digest"], json.load(answer)

    def blob(self, repository: str, name: str) -> bytes:
        with self._ask(f"{repository}/blobs/{name}") as answer:
            return bytes(answer.read())

    def put_index(self, repository: str, tag: str, entry: dict[str, Any]) -> None:
        """Give a tag to an index of one image, as docker may do."""
        index = Layout().index(entry)
        self._ask(
            f"{repository}/manifests/{tag}", data=index, method="PUT", headers={"Content-Type": OCI_INDEX}
        ).close()

    def _ask(self, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        password = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        own = {"Authorization": f"Basic {password}", **(headers or {})}
        return urlopen(Request(f"http://{self.host}/v2/{path}", headers=own, **more))  # noqa: S310


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


@dataclass(frozen=True, slots=True)
class Pusher:
    """Calls the program as Terraform does, for a repository of its own."""

    registry: Registry
    repository: str
    folder: Path

    def push(
        self, archive: bytes | Path, *, config: str = digest(IMAGE.configuration), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        path = archive if isinstance(archive, Path) else write(self.folder / "image.tar", archive)
        told = {
            "TAG": TAG,
            "USERNAME": USERNAME,
            "PASSWORD": PASSWORD,
            "CONFIG": config,
            "ARCHIVE": str(path),
        }
        return run({"REPOSITORY_URL": self.url, **told, **environment})

    @property
    def url(self) -> str:
        return f"{self.registry.host}/{self.repository}"

    def manifest(self, tag: str = TAG) -> tuple[str, str, dict[str, Any]]:
        return self.registry.manifest(self.repository, tag)


def run(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Call the program in this environment alone."""
    command = [sys.executable, "-B", "-m", "push"]
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=MODULE, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def pusher(registry: Registry, tmp_path: Path) -> Pusher:
    return Pusher(registry, f"pictures-{secrets.token_hex(4)}", tmp_path)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_shape_becomes_one_manifest_of_the_same_image(
    pusher: Pusher, shape: Callable[[Image], bytes]
) -> None:
    done = pusher.push(shape(IMAGE))
    assert done.returncode == 0, done.stderr
    kind, name, manifest = pusher.manifest()
    assert kind == manifest["mediaType"] == OCI_MANIFEST
    assert manifest["config"]["digest"] == digest(IMAGE.configuration)
    assert [layer["mediaType"] for layer in manifest["layers"]] == [
        "application/vnd.oci.image.layer.v1.tar+gzip"
    ] * 2
    for part in (manifest["config"], *manifest["layers"]):
        assert part["size"] == len(pusher.registry.blob(pusher.repository, part["digest"]))
    assert done.stdout.splitlines() == [
        f"push: {pusher.folder / 'image.tar'} goes to {pusher.url}:{TAG}, which may take some minutes",
        f"push: {pusher.url}:{TAG} is there now: {name}",
    ]


def test_what_is_not_packed_is_packed_to_the_same_bytes_again(pusher: Pusher) -> None:
    saved = SHAPES["docker-save"](IMAGE)
    assert pusher.push(saved, TAG="first").returncode == pusher.push(saved, TAG="second").returncode == 0
    assert pusher.manifest("first") == pusher.manifest("second")


def test_podman_and_buildah_push_the_same_manifest(
    engine: Engine, build: Callable[..., str], records: Path, pusher: Pusher
) -> None:
    """Push what both build of this checkout: one manifest each, and the same configuration."""
    if engine.name != "podman" or not shutil.which("buildah"):
        pytest.skip("podman and buildah are not both here")
    manifests = []
    for name in ("podman", "buildah"):
        build(name, ENGINE=name)
        record = json.loads((records / f"{name}.json").read_text())
        done = pusher.push(records / f"{name}.tar", config=record["config"], TAG=name)
        assert done.returncode == 0, done.stderr
        manifests.append((record["content"], *pusher.manifest(name)))
    assert manifests[0] == manifests[1]
    assert manifests[0][1] == OCI_MANIFEST


def test_what_is_there_is_not_pushed_again(pusher: Pusher) -> None:
    assert pusher.push(podman(IMAGE)).returncode == 0
    again = pusher.push(Path("/no/such/archive"))
    assert again.returncode == 0, again.stderr
    assert again.stdout == f"push: {pusher.url}:{TAG} is there already: {pusher.manifest()[1]}\n"


def test_another_tag_of_the_repository_is_not_the_one_that_is_looked_for(pusher: Pusher) -> None:
    assert pusher.push(podman(IMAGE), TAG=f"{TAG}0").returncode == 0
    assert f"{TAG} is there now" in pusher.push(podman(IMAGE)).stdout


def test_a_tag_of_an_index_is_refused(pusher: Pusher) -> None:
    assert pusher.push(podman(IMAGE), TAG="one").returncode == 0
    kind, name, manifest = pusher.manifest("one")
    size = len(json.dumps(manifest, separators=(",", ":")))
    pusher.registry.put_index(pusher.repository, TAG, {"mediaType": kind, "digest": name, "size": size})
    done = pusher.push(podman(IMAGE))
    assert done.returncode == 1
    said = f"push: {pusher.url}:{TAG} is {OCI_INDEX}, and Lambda wants one image"
    assert done.stderr == f"{said}: delete this tag and apply again\n"


def test_a_wrong_password_is_refused_and_not_printed(pusher: Pusher) -> None:
    done = pusher.push(podman(IMAGE), PASSWORD="another-token")
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"push: {pusher.registry.host} does not let {USERNAME} in or do this: GET http"
    )
    assert "UNAUTHORIZED: authentication required" in done.stderr
    assert "another-token" not in done.stdout + done.stderr


def test_another_archive_than_was_written_down_is_not_pushed(pusher: Pusher) -> None:
    done = pusher.push(podman(replace(IMAGE, more={"architecture": "amd64"})))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        "image.tar is not what `make image` wrote down last; run `make image` again\n"
    )


def test_an_archive_that_is_gone_is_not_pushed(pusher: Pusher) -> None:
    done = pusher.push(Path("/no/such/archive"))
    assert (done.returncode, done.stderr) == (
        1,
        "push: there is no /no/such/archive to push; run `make image` again\n",
    )


def test_a_registry_that_cannot_be_reached_is_named(pusher: Pusher) -> None:
    done = pusher.push(podman(IMAGE), REPOSITORY_URL="127.0.0.1:1/pictures")
    assert done.returncode == 1
    assert re.fullmatch(
        r"push: GET http://127\.0\.0\.1:1/v2/pictures/manifests/\w+: .*refused\n", done.stderr
    )


TOLD = {
    "REPOSITORY_URL": "127.0.0.1:1/pictures",
    "TAG": TAG,
    "USERNAME": USERNAME,
    "PASSWORD": PASSWORD,
    "ARCHIVE": "image.tar",
    "CONFIG": f"sha256:{'1a' * 32}",
}


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_each_variable_is_asked_for(name: str, value: str | None) -> None:
    environment = {key: text for key, text in {**TOLD, name: value}.items() if text is not None}
    done = run(environment)
    assert done.returncode == 1
    assert done.stderr == f"push: expected {name} in the environment, it is not there or empty\n"


WRONG = {
    "a-scheme": (
        {"REPOSITORY_URL": "https://host/name"},
        "expected REPOSITORY_URL as HOST/NAME, got https://host/name",
    ),
    "no-name": ({"REPOSITORY_URL": "host"}, "expected REPOSITORY_URL as HOST/NAME, got host"),
    "tag": ({"TAG": "a b"}, "expected TAG of A-Z a-z 0-9 _ . -, at most 128 of them, got a b"),
    "config": ({"CONFIG": "1a2b"}, "expected CONFIG as sha256: and 64 hexadecimal digits, got 1a2b"),
    "password": ({"PASSWORD": "two\nlines"}, "expected PASSWORD in one line"),
}


@pytest.mark.parametrize(("environment", "said"), WRONG.values(), ids=WRONG)
def test_a_variable_that_cannot_be_right_is_refused(environment: Mapping[str, str], said: str) -> None:
    done = run({**TOLD, **environment})
    assert (done.returncode, done.stderr) == (1, f"push: {said}\n")
