"""``terraform/modules/registry/push`` with an engine that pushes nothing: its steps and what it refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.container.pushing import IMAGE_ID, PASSWORD, TAG, USERNAME, executable, run

#: An engine that pushes nothing. It writes down how it is called, and fails where it is told to.
FAKE = """#!/bin/sh
printf '%s\\n' "$*" >> "{folder}/told"
case "$*" in
    {fails}) echo "the words of {name}" >&2; exit 1 ;;
    'image inspect'*) echo '{id}' ;;
    login*) cat > "{folder}/password" ;;
    search*) printf 'NAME TAG\\n{repository} {there}\\n' ;;
    'push --quiet {interrupted}'*) kill -TERM $PPID ;;
esac
"""

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
TARGET = f"{HOST}/pictures:{TAG}"
ENVIRONMENT = {
    "REPOSITORY_URL": f"{HOST}/pictures",
    "TAG": TAG,
    "USERNAME": USERNAME,
    "PASSWORD": PASSWORD,
    "IMAGE": "resizer:latest",
    "IMAGE_ID": IMAGE_ID,
    "ENGINE": "docker",
}

LOOKS = "image inspect --format {{.Id}} resizer:latest"
LOGS_IN = f"login --username {USERNAME} --password-stdin {HOST}"
ASKS = f"buildx imagetools inspect {TARGET}"
TAGS = f"tag {IMAGE_ID} {TARGET}"
PUSHES = f"push --quiet {TARGET}"
UNTAGS = f"image rm --no-prune {TARGET}"
LOGS_OUT = f"logout {HOST}"


@dataclass(frozen=True, slots=True)
class Fake:
    """An engine that pushes nothing, alone on its path but for what the script itself calls."""

    folder: Path

    def push(
        self,
        *,
        name: str = "docker",
        fails: str = "'buildx imagetools inspect'*",
        there: str = "another",
        interrupted: str = "nothing",
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Call the script.

        Args:
            name: of the engine.
            fails: a pattern of what fails; the usual one lets docker find no such tag.
            there: the tag that podman finds in the repository.
            interrupted: a target; when it is pushed, the script is told to end.
            environment: what differs from `ENVIRONMENT`.
        """
        text = FAKE.format(
            folder=self.folder,
            name=name,
            fails=fails,
            id=IMAGE_ID.removeprefix("sha256:") if name == "podman" else IMAGE_ID,
            repository=ENVIRONMENT["REPOSITORY_URL"],
            there=there,
            interrupted=interrupted,
        )
        executable(self.folder / "bin" / name, text)
        for tool in ("awk", "cat", "grep", "mktemp", "rm"):
            (self.folder / "bin" / tool).symlink_to(shutil.which(tool) or "")
        return run(str(self.folder / "bin"), {**ENVIRONMENT, "TMPDIR": str(self.folder), **environment})

    @property
    def told(self) -> list[str]:
        """List the calls of the engine, in order."""
        return (self.folder / "told").read_text().splitlines()


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def test_docker_logs_in_pushes_and_leaves_nothing_behind(fake: Fake) -> None:
    done = fake.push()
    assert done.returncode == 0, done.stderr
    assert fake.told == [LOOKS, LOGS_IN, ASKS, TAGS, PUSHES, UNTAGS, LOGS_OUT]
    assert (fake.folder / "password").read_text() == PASSWORD
    assert sorted(path.name for path in fake.folder.iterdir()) == ["bin", "password", "told"]


def test_docker_pushes_nothing_that_is_there(fake: Fake) -> None:
    done = fake.push(fails="nothing")
    assert done.returncode == 0, done.stderr
    assert fake.told == [LOOKS, LOGS_IN, ASKS, UNTAGS, LOGS_OUT]
    assert done.stdout == f"push: {TARGET} is there already\n"


