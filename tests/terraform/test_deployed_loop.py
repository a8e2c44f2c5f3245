"""The loop that Terraform made, read back from AWS and walked: all tests of the loop, on what is deployed.

The emulated loop is made of what AWS says and of nothing else, so what is wrong in Terraform is wrong in it.
Whether it would be seen, the second half tries: one setting after the other is broken where it is deployed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis.stateful import run_state_machine_as_test

from doctor.checks import check
from doctor.findings import Status
from doctor.loop import Run
from tests.local_loop import test_loop, test_loop_delivery, test_loop_generator
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
from tests.terraform.deployed import a_failure, base_of, edge, facts_of, loop_tests


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """What runs code at the edge."""
    with edge() as running:
        yield running


@pytest.fixture(scope="session")
def base(minimal: Applied, run: Run) -> Base:
    """What the tests of the loop start from, here."""
    found = base_of(facts_of(minimal), run)
    assert isinstance(found, Base)
    return found


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

TESTS = loop_tests(test_loop, test_loop_delivery, test_loop_generator)


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
    assert a_failure(facts, run, pictures, TESTS)
    assert [finding.title for finding in check(facts) if finding.status is Status.WRONG] != []


def test_what_was_broken_was_mended(minimal: Applied, run: Run, base: Base) -> None:
    """Or the tests above would have tried more than one fault at a time."""
    assert base_of(facts_of(minimal), run) == base
