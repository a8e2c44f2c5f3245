"""Simulate a job, event by event: starts of processes, S3's partitions, 503, new attempts.

One worker stands for `Run.part` workers. Quotas are divided by that number, and counts are multiplied by it.
So the simulation of a large job of hours takes seconds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import log
from random import Random
from typing import Final

from tools.cost.model import COLD_SECONDS
from tools.scale.model import Job
from tools.scale.quotas import QUOTAS

#: As in `resizer_core/stores/providers.py`: two more attempts, after 0.1 s and 0.2 s, with jitter.
RETRIES: Final = 2
BACKOFF_SECONDS: Final = 0.1
#: Spread of the logarithm of a derivative's time; assumed: the slowest of twenty takes 2.3 times the median.
SIGMA: Final = 0.5
#: Seconds without a refusal until a partition counts as no longer busy; assumed.
CALM_SECONDS: Final = 60.0


@dataclass(slots=True, kw_only=True)
class Run:
    """Describe a job and its simulation.

    Attributes:
        job: the job. Its ``partitions`` are those at the start.
        ordered: whether the manifest is sorted by key, so that neighbours come together.
        split_after: seconds of refusals until S3 splits a partition.
        until: seconds until the simulation stops.
        part: the number of workers that one stands for.
        seed: the seed of random numbers.

    Raises:
        ValueError: ``part`` is below 1.
    """

    job: Job
    ordered: bool = False
    split_after: float = float("inf")
    until: float = float("inf")
    part: float = 1
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.part >= 1:
            raise ValueError(f"expected a part of at least 1 worker, got {self.part:g}")


@dataclass(slots=True)
class Played:
    """Hold the result of a simulation.

    Attributes:
        seconds: the time until the last derivative was stored, or until the stop.
        made: derivatives, by minute.
        refused: requests that S3 answered with 503, by minute.
        failed: failed tasks, which are tried again at the end.
        partitions: the partitions of the originals and of the derivatives at the end.
    """

    seconds: float = 0
    made: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    failed: float = 0
    partitions: tuple[int, int] = (1, 1)


class _Partition:
    """Allow a number of requests per second, and measure how long there have been too many."""

    __slots__ = ("_at", "_left", "_rates", "busy_since", "positions", "refused_at")

    def __init__(self, part: float) -> None:
        self._rates = (QUOTAS["reads"].value / part, QUOTAS["writes"].value / part)
        self._left = [max(rate, 1.0) for rate in self._rates]
        self._at = [0.0, 0.0]
        self.busy_since = self.refused_at = float("-inf")
        self.positions: deque[float] = deque(maxlen=101)

    def allows(self, kind: int, now: float, position: float) -> bool:
        """Take a request of a kind, 0 for a read and 1 for a write, if this second still has room for it."""
        rate = self._rates[kind]
        self._left[kind] = min(self._left[kind] + (now - self._at[kind]) * rate, max(rate, 1.0))
        self._at[kind] = now
        self.positions.append(position)
        if self._left[kind] >= 1:
            self._left[kind] -= 1
            return True
        if now - self.refused_at > CALM_SECONDS:
            self.busy_since = now
        self.refused_at = now
        return False


class _Bucket:
    """Divide the keys, positions from 0 to 1, among partitions. Split those that are busy for long."""

    def __init__(self, run: Run) -> None:
        count = int(run.job.partitions)
        self._part, self._split_after = run.part, run.split_after
        self._begins = [place / count for place in range(count)]
        self._partitions = [_Partition(run.part) for _ in range(count)]

    def __len__(self) -> int:
        return len(self._partitions)

    def allows(self, kind: int, now: float, position: float) -> bool:
        at = bisect_right(self._begins, position) - 1
        partition = self._partitions[at]
        if partition.allows(kind, now, position):
            return True
        if now - partition.busy_since >= self._split_after:
            seen = sorted(partition.positions)
            middle = seen[len(seen) // 2]
            if middle > self._begins[at]:
                self._begins.insert(at + 1, middle)
                self._partitions[at : at + 1] = [_Partition(self._part), _Partition(self._part)]
        return False


#: A task: the position of its original among all, from 0 to 1, and the first SPEC that is not made yet.
_Task = tuple[float, int]


def play(run: Run) -> Played:
    """Simulate a job until all derivatives are made, or until the stop."""
    return _Play(run).to_the_end()


class _Play:
    def __init__(self, run: Run) -> None:
        self._run, self._job = run, run.job
        self._chance = Random(run.seed)
        self._originals, self._derivatives = _Bucket(run), _Bucket(run)
        self._count = max(round(run.job.originals / run.part), 1)
        self._next = 0
        self._again: deque[_Task] = deque()
        self._played = Played()
        #: Time, worker, its task or none yet, whether a write is next, failed attempts.
        self._events: list[tuple[float, int, _Task | None, bool, int]] = []

    def to_the_end(self) -> Played:
        starts = QUOTAS["starts"].value / self._run.part
        for worker in range(max(round(self._job.concurrency / self._run.part), 1)):
            begun = max(worker - starts, 0) / (starts / 10)
            heappush(self._events, (begun + COLD_SECONDS, worker, None, False, 0))
        played = self._played
        while self._events:
            now, worker, task, write, failures = heappop(self._events)
            if now > self._run.until:
                played.seconds = self._run.until
                break
            if task is None:
                self._take(now, worker)
            else:
                played.seconds = now
                self._step(now, worker, task, write, failures)
        played.partitions = (len(self._originals), len(self._derivatives))
        return played

    def _take(self, now: float, worker: int) -> None:
        """Give a worker the next task when S3 Batch calls. Without a task the worker ends."""
        if self._next < self._count:
            place = self._next / self._count if self._run.ordered else self._chance.random()
            called = self._next * self._run.part / self._job.tasks_per_second
            self._next += 1
            heappush(self._events, (max(now, called), worker, (place, 0), False, 0))
        elif self._again:
            heappush(self._events, (now, worker, self._again.popleft(), False, 0))

    def _step(self, now: float, worker: int, task: _Task, write: bool, failures: int) -> None:
        place, spec = task
        position = (spec + place) / self._job.specs
        allowed = self._derivatives.allows(write, now, position) and (
            write or self._originals.allows(0, now, place)
        )
        if not allowed:
            self._add(self._played.refused, now)
            if failures < RETRIES:
                wait = BACKOFF_SECONDS * 2**failures * (0.5 + self._chance.random())
                heappush(self._events, (now + wait, worker, task, write, failures + 1))
            else:
                self._played.failed += self._run.part
                self._again.append(task)
                self._take(now, worker)
        elif not write:
            mean = log(self._job.seconds) - SIGMA**2 / 2
            end = now + self._chance.lognormvariate(mean, SIGMA)
            heappush(self._events, (end, worker, task, True, 0))
        else:
            self._add(self._played.made, now)
            if spec + 1 < self._job.specs:
                heappush(self._events, (now, worker, (place, spec + 1), False, 0))
            else:
                self._take(now, worker)

    def _add(self, minutes: list[float], now: float) -> None:
        minute = int(now // 60)
        minutes.extend([0.0] * (minute + 1 - len(minutes)))
        minutes[minute] += self._run.part
