"""Measure the CPU time of whole processes: what a cold start costs before and with the first picture."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import ORIGINALS, heading, spread, table
from local_loop.lambda_runtime import FunctionFailed, find_emulator, of_checkout
from local_loop.s3 import S3Server
from resizer_core import open_store

ROOT = Path(__file__).parents[1]
METHOD = (
    "This measures the CPU time (user and system) of a fresh interpreter from start to exit, with compiled "
    "files in place. The programs take turns within a round, and the ratio divides by `python -c pass` of "
    "the same round. The tables show the median, and in brackets the range of the middle half of the "
    "rounds. A first answer reads an original and stores a derivative, over plain HTTP. The store runs in a "
    "process that is not measured. The row of the emulator includes the emulator and the runtime interface "
    "client."
)

_CLASSES = (
    "from __future__ import annotations\nimport resizer_core%s\nfor number in range(30):\n    %s: "
    "'Hold three fields.'; left: int; top: int = 0; unit: str = 'px'"
)
_PICTURE = f"open({str(ORIGINALS / 'cat.jpg')!r}, 'rb').read()"
PROGRAMS = {
    "python -c pass": "pass",
    "import resizer_core": "import resizer_core",
    "the same, and 30 dataclasses": _CLASSES
    % (", dataclasses", "@dataclasses.dataclass(frozen=True, slots=True)\n    class Made"),
    "the same, and 30 values": _CLASSES % ("", "class Made(resizer_core.value.Value)"),
    "parse one SPEC": "import resizer_core; resizer_core.parse_spec('300x200_f-webp')",
    "import pyvips alone": "import pyvips",
    "import and first resize": f"import resizer_core; resizer_core.resize({_PICTURE}, '300x200_f-webp')",
    "import and two resizes": f"import resizer_core; d = {_PICTURE}; "
    "resizer_core.resize(d, '300x200_f-webp'); resizer_core.resize(d, '300x200_f-webp')",
    "import boto3 alone": "import boto3",
    "boto3 and its S3 client": "import boto3; boto3.client('s3', region_name='eu-west-1')",
    "import obstore alone": "import obstore",
    "obstore and its S3 store": "from obstore.store import S3Store; S3Store('bucket', region='eu-west-1')",
    "open an S3 store": "import resizer_core; resizer_core.open_store('s3://bucket')",
    "import the runtime client": "import awslambdaric.bootstrap",
    "import handler": "import handler",
    "import handler, first answer": "import handler, json, sys; "
    "sys.exit(handler.handler(json.loads(sys.argv[1]))['statusCode'] != 302)",
}
_versions = count()
IN_THE_EMULATOR = "the same in the emulator"
ENVIRONMENT = {
    "RESIZER_ORIGINALS": "s3://originals",
    "RESIZER_DERIVATIVES": "s3://derivatives",
    "RESIZER_BASE_URL": "https://img.example.com",
    "PYTHONDONTWRITEBYTECODE": "",  # empty: compiled files are kept
}


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds

    os.chdir(ROOT)
    with S3Server({"originals": open_store(str(ORIGINALS)), "derivatives": open_store("memory:")}) as buckets:
        environment = ENVIRONMENT | buckets.environment
        contenders: dict[str, Callable[[], float]] = {
            name: partial(cpu, program, environment) for name, program in PROGRAMS.items()
        }
        try:
            contenders[IN_THE_EMULATOR] = partial(cpu_in_the_emulator, find_emulator(), environment)
        except FunctionFailed as error:
            print(f"{IN_THE_EMULATOR}: {error}", file=sys.stderr)
        for measure in contenders.values():
            measure()  # compiles the modules that are not compiled yet
        measured = [{name: measure() for name, measure in contenders.items()} for _ in range(rounds)]
    heading("Cold start", METHOD)
    table(
        ("program", "CPU, ms", "times `python -c pass`"),
        [
            (
                name,
                f"{median(one[name] for one in measured):.0f}",
                spread([one[name] / one["python -c pass"] for one in measured], 2),
            )
            for name in contenders
        ],
    )


def cpu(program: str, environment: Mapping[str, str]) -> float:
    """Measure the CPU time that a fresh interpreter takes for the program, ms.

    Raises:
        RuntimeError: the program failed.
    """
    command = [sys.executable, "-c", program, json.dumps(new_event())]
    child = os.posix_spawn(
        sys.executable,
        command,
        os.environ | environment,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"failed: {program}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def cpu_in_the_emulator(emulator: Path, environment: Mapping[str, str]) -> float:
    """Measure the CPU time of the emulator and its processes for the first answer, ms.

    Raises:
        RuntimeError: the answer is not the redirect to a new derivative.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with of_checkout(environment, emulator=emulator) as function:
        answer = function(new_event())
    if answer["statusCode"] != 302:
        raise RuntimeError(f"failed: {answer}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def new_event() -> dict[str, Any]:
    """Make a request for a derivative that does not exist yet."""
    path = f"/300x200_f-webp_v-{next(_versions)}/cat.jpg"
    return {"rawPath": path, "requestContext": {"http": {"method": "GET"}}}


if __name__ == "__main__":
    main()
