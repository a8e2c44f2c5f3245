"""Call Terraform as its users do, but keep all that it writes outside the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "terraform"

#: The variable for a folder of providers, each below the host of its registry. Without it terraform fetches
#: them.
VARIABLE = "TF_PLUGIN_DIR"

#: An emulator at an IP address cannot find the bucket in the host name.
_OVERRIDE = 'provider "aws" {{\n{alias}  s3_use_path_style = true\n}}\n'


class TerraformError(Exception):
    """Report that a command failed. The text is all of its output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Hold what a plan would do to an existing resource.

    Attributes:
        kind: of the resource, as Terraform calls it.
        actions: ``update``, or ``delete`` and ``create``, and so on.
        attributes: the names of those that would change, of the outermost level.
    """

    kind: str
    actions: tuple[str, ...]
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terraform:
    """Run commands for one configuration.

    Attributes:
        folder: of the configuration. The lock file and the state are written there.
        environment: of each command; nothing of the caller's AWS is in it.
    """

    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def installed(cls, folder: Path) -> Self | None:
        """Find Terraform, and put its settings into an empty folder. Return ``None`` if it is missing."""
        if shutil.which("terraform") is None:
            return None
        settings = folder / "settings.tfrc"
        settings.write_text(_settings(os.environ.get(VARIABLE), folder / "providers"), encoding="utf-8")
        (folder / "providers").mkdir()
        foreign = ("AWS_", "TF_")
        return cls(
            folder=folder,
            environment={
                **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
                "CHECKPOINT_DISABLE": "1",
                "GOGC": "400",  # the schema of the provider is large: collect garbage less often
                "TF_CLI_CONFIG_FILE": str(settings),
                "TF_INPUT": "0",
                "TF_IN_AUTOMATION": "1",
            },
        )

    def at(self, folder: Path, **environment: str) -> Terraform:
        """Return the same for another configuration, with more variables in its environment."""
        return Terraform(folder=folder, environment={**self.environment, **environment})

    def run(self, *arguments: str) -> str:
        """Run a command, and return what it prints.

        Raises:
            TerraformError: it failed.
        """
        command = ["terraform", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = f"{done.stdout}{done.stderr}"
            raise TerraformError(f"{' '.join(command)}\nexit status {done.returncode}\n{said}")
        return done.stdout

    def init(self) -> str:
        """Install the provider and the modules."""
        return self.run("init", "-no-color", "-backend=false")

    def validate(self) -> list[dict[str, Any]]:
        """List the errors and warnings of ``terraform validate``, as in its JSON."""
        try:
            told = self.run("validate", "-json")
        except TerraformError as error:
            told = str(error).split("\n", 2)[2]
        diagnostics: list[dict[str, Any]] = json.loads(told)["diagnostics"]
        return diagnostics

    def test(self, *arguments: str) -> str:
        """Run the ``*.tftest.hcl`` of the configuration."""
        return self.run("test", "-no-color", *arguments)

    def apply(self) -> str:
        """Apply the whole configuration."""
        return self.run("apply", "-no-color", "-auto-approve")

    def destroy(self) -> str:
        """Destroy the whole configuration."""
        return self.run("destroy", "-no-color", "-auto-approve")

    def outputs(self) -> dict[str, Any]:
        """Read the outputs of the applied configuration, by name."""
        return {name: output["value"] for name, output in json.loads(self.run("output", "-json")).items()}

    def resources(self) -> set[str]:
        """List the addresses of the resources that exist. Leave out data sources."""
        addresses = self.run("state", "list").split()
        return {address for address in addresses if "data" not in address.split(".")}

    def drift(self) -> dict[str, Drift]:
        """Find what another apply would do, by address."""
        self.run("plan", "-no-color", "-out=again.tfplan")
        plan = json.loads(self.run("show", "-json", "again.tfplan"))
        return {
            change["address"]: Drift(
                kind=change["type"], actions=tuple(actions), attributes=_changed(change["change"])
            )
            for change in plan.get("resource_changes", [])
            if (actions := change["change"]["actions"]) not in (["no-op"], ["read"])
        }


def copy_modules(folder: Path) -> Path:
    """Copy ``terraform/``, without files that terraform may have left in the checkout."""
    left = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars*")
    return Path(shutil.copytree(MODULES, folder / "terraform", ignore=left))


def prepare(configuration: Path, variables: Mapping[str, Any]) -> None:
    """Prepare a copied example for an emulator, with these variables. Do not change its own files."""
    named = (f'  alias = "{name}"\n' for name in aliases(configuration))
    overrides = [_OVERRIDE.format(alias=alias) for alias in ("", *named)]
    (configuration / "override.tf").write_text("\n".join(overrides), encoding="utf-8")
    (configuration / "terraform.tfvars.json").write_text(json.dumps(variables), encoding="utf-8")


def aliases(configuration: Path) -> list[str]:
    """List the additional configurations that an example has for its provider."""
    text = (configuration / "main.tf").read_text(encoding="utf-8")
    return [line.split('"')[1] for line in text.splitlines() if line.split()[:2] == ["alias", "="]]


def _settings(mirror: str | None, cache: Path) -> str:
    """Write the CLI configuration: the folder of this machine's providers, or the cache for fetched ones."""
    if not mirror:
        return f'plugin_cache_dir = "{cache}"\n'
    where = f'path = "{mirror}"\n    include = ["*/*/*"]'
    return f"provider_installation {{\n  filesystem_mirror {{\n    {where}\n  }}\n}}\n"


def _changed(change: Mapping[str, Any]) -> frozenset[str]:
    before, after = change["before"] or {}, change["after"] or {}
    unknown = {name for name, value in (change.get("after_unknown") or {}).items() if value is True}
    return frozenset(unknown | {name for name in before | after if before.get(name) != after.get(name)})
