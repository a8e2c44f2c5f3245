"""The command: ``python -m resizer_core SPEC IN OUT``, for one picture or a folder of them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypedDict
from uuid import uuid4

import resizer_core as core
from resizer_core.formats import named
from resizer_core.spec import AUTO

_EPILOG: Final = """\
examples:
  python -m resizer_core 300x200_fit-cover_f-webp cat.jpg cat.webp
  python -m resizer_core 800x_q-70 holiday/ small/
  python -m resizer_core --explain 300x0_Q-80_format-jpeg cat.jpg

The grammar is in docs/grammar.md."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 0, 1 if a picture failed, 2 if the call was wrong."""
    # One picture per core is faster than one picture on all of them. libvips reads this when it is loaded.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        spec = core.parse_spec(given.spec)
    except core.InvalidSpec as error:
        print(error, file=sys.stderr)
        return 2
    options: _Options = {"formats": core.FORMATS if given.svg else core.TRUSTED_FORMATS}
    try:
        options["watermarks"] = dict(_watermark(text) for text in given.watermark)
    except (OSError, ValueError) as error:
        print(f"--watermark: {error}", file=sys.stderr)
        return 2
    if given.explain:
        return _explain(given.spec, spec, given.source, given.target, options)
    if given.source is None or given.target is None:
        parser.error("expected SPEC IN OUT")
    if given.source.is_dir():
        return _resize_folder(spec, given.source, given.target, options)
    return _resize_one(spec, given.source, given.target, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m resizer_core",
        description="Resize a picture, or every picture in a folder.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("spec", metavar="SPEC", help="what to make, for example 300x200_fit-cover_f-webp")
    parser.add_argument("source", metavar="IN", nargs="?", type=Path, help="a picture or a folder")
    parser.add_argument(
        "target",
        metavar="OUT",
        nargs="?",
        type=Path,
        help="a file, whose suffix names the format unless SPEC does, or a folder",
    )
    parser.add_argument(
        "--explain", action="store_true", help="print the SPEC, its canonical form and the plan as JSON"
    )
    parser.add_argument("--svg", action="store_true", help="read SVG, which may be hostile")
    parser.add_argument(
        "--watermark",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="what wm-NAME stands for; may be given several times",
    )
    return parser


class _Options(TypedDict, total=False):
    """What the command line says beside the SPEC, as ``resize`` takes it."""

    formats: Mapping[str, core.Format]
    watermarks: Mapping[str, bytes]


def _watermark(text: str) -> tuple[str, bytes]:
    name, found, path = text.partition("=")
    if not (name and found and path):
        raise ValueError(f"expected NAME=FILE, got {text!r}")
    return name, Path(path).read_bytes()


# --- explaining ------------------------------------------------------------------------------------


def _explain(text: str, spec: core.Spec, source: Path | None, target: Path | None, options: _Options) -> int:
    explained: dict[str, Any] = {"given": text, "canonical": str(spec), "spec": _plain(spec)}
    if source is not None:
        try:
            asked = spec if target is None else _with_format_of(spec, target)
            explained["plan"] = core.plan_for(source.read_bytes(), asked, **options).explained()
        except (core.ResizerError, OSError, ValueError) as error:
            print(_told(source, error), file=sys.stderr)
            return 1
    print(json.dumps(explained, indent=2, ensure_ascii=False))
    return 0


def _plain(spec: core.Spec) -> dict[str, Any]:
    """Every field of a SPEC that is not at its default, as the grammar writes it."""
    default = core.parse_spec("orig")
    shown: dict[str, Any] = {"head": str(spec.head)}
    for name in spec.__slots__:
        value = getattr(spec, name)
        if name != "head" and value != getattr(default, name):
            shown[name] = _plain_value(value)
    return shown


def _plain_value(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple):
        return [str(part) for part in value]
    if isinstance(value, core.Orientation):
        return {"quarter_turns": value.quarter_turns, "mirrored": value.mirrored}
    return str(value)


# --- one picture -----------------------------------------------------------------------------------


def _resize_one(spec: core.Spec, source: Path, target: Path, options: _Options) -> int:
    try:
        spec = _with_format_of(spec, target)
        if target.is_dir():
            raise ValueError(f"expected the name of a file, got the folder {target}")
        result = core.resize(source.read_bytes(), spec, **options)
        _write(target, result.body)
    except (core.ResizerError, OSError, ValueError) as error:
        print(_told(source, error), file=sys.stderr)
        return 1
    print(f"{target}: {result.format} {result.size}, {len(result.body)} bytes")
    return 0


def _with_format_of(spec: core.Spec, target: Path) -> core.Spec:
    """The format that the name of the output says, unless SPEC says one."""
    word = target.suffix.lower().removeprefix(".")
    if not word:
        return spec
    format = named(word).name
    asked = spec.resolved.format
    if asked in (None, AUTO):
        return replace(spec, format=format)
    if asked != format:
        raise ValueError(f"expected a name that ends in .{asked}, as SPEC says, got {target.name}")
    return spec


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


def _told(source: Path, error: Exception) -> str:
    return f"{source}: {type(error).__name__}: {error}"


# --- many pictures ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One picture of a folder.

    Attributes:
        source: where it is read.
        target: where it goes, without the suffix of the format, which is not known yet.
    """

    source: Path
    target: Path


def _resize_folder(spec: core.Spec, source: Path, target: Path, options: _Options) -> int:
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
        running = {workers.submit(_resize_job, spec, job, options): job for job in jobs}
        try:
            for future in _with_progress(as_completed(running), len(jobs)):
                if error := future.exception():
                    if not isinstance(error, core.ResizerError | OSError):
                        raise error
                    failed.append(_told(running[future].source, error))
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


def _resize_job(spec: core.Spec, job: _Job, options: _Options) -> None:
    result = core.resize(job.source.read_bytes(), spec, **options)
    _write(job.target.with_name(job.target.name + result.format.suffix), result.body)


def _with_progress(items: Iterable[Future[None]], total: int) -> Iterator[Future[None]]:
    """The same items, with a bar where there is a person to see it."""
    try:
        from tqdm import tqdm
    except ImportError:
        yield from items
        return
    yield from tqdm(items, total=total, unit="picture", disable=None)
