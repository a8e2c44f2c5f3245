"""A function that fails in the way that the name of the original asks for, and is the real one otherwise."""

from __future__ import annotations

import os
import time
from typing import Any

import handler as real

is_sound = real.is_sound


def handler(event: dict[str, Any], context: object) -> Any:
    """What the runtime interface client calls."""
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
            # From now on the real function answers nothing but that it is broken.
            vars(real._started())["_resizer"] = None
    return real.handler(event, context)
