"""What the deployed loop costs, in USD: counts, prices, and what they come to. Nothing is asked of AWS.

Every section is a Markdown table: ``python -m tools.cost`` prints all of them, and
``python -m tools.cost month --views 5e6`` one, for other figures. docs/cost.md explains them, and holds what
is printed for the defaults.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from bench.report import table

MILLION: Final = 1_000_000
DAY: Final = 86_400
KIB_PER_GB: Final = 1024 * 1024  # AWS counts GB of 1024 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A list price of us-east-1, of the first and dearest tier.

    Attributes:
        what: it is asked for.
        usd: for ``per`` units.
        unit: the name of so many units.
        free: units that an account has each month for nothing, and not for its first year only.
        source: where it was read, and of when that is. None was read from AWS's live list.
    """

    what: str
    usd: float
    per: float = 1
    unit: str
    free: float = 0
    source: str


PRICES: Final[Mapping[str, Price]] = MappingProxyType(
    {
        "requests": Price(
            what="CloudFront: requests, HTTPS",
            usd=1.00,
            per=MILLION,
            unit="million",
            free=10 * MILLION,
            source="factualminds.com, 2026-06-13; wring.co, 2026-03-08",
        ),
        "data": Price(
            what="CloudFront: data to viewers in Europe and North America",
            usd=0.085,
            unit="GB",
            free=1024,
            source="aws.amazon.com/cloudfront/pricing, a copy, undated",
        ),
        "edge": Price(
            what="CloudFront: calls of the edge function",
            usd=0.10,
            per=MILLION,
            unit="million",
            free=2 * MILLION,
            source="cur.vantage.sh, undated",
        ),
        "reads": Price(
            what="S3: GET and HEAD",
            usd=0.40,
            per=MILLION,
            unit="million",
            source="cloudburn.io, 2026-03-13; usage.ai, 2026-06",
        ),
        "writes": Price(
            what="S3: PUT",
            usd=5.00,
            per=MILLION,
            unit="million",
            source="cloudburn.io, 2026-03-13; usage.ai, 2026-06",
        ),
        "stored": Price(
            what="S3: what is stored",
            usd=0.023,
            unit="GB and month",
            source="cloudburn.io, 2026-03-13; usage.ai, 2026-06",
        ),
        "calls": Price(
            what="HTTP API: calls",
            usd=1.00,
            per=MILLION,
            unit="million",
            source="go-cloud.io, 2026; cloud-horizons, 2026-05-08",
        ),
        "runs": Price(
            what="Lambda: runs",
            usd=0.20,
            per=MILLION,
            unit="million",
            free=MILLION,
            source="git.mcrn.ar, 2026-05; cloudchipr.com, 2024",
        ),
        "arm64": Price(
            what="Lambda: memory and time, arm64",
            usd=0.0000133334,
            unit="GB and second",
            free=400_000,
            source="git.mcrn.ar, 2026-05; cloudchipr.com, 2024",
        ),
        "x86_64": Price(
            what="Lambda: memory and time, x86_64",
            usd=0.0000166667,
            unit="GB and second",
            free=400_000,
            source="git.mcrn.ar, 2026-05; cloudchipr.com, 2024",
        ),
        "logs": Price(
            what="CloudWatch: logs taken in",
            usd=0.50,
            unit="GB",
            free=5,
            source="factualminds.com, 2026-06-13; free: aws.amazon.com/cloudwatch/pricing, a copy, undated",
        ),
        "metrics": Price(
            what="CloudWatch: metrics of the function's own",
            usd=0.30,
            unit="metric and month",
            free=10,
            source="signoz.io, 2026-02-15; free: as above",
        ),
        "alarms": Price(
            what="CloudWatch: metrics that alarms watch",
            usd=0.10,
            unit="metric and month",
            free=10,
            source="c3x.dev, undated; free: as above",
        ),
        "dashboards": Price(
            what="CloudWatch: dashboards",
            usd=3.00,
            unit="dashboard and month",
            free=3,
            source="factualminds.com, 2026-06-13; free: as above",
        ),
        "acls": Price(
            what="WAF: web ACLs",
            usd=5.00,
            unit="ACL and month",
            source="c3x.dev, undated; awsnegotiations.com, 2026",
        ),
        "rules": Price(
            what="WAF: rules",
            usd=1.00,
            unit="rule and month",
            source="c3x.dev, undated; awsnegotiations.com, 2026",
        ),
        "inspected": Price(
            what="WAF: requests",
            usd=0.60,
            per=MILLION,
            unit="million",
            source="c3x.dev, undated; awsnegotiations.com, 2026",
        ),
        "images": Price(
            what="ECR: images",
            usd=0.10,
            unit="GB and month",
            source="cloudburn.io, 2026-03; wring.co, 2026-03-15",
        ),
    }
)

