"""Use the provider of AWS without the first steps of each command: hash its 700 MB, and start it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.terraform.terraform import Terraform

_ADDRESS = "TF_REATTACH_PROVIDERS"


@contextmanager
def attached(here: Terraform) -> Iterator[Terraform]:
    """Start the provider once, for all commands while the ``with`` block lasts.

    It has one configuration at a time: neither two at once nor one with an alias can use it.
    Source: https://developer.hashicorp.com/terraform/plugin/debugging

    Args:
        here: where the provider was installed. It gets the environment of this.
    """
    with subprocess.Popen(
        [str(_program(here)), "-debug"],
        env={**here.environment, "TF_LOG_SDK": "off"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            found = (re.search(f"{_ADDRESS}='(.*)'", line) for line in process.stdout)
            address = next(match[1] for match in found if match)
            yield here.at(here.folder, **{_ADDRESS: address})
        finally:
            process.terminate()


def unhashed(here: Terraform) -> Terraform:
    """Let each command start the installed provider without a check of its hash.

    Source: https://developer.hashicorp.com/terraform/cli/config/config-file (development overrides)
    """
    settings = here.folder / ".terraform" / "unhashed.tfrc"
    override = f'dev_overrides {{\n    "hashicorp/aws" = {json.dumps(str(_program(here).parent))}\n  }}'
    settings.write_text(f"provider_installation {{\n  {override}\n}}\n", encoding="utf-8")
    return here.at(here.folder, TF_CLI_CONFIG_FILE=str(settings))


def _program(here: Terraform) -> Path:
    """Find the provider that ``terraform init`` installed."""
    (found,) = here.folder.glob(".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws_*")
    return found
