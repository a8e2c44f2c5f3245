"""Hold AWS's answers about a deployed stack, in the words of its API, without judgement.

A fact is a value. It is ``None`` if AWS says that there is none, and ``Unread`` if AWS did not say. Values
that may be secret are not in ``repr``: headers of origins, the function's variables, statements of policies.

============== ====================================
`bucket`       S3: the bucket of derivatives
`distribution` CloudFront: delivery, and the generator
`http_api`     API Gateway
`function`     Lambda
`queues`       queues, and their event source mappings
`freshness`    the way from a changed original to its derivatives
`beforehand`   the functions eager and backfill
`known`        a fact as a value, or why it has none
============== ====================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, cast

from doctor.facts.beforehand import Backfill, Eager
from doctor.facts.bucket import Bucket, LifecycleRule, PublicAccessBlock, RoutingRule, Website
from doctor.facts.distribution import (
    AccessControl,
    Behavior,
    CachePolicy,
    Chosen,
    CustomErrorResponse,
    Distribution,
    EdgeFunction,
    Origin,
    OriginRequestPolicy,
    ResponseHeader,
    ResponseHeadersPolicy,
)
from doctor.facts.freshness import Freshness
from doctor.facts.function import Function
from doctor.facts.http_api import HttpApi, Integration, Route, Stage, Throttle
from doctor.facts.known import NotRead, NotThere, Statement, Unread, known
from doctor.names import Names

__all__ = [
    "AccessControl",
    "Backfill",
    "Behavior",
    "Bucket",
    "CachePolicy",
    "Chosen",
    "CustomErrorResponse",
    "Distribution",
    "Eager",
    "EdgeFunction",
    "Facts",
    "Freshness",
    "Function",
    "HttpApi",
    "Integration",
    "LifecycleRule",
    "NotRead",
    "NotThere",
    "Origin",
    "OriginRequestPolicy",
    "PublicAccessBlock",
    "ResponseHeader",
    "ResponseHeadersPolicy",
    "Route",
    "RoutingRule",
    "Stage",
    "Statement",
    "Throttle",
    "Unread",
    "Website",
    "known",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold all facts of one stack.

    ``account_id``, the block and the concurrency are those of the account that asks. The concurrency is the
    number of runs at once that no function has reserved. ``origins`` are the hosts that each distribution of
    the account asks, by its id. ``secrets`` is the object that the function's ``RESIZER_SECRETS`` names.
    ``freshness``, ``eager`` and ``backfill`` are ``None`` if the stack has none.
    """

    names: Names
    account_id: str | Unread
    account_access_block: PublicAccessBlock | Unread | None
    account_concurrency: int | Unread
    origins: Mapping[str, tuple[str, ...]] | Unread
    originals_region: str | Unread | None
    derivatives: Bucket | Unread | None
    delivery: Distribution | Unread | None
    generator: Distribution | Unread | None
    api: HttpApi | Unread | None
    function: Function | Unread | None
    secrets: bytes | Unread | None = field(default=None, repr=False)
    freshness: Freshness | None = None
    eager: Eager | None = None
    backfill: Backfill | None = None

    @classmethod
    def unread(cls, names: Names, reason: str) -> Facts:
        """Make the facts of a stack of which only the names are known."""
        nothing = dict.fromkeys((one.name for one in fields(cls)), Unread(reason))
        besides = dict.fromkeys(("secrets", "freshness", "eager", "backfill"))
        return cls(**cast(Any, nothing | besides | {"names": names}))
