"""docker or podman, whichever can run a container here, and what tests ask of it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Nothing can be written but what is mounted, and nothing is allowed that a process of root might be.
HARDENED = ("--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges")


class EngineError(Exception):
    """A command of the engine failed; the text is what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine, and the environment in which it works.

    Attributes:
        name: docker or podman.
        environment: what the process of each command gets.
    """

    name: str
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str) -> str:
        """What a command prints.

        Raises:
            EngineError: it failed.
        """
        return run([self.name, *arguments], environment=self.environment)

    def has(self, image: str) -> bool:
        """Whether there is such an image."""
        try:
            self.run("image", "inspect", image)
        except EngineError:
            return False
        return True

    def inspect(self, image: str) -> dict[str, Any]:
        """All that the engine knows of an image."""
        (found,) = json.loads(self.run("image", "inspect", image))
        return dict(found)

    def python(self, image: str, code: str) -> Any:
        """What a program prints as JSON, run by the image's Python with a root that nobody can write."""
        command = ["run", "--rm", "--network", "none", *HARDENED, "--entrypoint", "python3"]
        return json.loads(self.run(*command, image, "-c", code))

    def build(self, checkout: Path, *options: str, **environment: str) -> None:
        """Call ``tools/image`` of a checkout.

        Raises:
            EngineError: it failed.
        """
        own = {**self.environment, "ENGINE": self.name, **environment}
        run([str(checkout / "tools" / "image"), *options], environment=own)

    def forget(self, *images: str) -> None:
        """Remove images, and with podman what was kept on the way to them: the cache must not grow."""
        self.run("rmi", "--force", *images)
        if self.name == "podman":
            self.run("image", "prune", "--force")


def run(command: Sequence[str], *, environment: Mapping[str, str]) -> str:
    """What a command prints on its standard output."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def find_engine(cache: Path) -> Engine | None:
    """The first that works. podman keeps what it makes here in ``cache``, apart from its user's images."""
    for name in ("docker", "podman"):
        if shutil.which(name):
            environment = dict(os.environ) if name == "docker" else _podman_environment(cache)
            engine = Engine(name=name, environment=environment)
            try:
                engine.run("info")
                if name == "docker":
                    engine.run("buildx", "version")
            except EngineError:
                continue
            return engine
    return None


def _podman_environment(cache: Path) -> dict[str, str]:
    """podman's configuration for a machine that may itself be a container, and without systemd."""
    cache.mkdir(parents=True, exist_ok=True)
    storage = cache / "storage.conf"
    storage.write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{cache}/images"\nrunroot = "{cache}/run"\n',
        encoding="utf-8",
    )
    # Limits of its own, because the usual ones are higher than some machines let it set.
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 20_000)
    # crun, which podman prefers, refuses machines with both versions of cgroups.
    runtime = 'runtime = "runc"\n' if shutil.which("runc") else ""
    containers = cache / "containers.conf"
    containers.write_text(
        f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc=4096:4096"]\n'
        f'[engine]\n{runtime}cgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
        encoding="utf-8",
    )
    return {
        **os.environ,
        "BUILDAH_ISOLATION": "chroot",
        "CONTAINERS_CONF": str(containers),
        "CONTAINERS_STORAGE_CONF": str(storage),
    }


def trusted_certificates() -> Path | None:
    """The bundle that this machine's Python trusts, if it is in one file."""
    named = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
    return Path(named) if named and Path(named).is_file() else None
