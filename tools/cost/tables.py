"""Print the model as Markdown tables, one for each section of docs/cost.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.report import table
from tools.cost.model import (
    DELIVERIES,
    LARGEST,
    Deployment,
    Picture,
    Question,
    Traffic,
    first_view,
    fixed,
    kept,
    month,
    times,
    view,
    without,
)
from tools.cost.prices import KIB_PER_GB, MILLION, PRICES, Usage, usd


def print_prices(_question: Question) -> None:
    """Print the prices of all items."""
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
    """Print a million first views, item by item, by both ways of delivery."""
    views = {
        delivery: first_view(
            replace(
                question.deployment, delivery=delivery, firewall=_firewall(question.deployment, delivery)
            ),
            question.picture,
        )
        for delivery in DELIVERIES
    }

    def row(what: str, amounts: Callable[[Usage], tuple[str, str]]) -> tuple[str, ...]:
        return what, *(cell for one in views.values() for cell in amounts(one))

    def item(key: str) -> tuple[str, ...]:
        return row(
            PRICES[key].what, lambda one: (_amount(key, one[key]), f"{usd({key: one[key] * MILLION}):,.2f}")
        )

    rows = [item(key) for key in views["redirect"] if any(one[key] for one in views.values())]
    rows += [
        row("**all**", lambda one: ("", f"**{usd(times(one, MILLION)):,.2f}**")),
        row(
            "all but the data to viewers",
            lambda one: ("", f"{usd(times(without(one, 'data'), MILLION)):,.2f}"),
        ),
    ]
    table(
        ("item", *(head for name in views for head in (f"{name}, each", "USD per million first views"))), rows
    )


def _firewall(deployment: Deployment, delivery: str) -> str:
    """Name this deployment's firewall for another way of delivery. Failover has only one distribution."""
    return "delivery" if delivery == "failover" and deployment.firewall != "none" else deployment.firewall


def _amount(key: str, units: float) -> str:
    """Write a small amount in a familiar unit."""
    if PRICES[key].unit == "GB":
        return f"{units * KIB_PER_GB:.3g} KiB"
    return f"{units:.3g} GB s" if PRICES[key].unit == "GB and second" else f"{units:g}"


def print_view(question: Question) -> None:
    """Print a million views, by bytes and by the cache that has the picture."""
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
            "share of data in the first",
        ),
        (cells(kib) for kib in sizes),
    )


def print_compute(question: Question) -> None:
    """Print memory and time of a million runs, without their requests."""
    seconds = sorted({0.15, 0.4, 1, 2, question.picture.seconds})
    rows = []
    for architecture in ("arm64", "x86_64"):
        for memory in sorted({1024, 1536, 1769, 3008, question.deployment.memory_mb}):
            gb = memory / 1024
            cells = (f"{usd({architecture: gb * each * MILLION}):,.2f}" for each in seconds)
            rows.append((f"{architecture}, {memory:g} MB", *cells))
    table(("USD per million runs of", *(f"{each:g} s" for each in seconds)), rows)


def print_month(question: Question) -> None:
    """Print one month of the requested traffic."""
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
    """Print a month of sites of several sizes."""
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


def print_keeping(question: Question) -> None:
    """Print after how many months keeping a derivative costs as much as making it."""
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
    """Print the change by each switch in an idle month and in a million views."""
    base, picture = question.deployment, question.picture
    with_redirects = {
        '`delivery = "failover"`': (
            base,
            replace(base, delivery="failover", firewall=_firewall(base, "failover")),
        ),
        "`firewalls.generator`": (base, replace(base, firewall="generator")),
    }
    changed = {
        "all of it, as it is": (None, base),
        "`alarms.enabled = false`": (base, replace(base, alarms=False)),
        "`dashboard = true`": (base, replace(base, dashboard=True)),
        **(with_redirects if base.redirects else {}),
        "`firewalls.delivery`": (base, replace(base, firewall="delivery")),
        "`modules/access_logs`, into a log group": (base, replace(base, access_logs=True)),
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
