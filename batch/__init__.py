"""Make, remake or purge the derivatives of many originals: the Lambda function behind S3 Batch Operations."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

import resizer_core as core
from batch.jobs import Job, read_job
from batch.tasks import Task, read_task
from function.making import Maker, is_for_good

#: Names the SPECs of a job without arguments, separated by spaces. Schema 1.0 cannot carry arguments.
VARIABLE: Final = "RESIZER_BATCH_SPECS"
#: Characters of a result in the job's report.
_LONGEST_RESULT: Final = 1024


class Batch:
    """Answer the calls of a job of S3 Batch Operations, in schema 1.0 or 2.0.

    Args:
        maker: makes the derivatives.
        specs: the SPECs of a job without arguments.

    Source: S3 user guide, "Invoke AWS Lambda function".
    """

    def __init__(self, maker: Maker, specs: str = "") -> None:
        self.maker = maker
        self._specs = specs
        made = maker.generator
        found = core.IndexedSpecs(made.index) if made.index else core.ListedSpecs(made.derivatives)
        self._upkeep = core.Upkeep(made.originals, made.derivatives, specs=found)

    def __call__(self, event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
        """Answer every task of one call."""
        return {
            "invocationSchemaVersion": event["invocationSchemaVersion"],
            "treatMissingKeysAs": "PermanentFailure",
            "invocationId": event["invocationId"],
            "results": [self._result(event["job"], task, context) for task in event["tasks"]],
        }

    def _result(self, asked: Mapping[str, Any], given: Mapping[str, Any], context: object) -> dict[str, str]:
        said: list[str] = []
        try:
            arguments = asked.get("userArguments") or {"do": "make", "specs": self._specs}
            job = read_job(arguments, self.maker.generator)
            task = read_task(given, self.maker.generator, derivatives=job.do == "purge")
            if job.do != "make":
                said.append(f"{self._purge(job, task, context)} removed")
            tries = [self.maker.make(spec, key, context) for key in task.keys for spec in job.made]
            errors = [error for error in tries if error is not None]
            if tries:
                said.append(f"{len(tries) - len(errors)} there now")
        except Exception as error:
            errors = [self.maker.refuse(error, context)]
        said += dict.fromkeys(map(_told, errors))
        code = "Succeeded"
        if errors:
            code = "PermanentFailure" if all(map(is_for_good, errors)) else "TemporaryFailure"
        return {
            "taskId": given["taskId"],
            "resultCode": code,
            "resultString": "; ".join(said)[:_LONGEST_RESULT],
        }

    def _purge(self, job: Job, task: Task, context: object) -> int:
        """Remove the derivatives that the job means, and return their number."""
        found = [stale for key in task.keys for stale in self._upkeep.find_all(key)]
        found += task.derivatives
        gone = self._upkeep.remove([stale for stale in found if job.means(stale, self.maker.generator)])
        self.maker.log(context, outcome="purged", keys=[*task.keys], removed=len(gone))
        return len(gone)


def _told(error: Exception) -> str:
    """Write an error for the report. The text of a foreign error may say more than the report should show."""
    known = isinstance(error, core.ResizerError)
    return f"{type(error).__name__}: {error}" if known else "InternalError: the log says more"


_batch: Batch | None = None


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Answer one invocation by Lambda."""
    return _started()(event, context)


def is_sound() -> bool:
    """Say whether this process may answer once more. A process without a function yet may."""
    return _batch is None or _batch.maker.sound


def _started() -> Batch:
    global _batch
    if _batch is None:
        settings = core.Settings.from_environment(os.environ, read_object=core.read_object)
        _batch = Batch(Maker(settings), os.environ.get(VARIABLE, ""))
    return _batch


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    _started()  # now, while Lambda starts the process: a wrong setting then stops it
