"""Measure ``resizer warm`` over many small originals: pictures a second, and a run that is killed halfway."""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import heading, table
from local_loop.s3 import S3Server
from resizer_core import ObjectStore, StoredObject, open_store

ROOT = Path(__file__).parents[1]
METHOD = (
    "`resizer warm` makes WebP of 16 px from originals of 64x48 px, gray JPEG, with a process for each "
    "core. S3 is a server on loopback, on the same cores, which waits before each answer. CPU is user and "
    "system time of the command and its processes, for each picture. The rate is by the clock: a neighbour "
    "lowers it."
)
SPEC = "16x_f-webp"


class Distant:
    """Answer like a store, but later, and count the writes under each key."""

    def __init__(self, seconds: float) -> None:
        self._behind = open_store("memory:")
        self._seconds = seconds
        self.written: Counter[str] = Counter()

    def head(self, key: str) -> StoredObject | None:
        """Wait, then look."""
        time.sleep(self._seconds)
        return self._behind.head(key)

    def get(self, key: str, *, max_bytes: int | None = None) -> StoredObject | None:
        """Wait, then read."""
        time.sleep(self._seconds)
        return self._behind.get(key, max_bytes=max_bytes)

    def put(
        self,
        key: str,
        body: bytes | bytearray | memoryview,
        *,
        media_type: str,
        cache_control: str = "",
        content_disposition: str = "",
        metadata: Mapping[str, str] = {},
    ) -> bool:
        """Wait, then write."""
        time.sleep(self._seconds)
        self.written[key] += 1
        return self._behind.put(
            key,
            body,
            media_type=media_type,
            cache_control=cache_control,
            content_disposition=content_disposition,
            metadata=metadata,
        )

    def delete(self, key: str, *, etag: str = "") -> bool:
        """Delete at once."""
        return self._behind.delete(key, etag=etag)

    def list(self, prefix: str = "", *, deep: bool = True) -> Iterator[StoredObject]:
        """List at once."""
        return self._behind.list(prefix, deep=deep)

    def folders(self, prefix: str = "") -> Iterator[str]:
        """List at once."""
        return self._behind.folders(prefix)


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="originals (default: 20,000)")
    parser.add_argument("--latency", type=float, default=20, help="of S3, ms (default: 20)")
    given = parser.parse_args()
    heading("Many originals", METHOD)
    keys = [f"{number % 100:02}/{number}.jpg" for number in range(given.count)]
    with TemporaryDirectory() as folder:
        table(("store", "pictures", "CPU, ms", "a second"), rates(Path(folder), keys, given.latency))
    with TemporaryDirectory() as folder:
        table(("killed in the middle", "pictures"), interrupted(Path(folder), keys))


def rates(folder: Path, keys: list[str], latency: float) -> Iterator[tuple[str, ...]]:
    """Warm a folder, the same folder again, and S3."""
    fill(open_store(str(folder / "originals")), keys)
    places = in_folders(folder)
    yield measured("a folder", places, keys)
    yield measured("a folder, all of it there", places, keys)
    # Each read, each write and each look waits.
    originals, derivatives = Distant(latency / 1000), Distant(latency / 1000)
    fill(originals._behind, keys)
    with S3Server({"originals": originals, "derivatives": derivatives}) as server:
        places = {"RESIZER_ORIGINALS": "s3://originals", "RESIZER_DERIVATIVES": "s3://derivatives"}
        yield measured(f"S3, {latency:g} ms", places | server.environment, keys)
    if {*derivatives.written.values()} != {1} or len(derivatives.written) != len(keys):
        raise AssertionError("expected each derivative to be written once")


def measured(name: str, places: Mapping[str, str], keys: list[str]) -> tuple[str, ...]:
    """Run the command once, and measure its time."""
    before, start = processor(), time.perf_counter()
    done = subprocess.run(
        command(), env=os.environ | places, input="\n".join(keys).encode(), stdout=subprocess.PIPE, check=True
    )
    wall = time.perf_counter() - start
    told = done.stdout.decode().split()
    if int(told[0]) + int(told[2]) != len(keys):
        raise AssertionError(f"expected {len(keys)} derivatives, got {done.stdout!r}")
    cpu = (processor() - before) * 1000 / len(keys)
    return name, f"{len(keys):,}", f"{cpu:.1f}", f"{len(keys) / wall:.0f}"


def interrupted(folder: Path, keys: list[str]) -> Iterator[tuple[str, ...]]:
    """Kill a run when half of its pictures are noted, and let a second run go on."""
    fill(open_store(str(folder / "originals")), keys)
    environment = os.environ | in_folders(folder)
    listed, noted = folder / "keys", folder / "noted"
    listed.write_text("\n".join(keys))
    with listed.open() as standard_input:
        run = subprocess.Popen(
            command("--checkpoint", str(noted)), env=environment, stdin=standard_input, stdout=subprocess.PIPE
        )
    while not noted.exists() or noted.read_bytes().count(b"\n") < len(keys) // 2:
        time.sleep(0.05)
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    run.send_signal(signal.SIGKILL)
    run.communicate()
    while any(Path(f"/proc/{child}/cmdline").exists() for child in children):
        time.sleep(0.05)
    before = {path: path.stat().st_mtime_ns for path in (folder / "derivatives").rglob("*.jpg")}
    yield "stored when it was killed", f"{len(before):,}"
    done_by_then = noted.read_bytes().count(b"\n") - 1  # less the first line
    yield "noted as done by then", f"{done_by_then:,}"
    done = subprocess.run(
        command("--checkpoint", str(noted)),
        env=environment,
        input=listed.read_bytes(),
        stdout=subprocess.PIPE,
        check=True,
    )
    yield f"the second run: {done.stdout.decode().strip()}", ""
    after = {path: path.stat().st_mtime_ns for path in (folder / "derivatives").rglob("*.jpg")}
    yield "missing at the end", f"{len(keys) - len(after):,}"
    yield "written again", f"{sum(after[path] != written for path, written in before.items()):,}"


def command(*more: str) -> list[str]:
    """Write the command as a user calls it."""
    return [sys.executable, "-m", "resizer_core", "warm", SPEC, *more]


def in_folders(folder: Path) -> dict[str, str]:
    """Name the stores below a folder."""
    return {
        "RESIZER_ORIGINALS": str(folder / "originals"),
        "RESIZER_DERIVATIVES": str(folder / "derivatives"),
        "PYTHONPATH": str(ROOT),
    }


def fill(store: ObjectStore, keys: list[str]) -> None:
    """Put the same small picture under every key."""
    import pyvips

    noise = pyvips.Image.gaussnoise(64, 48, mean=128, sigma=30).cast("uchar")
    body = bytes(noise.jpegsave_buffer())
    for key in keys:
        store.put(key, body, media_type="image/jpeg")


def processor() -> float:
    """Add up the CPU time of the commands so far and their processes, s."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
