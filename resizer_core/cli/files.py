"""Resize one picture, or every picture in a folder."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import resizer_core as core
from resizer_core.formats import AUTO, named

_Item = TypeVar("_Item")


def resize_file(spec: core.Spec, source: Path, target: Path, site: core.Site) -> int:
    """Resize one picture; returns the exit status."""
    try:
        spec = with_format_of(spec, target, site)
        if target.is_dir():
            raise ValueError(f"expected the name of a file, got the folder {target}")
        result = core.resize(source.read_bytes(), spec, site=site)
        _write(target, result.body)
    except (core.ResizerError, OSError, ValueError) as error:
        print(told(source, error), file=sys.stderr)
        return 1
    print(f"{target}: {result.format} {result.size}, {len(result.body)} bytes")
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One picture of a folder.

    Attributes:
        source: where it is read.
        target: where it goes, without the suffix of the format, which is not known yet.
    """

    source: Path
    target: Path


def resize_folder(spec: core.Spec, source: Path, target: Path, site: core.Site) -> int:
    """Resize every picture in a folder, on all cores; returns the exit status."""
    if target.is_file():
        print(f"{target}: expected a folder, got a file", file=sys.stderr)
        return 2
    if target.resolve() == source.resolve():
        print(f"{target}: expected another folder than that of the originals", file=sys.stderr)
        return 2
    jobs = _jobs(source, target)
    if not jobs:
        print(f"{source}: expected pictures, found no file", file=sys.stderr)
        return 1
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        running = {workers.submit(_resize_job, spec, job, site): job for job in jobs}
        try:
            for future in with_progress(as_completed(running), len(jobs), "picture"):
                if error := future.exception():
                    if not isinstance(error, core.ResizerError | OSError):
                        raise error
                    failed.append(told(running[future].source, error))
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise
    print(f"{len(jobs) - len(failed)} made, {len(failed)} failed")
    for line in sorted(failed):
        print(line, file=sys.stderr)
    return 1 if failed else 0


def _jobs(source: Path, target: Path) -> list[_Job]:
    """Every file below ``source`` that is not hidden, each with a place of its own below ``target``."""
    files = sorted(
        path
        for path in source.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(source).parts)
    )
    inside_target = target.resolve()
    if inside_target.is_relative_to(source.resolve()):  # what an earlier call made is no original
        files = [path for path in files if not path.resolve().is_relative_to(inside_target)]
    # cat.png and cat.jpg become cat.png.webp and cat.jpg.webp: neither may take the other's place, nor the
    # one of a cat.png.jpg.
    taken = Counter([*files, *(path.with_suffix("") for path in files if path.suffix)])
    jobs = []
    for path in files:
        stem = path if taken[path.with_suffix("")] > 1 else path.with_suffix("")
        jobs.append(_Job(source=path, target=target / stem.relative_to(source)))
    return jobs


def _resize_job(spec: core.Spec, job: _Job, site: core.Site) -> None:
    result = core.resize(job.source.read_bytes(), spec, site=site)
    _write(job.target.with_name(job.target.name + result.format.suffix), result.body)


def with_progress(items: Iterable[_Item], total: int, unit: str) -> Iterator[_Item]:
    """Give the same items, with a bar where there is a person to see it."""
    try:
        from tqdm import tqdm
    except ImportError:
        yield from items
        return
    yield from tqdm(items, total=total, unit=unit, disable=None)


def with_format_of(spec: core.Spec, target: Path, site: core.Site) -> core.Spec:
    """Take the format from the name of the output, unless SPEC says one."""
    word = target.suffix.lower().removeprefix(".")
    if not word:
        return spec
    format = named(word, site.formats).name
    asked = spec.resolved.format
    if asked in (None, AUTO):
        return replace(spec, format=format)
    if asked != format:
        raise ValueError(f"expected a name that ends in .{asked}, as SPEC says, got {target.name}")
    return spec


def told(source: Path, error: Exception) -> str:
    """Say which file failed, and why."""
    return f"{source}: {type(error).__name__}: {error}"


def _write(target: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{uuid4().hex}")
    try:
        # Opened as any new file is, so that it gets the usual permissions.
        with unfinished.open("xb") as file:
            file.write(body)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
