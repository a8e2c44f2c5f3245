"""Measure ``resizer serve`` and other servers under load: requests a second, p99, CPU time and memory."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.memory import ALLOCATORS
from bench.report import ORIGINALS, heading, spread, table

ROOT = Path(__file__).parents[1]
METHOD = (
    "A photograph of 451x300 px as WebP, 300 px wide, quality 80, over loopback by wrk on the same cores. "
    "The servers take turns within a round. CPU: user and system time of all processes of a server for each "
    "request; its ratio to `resizer serve` is taken per round. Shown: the median, and in brackets where the "
    "middle half of the rounds lies. Requests a second, p50 and p99 are by the clock: a neighbour on the "
    "machine moves them. RSS: of all processes of a server together, at the end, pages that they share "
    "counted in each."
)
KEY = "cat.jpg"
CONNECTIONS = 16
#: The clock ticks of /proc in a second.
TICKS = os.sysconf("SC_CLK_TCK")
#: The script of wrk: it asks for one address, for a new one each time, or for a new one in ten requests.
SCRIPT = """
local count, every, known, new = {first}, {every}, "{known}", "{new}"
request = function()
  count = count + 1
  if every > 0 and count % every == 0 then return wrk.format("GET", new .. count .. "/{key}") end
  return wrk.format("GET", known)
end
"""


@dataclass(kw_only=True)
class Server:
    """Run a server, and hold its measurements.

    Attributes:
        name: of the row.
        command: the command that starts it, without the port.
        port: where it listens.
        stored: the address of a picture.
        new: the beginning of a new address. A number and the key follow. It is empty if the server makes
            each picture anew anyway.
        environment: variables that it gets in addition to those of this process.
    """

    name: str
    command: Sequence[str]
    port: int
    stored: str
    new: str
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    results: list[Result] = field(default_factory=list)

    @contextmanager
    def running(self, folder: Path) -> Iterator[None]:
        """Run the server until the block ends."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "RESIZER_ORIGINALS": str(ORIGINALS),
            "RESIZER_DERIVATIVES": str(folder / str(self.port)),
            "VIPS_CONCURRENCY": "1",
            **self.environment,
        }
        self.process = subprocess.Popen(
            [*self.command, "--port", str(self.port)], env=environment, cwd=folder
        )
        try:
            while not self._answers():
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} does not start")
                time.sleep(0.1)
            yield
        finally:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", self.stored)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """List its processes and all their children."""
        found, left = [], [self.process.pid] if self.process else []
        while left:
            pid = left.pop()
            found.append(pid)
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                left += map(int, children.read_text().split())
        return found

    def cpu(self) -> float:
        """Add up the CPU time of its processes, s."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def rss(self) -> float:
        """Add up the resident sets of its processes, MiB."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.processes())
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, kw_only=True)
class Result:
    """Hold the results of one turn: CPU in ms a request, times in ms."""

    rate: float
    cpu: float
    p50: float
    p99: float


def main() -> None:
    """Print one table for each kind of request, or one of a long run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="of a turn (default: 5)")
    parser.add_argument("--rounds", type=int, default=5, help="of each table (default: 5)")
    parser.add_argument(
        "--ipx", type=Path, help="a folder where npm has installed ipx, to measure it as well"
    )
    parser.add_argument(
        "--soak", type=int, default=0, help="seconds of a long run instead, one picture in ten new"
    )
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("bench.load: expected wrk, which Debian's package of that name brings")
    heading("A server under load", METHOD)
    with TemporaryDirectory() as folder:
        if given.soak:
            soak(Path(folder), given.soak)
        else:
            compare(Path(folder), given)


def servers(ipx: Path | None) -> list[Server]:
    """List the servers to measure: the command, its application on another server, and ipx."""
    stored, new = f"/300x_f-webp_q-80/{KEY}", "/300x_f-webp_q-80_v-"
    serve = [sys.executable, "-m", "resizer_core", "serve", "--quiet"]
    granian = [str(Path(sys.executable).with_name("granian")), "--no-log", "--no-ws", "--interface", "asgi"]
    found = [
        Server(name="`resizer serve`", command=serve, port=18811, stored=stored, new=new),
        Server(
            name=f"the same application in granian {version('granian')}",
            command=[*granian, "--factory", "resizer_core.asgi:from_environment"],
            port=18812,
            stored=stored,
            new=new,
        ),
    ]
    if ipx:
        package = ipx.resolve() / "node_modules" / "ipx"
        release = json.loads((package / "package.json").read_text())["version"]
        found.append(
            Server(
                name=f"ipx {release}",
                command=["node", str(package / "bin" / "ipx.mjs"), "serve", "--dir", str(ORIGINALS)],
                port=18813,
                stored=f"/w_300,f_webp,q_80/{KEY}",
                new="",
            )
        )
    return found


