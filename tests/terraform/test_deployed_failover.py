"""The stack that fails over, read back from AWS and walked: the tests of that loop, on what is deployed.

The emulated loop is made of what AWS says and of nothing else, so what is wrong in Terraform is wrong in it.
Whether it would be seen, the second half tries: one setting after the other is broken where it is deployed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis.stateful import run_state_machine_as_test

from doctor.checks import check
from doctor.facts import Facts
from doctor.findings import Status
from doctor.loop import Run
from tests.local_loop import test_failover
from tests.local_loop.conftest import failover_world as failover_world
from tests.local_loop.conftest import pictures as pictures
from tests.local_loop.failover_world import FailoverBase, FailoverWorld
from tests.local_loop.test_failover import *  # noqa: F403  each of its tests, with the base below
from tests.local_loop.test_whatever_failover import failing_over
from tests.local_loop.views import statuses
from tests.terraform.breaking import Break, clients
from tests.terraform.breaking_failover import BROKEN, UNSEEN
from tests.terraform.conftest import Applied
from tests.terraform.deployed import a_failure, base_of, edge, facts_of, loop_tests

TESTS = loop_tests(test_failover)


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """Run code at the edge."""
    with edge() as running:
        yield running


@pytest.fixture(scope="session")
def failover_base(private: Applied, run: Run) -> FailoverBase:
    """Give what the tests of the loop start from, here."""
    base = base_of(facts_of(private), run)
    assert isinstance(base, FailoverBase)
    return base


def test_f_auto_is_answered_at_the_edge_and_from_the_cache(
    failover_base: FailoverBase, pictures: dict[str, bytes]
) -> None:
    world = FailoverWorld.like_s3(failover_base, pictures)
    walks = [world.view("/8x_f-auto/red.png", accept="image/avif,*/*") for _ in range(2)]
    assert [statuses(walk) for walk in walks] == [[200], [200]]
    assert walks[1].response.headers["content-type"] == "image/avif"
    assert walks[1].response.headers["vary"] == "Accept"
    assert world.stored() == {"8x_f-avif/red.png"}


def test_a_view_runs_the_function_once_whatever_its_state(failover_base: FailoverBase) -> None:
    run_state_machine_as_test(failing_over(failover_base, examples=40))


# Would it be seen?


def broken(private: Applied, break_it: Break) -> Facts:
    """Read what AWS says while one setting is broken."""
    with clients(private) as client:
        mend = break_it(client, private.stack)
        try:
            return facts_of(private)
        finally:
            mend()


def wrong(facts: Facts) -> list[str]:
    return [finding.title for finding in check(facts) if finding.status is Status.WRONG]


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
def test_one_broken_setting_fails_a_test_of_the_loop_and_is_seen_by_the_doctor(
    private: Applied, run: Run, pictures: dict[str, bytes], break_it: Break
) -> None:
    facts = broken(private, break_it)
    assert a_failure(facts, run, pictures, TESTS)
    assert wrong(facts) != []


@pytest.mark.parametrize("break_it", UNSEEN.values(), ids=UNSEEN)
def test_a_setting_that_no_test_sees_is_seen_by_the_doctor(private: Applied, break_it: Break) -> None:
    assert len(wrong(broken(private, break_it))) == 1


def test_what_was_broken_was_mended(private: Applied, run: Run, failover_base: FailoverBase) -> None:
    """Or the tests above would have tried more than one fault at a time."""
    assert base_of(facts_of(private), run) == failover_base
