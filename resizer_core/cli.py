"""The command: ``python -m resizer_core SPEC IN OUT``, for one picture or a folder of them.

And ``explain``, ``sign``, ``srcset``, ``url``, for whoever writes pages.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar
from uuid import uuid4

import resizer_core as core
from resizer_core.formats import AUTO, named

_Number = TypeVar("_Number", int, float)

_EPILOG: Final = """\
examples:
  python -m resizer_core 300x200_fit-cover_f-webp cat.jpg cat.webp
  python -m resizer_core 800x_q-70 holiday/ small/
  python -m resizer_core --explain 300x0_Q-80_format-jpeg cat.jpg

Instead of a SPEC, with a --help of their own:
  explain SPEC [IN [OUT]]    the same as --explain
  sign SPEC ...              with the signature that RESIZER_SIGNING_KEYS gives
  srcset KEY ...             for several widths or kinds of screens
  url SPEC KEY ...           the canonical address

RESIZER_PRESETS says what p-NAME stands for. The grammar is in docs/grammar.md."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status: 0, 1 if a picture failed, 2 if the call was wrong."""
    # One picture per core is faster than one picture on all of them. libvips reads this when it is loaded.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words and words[0] in _COMMANDS:
        return _run(words)
    parser = _parser()
    given = parser.parse_args(words)
    plugins = _plugins(svg=given.svg)
    try:
        spec = _read(given.spec, plugins)
        options = _options(given, plugins)
    except (ValueError, core.PluginError) as error:
        print(error, file=sys.stderr)
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
        parents=[_reading()],
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
    return parser