#: How much of what is used: units by the keys of `PRICES`.
Usage = Mapping[str, float]

#: What a run writes to the logs: a line of the function (683 bytes for a derivative that was made), three of
#: Lambda and one of the API (assumed, 620 together), and 26 bytes that CloudWatch adds to each of the five.
LOG_KIB: Final = 1.4
#: Of one answer, with what CloudFront adds; assumed.
HEADERS_KIB: Final = 0.7
#: The share of runs that wait for a new process, and how long for; both assumed. Lambda bills the start.
COLD_SHARE: Final = 0.01
COLD_SECONDS: Final = 1.0
#: Names that the function counts under: seven kinds of outcome, six durations.
METRICS: Final = 13
#: Metrics that the alarms watch: four have one each, and that of the error rate has three.
ALARM_METRICS: Final = 7
#: Of one image, compressed, with its base; assumed: Amazon's base was not at hand to be weighed.
IMAGE_GB: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """The switches of the root module that cost something, with its defaults.

    Attributes:
        memory_mb: of the function.
        timeout_s: after which a run is ended, s.
        architecture: arm64 or x86_64.
        reserved_concurrency: how many runs there can be at once.
        rate: calls that the API lets through, a second.
        alarms: whether there are any.
        dashboard: whether there is one.
        negotiation: whether a function at the edge sees each request to delivery.
        firewall: which distributions have an ACL of one rule: none, generator, delivery or both.
        images: how many are kept in the repository.

    Raises:
        ValueError: an architecture or a firewall that there is not, or a size that is not above 0.
    """

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

    def __post_init__(self) -> None:
        if self.architecture not in ("arm64", "x86_64"):
            raise ValueError(f"expected the architecture arm64 or x86_64, got {self.architecture}")
        if self.firewall not in FIREWALLS:
            raise ValueError(f"expected the firewall {', '.join(FIREWALLS)}, got {self.firewall}")
        for name in ("memory_mb", "timeout_s", "reserved_concurrency", "rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"expected {name} above 0, got {getattr(self, name):g}")

    @property
    def memory_gb(self) -> float:
        return self.memory_mb / 1024


FIREWALLS: Final = ("none", "generator", "delivery", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A derivative.

    Attributes:
        kib: its bytes, KiB.
        seconds: that its run takes once its process is there, waits for S3 included.

    Raises:
        ValueError: one of them is not above 0.
    """

    kib: float = 40
    seconds: float = 0.4

    def __post_init__(self) -> None:
        for name in ("kib", "seconds"):
            if getattr(self, name) <= 0:
                raise ValueError(f"expected {name} above 0, got {getattr(self, name):g}")


#: 10 px of a small original: 7 ms of CPU, and 150 ms of waiting for S3 (assumed).
TINY: Final = Picture(kib=1, seconds=0.16)
#: A photograph of 40 MP as PNG: 1.45 s of CPU at 0.87 processors, and the same wait. Of what was tried within
#: the default limits this had the most bytes for its time.
LARGEST: Final = Picture(kib=37_000, seconds=1.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """A month.

    Attributes:
        generations: first views: derivatives that are made.
        views: of what is there already.
        missed: the share of those views that CloudFront has to fetch from S3; assumed.
        stored: derivatives in the bucket, on average.

    Raises:
        ValueError: one of them is below 0.
    """

    generations: float = 20_000
    views: float = 1_000_000
    missed: float = 0.1
    stored: float = 100_000

    def __post_init__(self) -> None:
        for name in ("generations", "views", "missed", "stored"):
            if getattr(self, name) < 0:
                raise ValueError(f"expected {name} of at least 0, got {getattr(self, name):g}")


def first_view(deployment: Deployment, picture: Picture) -> Usage:
    """A picture that was never made: three requests, two redirects, one run."""
    requests = 3  # delivery, the generator, delivery
    return {
        "requests": requests,
        "data": (picture.kib + requests * HEADERS_KIB) / KIB_PER_GB,
        "edge": 2 if deployment.negotiation else 0,
        "reads": 4,  # the website's miss, HEAD of the derivative, GET of the original, the website's hit
        "writes": 1,
        **run(deployment, picture.seconds + COLD_SHARE * COLD_SECONDS),
        "inspected": _inspected(deployment, delivery=2, generator=1),
    }


def run(deployment: Deployment, seconds: float) -> Usage:
    """One call of the API, and the run that it causes."""
    return {
        "calls": 1,
        "runs": 1,
        deployment.architecture: deployment.memory_gb * seconds,
        "logs": LOG_KIB / KIB_PER_GB,
    }


def view(deployment: Deployment, picture: Picture, *, missed: float = 0) -> Usage:
    """A picture that is there, which delivery has, or of a share ``missed`` fetches from S3."""
    return {
        "requests": 1,
        "data": (picture.kib + HEADERS_KIB) / KIB_PER_GB,
        "edge": 1 if deployment.negotiation else 0,
        "reads": missed,
        "inspected": _inspected(deployment, delivery=1, generator=0),
    }


def kept(picture: Picture, *, months: float = 1) -> Usage:
    """A derivative in the bucket."""
    return {"stored": picture.kib / KIB_PER_GB * months}


def fixed(deployment: Deployment) -> Usage:
    """A month without a request. A metric that nothing is counted under is not billed: this is the most."""
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
    """Everything that a month uses."""
    return total(
        times(first_view(deployment, picture), traffic.generations),
        times(view(deployment, picture, missed=traffic.missed), traffic.views),
        times(kept(picture), traffic.stored),
        fixed(deployment),
    )


def runs_per_second(deployment: Deployment, seconds: float) -> float:
    """The most of so many seconds each: the throttle bounds short ones, the concurrency long ones."""
    return min(deployment.rate, deployment.reserved_concurrency / seconds)


def times(usage: Usage, count: float) -> Usage:
    """The same so many times."""
    return {key: units * count for key, units in usage.items()}


def total(*usages: Usage) -> Usage:
    """All of them together, in the order of `PRICES`."""
    return {key: sum(usage.get(key, 0) for usage in usages) for key in PRICES}


def without(usage: Usage, key: str) -> Usage:
    """All but one item."""
    return {each: units for each, units in usage.items() if each != key}


def usd(usage: Usage, *, free_tier: bool = False) -> float:
    """What it comes to; with ``free_tier`` in an account that has nothing else."""
    return sum(_usd(PRICES[key], units, free_tier=free_tier) for key, units in usage.items())


def _usd(price: Price, units: float, *, free_tier: bool) -> float:
    return max(units - (price.free if free_tier else 0), 0) * price.usd / price.per


def _inspected(deployment: Deployment, *, delivery: float, generator: float) -> float:
    guarded = {"none": 0.0, "generator": generator, "delivery": delivery, "both": delivery + generator}
    return guarded[deployment.firewall]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the tables are printed for."""

    deployment: Deployment
    picture: Picture
    traffic: Traffic


def print_prices(_question: Question) -> None:
    """What all of this is multiplied with."""
    table(
        ("item", "USD", "for a", "free each month", "read at"),
        (
            (
                price.what,
                f"{price.usd:.10f}".rstrip("0") if price.usd < 0.01 else f"{price.usd:.3f}".removesuffix("0"),
                price.unit,
                f"{price.free / price.per:,g}" if price.free else "",
                price.source,
            )
            for price in PRICES.values()
        ),
    )


def print_first_view(question: Question) -> None:
    """A million of them, item by item."""
    one = first_view(question.deployment, question.picture)
    rows = [
        (PRICES[key].what, _amount(key, units), f"{usd({key: units * MILLION}):,.2f}")
        for key, units in one.items()
        if units
    ]
    everything = times(one, MILLION)
    rows += [
        ("**all**", "", f"**{usd(everything):,.2f}**"),
        ("all but the data to viewers", "", f"{usd(without(everything, 'data')):,.2f}"),
    ]
    table(("item", "each", "USD per million first views"), rows)


def _amount(key: str, units: float) -> str:
    """A little of something, for a reader."""
    if PRICES[key].unit == "GB":
        return f"{units * KIB_PER_GB:.3g} KiB"
    return f"{units:.3g} GB s" if PRICES[key].unit == "GB and second" else f"{units:g}"


def print_view(question: Question) -> None:
    """A million of them, by bytes and by who has the picture."""
    sizes = sorted({10, 40, 100, 400, question.picture.kib})

    def cells(kib: float) -> tuple[str, ...]:
        picture = Picture(kib=kib)
        hit = times(view(question.deployment, picture), MILLION)
        missed = times(view(question.deployment, picture, missed=1), MILLION)
        share = usd({"data": hit["data"]}) / usd(hit)
        return f"{kib:g} KiB", f"{usd(hit):,.2f}", f"{usd(missed):,.2f}", f"{share:.0%}"

    table(
        (
            "a derivative of",
            "USD per million views, kept by CloudFront",
            "fetched from S3",
            "of the former, data",
        ),
        (cells(kib) for kib in sizes),
    )


def print_compute(question: Question) -> None:
    """Memory and time of a million runs; the request of each is not in it."""
    seconds = sorted({0.15, 0.4, 1, 2, question.picture.seconds})
    rows = []
    for architecture in ("arm64", "x86_64"):
        for memory in sorted({1024, 1536, 1769, 3008, question.deployment.memory_mb}):
            gb = memory / 1024
            cells = (f"{usd({architecture: gb * each * MILLION}):,.2f}" for each in seconds)
            rows.append((f"{architecture}, {memory:g} MB", *cells))
    table(("USD per million runs of", *(f"{each:g} s" for each in seconds)), rows)


def print_month(question: Question) -> None:
    """One month of the traffic that was asked for."""
    used = month(question.deployment, question.picture, question.traffic)
    rows = [
        (
            PRICES[key].what,
            f"{units:,.0f}" if units >= 100 else f"{units:.3g}",
            f"{usd({key: units}):,.2f}",
            f"{usd({key: units}, free_tier=True):,.2f}",
        )
        for key, units in used.items()
        if units
    ]
    rows.append(("**all**", "", f"**{usd(used):,.2f}**", f"**{usd(used, free_tier=True):,.2f}**"))
    traffic = question.traffic
    print(
        f"{traffic.generations:,.0f} first views, {traffic.views:,.0f} views of what is there, "
        f"{traffic.stored:,.0f} derivatives stored, {question.picture.kib:g} KiB each:\n"
    )
    table(("item", "units", "USD a month", "with the free tier"), rows)


def print_sites(question: Question) -> None:
    """The same for sites of several sizes."""
    sites = {
        "nobody asks for anything": Traffic(generations=0, views=0, stored=0),
        "a small one": Traffic(generations=1_000, views=100_000, stored=10_000),
        "a larger one": Traffic(generations=20_000, views=1_000_000, stored=100_000),
        "a shop": Traffic(generations=200_000, views=20_000_000, stored=1_000_000),
        "a large shop": Traffic(generations=1_000_000, views=200_000_000, stored=10_000_000),
    }

    def cells(name: str, traffic: Traffic) -> tuple[str, ...]:
        used = month(question.deployment, question.picture, traffic)
        making = times(first_view(question.deployment, question.picture), traffic.generations)
        return (
            name,
            *(f"{figure:,.0f}" for figure in (traffic.generations, traffic.views, traffic.stored)),
            f"{usd({'data': used['data']}):,.2f}",
            f"{usd(without(making, 'data')):,.2f}",
            f"{usd(used):,.2f}",
            f"{usd(used, free_tier=True):,.2f}",
        )

    columns = ("a month of", "first views", "views", "stored", "data, USD", "making, USD", "all, USD")
    table((*columns, "all with the free tier, USD"), (cells(*site) for site in sites.items()))


def print_attack(question: Question) -> None:
    """A day of as many runs as there can be."""
    deployment = question.deployment
    shapes = {
        "refused": (0.01, None),
        "nothing but time": (deployment.timeout_s, None),
        "tiny ones": (TINY.seconds, TINY),
        "usual ones": (question.picture.seconds, question.picture),
        "the largest": (LARGEST.seconds, LARGEST),
    }

    def cells(name: str, seconds: float, picture: Picture | None) -> tuple[str, ...]:
        a_second = runs_per_second(deployment, seconds)
        count = a_second * DAY
        each = attempt(deployment, seconds) if picture is None else making(deployment, picture)
        day = times(each, count)
        compute = {deployment.architecture: day[deployment.architecture]}
        stored = times(kept(picture), count) if picture else {"stored": 0.0}
        fetched = times({"data": picture.kib / KIB_PER_GB}, count) if picture else {"data": 0.0}
        return (
            name,
            f"{seconds:g}",
            f"{a_second:.3g}",
            f"{usd(compute):,.2f}",
            f"{usd(day) - usd(compute):,.2f}",
            f"**{usd(day):,.2f}**",
            f"{stored['stored']:,.0f}",
            f"{usd(stored):,.2f}",
            f"{usd(fetched):,.2f}",
        )

    columns = (
        "made all day",
        "s each",
        "a second",
        "memory and time",
        "requests, PUTs, logs",
        "**USD a day**",
    )
    table(
        (*columns, "GB stored", "to keep them, USD a month", "to fetch each once, USD"),
        (cells(name, *shape) for name, shape in shapes.items()),
    )


def attempt(deployment: Deployment, seconds: float) -> Usage:
    """A run of which nothing comes, asked for at the generator."""
    inspected = _inspected(deployment, delivery=0, generator=1)
    data = HEADERS_KIB / KIB_PER_GB
    return {"requests": 1, "data": data, **run(deployment, seconds), "inspected": inspected}


def making(deployment: Deployment, picture: Picture) -> Usage:
    """A run that makes a picture, asked for at the generator by somebody who does not fetch it."""
    return {**attempt(deployment, picture.seconds), "reads": 2, "writes": 1}


def print_unlimited(question: Question) -> None:
    """What no switch of the function limits."""
    deployment = question.deployment
    answer = {**view(deployment, question.picture, missed=1), "data": HEADERS_KIB / KIB_PER_GB}
    thousand = times(answer, 1000 * DAY)
    gigabit = {"data": 1e9 / 8 / 1024 * DAY / KIB_PER_GB}
    table(
        ("a day of", "USD"),
        (
            (
                "1,000 requests a second to delivery, for what is not there and nothing like a SPEC",
                f"{usd(thousand):,.2f}",
            ),
            ("1 Gbit a second of what is there", f"{usd(gigabit):,.2f}"),
        ),
    )


def print_keeping(question: Question) -> None:
    """After how many months a derivative has cost as much to keep as to make it once more."""
    sizes = {"thumbnail": (10, 0.2), "usual": (question.picture.kib, question.picture.seconds)}
    sizes |= {
        "hero": (400, 0.6),
        "original, as WebP": (2000, 3),
        "the largest": (LARGEST.kib, LARGEST.seconds),
    }

    def cells(name: str, kib: float, seconds: float) -> tuple[str, ...]:
        picture = Picture(kib=kib, seconds=seconds)
        again = usd(without(first_view(question.deployment, picture), "data"))
        keeping = usd(kept(picture))
        return (
            name,
            f"{kib:,g}",
            f"{seconds:g}",
            f"{keeping * MILLION:,.2f}",
            f"{again * MILLION:,.2f}",
            f"{again / keeping:,.2g}",
        )

    table(
        ("derivative", "KiB", "s", "to keep a million, USD a month", "to make them again, USD", "months"),
        (cells(name, *size) for name, size in sizes.items()),
    )


def print_switches(question: Question) -> None:
    """What each switch changes of a month without a request, and of a million first views and views."""
    base, picture = question.deployment, question.picture
    changed = {
        "all of it, as it is": (None, base),
        "`alarms.enabled = false`": (base, replace(base, alarms=False)),
        "`dashboard = true`": (base, replace(base, dashboard=True)),
        "`firewalls.generator`": (base, replace(base, firewall="generator")),
        "`firewalls.delivery`": (base, replace(base, firewall="delivery")),
        "`negotiation = false`": (base, replace(base, negotiation=False)),
        "`function.architecture = x86_64`": (base, replace(base, architecture="x86_64")),
        "`function.memory_mb = 1769`, and runs as long": (base, replace(base, memory_mb=1769)),
        "one more image that is kept": (base, replace(base, images=base.images + 1)),
    }

    def cells(name: str, before: Deployment | None, after: Deployment) -> tuple[str, ...]:
        def added(of: Callable[[Deployment], Usage], count: float, *, free_tier: bool = False) -> str:
            costs = usd(times(of(after), count), free_tier=free_tier)
            if before is None:
                return f"{costs:.2f}"
            difference = costs - usd(times(of(before), count), free_tier=free_tier)
            return f"{difference:+.2f}" if round(difference, 2) else ""

        return (
            name,
            added(fixed, 1),
            added(fixed, 1, free_tier=True),
            added(lambda deployment: first_view(deployment, picture), MILLION),
            added(lambda deployment: view(deployment, picture), MILLION),
        )

    columns = ("switch", "USD a month, fixed", "with the free tier", "per million first views")
    table((*columns, "per million views"), (cells(name, *pair) for name, pair in changed.items()))


SECTIONS: Final[Mapping[str, Callable[[Question], None]]] = MappingProxyType(
    {
        "prices": print_prices,
        "first-view": print_first_view,
        "view": print_view,
        "compute": print_compute,
        "month": print_month,
        "sites": print_sites,
        "switches": print_switches,
        "keeping": print_keeping,
        "attack": print_attack,
        "unlimited": print_unlimited,
    }
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the sections that are asked for, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.cost", description="What the deployed loop costs, in USD."
    )
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of: {', '.join(SECTIONS)}; all")
    deployment, picture, traffic = Deployment(), Picture(), Traffic()
    for name, usual, what in (
        ("generations", traffic.generations, "first views a month"),
        ("views", traffic.views, "views a month of what is there"),
        ("missed", traffic.missed, "share of those that CloudFront fetches from S3"),
        ("stored", traffic.stored, "derivatives in the bucket, on average"),
        ("kib", picture.kib, "of a derivative"),
        ("seconds", picture.seconds, "of a run, once its process is there"),
        ("memory-mb", deployment.memory_mb, "of the function"),
        ("timeout-s", deployment.timeout_s, "of the function"),
        ("reserved-concurrency", deployment.reserved_concurrency, "runs at once"),
        ("rate", deployment.rate, "calls a second that the API lets through"),
        ("images", deployment.images, "kept in the repository"),
    ):
        parser.add_argument(f"--{name}", type=float, default=usual, help=f"{what} (default: {usual:g})")
    parser.add_argument("--architecture", choices=("arm64", "x86_64"), default=deployment.architecture)
    parser.add_argument("--firewall", choices=FIREWALLS, default=deployment.firewall)
    parser.add_argument("--no-negotiation", action="store_true")
    parser.add_argument("--dashboard", action="store_true")
    parser.add_argument("--no-alarms", action="store_true")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.sections if name not in SECTIONS]:
        parser.error(f"expected sections of {', '.join(SECTIONS)}; got {', '.join(unknown)}")
    try:
        question = Question(
            deployment=Deployment(
                memory_mb=options.memory_mb,
                timeout_s=options.timeout_s,
                architecture=options.architecture,
                reserved_concurrency=options.reserved_concurrency,
                rate=options.rate,
                alarms=not options.no_alarms,
                dashboard=options.dashboard,
                negotiation=not options.no_negotiation,
                firewall=options.firewall,
                images=options.images,
            ),
            picture=Picture(kib=options.kib, seconds=options.seconds),
            traffic=Traffic(
                generations=options.generations,
                views=options.views,
                missed=options.missed,
                stored=options.stored,
            ),
        )
    except ValueError as error:
        parser.error(str(error))
    for name in options.sections or SECTIONS:
        if not options.sections:
            print(f"## {name}\n")
        SECTIONS[name](question)


if __name__ == "__main__":
    main()
