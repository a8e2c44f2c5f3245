"""Estimate what a job costs."""

from __future__ import annotations

from typing import Final

from tools.backfill.jobs import Task
from tools.backfill.names import Names
from tools.cost.model import LOG_KIB, Picture
from tools.cost.prices import KIB_PER_GB, Usage

#: Derivatives of an original whose SPECs the job does not name; assumed.
_SPECS_IN_USE: Final = 10
#: Seconds that a purge takes; assumed.
_PURGE: Final = 0.2


def usage(names: Names, task: Task, objects: int, *, jobs: int) -> Usage:
    """Count what ``jobs`` jobs use that make every derivative of ``objects`` originals, or remove it.

    What is there already costs less than what is counted here.
    """
    each = len(task.specs) or _SPECS_IN_USE
    made = 0 if task.do == "purge" else objects * each
    looked = 0 if task.do == "make" else objects * each
    seconds = made * Picture().seconds + (0 if task.do == "make" else objects * _PURGE)
    return {
        "jobs": jobs,
        "tasks": objects,
        "runs": objects,
        names.architecture: names.memory_mb / 1024 * seconds,
        "reads": 2 * made + looked,
        "writes": made,
        "logs": (made or objects) * LOG_KIB / KIB_PER_GB,
    }
