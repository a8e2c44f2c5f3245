"""Threads, the event loop and processes: each claim of docs/applications.md about them, tried."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

import resizer_core as core
from tests.doubles import picture

ORIGINALS: Final = Path(__file__).parents[2] / "examples" / "originals"
GALAXIES: Final = (ORIGINALS / "galaxies.jpg").read_bytes()
SPECS: Final = [
    "300x200_fit-cover_f-webp",
    "200x_blur-3_f-jpg",
    "150x_round-max_f-png",
    "400x_ar-1-1_g-sm_f-jpg",
]
#: Seconds after which what waits for ever is given up.
PATIENCE: Final = 60

#: A process that uses something, is forked, and uses it again in the child.
FORKED: Final = """
import os, sys
import resizer_core as core
cat = open(sys.argv[1], "rb").read()
store = core.open_store(sys.argv[2])
{before}
child = os.fork()
if child == 0:
    try:
        {after}
    except RuntimeError as error:
        print(error)
    else:
        print("well")
    sys.stdout.flush()
    os._exit(0)
os.waitpid(child, 0)
"""


def forked(before: str, after: str) -> str:
    program = FORKED.format(before=before, after=after)
    command = [sys.executable, "-W", "ignore", "-c", program, str(ORIGINALS / "cat.jpg"), str(ORIGINALS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_threads_make_the_same_pictures() -> None:
    alone = [core.resize(GALAXIES, spec).body for spec in SPECS]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda spec: core.resize(GALAXIES, spec).body, SPECS * 8))
    assert together == alone * 8


def test_threads_share_a_resizer_and_each_picture_is_made() -> None:
    originals = core.open_store(ORIGINALS)
    resizer = core.Resizer(originals, core.open_store("memory:"))
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(resizer.produce, [f"/{spec}/galaxies.jpg" for spec in SPECS] * 2))
    assert all(one.body for one in done)
    assert {one.outcome for one in done} <= {"made", "lost_race", "already_stored"}


async def beats(awaited: asyncio.Task[core.Result]) -> int:
    """Count how often the event loop comes round until a picture is made."""
    count = 0
    while not awaited.done():
        count += 1
        await asyncio.sleep(0)
    return count


async def in_the_loop() -> core.Result:
    return core.resize(GALAXIES, "800x_f-webp")


async def in_a_thread() -> core.Result:
    return await asyncio.to_thread(core.resize, GALAXIES, "800x_f-webp")


def test_the_event_loop_stands_still_without_a_thread_and_goes_on_with_one() -> None:
    async def compared() -> tuple[int, int]:
        return await beats(asyncio.create_task(in_the_loop())), await beats(
            asyncio.create_task(in_a_thread())
        )

    standing, going = asyncio.run(compared())
    assert standing == 1
    assert going > 10


def test_whoever_stops_waiting_does_not_stop_the_thread() -> None:
    finished = threading.Event()

    def made() -> None:
        core.resize(GALAXIES, "800x_f-webp")
        finished.set()

    async def given_up() -> None:
        waiting = asyncio.create_task(asyncio.to_thread(made))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(given_up())
    assert finished.wait(PATIENCE)


def test_a_picture_that_would_take_too_long_is_refused() -> None:
    site = core.Site(limits=core.Limits(cpu_seconds=1))
    with pytest.raises(core.LimitExceeded, match="at most 1 s of CPU time"):
        core.resize(GALAXIES, "5000x4000_fit-fill_up_f-avif", site=site)


#: Makes every example picture in ways for which its pixels are needed in another order than they come.
UNORDERED: Final = """
import sys
from pathlib import Path
import resizer_core as core
for path in Path(sys.argv[1]).iterdir():
    for spec in ("300x_rot-90_f-png", "300x_trim_f-webp", "orig_rot-270_f-jpg"):
        assert core.resize(path.read_bytes(), spec).body
"""
#: What libvips does by itself with such a picture.
BY_ITSELF: Final = """
import sys, pyvips
pyvips.Image.new_from_file(sys.argv[1] + "/galaxies.jpg").rot90().write_to_buffer(".png")
"""


def without_temporary_files(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program where no temporary file can be made, and libvips makes one of every picture."""
    variables = {**os.environ, "TMPDIR": "/nonexistent", "VIPS_DISC_THRESHOLD": "1"}
    command = [sys.executable, "-c", program, str(ORIGINALS)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def test_nothing_is_written_to_a_temporary_file() -> None:
    assert "/nonexistent" in without_temporary_files(BY_ITSELF).stderr
    done = without_temporary_files(UNORDERED)
    assert (done.returncode, done.stderr) == (0, "")


def test_processes_that_are_spawned_make_the_same_pictures() -> None:
    alone = [core.resize(picture(), spec) for spec in SPECS]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        waiting = [processes.submit(core.resize, picture(), spec) for spec in SPECS]
        assert [one.result(PATIENCE) for one in waiting] == alone


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("core.resize", 'core.resize(cat, "30x")'),
        ('core.plan_for(cat, "30x")', 'core.resize(cat, "30x")'),
        ('core.Resizer(store, core.open_store("memory:"))', 'store.head("a"); core.resize(cat, "30x")'),
    ],
)
def test_what_is_loaded_before_a_fork_works_after_it(before: str, after: str) -> None:
    assert forked(before, after) == "well"


@pytest.mark.parametrize(
    ("library", "use"), [("libvips", 'core.resize(cat, "30x")'), ("obstore", 'store.head("a")')]
)
def test_what_was_used_before_a_fork_says_so_instead_of_waiting_for_ever(library: str, use: str) -> None:
    assert forked(use, use) == (
        f"{library} was used before this process was forked, and has lost its threads: "
        "use it only after the fork, or start processes with spawn"
    )