FAILURES = {
    "the-login": ("login*", [LOGS_IN], f"{HOST} did not let {USERNAME} in"),
    "the-push": (
        "push*|buildx*",
        [LOGS_IN, ASKS, TAGS, PUSHES],
        "resizer:latest was not pushed; what docker says of it is above",
    ),
}


@pytest.mark.parametrize(("fails", "steps", "said"), FAILURES.values(), ids=FAILURES)
def test_docker_logs_out_again_whatever_fails(fake: Fake, fails: str, steps: list[str], said: str) -> None:
    done = fake.push(fails=fails)
    assert done.returncode == 1
    assert fake.told == [LOOKS, *steps, UNTAGS, LOGS_OUT]
    assert done.stderr == f"the words of docker\npush: {said}\n"


def test_docker_logs_out_again_when_it_is_interrupted(fake: Fake) -> None:
    done = fake.push(interrupted=TARGET)
    assert done.returncode == 143
    assert fake.told[-3:] == [PUSHES, UNTAGS, LOGS_OUT]
    assert "is there now" not in done.stdout


def test_podman_pushes_what_buildah_built(fake: Fake) -> None:
    done = fake.push(name="podman", fails="nothing", ENGINE="buildah")
    assert done.returncode == 0, done.stderr
    looks, logs_in, asks, pushes = fake.told
    (login,) = re.findall(rf"^{re.escape(LOGS_IN)} --authfile ({fake.folder}/\S+)$", logs_in)
    assert looks == LOOKS
    assert asks == f"search --list-tags --limit 100000 --authfile {login} {HOST}/pictures"
    assert pushes == f"push --quiet --format v2s2 --authfile {login} {IMAGE_ID} docker://{TARGET}"
    assert not Path(login).parent.exists()


def test_podman_pushes_nothing_that_is_there(fake: Fake) -> None:
    done = fake.push(name="podman", fails="nothing", there=TAG, ENGINE="podman")
    assert done.stdout == f"push: {TARGET} is there already\n"
    assert len(fake.told) == 3


@pytest.mark.parametrize("name", ENVIRONMENT)
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_each_variable_is_asked_for(name: str, value: str | None) -> None:
    environment = {key: text for key, text in {**ENVIRONMENT, name: value}.items() if text is not None}
    done = run(os.environ["PATH"], environment)
    assert done.returncode == 1
    assert done.stderr == f"push: expected {name} in the environment, it is not there or empty\n"


WRONG = {
    "a-scheme": (
        {"REPOSITORY_URL": "https://host/name"},
        "expected REPOSITORY_URL as HOST/NAME, got https://host/name",
    ),
    "no-name": ({"REPOSITORY_URL": "host"}, "expected REPOSITORY_URL as HOST/NAME, got host"),
    "tag": ({"TAG": "a b"}, "expected TAG of A-Z a-z 0-9 _ . -, at most 128 of them, got a b"),
    "id": ({"IMAGE_ID": "1a2b"}, "expected IMAGE_ID as sha256: and 64 hexadecimal digits, got 1a2b"),
    "engine": ({"ENGINE": "kaniko"}, "expected ENGINE docker, podman or buildah, got kaniko"),
}


@pytest.mark.parametrize(("environment", "said"), WRONG.values(), ids=WRONG)
def test_a_variable_that_cannot_be_right_is_refused(environment: Mapping[str, str], said: str) -> None:
    done = run(os.environ["PATH"], {**ENVIRONMENT, **environment})
    assert (done.returncode, done.stderr) == (1, f"push: {said}\n")


@pytest.mark.parametrize(
    ("engine", "missing"), [("docker", "docker"), ("podman", "podman"), ("buildah", "podman")]
)
def test_an_engine_that_is_not_there_is_named(fake: Fake, engine: str, missing: str) -> None:
    done = fake.push(name="another", ENGINE=engine)
    assert done.returncode == 1
    assert done.stderr == f"push: {missing}, which would push resizer:latest, is not installed here\n"
