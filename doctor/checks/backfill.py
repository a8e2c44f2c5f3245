"""Check the parts that jobs of S3 Batch Operations need, if the stack has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from batch import VARIABLE
from doctor.checks import beside
from doctor.facts import Backfill, Facts, Function, known
from doctor.findings import Check, Observation
from doctor.policies import allows, trusts

_S3: Final = "batchoperations.s3.amazonaws.com"


def _is_as_the_generator(facts: Facts) -> Iterator[Observation]:
    yield from beside.runs_as_the_generator(facts, _function(facts))
    yield from beside.set_as_the_generator(facts, _function(facts), VARIABLE)


def _jobs_take_the_role(facts: Facts) -> Iterator[Observation]:
    account = known(facts.account_id, "the account")
    accounts = trusts(known(_backfill(facts).trust, f"the role {_role(facts)}"), _S3)
    yield account in accounts, f"for jobs of {', '.join(sorted(accounts)) or 'nobody'}"
    for other in sorted(accounts - {account}):
        yield False, f"jobs of {'any account' if other == '*' else other} may take it as well"


def _jobs_may_run(facts: Facts) -> Iterator[Observation]:
    names, role = facts.names, known(_backfill(facts).role, f"the role {_role(facts)}")
    reports = f"arn:aws:s3:::{names.name}-reports-{known(facts.account_id, 'the account')}-{names.region}"
    wanted = (
        ("lambda:InvokeFunction", _function(facts).arn),
        ("s3:GetObject", f"{reports}/samples/x"),
        ("s3:PutObject", f"{reports}/reports/x"),
    )
    missing = [f"{action} of {arn}" for action, arn in wanted if not allows(role, action, arn)]
    yield not missing, "they may not " + ", ".join(missing) if missing else f"{len(wanted)} rights"


def _backfill(facts: Facts) -> Backfill:
    return known(facts.backfill, "what jobs take")


def _function(facts: Facts) -> Function:
    return known(_backfill(facts).function, f"the function {facts.names.name}-batch")


def _role(facts: Facts) -> str:
    return f"{facts.names.name}-job-{facts.names.region}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="NAME-batch makes what the function makes",
        look=_is_as_the_generator,
        expected="a function that can run, with the image and the settings of the function",
        why="Otherwise a job makes other pictures than the function makes for viewers, or in other stores.",
    ),
    Check(
        title="Jobs of this account alone take their role",
        look=_jobs_take_the_role,
        expected="a role that S3 Batch Operations may take, with aws:SourceAccount of this account",
        why="Without it no job starts; without the condition a job of another account can use the role.",
    ),
    Check(
        title="Jobs may do their work",
        look=_jobs_may_run,
        expected="a role that calls NAME-batch, reads samples and writes reports",
        why="If a right is missing, all tasks of a job fail, or it does not start.",
    ),
)
