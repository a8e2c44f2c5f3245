"""Use docker or podman, whichever can run a container here."""

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

#: A container can write to mounts only, and has no privileges of root.
HARDENED = ("--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges")


class EngineError(Exception):
    """Report that a command of the engine failed. The text is its output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Run commands of one engine.

    Attributes:
        name: docker or podman.
        environment: the environment of each command.
    """

    name: str
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str) -> str:
        """Run a command, and return what it prints.

        Raises:
            EngineError: the command failed.
        """
        return run([self.name, *arguments], environment=self.environment)

    def has(self, image: str) -> bool:
        """Say whether there is such an image."""
        try:
            self.run("image", "inspect", image)
        except EngineError:
            return False
        return True

    def inspect(self, image: str) -> dict[str, Any]:
        """Read all that the engine knows about an image."""
        (found,) = json.loads(self.run("image", "inspect", image))
        return dict(found)

    def python(self, image: str, code: str) -> Any:
        """Run a program with the image's Python and a read-only root. Return the JSON that it prints."""
        command = ["run", "--rm", "--network", "none", *HARDENED, "--entrypoint", "python3"]
        return json.loads(self.run(*command, image, "-c", code))

    def build(self, checkout: Path, *options: str, **environment: str) -> None:
        """Call ``tools/image`` of a checkout.

        Raises:
            EngineError: the build failed.
        """
        own = {**self.environment, "ENGINE": self.name, **environment}
        run([str(checkout / "tools" / "image"), *options], environment=own)

    def forget(self, *images: str) -> None:
        """Remove images, and with podman also their intermediate images, so that the cache does not grow."""
        self.run("rmi", "--force", *images)
        if self.name == "podman":
            # External: a build that was killed holds its images for ever.
            self.run("image", "prune", "--force", "--external")


def run(command: Sequence[str], *, environment: Mapping[str, str]) -> str:
    """Run a command, and return its standard output."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"{' '.join(command)}\nexit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def find_engine(cache: Path) -> Engine | None:
    """Find the first engine that works. podman keeps its images in ``cache``, apart from the user's."""
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
    """Configure podman for a machine without systemd, which may itself be a container."""
    cache.mkdir(parents=True, exist_ok=True)
    storage = cache / "storage.conf"
    storage.write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{cache}/images"\nrunroot = "{cache}/run"\n',
        encoding="utf-8",
    )
    # Set lower limits, because some machines do not allow the usual ones.
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
    """Find the bundle that this machine's Python trusts, if it is one file."""
    named = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
    return Path(named) if named and Path(named).is_file() else None
