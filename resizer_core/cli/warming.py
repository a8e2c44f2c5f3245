"""Make the derivatives of many originals before anybody asks for them, on all cores."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn, TextIO

from resizer_core.cli import warm_worker
from resizer_core.cli.arguments import whole_number
from resizer_core.cli.checkpoint import Checkpoint
from resizer_core.cli.stores import VARIABLES, named_stores, store_options
from resizer_core.cli.warm_worker import Warmed

if TYPE_CHECKING:
    from tqdm import tqdm

#: How many keys a process gets at once: a chunk.
_CHUNK: Final = 16
#: How many chunks there are for each process, running and waiting.
_WAITING: Final = 3
_EPILOG: Final = """\
All settings come from the variables of the function, RESIZER_ORIGINALS and so on. Options here can name the
stores instead. RESIZER_BASE_URL is not read.

exit status: 0 if every derivative is there, 1 if one could not be made, 2 if the call was wrong,
130 if the run was stopped before all was done"""


def add_to(commands: Any) -> None:
    """Add ``warm`` to the commands."""
    parser = commands.add_parser(
        "warm", parents=[store_options()], help="make derivatives before anybody asks for them"
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Make derivatives of the originals whose keys stand on the standard input, one a line."
    )
    parser.epilog = _EPILOG
    parser.add_argument("specs", metavar="SPEC", nargs="+")
    parser.add_argument("-0", dest="nul", action="store_true", help="keys end with NUL, not with a new line")
    parser.add_argument("--prefix", metavar="P", help="take every original below this folder; '' takes all")
    parser.add_argument(
        "--checkpoint",
        metavar="FILE",
        type=Path,
        help="note here what is done, so that a killed run can go on",
    )
    parser.add_argument(
        "--failures",
        metavar="FILE",
        type=Path,
        help="list failures here, one JSON object a line (default: the standard error)",
    )
    parser.add_argument("--shard", metavar="I/N", type=_shard, help="take part I of N parts; the first is 0")
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=whole_number,
        default=os.cpu_count(),
        help="run N processes (default: one for each core)",
    )


def warm(given: argparse.Namespace) -> int:
    """Run the command. Return the exit status.

    Raises:
        ValueError: a SPEC, a setting or the checkpoint is wrong.
        StorageError: the originals cannot be listed.
        OSError: a file cannot be opened or written.
    """
    environ = dict(os.environ)
    environ["RESIZER_BASE_URL"] = "https://unused.invalid"  # the settings need it, but no address is written
    environ |= named_stores(given)
    generator = warm_worker.open_generator(environ)
    specs = [str(spec) for spec in generator.specs(given.specs)]
    keys: Iterable[str]
    if given.prefix is not None:
        keys = (found.key for found in generator.originals.list(given.prefix))
    else:
        keys = _keys(sys.stdin.buffer, b"\0" if given.nul else b"\n")
    if given.shard:
        keys = filter(given.shard, keys)
    with ExitStack() as stack:
        checkpoint = None
        if given.checkpoint:
            about = {"specs": sorted(specs), **{name: environ[name] for name in VARIABLES}}
            checkpoint = Checkpoint(given.checkpoint, about)
            stack.callback(checkpoint.close)
        failures = sys.stderr
        if given.failures:
            failures = stack.enter_context(given.failures.open("w", encoding="utf-8"))
        run = _Run(environ, specs, given.jobs, checkpoint, failures)
        stack.callback(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # schedulers end a job by this signal
        run.over(keys)
        return run.status()


class _Run:
    """Hand out keys, and note the results."""

    def __init__(
        self,
        environ: Mapping[str, str],
        specs: Sequence[str],
        jobs: int,
        checkpoint: Checkpoint | None,
        failures: TextIO,
    ) -> None:
        self._environ, self._specs, self._jobs = environ, specs, jobs
        self._checkpoint, self._failures = checkpoint, failures
        self._counts = Counter({"made": 0, "there already": 0})
        self._kinds: Counter[str] = Counter()
        self._ended_early = False
        self._bar = _bar()

    def over(self, keys: Iterable[str]) -> None:
        """Warm all of these keys, until the end or until Ctrl-C."""
        left = self._left(keys)
        chunks = iter(lambda: list(islice(left, _CHUNK)), [])
        try:
            while suspects := self._spread(chunks):
                self._one_by_one(suspects)
        except (KeyboardInterrupt, BrokenPipeError):
            self._ended_early = True
        if self._bar is not None:
            self._bar.close()

    def status(self) -> int:
        """Print the counts. Return the exit status."""
        parts = [", ".join(f"{count} {what}" for what, count in self._counts.items())]
        if self._kinds:
            kinds = ", ".join(f"{count} {kind}" for kind, count in self._kinds.most_common())
            parts.append(f"{self._kinds.total()} failed: {kinds}")
        if self._ended_early:
            parts.append("ended early")
        try:
            print("; ".join(parts), flush=True)
        except BrokenPipeError:  # nobody reads it, but Python must be able to write the rest of the buffer
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if self._ended_early:
            return 130
        return 1 if self._kinds else 0

    def _left(self, keys: Iterable[str]) -> Iterator[str]:
        for key in keys:
            if self._checkpoint is not None and key in self._checkpoint:
                self._counts["done before"] += 1
                self._advance(1)
            else:
                yield key

    def _pool(self, jobs: int) -> ProcessPoolExecutor:
        # A fork would lose the threads of libvips and of the stores.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(jobs, context, warm_worker.start, (self._environ, self._specs))

    def _spread(self, chunks: Iterator[list[str]]) -> list[str]:
        """Warm chunks until none is left or a process dies. Return the keys that may have killed it."""
        suspects: list[str] = []
        running: dict[Future[list[Warmed]], list[str]] = {}

        def take(done: Iterable[Future[list[Warmed]]]) -> None:
            for future in done:
                chunk = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    suspects.extend(chunk)
                else:
                    self._note(future.result())

        with self._pool(self._jobs) as pool:
            try:
                for chunk in chunks:
                    try:
                        running[pool.submit(warm_worker.warm, chunk)] = chunk
                    except BrokenProcessPool:
                        suspects.extend(chunk)
                    if len(running) >= self._jobs * _WAITING:
                        take(wait(running, return_when=FIRST_COMPLETED).done)
                    if suspects:
                        break
            except KeyboardInterrupt:
                self._ended_early = True
                # Cancel each future here. ``wait`` would wait for futures that the pool cancels by itself.
                for future in [future for future in running if future.cancel()]:
                    del running[future]
            take(wait(running).done)
        return [] if self._ended_early else suspects

    def _one_by_one(self, keys: Iterable[str]) -> None:
        """Warm these keys one at a time in a single process, to find the key that kills it."""
        pool = self._pool(1)
        try:
            for key in keys:
                try:
                    self._note(pool.submit(warm_worker.warm, [key]).result())
                except BrokenProcessPool:
                    text = "the process died while it made this: a decoder crashed, or memory was short"
                    self._note([Warmed(key=key, failures=[(" ".join(self._specs), "Crashed", text)])])
                    pool = self._pool(1)
        finally:
            pool.shutdown(cancel_futures=True)

    def _note(self, results: list[Warmed]) -> None:
        for warmed in results:
            self._counts["made"] += warmed.made
            self._counts["there already"] += warmed.there
            for spec, kind, text in warmed.failures:
                self._kinds[kind] += 1
                told = {"key": warmed.key, "spec": spec, "error": kind, "message": text}
                print(json.dumps(told), file=self._failures, flush=True)
        if self._checkpoint is not None:  # without keys that failed, so that the next run tries them again
            self._checkpoint.add(warmed.key for warmed in results if not warmed.failures)
        self._advance(len(results))

    def _advance(self, keys: int) -> None:
        if self._bar is not None:
            self._bar.update(keys)


def _keys(stream: BinaryIO, end: bytes) -> Iterator[str]:
    """Read keys as they come. A key that is not UTF-8 is refused later, by name."""
    left = b""
    while block := stream.read1(1 << 16):  # type: ignore[attr-defined]  # both kinds of buffers have it
        *whole, left = (left + block).split(end)
        yield from (key.decode("utf-8", "surrogateescape") for key in whole if key)
    if left:
        yield left.decode("utf-8", "surrogateescape")


def _shard(text: str) -> Callable[[str], bool]:
    """Read a part such as ``3/16``. Return a test for its keys, which is the same on every machine."""
    found = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
    part, parts = map(int, found.groups()) if found else (0, 0)
    if part >= parts:
        raise argparse.ArgumentTypeError(f"expected 0/N to N-1/N, such as 3/16, got {text!r}")

    def belongs(key: str) -> bool:
        digest = sha256(key.encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(digest[:8], "big") % parts == part

    return belongs


def _bar() -> tqdm[NoReturn] | None:
    """Make a progress bar, if a person can see it."""
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(unit="picture", disable=None)
