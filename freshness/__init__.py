"""Let derivatives follow their originals: delete what is stale, and let the CDN forget it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, list[dict[str, str]]]:
    """Answer what Lambda calls with."""
    from freshness.function import started  # with boto3, which the local loop takes nothing of

    return started()(event, context)


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    from freshness.function import started

    started()  # while Lambda starts the process, so that a wrong setting stops it
