"""Keep derivatives in step with their originals: delete stale ones, and let the CDN forget them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, list[dict[str, str]]]:
    """Answer one invocation by Lambda."""
    from freshness.function import started  # imports boto3, which the local loop does not need

    return started()(event, context)


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    from freshness.function import started

    started()  # now, while Lambda starts the process: a wrong setting then stops it
