"""Estimate the cost of a job."""

from __future__ import annotations

from typing import Final

from tools.backfill.jobs import Task
from tools.backfill.names import Names
from tools.cost.model import LOG_KIB, Picture
from tools.cost.prices import KIB_PER_GB, Usage

#: Derivatives of each original if the job names no SPECs; assumed.
_SPECS_IN_USE: Final = 10
#: Seconds of a purge; assumed.
_PURGE: Final = 0.2


def usage(names: Names, task: Task, objects: int, *, jobs: int) -> Usage:
    """Count the usage of ``jobs`` jobs that make or remove every derivative of ``objects`` originals.

    Derivatives that exist already cost less than this.
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
