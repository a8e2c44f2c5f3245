"""What AWS says of an applied example, and the emulated loop of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest

from deployment.facts import Facts, known
from deployment.loop import emulated
from deployment.names import Names
from deployment.reading import read
from tests.loop.world import Base
from tests.terraform.conftest import Applied


def facts_of(applied: Applied) -> Facts:
    """What AWS says of it now."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in applied.environment.items():
            patch.setenv(name, value)
        names = Names.from_json(json.dumps(applied.stack))
        return read(names, boto3.Session(region_name=names.region))


def base_of(facts: Facts) -> Base:
    """The emulated loop of it, made of what AWS says and of nothing else."""
    configuration, environment = emulated(facts)
    return Base(configuration=configuration, environment=environment)


def secrets_of(facts: Facts) -> set[str]:
    """All that must not be seen: what the distributions send to their origins, and the keys of signatures."""
    return set(_secrets(facts))


def _secrets(facts: Facts) -> Iterator[str]:
    for distribution in (facts.delivery, facts.generator):
        found = known(known(distribution, "a distribution").origin, "its origin")
        yield from found.custom_headers.values()
    environment = known(known(facts.function, "the function").environment, "its environment")
    for name in ("RESIZER_ORIGIN_SECRETS", "RESIZER_SIGNING_KEYS"):
        yield from json.loads(environment.get(name, "[]"))
