"""Count the usage of a job over many originals, and find its slowest stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import mean
from types import MappingProxyType
from typing import Final

from tools.cost.model import Deployment, Picture, first_view, times, without
from tools.cost.prices import KIB_PER_GB, Usage
from tools.scale.quotas import QUOTAS

#: CPU time of `resize()`, s: the table "Resizing" of bench/README.md, by ``python -m bench.resize``
#: (2026-11-26; CPython 3.11.7, libvips 8.18.7; a photograph of 14 MP). Not Lambda's processor.
CPU_SECONDS: Final[Mapping[str, float]] = MappingProxyType(
    {"720x_f-jpg": 0.1277, "720x_f-webp": 0.1791, "720x_f-avif": 0.2604}
)
#: Seconds of waiting for S3, per derivative; assumed, as in docs/cost.md.
WAIT_SECONDS: Final = 0.15
#: Memory at which Lambda gives a whole processor, MB.
#: Source: docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html.
PROCESSOR_MB: Final = 1769
#: KiB of logs: one line of the function for each derivative, and three lines of Lambda for each run.
#: CloudWatch adds 26 bytes to each line. The first is counted, the second assumed.
LINE_KIB: Final = (683 + 26) / 1024
RUN_KIB: Final = (465 + 3 * 26) / 1024
#: Memory of a worker with one processor in an array job.
WORKER_GB: Final = 2


def seconds_each(deployment: Deployment | None = None) -> float:
    """Estimate the seconds of one derivative: on the function, or without one on a whole processor."""
    share = min(deployment.memory_mb / PROCESSOR_MB, 1) if deployment else 1
    return mean(CPU_SECONDS.values()) / share + WAIT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Describe a job that makes derivatives of originals, several at once.

    Attributes:
        originals: the number of originals.
        specs: derivatives of each original.
        concurrency: runs at once, or processors of array jobs.
        seconds: the time of a derivative.
        partitions: parts into which S3 has split the keys of each bucket, with the same load.
        tasks_per_second: calls by S3 Batch per second. AWS gives no figure.

    Raises:
        ValueError: a figure is not above 0.
    """

    originals: float = 100e6
    specs: int = 3
    concurrency: float = 1000
    seconds: float = field(default_factory=lambda: seconds_each(Deployment()))
    partitions: float = 1
    tasks_per_second: float = float("inf")

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"expected {name} above 0, got {getattr(self, name):g}")

    @property
    def derivatives(self) -> float:
        return self.originals * self.specs


def capacities(job: Job) -> Mapping[str, float]:
    """List the most derivatives per second of each stage.

    A derivative takes one HEAD and one PUT in its own bucket, and one GET in the other bucket.
    """
    return {
        "runs at once": job.concurrency / job.seconds,
        "S3 Batch": job.tasks_per_second * job.specs,
        "PUT of derivatives": QUOTAS["writes"].value * job.partitions,
        "GET of originals": QUOTAS["reads"].value * job.partitions,
        "HEAD of derivatives": QUOTAS["reads"].value * job.partitions,
    }


def first_limit(job: Job) -> str:
    """Name the stage with the lowest limit."""
    stages = capacities(job)
    return min(stages, key=stages.__getitem__)


def duration(job: Job) -> float:
    """Estimate the seconds of a job: the maximum of work / capacity over all stages."""
    return job.derivatives / min(capacities(job).values())


def billed_seconds(job: Job) -> float:
    """Estimate the seconds of all runs together. If they wait for S3, this is more than their work.

    A caller without a pause keeps all runs busy, and AWS bills a run that waits for a new attempt at S3.
    """
    fed = first_limit(job) in ("runs at once", "S3 Batch")
    return job.derivatives * job.seconds if fed else job.concurrency * duration(job)


def backfill(job: Job, deployment: Deployment) -> Usage:
    """Count the usage of S3 Batch. One run for each original makes all its derivatives."""
    one = {
        "tasks": 1.0,
        "runs": 1.0,
        deployment.architecture: deployment.memory_gb * billed_seconds(job) / job.originals,
        "reads": 2.0 * job.specs,
        "writes": 1.0 * job.specs,
        "logs": (RUN_KIB + LINE_KIB * job.specs) / KIB_PER_GB,
        "lists": 1 / 1000,  # the manifest
    }
    return {**times(one, job.originals), "jobs": 1}


def eager(job: Job, deployment: Deployment) -> Usage:
    """Count the usage of the queue of new originals. Each message is sent, received and deleted."""
    used = dict(backfill(job, deployment))
    for key in ("tasks", "jobs", "lists"):
        del used[key]
    return {**used, "messages": 3 * job.originals}


def array_job(job: Job) -> Usage:
    """Count `resizer warm` on Fargate, with one processor for each worker, without addresses and gateways."""
    hours = job.derivatives * seconds_each() / 3600
    return {
        "processors": hours,
        "memory": hours * WORKER_GB,
        "reads": 2 * job.derivatives,
        "writes": job.derivatives,
        "lists": job.originals / 1000,
    }


def on_demand(job: Job, deployment: Deployment) -> Usage:
    """Count first views of every derivative, without the data transfer that each view needs anyway."""
    one = first_view(deployment, Picture(seconds=job.seconds))
    return times(without(one, "data"), job.derivatives)