def _reading() -> argparse.ArgumentParser:
    """The options of whatever reads a picture; ``_options`` is what they come to."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--svg", action="store_true", help="read SVG, which may be hostile")
    parser.add_argument(
        "--watermark",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="what wm-NAME stands for; may be given several times",
    )
    return parser


class _Options(TypedDict):
    """What the command line says beside the SPEC, as ``resize`` takes it."""

    formats: Mapping[str, core.Format]
    watermarks: Mapping[str, bytes]


def _options(given: argparse.Namespace, plugins: core.Plugins) -> _Options:
    try:
        watermarks = dict(_watermark(text) for text in given.watermark)
    except (OSError, ValueError) as error:
        raise ValueError(f"--watermark: {error}") from error
    return {"formats": plugins.formats, "watermarks": watermarks}


def _watermark(text: str) -> tuple[str, bytes]:
    name, found, path = text.partition("=")
    if not (name and found and path):
        raise ValueError(f"expected NAME=FILE, got {text!r}")
    return name, Path(path).read_bytes()


# --- for whoever writes pages ------------------------------------------------------------------------


def _run(words: Sequence[str]) -> int:
    """One of the commands below; 2 if what it was given is wrong."""
    parser = _commands()
    given = parser.parse_args(words)
    try:
        return _COMMANDS[given.command](given)
    except (ValueError, core.PluginError) as error:
        print(error, file=sys.stderr)
        return 2


def _commands() -> argparse.ArgumentParser:
    site = argparse.ArgumentParser(add_help=False)
    site.add_argument(
        "--base",
        metavar="URL",
        default=os.environ.get("RESIZER_BASE_URL", ""),
        help="where delivery is (default: RESIZER_BASE_URL, else addresses begin with a slash)",
    )
    site.add_argument("--sign", action="store_true", help="with the newest key of RESIZER_SIGNING_KEYS")

    parser = argparse.ArgumentParser(prog="python -m resizer_core")
    commands = parser.add_subparsers(dest="command", required=True)
    explain = commands.add_parser(
        "explain", parents=[_reading()], help="how a SPEC is read, and the plan, as JSON"
    )
    explain.add_argument("spec", metavar="SPEC")
    explain.add_argument("source", metavar="IN", nargs="?", type=Path, help="a picture, for the plan")
    explain.add_argument("target", metavar="OUT", nargs="?", type=Path, help="its suffix names the format")

    sign = commands.add_parser("sign", help="SPECs with their signatures, one a line")
    sign.add_argument("specs", metavar="SPEC", nargs="+")

    srcset = commands.add_parser("srcset", parents=[site], help="the value of a srcset attribute")
    srcset.add_argument("key", metavar="KEY", help="of the original")
    srcset.add_argument("--spec", help="what is asked for; with --widths its sides say the ratio alone")
    srcset.add_argument("--widths", metavar="N,N", type=_numbers(int), help="px")
    srcset.add_argument(
        "--densities", metavar="N,N", type=_numbers(float), help="device pixels per CSS pixel (default: 1,2)"
    )

    url = commands.add_parser("url", parents=[site], help="canonical addresses, one a line")
    url.add_argument("spec", metavar="SPEC")
    url.add_argument("keys", metavar="KEY", nargs="+", help="of an original")
    return parser


def _numbers(read: Callable[[str], _Number]) -> Callable[[str], list[_Number]]:
    def numbers(text: str) -> list[_Number]:
        return [read(part) for part in text.split(",")]

    return numbers


def _explain_command(given: argparse.Namespace) -> int:
    plugins = _plugins(svg=given.svg)
    spec = _read(given.spec, plugins)
    return _explain(given.spec, spec, given.source, given.target, _options(given, plugins))


def _sign_command(given: argparse.Namespace) -> int:
    key, plugins = _signing_key(), _plugins()
    signed = [core.sign(_read(text, plugins), key) for text in given.specs]
    print(*signed, sep="\n")
    return 0


def _srcset_command(given: argparse.Namespace) -> int:
    asked = {"spec": given.spec, "widths": given.widths, "densities": given.densities}
    print(core.srcset(given.key, **asked, **_site(given)))
    return 0


def _url_command(given: argparse.Namespace) -> int:
    site = _site(given)
    addresses = [core.url(given.spec, key, **site) for key in given.keys]
    print(*addresses, sep="\n")
    return 0


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = {
    "explain": _explain_command,
    "sign": _sign_command,
    "srcset": _srcset_command,
    "url": _url_command,
}


def _site(given: argparse.Namespace) -> dict[str, Any]:
    plugins = _plugins()
    return {
        "base": given.base,
        "signing_key": _signing_key() if given.sign else None,
        "presets": _presets(plugins),
        "operations": plugins.operations,
    }


def _read(text: str, plugins: core.Plugins) -> core.Spec:
    return core.parse_spec(
        text, operations=plugins.operations, formats=plugins.formats, presets=_presets(plugins)
    )


def _plugins(*, svg: bool = False) -> core.Plugins:
    """Those that the function is told in RESIZER_PLUGINS; all that are installed where it is not set."""
    text = os.environ.get("RESIZER_PLUGINS", "").strip()
    names = [] if text == "none" else [part.strip() for part in text.split(",")]
    return core.Plugins(names if text else None, formats=core.FORMATS if svg else core.TRUSTED_FORMATS)


def _presets(plugins: core.Plugins) -> Mapping[str, core.Spec]:
    """What the function is told: a JSON object of names and SPECs."""
    named = _json_of("RESIZER_PRESETS", os.environ.get("RESIZER_PRESETS", "").strip() or "{}", dict)
    try:
        return core.parse_presets(
            {name: str(spec) for name, spec in named.items()},
            operations=plugins.operations,
            formats=plugins.formats,
        )
    except ValueError as error:
        raise ValueError(f"RESIZER_PRESETS: {error}") from error


def _signing_key() -> bytes:
    """The newest of the keys that the function is told: the first of a JSON list, or before a comma.

    From the environment alone: what stands in a command line, everybody on the machine can read.
    """
    text = os.environ.get("RESIZER_SIGNING_KEYS", "").strip()
    if text.startswith("["):
        listed = _json_of("RESIZER_SIGNING_KEYS", text, list)
    else:
        listed = [part.strip() for part in text.split(",")]
    if not listed or not isinstance(listed[0], str) or not listed[0]:
        raise ValueError("RESIZER_SIGNING_KEYS: expected the keys of signatures, newest first, got none")
    return listed[0].encode()


def _json_of(variable: str, text: str, kind: type) -> Any:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{variable}: expected JSON; {error.msg} at character {error.pos}") from error
    if not isinstance(value, kind):
        raise ValueError(f"{variable}: expected a JSON {'object' if kind is dict else 'list'}, got {text!r}")
    return value


# --- explaining ------------------------------------------------------------------------------------


def _explain(text: str, spec: core.Spec, source: Path | None, target: Path | None, options: _Options) -> int:
    explained: dict[str, Any] = {"given": text, "canonical": str(spec), "spec": _plain(spec)}
    if spec.resolved is not spec:
        explained["stands_for"] = str(spec.resolved)
    if source is not None:
        try:
            asked = spec if target is None else _with_format_of(spec, target, options["formats"])
            explained["plan"] = core.plan_for(source.read_bytes(), asked, **options).explained()
        except (core.ResizerError, OSError, ValueError) as error:
            print(_told(source, error), file=sys.stderr)
            return 1
    print(json.dumps(explained, indent=2, ensure_ascii=False))
    return 0


def _plain(spec: core.Spec) -> dict[str, Any]:
    """Every field of a SPEC that is not at its default, as the grammar writes it."""
    default = core.parse_spec("orig")
    shown: dict[str, Any] = {"dimensions": str(spec.dimensions)}
    for name in spec.__slots__:
        value = getattr(spec, name)
        if name != "dimensions" and value != getattr(default, name):
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
        spec = _with_format_of(spec, target, options["formats"])
        if target.is_dir():
            raise ValueError(f"expected the name of a file, got the folder {target}")
        result = core.resize(source.read_bytes(), spec, **options)
        _write(target, result.body)
    except (core.ResizerError, OSError, ValueError) as error:
        print(_told(source, error), file=sys.stderr)
        return 1
    print(f"{target}: {result.format} {result.size}, {len(result.body)} bytes")
    return 0


def _with_format_of(spec: core.Spec, target: Path, formats: Mapping[str, core.Format]) -> core.Spec:
    """The format that the name of the output says, unless SPEC says one."""
    word = target.suffix.lower().removeprefix(".")
    if not word:
        return spec
    format = named(word, formats).name
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
