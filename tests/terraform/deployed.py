"""What AWS says of an applied example, and the emulated loop of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import boto3
import pytest

from doctor.facts import Facts, known
from doctor.loop import Run, emulated
from doctor.names import Names
from doctor.reading import read
from local_loop.cloudfront_function import CloudFrontFunction, find_node
from tests.local_loop.world import Base
from tests.terraform.conftest import Applied


def facts_of(applied: Applied) -> Facts:
    """What AWS says of it now."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in applied.environment.items():
            patch.setenv(name, value)
        names = Names.from_json(json.dumps(applied.stack))
        return read(names, boto3.Session(region_name=names.region))


@contextmanager
def edge() -> Iterator[Run]:
    """What runs code at the edge; the same code is the same function."""
    node = find_node()
    if node is None:
        pytest.skip("there is no Node.js")
    with ExitStack() as opened:
        running: dict[str, CloudFrontFunction] = {}

        def run(code: str) -> CloudFrontFunction:
            if code not in running:
                running[code] = opened.enter_context(CloudFrontFunction(code, node=node))
            return running[code]

        yield run


def base_of(facts: Facts, run: Run) -> Base:
    """The emulated loop of it, made of what AWS says and of nothing else."""
    configuration, environment = emulated(facts, run)
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
