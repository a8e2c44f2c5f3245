"""List AWS's quotas and prices for a large job, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tools.cost.prices import PRICES, Price, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Hold a limit of AWS.

    Attributes:
        what: the thing that it limits.
        value: the maximum.
        unit: the unit of the value.
        source: the source and its date.
    """

    what: str
    value: float
    unit: str
    source: str


_S3 = "repost.aws/knowledge-center/http-5xx-errors-s3, a copy, undated"
_LAMBDA = "docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html, a copy, undated"
_CLOUDFRONT = "CloudFront's developer guide, InvalidationLimits.html, a copy, undated"

QUOTAS: Final[Mapping[str, Quota]] = MappingProxyType(
    {
        "writes": Quota(
            what="S3: PUT, COPY, POST and DELETE", value=3500, unit="a second and partition", source=_S3
        ),
        "reads": Quota(what="S3: GET and HEAD", value=5500, unit="a second and partition", source=_S3),
        "splits": Quota(
            what="S3: time until it splits a busy partition",
            value=30,
            unit="to 60 minutes",
            source="a comment below repost.aws/knowledge-center/s3-object-key-naming-pattern, undated",
        ),
        "runs": Quota(
            what="Lambda: runs at once, of an account in a region",
            value=1000,
            unit="by default; more can be asked for",
            source="docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html, a copy, undated",
        ),
        "starts": Quota(
            what="Lambda: new processes of a function", value=1000, unit="each 10 s", source=_LAMBDA
        ),
        "calls": Quota(
            what="Lambda: calls of a function", value=10, unit="a second for each run at once", source=_LAMBDA
        ),
        "paths": Quota(
            what="CloudFront: paths that are being invalidated",
            value=3000,
            unit="at once",
            source=_CLOUDFRONT,
        ),
        "wildcards": Quota(
            what="CloudFront: such paths that end with *", value=15, unit="at once", source=_CLOUDFRONT
        ),
        "array": Quota(
            what="AWS Batch: jobs of an array",
            value=10_000,
            unit="jobs",
            source="docs.aws.amazon.com/batch/latest/userguide/service_limits.html, a copy, undated",
        ),
    }
)

#: Prices that docs/cost.md does not need.
JOB_PRICES: Final[Mapping[str, Price]] = MappingProxyType(
    {
        "processors": Price(
            what="Fargate: processors, arm64",
            usd=0.03238,
            unit="processor and hour",
            source="vantage.sh, undated; fortem.dev, undated",
        ),
        "memory": Price(
            what="Fargate: memory, arm64",
            usd=0.00356,
            unit="GB and hour",
            source="vantage.sh, undated; fortem.dev, undated",
        ),
    }
)
#: The highest price of Fargate Spot as a share of Fargate's price: 50 to 70 % less. Source: fortem.dev,
#: undated.
SPOT: Final = 0.5


def usd(usage: Usage) -> float:
    """Multiply a usage by the prices, without the free tier."""
    prices = {**PRICES, **JOB_PRICES}
    return sum(units * prices[key].usd / prices[key].per for key, units in usage.items())
