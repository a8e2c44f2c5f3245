"""The loop that Terraform made, read back from AWS and walked: all tests of the loop, on what is deployed.

The emulated loop is made of what AWS says and of nothing else, so what is wrong in Terraform is wrong in it.
Whether it would be seen, the second half tries: one setting after the other is broken where it is deployed.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

import tests.local_loop.test_loop
import tests.local_loop.test_loop_delivery
import tests.local_loop.test_loop_generator
from doctor.checks import check
from doctor.facts import Facts, NotRead, NotThere
from doctor.findings import Status
from doctor.loop import Run
from doctor.policies import NotUnderstood
from tests.local_loop.conftest import pictures as pictures
from tests.local_loop.conftest import world as world
from tests.local_loop.test_loop import *  # noqa: F403  each of its tests, with the base below
from tests.local_loop.test_loop_delivery import *  # noqa: F403
from tests.local_loop.test_loop_generator import *  # noqa: F403
from tests.local_loop.test_whatever_state import machine
from tests.local_loop.views import statuses
from tests.local_loop.world import Base, World
from tests.terraform.breaking import BROKEN, Break, clients
from tests.terraform.conftest import Applied
from tests.terraform.deployed import base_of, edge, facts_of


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """What runs code at the edge."""
    with edge() as running:
        yield running


@pytest.fixture(scope="session")
def base(minimal: Applied, run: Run) -> Base:
    """What the tests of the loop start from, here."""
    return base_of(facts_of(minimal), run)


def test_f_auto_is_answered_at_the_edge_and_from_the_cache(base: Base, pictures: dict[str, bytes]) -> None:
    world = World.over(base, pictures)
    walks = [world.view("/8x_f-auto/red.png", accept="image/avif,*/*") for _ in range(2)]
    assert [statuses(walk) for walk in walks] == [[307, 302, 200], [200]]
    assert walks[1].response.headers["content-type"] == "image/avif"
    assert walks[1].response.headers["vary"] == "Accept"
    assert world.stored() == {"8x_f-avif/red.png"}


def test_the_loop_ends_whatever_its_state(base: Base) -> None:
    run_state_machine_as_test(machine(base, examples=40))


# Would it be seen?


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
def test_one_broken_setting_fails_a_test_of_the_loop_and_is_seen_by_the_doctor(
    minimal: Applied, run: Run, pictures: dict[str, bytes], break_it: Break
) -> None:
    with clients(minimal) as client:
        mend = break_it(client, minimal.stack)
        try:
            facts = facts_of(minimal)
        finally:
            mend()
    assert a_failure(facts, run, pictures)
    assert [finding.title for finding in check(facts) if finding.status is Status.WRONG] != []


def test_what_was_broken_was_mended(minimal: Applied, run: Run, base: Base) -> None:
    """Or the tests above would have tried more than one fault at a time."""
    assert base_of(facts_of(minimal), run) == base


def a_failure(facts: Facts, run: Run, pictures: dict[str, bytes]) -> str | None:
    """The first test of the loop that fails on this one; ``None`` when all pass."""
    try:
        base = base_of(facts, run)
    except (NotUnderstood, NotThere, NotRead) as error:
        return f"there is no such loop: {error}"
    for name, test in loop_tests():
        for case in cases(test):
            given = {"base": base, "pictures": pictures, "world": World.over(base, pictures), **case}
            wanted = inspect.signature(test).parameters
            try:
                test(**{parameter: given[parameter] for parameter in wanted})
            except Exception:  # whatever it is, the test failed
                return name
    return None


def loop_tests() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every test of the loop, by its name."""
    for module in (
        tests.local_loop.test_loop,
        tests.local_loop.test_loop_delivery,
        tests.local_loop.test_loop_generator,
    ):
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_"):
                yield name, test


def cases(test: Callable[..., object]) -> Iterator[dict[str, Any]]:
    """The arguments of each case of a test, as pytest makes them of its marks."""
    tables = []
    for mark in getattr(test, "pytestmark", []):
        names, values = mark.args[0], mark.args[1]
        rows = [(value,) if isinstance(names, str) else value for value in values]
        tables.append(
            [dict(zip([names] if isinstance(names, str) else names, row, strict=True)) for row in rows]
        )
    for chosen in itertools.product(*tables):
        yield {name: value for row in chosen for name, value in row.items()}