def compare(folder: Path, given: argparse.Namespace) -> None:
    """Print the tables."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "httptools", "uvloop"))
    print(
        f"{versions}; wrk with {CONNECTIONS} connections; {given.rounds} rounds of {given.seconds} s. "
        "Derivatives are in a folder. ipx keeps none: it makes each picture anew.\n"
    )
    for title, every in (("stored", 0), ("not stored", 1)):
        contenders = servers(given.ipx)
        with ExitStack() as stack:
            for server in contenders:
                stack.enter_context(server.running(folder))
            for number in range(given.rounds + 1):
                for server in contenders:
                    result = turn(server, folder, given.seconds, every, first=number * 1_000_000)
                    server.results += [result] if number else []  # the first round is not counted
            rows = [row(server, contenders[0]) for server in contenders]
        columns = (title, "CPU, ratio", "CPU, ms", "requests a second", "p50, ms", "p99, ms", "RSS, MiB")
        table(columns, rows)
    print(f"Load at the end: {os.getloadavg()[0]:.1f}.")


def row(server: Server, first: Server) -> tuple[str, ...]:
    """Make the row of a server from its rounds."""
    ratios = [ours.cpu / theirs.cpu for ours, theirs in zip(server.results, first.results, strict=True)]
    return (
        server.name,
        spread(ratios, 2),
        f"{median(result.cpu for result in server.results):.2f}",
        spread([result.rate for result in server.results], 0),
        f"{median(result.p50 for result in server.results):.0f}",
        spread([result.p99 for result in server.results], 0),
        f"{server.rss():.0f}",
    )


def turn(server: Server, folder: Path, seconds: int, every: int, *, first: int = 0) -> Result:
    """Send requests to one server for so many seconds.

    Raises:
        RuntimeError: an answer was not a picture.
    """
    script = folder / "requests.lua"
    script.write_text(
        SCRIPT.format(
            first=first, every=every if server.new else 0, known=server.stored, new=server.new, key=KEY
        )
    )
    address = f"http://127.0.0.1:{server.port}"
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    before = server.cpu()
    said = subprocess.run(
        [*words, "-s", str(script), address], capture_output=True, text=True, check=True
    ).stdout
    used = server.cpu() - before
    if wrong := re.search(r"Non-2xx.*|Socket errors.*", said):
        raise RuntimeError(f"{server.name}: {wrong[0]}")
    requests = int(re.findall(r"(\d+) requests in", said)[0])
    return Result(
        rate=float(re.findall(r"Requests/sec: +([\d.]+)", said)[0]),
        cpu=used * 1000 / requests,
        p50=milliseconds(said, 50),
        p99=milliseconds(said, 99),
    )


def milliseconds(said: str, percent: int) -> float:
    """Read one of the percentiles that wrk prints, in its own units."""
    number, unit = re.findall(rf"^ +{percent}% +([\d.]+)(us|ms|s|m) *$", said, re.MULTILINE)[0]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[unit]


def soak(folder: Path, seconds: int) -> None:
    """Send requests for a long time, and print how memory grows with each setting of glibc."""
    contenders = []
    with ExitStack() as stack:
        for number, (name, told) in enumerate(ALLOCATORS.items()):
            server = replace(servers(None)[0], name=name, port=18821 + number, environment=told)
            stack.enter_context(server.running(folder))
            contenders.append(server)
        samples: list[list[float]] = [[] for _ in contenders]
        end, first = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            first += 1_000_000
            for server, seen in zip(contenders, samples, strict=True):
                server.results.append(turn(server, folder, 10, 10, first=first))
                seen.append(server.rss())
    rows = []
    for server, seen in zip(contenders, samples, strict=True):
        parts = [seen[0], seen[len(seen) // 2], seen[-1], max(seen)]
        made = sum(1 for _ in (folder / str(server.port)).rglob("*.jpg"))
        rates = [result.rate for result in server.results]
        slowest = spread([result.p99 for result in server.results], 0)
        counts = (f"{sum(rates) * 10:,.0f}", f"{made:,}", spread(rates, 0), slowest)
        rows.append((server.name, *(f"{value:.0f}" for value in parts), *counts))
    print(f"{seconds} s, in turns of 10 s. One picture in ten is new; RSS in MiB; no request failed.\n")
    columns = ("allocator", "after a turn", "in the middle", "at the end", "the most", "requests", "made")
    table((*columns, "requests a second", "p99, ms"), rows)
    print(f"Load at the end: {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
