"""Write answers to the page."""

from __future__ import annotations

import json
from typing import Any

from local_loop.http import Response
from resizer_core import InvalidSpec, ResizerError


def answer(status: int, body: bytes, media_type: str) -> Response:
    """Answer with bytes that no cache keeps."""
    headers = {
        "content-type": media_type,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(status=status, headers=headers, body=body)


def json_answer(status: int, value: dict[str, Any]) -> Response:
    """Answer with a value as JSON."""
    return answer(status, json.dumps(value).encode(), "application/json")


def fault(reason: str, *, source: str = "", start: int = 0, end: int = 0) -> dict[str, Any]:
    """Say what is wrong with which part of a SPEC. Positions are in code points; an empty part means none."""
    return {"reason": reason, "source": source, "start": start, "end": end}


def fault_of(error: ResizerError) -> dict[str, Any]:
    """Say in the error's own words what is wrong."""
    if isinstance(error, InvalidSpec):
        return fault(error.reason, source=error.source, start=error.start, end=error.end)
    return fault(str(error))


def refused(error: ResizerError) -> Response:
    """Answer as the function would, with the error's own words."""
    return json_answer(error.http_status, {"error": fault_of(error)})
