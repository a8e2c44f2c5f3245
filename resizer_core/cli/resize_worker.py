"""Make the pictures of a folder, in one of several processes."""

from __future__ import annotations

import argparse
from enum import StrEnum
from pathlib import Path
from typing import Final

import resizer_core as core
from resizer_core.cli import processes
from resizer_core.cli.files import told, write_beside
from resizer_core.cli.jobs import Job
from resizer_core.cli.sites import site_of
from resizer_core.formats import AUTO
from resizer_core.value import Value

#: Errors of one picture. They do not stop the other pictures.
FAILURES: Final = (core.ResizerError, OSError, ValueError)


class Done(StrEnum):
    """Say how a picture ended."""

    MADE = "made"
    FAILED = "failed"
    THERE = "there already"
    NO_PICTURE = "no picture"


class Ended(Value, kw_only=True):
    """Describe how a picture ended.

    Attributes:
        done: how it ended.
        line: the failure, or what was lost from the original.
        unfinished: the file that was written beside the target.
        target: the file that it replaces.
    """

    done: Done
    line: str = ""
    unfinished: Path = Path()
    target: Path = Path()


class _Worker:
    def __init__(self, given: argparse.Namespace) -> None:
        self._site = site_of(given)
        self._spec = core.parse_spec(given.spec, self._site)
        self._skip_existing = given.skip_existing

    def make(self, job: Job) -> Ended:
        if not job.asked_for and not job.is_picture():
            return Ended(done=Done.NO_PICTURE)
        word = self._spec.resolved.format
        if self._skip_existing and word not in (None, AUTO) and self._target(job, word).exists():
            return Ended(done=Done.THERE)
        data = job.source.read_bytes()
        if self._skip_existing and word in (None, AUTO):
            word = core.plan_for(data, self._spec, site=self._site).format.name
            if self._target(job, word).exists():
                return Ended(done=Done.THERE)
        result = core.resize(data, self._spec, site=self._site)
        target = self._target(job, result.format.name)
        line = lost(job.source, self._spec, result)
        return Ended(done=Done.MADE, line=line, unfinished=write_beside(target, result.body), target=target)

    def _target(self, job: Job, format: str) -> Path:
        return job.target.with_name(job.target.name + self._site.formats[format].suffix)


_worker: _Worker


def start(given: argparse.Namespace) -> None:
    """Start a process for the call."""
    global _worker
    processes.begin()
    _worker = _Worker(given)


def make(job: Job) -> Ended:
    """Make one of many pictures, and write it beside its target."""
    try:
        return _worker.make(job)
    except FAILURES as error:
        return Ended(done=Done.FAILED, line=told(job.source, error))


def lost(source: object, spec: core.Spec, result: core.Result) -> str:
    """Say which parts of the original are not in the result, unless the SPEC asks for that."""
    plan = result.plan
    if plan.pages == plan.original_pages or spec.resolved.still or spec.resolved.page > 1:
        return ""
    if plan.original.animation:
        return f"{source}: the motion is lost: the result is the first of {plan.original_pages} frames"
    return f"{source}: the result is the first of {plan.original_pages} pages; page-N takes another one"
