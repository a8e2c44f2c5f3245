"""Read what AWS says about an applied example, and build its emulated loop."""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

import boto3
import pytest

from doctor.facts import Distribution, Facts, NotRead, NotThere, known
from doctor.loop import Run, emulated
from doctor.names import Names
from doctor.policies import NotUnderstood
from doctor.reading import read
from local_loop.cloudfront_function import CloudFrontFunction, find_node
from local_loop.failover import FailoverConfiguration
from tests.local_loop.failover_world import FailoverBase, FailoverWorld
from tests.local_loop.world import Base, World
from tests.terraform.conftest import Applied


def facts_of(applied: Applied) -> Facts:
    """Read what AWS says about it now."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in applied.environment.items():
            patch.setenv(name, value)
        names = Names.from_json(json.dumps(applied.stack))
        return read(names, boto3.Session(region_name=names.region))


@contextmanager
def edge() -> Iterator[Run]:
    """Give a function that runs code as the edge does. The same code gives the same function."""
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


def base_of(facts: Facts, run: Run) -> Base | FailoverBase:
    """Build its emulated loop, from what AWS says and nothing else."""
    configuration, environment = emulated(facts, run)
    if isinstance(configuration, FailoverConfiguration):
        return FailoverBase(configuration=configuration, environment=environment)
    return Base(configuration=configuration, environment=environment)


def a_failure(
    facts: Facts, run: Run, pictures: dict[str, bytes], tests: Mapping[str, Callable[..., object]]
) -> str | None:
    """Find the first of these tests that fails on this loop. Return ``None`` if all pass."""
    try:
        base = base_of(facts, run)
        worlds(base, pictures)
    except (NotUnderstood, NotThere, NotRead, ValueError) as error:
        return f"there is no such loop: {error}"
    for name, test in tests.items():
        for case in cases(test):
            wanted = inspect.signature(test).parameters
            with pytest.MonkeyPatch.context() as patched:
                given = {"pictures": pictures, "monkeypatch": patched, **worlds(base, pictures), **case}
                try:
                    test(**{parameter: given[parameter] for parameter in wanted})
                except Exception:  # whatever it is, the test failed
                    return name
    return None


def worlds(base: Base | FailoverBase, pictures: Mapping[str, bytes]) -> dict[str, object]:
    """Make what the tests of a loop ask for by these names."""
    if isinstance(base, FailoverBase):
        return {"failover_base": base, "failover_world": FailoverWorld.like_s3(base, pictures)}
    return {"base": base, "world": World.over(base, pictures)}


def loop_tests(*modules: ModuleType) -> dict[str, Callable[..., object]]:
    """Find every test in these modules, by its name."""
    return {
        name: test
        for module in modules
        for name, test in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("test_")
    }


def cases(test: Callable[..., object]) -> Iterator[dict[str, Any]]:
    """List the arguments of each case of a test, as pytest reads them from its marks."""
    tables = []
    for mark in getattr(test, "pytestmark", []):
        names, values = mark.args[0], mark.args[1]
        rows = [(value,) if isinstance(names, str) else value for value in values]
        tables.append(
            [dict(zip([names] if isinstance(names, str) else names, row, strict=True)) for row in rows]
        )
    for chosen in itertools.product(*tables):
        yield {name: value for row in chosen for name, value in row.items()}


def secrets_of(facts: Facts) -> set[str]:
    """List all secrets: the headers that the distributions send to their origins, and the signing keys."""
    return set(_secrets(facts))


def _secrets(facts: Facts) -> Iterator[str]:
    for distribution in (facts.delivery, facts.generator):
        if isinstance(distribution, Distribution):
            for origin in filter(None, (distribution.origin, distribution.secondary)):
                yield from origin.custom_headers.values()
    environment = known(known(facts.function, "the function").environment, "its environment")
    for name in ("RESIZER_ORIGIN_SECRETS", "RESIZER_SIGNING_KEYS"):
        yield from json.loads(environment.get(name, "[]"))
