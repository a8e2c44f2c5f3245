"""Count the usage of the deployed loop: a first view, a later view, a month."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from resizer_core import MAX_ANSWER_BYTES
from tools.cost.prices import KIB_PER_GB, PRICES, Usage

#: Bytes of logs for each run: one line of the function (683 bytes for a new derivative), three of Lambda and
#: one of the API (assumed, 620 together), and 26 bytes that CloudWatch adds to each of the five.
LOG_KIB: Final = 1.4
#: One line of CloudFront's access log, 16 fields as JSON; assumed.
ACCESS_LOG_KIB: Final = 0.7
#: The headers of one answer, with those of CloudFront; assumed.
HEADERS_KIB: Final = 0.7
#: The share of runs that wait for a new process, and the time of its start; both assumed. Lambda bills the
#: start.
COLD_SHARE: Final = 0.01
COLD_SECONDS: Final = 1.0
#: Metrics of the function: seven kinds of outcome, six durations.
METRICS: Final = 13
#: Metrics that the alarms watch: five alarms have one each, and the error rate has three.
ALARM_METRICS: Final = 8
#: The size that the API bills as one call: an answer of 513 KiB is two. Source: AWS's whitepaper on private
#: APIs, "Cost optimization"; stormit.cloud, undated. No source says whether base64 counts, so this counts
#: bytes.
CALL_KIB: Final = 512
#: The largest picture that the function answers with itself.
ANSWER_KIB: Final = MAX_ANSWER_BYTES / 1024
#: The size of one image, compressed, with its base; assumed: Amazon's base could not be measured.
IMAGE_GB: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Hold the root module's switches that cost something, with its defaults.

    Attributes:
        delivery: redirect or failover.
        memory_mb: the memory of the function.
        timeout_s: the longest run, in seconds.
        architecture: arm64 or x86_64.
        reserved_concurrency: the most runs at once.
        rate: calls that the API lets through, per second.
        alarms: whether there are alarms.
        dashboard: whether there is a dashboard.
        negotiation: whether a function at the edge sees delivery's requests. In failover one always does.
        firewall: the distributions with an ACL of one rule: none, generator, delivery or both. Failover has
            no generator.
        images: the number of images in the repository.
        access_logs: whether the distributions' access logs go to CloudWatch Logs.

    Raises:
        ValueError: a way of delivery, an architecture or a firewall does not exist, or a size is not above 0.
    """

    delivery: str = "redirect"
    memory_mb: float = 1536
    timeout_s: float = 29
    architecture: str = "arm64"
    reserved_concurrency: float = 10
    rate: float = 50
    alarms: bool = True
    dashboard: bool = False
    negotiation: bool = True
    firewall: str = "none"
    images: float = 3
    access_logs: bool = False

    def __post_init__(self) -> None:
        if self.delivery not in DELIVERIES:
            raise ValueError(f"expected the delivery {' or '.join(DELIVERIES)}, got {self.delivery}")
        if self.architecture not in ("arm64", "x86_64"):
            raise ValueError(f"expected the architecture arm64 or x86_64, got {self.architecture}")
        firewalls = FIREWALLS if self.redirects else FIREWALLS_IN_FAILOVER
        if self.firewall not in firewalls:
            raise ValueError(
                f"expected the firewall {', '.join(firewalls)} in {self.delivery}, got {self.firewall}"
            )
        for name in ("memory_mb", "timeout_s", "reserved_concurrency", "rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"expected {name} above 0, got {getattr(self, name):g}")

    @property
    def memory_gb(self) -> float:
        return self.memory_mb / 1024

    @property
    def redirects(self) -> bool:
        return self.delivery == "redirect"


DELIVERIES: Final = ("redirect", "failover")
FIREWALLS: Final = ("none", "generator", "delivery", "both")
FIREWALLS_IN_FAILOVER: Final = ("none", "delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Describe a derivative.

    Attributes:
        kib: its size, in KiB.
        seconds: the time of its run in a process that has started, with waits for S3.

    Raises:
        ValueError: a figure is not above 0.
    """

    kib: float = 40
    seconds: float = 0.4

    def __post_init__(self) -> None:
        for name in ("kib", "seconds"):
            if getattr(self, name) <= 0:
                raise ValueError(f"expected {name} above 0, got {getattr(self, name):g}")


#: 10 px of a small original: 7 ms of CPU, and 150 ms of waiting for S3 (assumed).
TINY: Final = Picture(kib=1, seconds=0.16)
#: A photograph of 40 MP as PNG: 1.45 s of CPU at 0.87 processors, and the same wait. Of all tries within the
#: default limits this had the most bytes for its time.
LARGEST: Final = Picture(kib=37_000, seconds=1.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Describe the traffic of a month.

    Attributes:
        generations: first views, which make a derivative.
        views: views of stored derivatives.
        missed: the share of these views that CloudFront fetches from S3; assumed.
        stored: derivatives in the bucket, on average.

    Raises:
        ValueError: a figure is below 0.
    """

    generations: float = 20_000
    views: float = 1_000_000
    missed: float = 0.1
    stored: float = 100_000

    def __post_init__(self) -> None:
        for name in ("generations", "views", "missed", "stored"):
            if getattr(self, name) < 0:
                raise ValueError(f"expected {name} of at least 0, got {getattr(self, name):g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Hold the figures for the tables."""

    deployment: Deployment
    picture: Picture
    traffic: Traffic


def first_view(deployment: Deployment, picture: Picture) -> Usage:
    """Count the first view of a picture: one run, and one more request to delivery after each redirect."""
    redirected = deployment.redirects or picture.kib > ANSWER_KIB
    delivery, generator = 2 if redirected else 1, 1 if deployment.redirects else 0
    requests = delivery + generator
    making = run(
        deployment,
        picture.seconds + COLD_SHARE * COLD_SECONDS,
        answer_kib=HEADERS_KIB + (0 if redirected else picture.kib),
    )
    return {
        "requests": requests,
        "data": (picture.kib + requests * HEADERS_KIB) / KIB_PER_GB,
        "edge": edge(deployment, delivery),
        "reads": 2 + delivery,  # HEAD of the derivative, GET of the original, and delivery's reads
        "writes": 1,
        **making,
        "logs": making["logs"] + logged(deployment, requests),
        "inspected": inspected(deployment, delivery=delivery, generator=generator),
    }


def edge(deployment: Deployment, delivery: float) -> float:
    """Count the calls of the function at the edge for so many requests to delivery."""
    return delivery if deployment.negotiation or not deployment.redirects else 0


def run(deployment: Deployment, seconds: float, *, answer_kib: float = HEADERS_KIB) -> Usage:
    """Count one call of the API with an answer of so many KiB, and the run that it causes."""
    return {
        "calls": ceil(answer_kib / CALL_KIB),
        "runs": 1,
        deployment.architecture: deployment.memory_gb * seconds,
        "logs": LOG_KIB / KIB_PER_GB,
    }


def view(deployment: Deployment, picture: Picture, *, missed: float = 0) -> Usage:
    """Count a view of a stored picture. CloudFront fetches a share ``missed`` of views from S3."""
    return {
        "requests": 1,
        "data": (picture.kib + HEADERS_KIB) / KIB_PER_GB,
        "edge": edge(deployment, 1),
        "reads": missed,
        "logs": logged(deployment, 1),
        "inspected": inspected(deployment, delivery=1, generator=0),
    }


def kept(picture: Picture, *, months: float = 1) -> Usage:
    """Count a derivative in the bucket."""
    return {"stored": picture.kib / KIB_PER_GB * months}


def fixed(deployment: Deployment) -> Usage:
    """Count a month without a request. This is the most: AWS does not bill an unused metric."""
    acls = 0 if deployment.firewall == "none" else 1  # one ACL can guard both
    return {
        "metrics": METRICS,
        "alarms": ALARM_METRICS if deployment.alarms else 0,
        "dashboards": 1 if deployment.dashboard else 0,
        "acls": acls,
        "rules": acls,
        "images": deployment.images * IMAGE_GB,
    }


def month(deployment: Deployment, picture: Picture, traffic: Traffic) -> Usage:
    """Count the whole usage of a month."""
    return total(
        times(first_view(deployment, picture), traffic.generations),
        times(view(deployment, picture, missed=traffic.missed), traffic.views),
        times(kept(picture), traffic.stored),
        fixed(deployment),
    )


def runs_per_second(deployment: Deployment, seconds: float) -> float:
    """Work out the most runs per second. The throttle limits short runs, and the concurrency long ones."""
    return min(deployment.rate, deployment.reserved_concurrency / seconds)


def times(usage: Usage, count: float) -> Usage:
    """Multiply a usage."""
    return {key: units * count for key, units in usage.items()}


def total(*usages: Usage) -> Usage:
    """Add usages, in the order of `PRICES`."""
    return {key: sum(usage.get(key, 0) for usage in usages) for key in PRICES}


def without(usage: Usage, key: str) -> Usage:
    """Leave one item out."""
    return {each: units for each, units in usage.items() if each != key}


def logged(deployment: Deployment, requests: float) -> float:
    """Work out the size of the access logs of so many requests, in GB."""
    return requests * ACCESS_LOG_KIB / KIB_PER_GB if deployment.access_logs else 0


def inspected(deployment: Deployment, *, delivery: float, generator: float) -> float:
    """Count the requests that the firewall inspects, from those to each distribution."""
    guarded = {"none": 0.0, "generator": generator, "delivery": delivery, "both": delivery + generator}
    return guarded[deployment.firewall]
