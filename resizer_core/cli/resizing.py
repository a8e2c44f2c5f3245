"""Resize one picture, or many into a folder."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from enum import StrEnum
from pathlib import Path
from typing import Any

import resizer_core as core
from resizer_core.cli.arguments import whole_number
from resizer_core.cli.files import STANDARD, Guard, read_source, told, with_format_of, write_target
from resizer_core.cli.jobs import Job, find_jobs
from resizer_core.cli.progress import with_progress
from resizer_core.cli.sites import site_of, site_options, watermark_files
from resizer_core.formats import AUTO
from resizer_core.value import Value

#: Errors of one picture. They do not stop the other pictures.
_FAILURES = (core.ResizerError, OSError, ValueError)


def add_to(commands: Any) -> None:
    """Add ``resize`` to the commands."""
    parser = commands.add_parser(
        "resize", parents=[site_options()], help="resize pictures; you may leave out the word"
    )
    parser.add_argument("spec", metavar="SPEC", help="what to make, for example 300x200_fit-cover_f-webp")
    parser.add_argument(
        "sources", metavar="IN", nargs="+", help="a picture, a folder, or - for the standard input"
    )
    parser.add_argument(
        "target",
        metavar="OUT",
        help="a file, whose suffix names the format unless SPEC does; a folder; or - for the standard output",
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=whole_number,
        default=os.cpu_count(),
        help="make N pictures at once (default: one for each core)",
    )
    parser.add_argument("--quiet", action="store_true", help="print errors alone")
    parser.add_argument("--skip-existing", action="store_true", help="leave files that are there already")


def resize(given: argparse.Namespace) -> int:
    """Run the command. Return the exit status.

    Raises:
        ValueError: the call is wrong, or would overwrite a file that it reads.
    """
    site = site_of(given)
    call = _Call(
        spec=core.parse_spec(given.spec, site),
        site=site,
        quiet=given.quiet,
        skip_existing=given.skip_existing,
        watermarks=[path for _, path in watermark_files(given)],
    )
    sources = [Path(source) for source in given.sources]
    is_folder = given.target.endswith(("/", os.sep)) or Path(given.target).is_dir()
    if len(sources) == 1 and not is_folder and not sources[0].is_dir():
        return call.make_one(given.sources[0], given.target)
    if STANDARD in (*given.sources, given.target):
        raise ValueError(f"{STANDARD}: expected one picture as IN, and a file or {STANDARD} as OUT")
    return call.make_all(find_jobs(sources, Path(given.target)), given.jobs, ", ".join(given.sources))


class _Done(StrEnum):
    MADE = "made"
    THERE = "there already"
    NO_PICTURE = "no picture"


class _Call(Value, kw_only=True):
    spec: core.Spec
    site: core.Site
    quiet: bool
    skip_existing: bool
    watermarks: Sequence[Path]

    def make_one(self, source: str, target: str) -> int:
        path = Path(target)
        guard = Guard([Path(source), *self.watermarks])
        if target != STANDARD:
            guard.check(path)
            if self.skip_existing and path.exists():
                self._say(f"{path}: {_Done.THERE}")
                return 0
        elif sys.stdout.isatty():
            raise ValueError("expected a file or a pipe for the picture, got a terminal")
        try:
            spec = self.spec if target == STANDARD else with_format_of(self.spec, path, self.site)
            result = core.resize(read_source(source), spec, site=self.site)
            if target != STANDARD:
                write_target(path, result.body, guard)
        except _FAILURES as error:
            print(told(source, error), file=sys.stderr)
            return 1
        if (lost := _lost(source, spec, result)) and not self.quiet:
            print(lost, file=sys.stderr)
        if target == STANDARD:
            sys.stdout.buffer.write(result.body)
        else:
            self._say(f"{path}: {result.format} {result.size}, {len(result.body)} bytes")
        return 0

    def make_all(self, jobs: Sequence[Job], at_once: int, sources: str) -> int:
        guard = Guard([*(job.source for job in jobs), *self.watermarks])
        running: dict[Future[tuple[_Done, str]], Job] = {}
        ended_early = False
        with ThreadPoolExecutor(max_workers=at_once) as workers:
            try:
                for job in jobs:
                    running[workers.submit(self._make, job, guard)] = job
                for future in with_progress(as_completed(running), len(jobs), "picture", quiet=self.quiet):
                    if (error := future.exception()) and not isinstance(error, _FAILURES):
                        raise error
            except KeyboardInterrupt:
                ended_early = True
            finally:  # finish the running pictures, and begin no others
                workers.shutdown(cancel_futures=True)
        counts = Counter({"made": 0, "failed": 0})
        failed, lost = [], []
        for future, job in running.items():
            if future.cancelled():
                continue
            if error := future.exception():
                counts["failed"] += 1
                failed.append(told(job.source, error))  # type: ignore[arg-type]  # it is one of _FAILURES
            else:
                done, line = future.result()
                counts[done] += 1
                lost += [line] if line else []
        self._say(
            ", ".join(f"{count} {what}" for what, count in counts.items())
            + ("; ended early" if ended_early else "")
        )
        for line in failed if self.quiet else [*lost, *failed]:
            print(line, file=sys.stderr)
        if ended_early:
            return 130
        if not jobs or counts[_Done.NO_PICTURE] == len(jobs):
            print(f"{sources}: expected pictures, found none", file=sys.stderr)
            return 1
        return 1 if failed else 0

    def _make(self, job: Job, guard: Guard) -> tuple[_Done, str]:
        """Make one of many pictures. Also return what was lost from the original."""
        if not job.asked_for and not job.is_picture():
            return _Done.NO_PICTURE, ""
        word = self.spec.resolved.format
        if self.skip_existing and word not in (None, AUTO) and self._target(job, word).exists():
            return _Done.THERE, ""
        data = job.source.read_bytes()
        if self.skip_existing and word in (None, AUTO):
            word = core.plan_for(data, self.spec, site=self.site).format.name
            if self._target(job, word).exists():
                return _Done.THERE, ""
        result = core.resize(data, self.spec, site=self.site)
        write_target(self._target(job, result.format.name), result.body, guard)
        return _Done.MADE, _lost(job.source, self.spec, result)

    def _target(self, job: Job, format: str) -> Path:
        return job.target.with_name(job.target.name + self.site.formats[format].suffix)

    def _say(self, line: str) -> None:
        if self.quiet:
            return
        try:
            print(line, flush=True)
        except BrokenPipeError:
            print(line, file=sys.stderr)
            raise


def _lost(source: object, spec: core.Spec, result: core.Result) -> str:
    """Say which parts of the original are not in the result, unless the SPEC asks for that."""
    plan = result.plan
    if plan.pages == plan.original_pages or spec.resolved.still or spec.resolved.page > 1:
        return ""
    if plan.original.animation:
        return f"{source}: the motion is lost: the result is the first of {plan.original_pages} frames"
    return f"{source}: the result is the first of {plan.original_pages} pages; page-N takes another one"
