"""Fail in the way that the name of the original asks for. For other names, call the real function."""

from __future__ import annotations

import os
import time
from typing import Any

import handler as real

is_sound = real.is_sound


def handler(event: dict[str, Any], context: object) -> Any:
    """Handle an event. The runtime interface client calls this."""
    match event["rawPath"].rpartition("/")[2]:
        case "raises":
            raise ValueError("as it was asked to")
        case "exits":
            os._exit(3)
        case "sleeps":
            time.sleep(3600)
        case "answers too much":
            return {"statusCode": 200, "body": "x" * 7_000_000}
        case "answers text":
            return "text"
        case "breaks":
            # From now on the real function only answers that it is broken.
            vars(real._started())["_resizer"] = None
    return real.handler(event, context)
