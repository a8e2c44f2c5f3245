"""Resize one picture, or many into a folder."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import resizer_core as core
from resizer_core.cli import processes, resize_worker
from resizer_core.cli.arguments import whole_number
from resizer_core.cli.files import STANDARD, Guard, read_source, told, with_format_of, write_beside
from resizer_core.cli.jobs import Job, find_jobs
from resizer_core.cli.progress import with_progress
from resizer_core.cli.resize_worker import FAILURES, Done, Ended, lost
from resizer_core.cli.sites import site_of, site_options, watermark_files
from resizer_core.value import Value


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
        given=given,
        spec=core.parse_spec(given.spec, site),
        site=site,
        watermarks=[path for _, path in watermark_files(given)],
    )
    sources = [Path(source) for source in given.sources]
    is_folder = given.target.endswith(("/", os.sep)) or Path(given.target).is_dir()
    if len(sources) == 1 and not is_folder and not sources[0].is_dir():
        return call.make_one(given.sources[0], given.target)
    if STANDARD in (*given.sources, given.target):
        raise ValueError(f"{STANDARD}: expected one picture as IN, and a file or {STANDARD} as OUT")
    return call.make_all(find_jobs(sources, Path(given.target)))


class _Call(Value, kw_only=True):
    given: argparse.Namespace
    spec: core.Spec
    site: core.Site
    watermarks: Sequence[Path]

    def make_one(self, source: str, target: str) -> int:
        path = Path(target)
        guard = Guard([Path(source), *self.watermarks])
        if target != STANDARD:
            guard.check(path)
            if self.given.skip_existing and path.exists():
                self._say(f"{path}: {Done.THERE}")
                return 0
        elif sys.stdout.isatty():
            raise ValueError("expected a file or a pipe for the picture, got a terminal")
        try:
            spec = self.spec if target == STANDARD else with_format_of(self.spec, path, self.site)
            result = core.resize(read_source(source), spec, site=self.site)
            if target != STANDARD:
                guard.replace(write_beside(path, result.body), path)
        except FAILURES as error:
            print(told(source, error), file=sys.stderr)
            return 1
        if (line := lost(source, spec, result)) and not self.given.quiet:
            print(line, file=sys.stderr)
        if target == STANDARD:
            sys.stdout.buffer.write(result.body)
        else:
            self._say(f"{path}: {result.format} {result.size}, {len(result.body)} bytes")
        return 0

    def make_all(self, jobs: Sequence[Job]) -> int:
        guard = Guard([*(job.source for job in jobs), *self.watermarks])
        running: dict[Future[Ended], Job] = {}
        ended: dict[Job, Ended] = {}
        stopped = 0
        number = max(1, min(self.given.jobs, len(jobs)))
        with ProcessPoolExecutor(number, processes.context(), resize_worker.start, (self.given,)) as pool:
            try:
                for job in jobs:
                    running[pool.submit(resize_worker.make, job)] = job
                done = as_completed(running)
                for future in with_progress(done, len(jobs), "picture", quiet=self.given.quiet):
                    ended[running[future]] = _named(running[future], future.result(), guard)
            except KeyboardInterrupt:
                stopped = 130
            except BrokenProcessPool:
                stopped = 1
                print("a process died: a decoder crashed, or memory was short", file=sys.stderr)
            finally:  # finish the running pictures, and begin no others
                pool.shutdown(cancel_futures=True)
        for future, job in running.items():
            if job not in ended and not future.cancelled() and not future.exception():
                ended[job] = _named(job, future.result(), guard)
        self._tell([ended[job] for job in jobs if job in ended], early=bool(stopped))
        if stopped:
            return stopped
        if all(end.done is Done.NO_PICTURE for end in ended.values()):
            print(f"{', '.join(self.given.sources)}: expected pictures, found none", file=sys.stderr)
            return 1
        return int(any(end.done is Done.FAILED for end in ended.values()))

    def _tell(self, ended: Sequence[Ended], *, early: bool) -> None:
        counts = Counter({Done.MADE: 0, Done.FAILED: 0})
        counts.update(end.done for end in ended)
        self._say(", ".join(f"{count} {done}" for done, count in counts.items()) + "; ended early" * early)
        for done in (Done.FAILED,) if self.given.quiet else (Done.MADE, Done.FAILED):
            for end in ended:
                if end.done is done and end.line:
                    print(end.line, file=sys.stderr)

    def _say(self, line: str) -> None:
        if self.given.quiet:
            return
        try:
            print(line, flush=True)
        except BrokenPipeError:
            print(line, file=sys.stderr)
            raise


def _named(job: Job, end: Ended, guard: Guard) -> Ended:
    """Give the file that a process wrote its name."""
    if end.done is Done.MADE:
        try:
            guard.replace(end.unfinished, end.target)
        except FAILURES as error:
            return Ended(done=Done.FAILED, line=told(job.source, error))
    return end
