"""Terraform as its users call it, with all that it writes outside of the checkout."""

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

#: Names a folder of providers, each below the host of its registry. Without it terraform fetches them.
VARIABLE = "TF_PLUGIN_DIR"

#: An emulator that is reached by its address cannot tell buckets by the host.
_OVERRIDE = 'provider "aws" {{\n{alias}  s3_use_path_style = true\n}}\n'


class TerraformError(Exception):
    """A command failed; the text is all that it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What a plan would do to a resource that stands.

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
    """One configuration.

    Attributes:
        folder: of the configuration. The lock file and the state are written there.
        environment: of each command; nothing of the caller's AWS is in it.
    """

    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def installed(cls, folder: Path) -> Self | None:
        """Terraform, with its own settings in an empty folder; ``None`` where it is not installed."""
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
        """The same for another configuration, with more in its environment."""
        return Terraform(folder=folder, environment={**self.environment, **environment})

    def run(self, *arguments: str) -> str:
        """What a command prints.

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
        """The errors and warnings of ``terraform validate``, as its JSON has them."""
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
        """Make all of it."""
        return self.run("apply", "-no-color", "-auto-approve")

    def destroy(self) -> str:
        """Remove all of it."""
        return self.run("destroy", "-no-color", "-auto-approve")

    def outputs(self) -> dict[str, Any]:
        """The outputs of what was applied, by name."""
        return {name: output["value"] for name, output in json.loads(self.run("output", "-json")).items()}

    def resources(self) -> set[str]:
        """The addresses of what was applied and still stands; what is only looked up is left out."""
        addresses = self.run("state", "list").split()
        return {address for address in addresses if "data" not in address.split(".")}

    def drift(self) -> dict[str, Drift]:
        """What another apply would do, by address."""
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
    """A copy of ``terraform/``, without what terraform may have left in the checkout."""
    left = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars*")
    return Path(shutil.copytree(MODULES, folder / "terraform", ignore=left))


def prepare(configuration: Path, variables: Mapping[str, Any]) -> None:
    """Let a copied example be applied to an emulator with these variables, without changing its own files."""
    named = (f'  alias = "{name}"\n' for name in aliases(configuration))
    overrides = [_OVERRIDE.format(alias=alias) for alias in ("", *named)]
    (configuration / "override.tf").write_text("\n".join(overrides), encoding="utf-8")
    (configuration / "terraform.tfvars.json").write_text(json.dumps(variables), encoding="utf-8")


def aliases(configuration: Path) -> list[str]:
    """List the further configurations that an example has of its provider."""
    text = (configuration / "main.tf").read_text(encoding="utf-8")
    return [line.split('"')[1] for line in text.splitlines() if line.split()[:2] == ["alias", "="]]


def _settings(mirror: str | None, cache: Path) -> str:
    """The CLI configuration: where providers are on this machine, or where fetched ones are kept."""
    if not mirror:
        return f'plugin_cache_dir = "{cache}"\n'
    where = f'path = "{mirror}"\n    include = ["*/*/*"]'
    return f"provider_installation {{\n  filesystem_mirror {{\n    {where}\n  }}\n}}\n"


def _changed(change: Mapping[str, Any]) -> frozenset[str]:
    before, after = change["before"] or {}, change["after"] or {}
    unknown = {name for name, value in (change.get("after_unknown") or {}).items() if value is True}
    return frozenset(unknown | {name for name in before | after if before.get(name) != after.get(name)})
