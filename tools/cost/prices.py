"""List AWS's prices, in USD, and work out the cost of a usage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MILLION: Final = 1_000_000
KIB_PER_GB: Final = 1024 * 1024  # AWS counts GB of 1024 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Hold a list price of us-east-1, of the first and dearest tier.

    Attributes:
        what: the item with this price.
        usd: the price of ``per`` units.
        unit: the name of so many units.
        free: free units of an account each month, not only in its first year.
        source: the source and its date. None is from AWS's live list.
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
        "lists": Price(what="S3: LIST", usd=5.00, per=MILLION, unit="million", source="c3x.dev, undated"),
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
        "events": Price(
            what="EventBridge: events of S3",
            usd=1.00,
            per=MILLION,
            unit="million",
            source="aws.amazon.com/eventbridge/pricing, a copy, undated; blogs say free",
        ),
        "messages": Price(
            what="SQS: calls",
            usd=0.40,
            per=MILLION,
            unit="million",
            free=MILLION,
            source="cloudburn.io, 2026-03-14; factualminds.com, 2026-06",
        ),
        "jobs": Price(
            what="S3 Batch: jobs",
            usd=0.25,
            unit="job",
            source="sysdesign-wiki.pages.dev, of Yelp's article, 2025-09-26",
        ),
        "tasks": Price(
            what="S3 Batch: objects",
            usd=1.00,
            per=MILLION,
            unit="million",
            source="from memory; no page was found that says it",
        ),
        "paths": Price(
            what="CloudFront: paths invalidated",
            usd=0.005,
            unit="path",
            free=1000,
            source="cur.vantage-api.com, 2025-04-27; free: CloudFront guide, a copy, undated",
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

#: A usage: units by the keys of `PRICES`.
Usage = Mapping[str, float]


def usd(usage: Usage, *, free_tier: bool = False) -> float:
    """Multiply a usage by the prices. ``free_tier`` is for an account without other usage."""
    return sum(_usd(PRICES[key], units, free_tier=free_tier) for key, units in usage.items())


def _usd(price: Price, units: float, *, free_tier: bool) -> float:
    return max(units - (price.free if free_tier else 0), 0) * price.usd / price.per
