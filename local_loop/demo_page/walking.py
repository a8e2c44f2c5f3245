"""Describe one view, hop by hop."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from local_loop.demo_page.answers import fault
from local_loop.http import Response
from local_loop.trace import Step
from local_loop.viewer import Hop, Walk

#: The headers that decide the way of a view and the time in caches. No secret is among them.
_ASKED = ("host", "accept", "if-none-match", "range")
_ANSWERED = ("location", "cache-control", "age", "vary", "etag", "content-type", "x-cache")
#: `InvalidSpec` as text: the reason, the SPEC, and carets below the wrong part.
_UNDERLINED = re.compile(r"(?P<reason>.*)\n  (?P<source>.*)\n  (?P<before> *)(?P<carets>\^+)")


def described(walk: Walk) -> dict[str, Any]:
    """Describe a view as plain values."""
    response = walk.response
    return {
        "status": response.status,
        "redirects": walk.redirects,
        "has_ended": walk.has_ended,
        "left_for": walk.left_for,
        "milliseconds": sum(hop.milliseconds for hop in walk.hops),
        "bytes": len(response.body),
        "media_type": response.headers.get("content-type", ""),
        "error": _error_of(response),
        "hops": [_described_hop(hop) for hop in walk.hops],
    }


def _described_hop(hop: Hop) -> dict[str, Any]:
    return {
        "url": hop.url,
        "status": hop.response.status,
        "milliseconds": hop.milliseconds,
        "cache_control": hop.response.headers.get("cache-control", ""),
        "steps": [_described_step(step) for step in hop.steps],
    }


def _described_step(step: Step) -> dict[str, Any]:
    return {
        "who": step.who,
        "status": step.status,
        "cache": step.cache,
        "milliseconds": step.milliseconds,
        "bytes": step.size,
        "path": step.path,
        "request": _chosen(step.asked, _ASKED),
        "answer": _chosen(step.answered, _ANSWERED),
    }


def _chosen(headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}


def _error_of(response: Response) -> dict[str, Any] | None:
    """Find the function's own error. Give None if there is none, or if another piece answered."""
    if response.status < 400 or not response.headers.get("content-type", "").startswith("application/json"):
        return None
    message = str(json.loads(response.body).get("message", ""))
    underlined = _UNDERLINED.fullmatch(message)
    if underlined is None:
        return fault(message)
    start, source = len(underlined["before"]), underlined["source"]
    # If something is missing at the end, the caret has nothing above it.
    end = min(start + len(underlined["carets"]), len(source))
    return fault(underlined["reason"], source=source, start=start, end=end)
