"""Let new originals have derivatives before anybody asks for them, on an AWS emulator.

The chain is S3's event, the purge by NAME-freshness, the queue of NAME-warm with its mapping and its dead
letters, and the derivatives. All but the two functions, which are those of this checkout, is ministack's, as
Terraform applied it from the example.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

import resizer_core as core
from tests.terraform.changing import Site, changing, empty, function_runs, until
from tests.terraform.conftest import SIGNING_KEY, Applied
from tests.terraform.faults import Faults, Invocations

#: What the example says, with the signatures that its viewers' addresses have.
EAGER = {"p-thumb", str(core.sign(core.parse_spec("720x_f-avif"), SIGNING_KEY.encode()))}
#: What a viewer asked for.
VIEWED = "90x_f-png"


@dataclass
class Warmed:
    """The example while both functions run.

    Attributes:
        faults, invocations: of NAME-warm.
        lines: what the functions printed.
    """

    site: Site
    faults: Faults
    invocations: Invocations
    lines: list[str]

    def is_made(self, key: str) -> bool:
        """Say whether an original has the derivatives of ``eager`` and no others, all made of what it is."""
        bucket = self.site.applied.stack["originals_bucket"]
        there = self.site.s3.head_object(Bucket=bucket, Key=f"pictures/{key}")["ETag"].strip('"')
        return self.site.derivatives(key) == dict.fromkeys(EAGER, there)

    def outcomes(self, key: str) -> list[str]:
        """List how each derivative of an original ended, as NAME-warm logged it."""
        lines: list[dict[str, Any]] = [json.loads(line) for line in self.lines if line.startswith("{")]
        ended = [line for line in lines if "outcome" in line]
        return [
            line["outcome"] for line in ended if str(line.get("key") or line["path"]).split("/")[-1] == key
        ]


@pytest.fixture(scope="module")
def warmed(complete: Applied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warmed]:
    """The same after uploads, a replacement, a failure of the store, and what is no picture."""
    empty(complete, "warm", "warm-dead")
    with (
        changing(complete, tmp_path_factory.mktemp("shell")) as site,
        printed() as lines,
        function_runs(complete, "warm", "warm") as (faults, invocations),
    ):
        warmed = Warmed(site, faults, invocations, lines)
        bucket = complete.stack["originals_bucket"]
        site.s3.put_object(Bucket=bucket, Key="pictures/notes.txt", Body=b"no picture")
        site.put("new.png", (10, 20, 30))
        site.put("other.png", (10, 20, 30))
        until(lambda: warmed.is_made("new.png") and warmed.is_made("other.png"), "the derivatives of eager")

        # NAME-freshness listed the SPECs before there were any, so its second look finds what is stale.
        site.put("other.png", (200, 100, 50))
        with faults.of(lambda method, target, _: method == "PUT" and target.endswith("/again.png")):
            site.put("again.png", (10, 20, 30))
            until(lambda: invocations.failures() > 0, "a failure of the store")
            assert site.derivatives("again.png") == {}
        until(lambda: warmed.is_made("other.png"), "the second look")
        until(lambda: warmed.is_made("again.png"), "the second try")

        site.view("new.png", VIEWED)
        site.put("new.png", (200, 100, 50))
        until(lambda: warmed.is_made("new.png"), "the purge")

        queues = ("changes", "warm")
        until(lambda: all(site.waiting(queue) == 0 for queue in queues), "the end")
        yield warmed


@pytest.mark.parametrize("key", ["new.png", "other.png", "again.png"])
def test_an_original_has_the_derivatives_of_eager(warmed: Warmed, key: str) -> None:
    """Look at one that was replaced, too: what a viewer had asked for of it is purged."""
    assert warmed.is_made(key)


@pytest.mark.parametrize("key", ["new.png", "other.png"])
def test_what_is_replaced_is_made_once_of_each_original(warmed: Warmed, key: str) -> None:
    assert warmed.outcomes(key).count("made") == 2 * len(EAGER)


def test_a_failure_of_the_store_comes_again(warmed: Warmed) -> None:
    assert warmed.faults.failed > 0
    assert set(warmed.outcomes("again.png")) == {"StorageError", "made"}
    assert warmed.outcomes("again.png").count("made") == len(EAGER)


def test_what_is_no_picture_is_logged_and_done(warmed: Warmed) -> None:
    assert warmed.outcomes("notes.txt") == ["UnsupportedFormat"] * len(EAGER)
    assert warmed.site.derivatives("notes.txt") == {}


def test_one_original_is_one_run(warmed: Warmed) -> None:
    assert {len(event["Records"]) for event in warmed.invocations.events} == {1}


def test_nothing_is_laid_aside(warmed: Warmed) -> None:
    assert [warmed.site.waiting(queue) for queue in ("changes-dead", "warm-dead")] == [0, 0]


@contextmanager
def printed() -> Iterator[list[str]]:
    """Give the lines that functions print while the ``with`` block lasts."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, kept = logging.getLogger("local_loop.lambda_runtime"), Kept()
    level = logger.level
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(kept)
        logger.setLevel(level)
