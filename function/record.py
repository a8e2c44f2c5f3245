"""The log and the metrics: one line of JSON for each request."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import resizer_core as core
from function.answers import Answer
from function.events import Call
from resizer_core import error_text, is_for_the_owner, path_without_signature, without_signature

#: A derivative that is older than this when the function is asked for it is not found by the delivery side:
#: a loop, or in failover an answer of S3 that sent every view here. A younger one is one of many viewers
#: who missed at once (rule 9). Seconds.
BENIGN_AGE: Final = 10


class Record:
    """Keep what is known of one request, for its line in the log: no secret, no signature (rule 28).

    ``delivery`` is the way that a viewer came. Without one no viewer asked, and what is found stored points
    at no loop.
    """

    def __init__(self, request_id: str, delivery: core.Delivery | None) -> None:
        self.request_id = request_id
        self.delivery = delivery
        self.call: Call | None = None
        self.proven = False  #: whether the call came through the distribution
        self.done: core.ProduceResult | None = None
        self.error: Exception | None = None
        self._started = time.perf_counter()

    @property
    def metric(self) -> str:
        """Say what this request counts as."""
        if self.error:
            return core.error_response(self.error).metric
        assert self.done  # noqa: S101  without an error there is an outcome
        if self.done.outcome is core.Outcome.ALREADY_STORED:
            return "LoopSuspected" if self.delivery and self.done.age > BENIGN_AGE else "LostRace"
        return _METRICS[self.done.outcome]

    def write(self, answer: Answer, namespace: str, write: Callable[[str], object]) -> None:
        """Write the line of this request."""
        total = round((time.perf_counter() - self._started) * 1000, 2)
        timings = {**(self.done.timings if self.done else {}), "total": total}
        line: dict[str, Any] = {
            "level": "ERROR" if answer["statusCode"] >= 500 else "INFO",
            "request_id": self.request_id,
            "status": answer["statusCode"],
            "outcome": self.done.outcome.value if self.done else type(self.error).__name__,
            **({"delivery": self.delivery.value} if self.delivery else {}),
            **self._viewer(),
            **self._subject(),
            **{f"{phase}_ms": milliseconds for phase, milliseconds in timings.items()},
        }
        if self.error is not None and is_for_the_owner(self.error):
            line["exception"] = error_text(self.error)
        if namespace:
            line[self.metric] = 1
        units = {self.metric: "Count", **{f"{phase}_ms": "Milliseconds" for phase in timings}}
        write_line(line, units, namespace, write)

    def _viewer(self) -> dict[str, str]:
        """Name who asked, so that whoever asks too much can be found."""
        if self.call is None:
            return {}
        viewer = (self.call.viewer if self.proven else "") or self.call.source
        return {"viewer": viewer} if viewer else {}

    def _subject(self) -> dict[str, Any]:
        """The SPEC without its signature, the key, and the bytes that went in and out."""
        if self.done is None:
            return {"path": path_without_signature(self.call.path)} if self.call else {}
        return {
            "spec": str(self.done.key.spec.unsigned),
            "key": without_signature(self.done.key.source),
            "bytes_in": self.done.original_size,
            "bytes_out": self.done.size,
        }


def write_line(
    line: Mapping[str, Any], units: Mapping[str, str], namespace: str, write: Callable[[str], object]
) -> None:
    """Write one JSON object on a line of its own, which CloudWatch reads as log and metrics at once.

    Args:
        line: what is known.
        units: of what in it is a metric, by name.
        namespace: of the metrics; empty writes none.
        write: takes the line.

    Source: CloudWatch embedded metric format specification.
    """
    declared = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": namespace,
                "Dimensions": [[]],
                "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
            }
        ],
    }
    # In ASCII: no character of a path ends the line early or cannot be written.
    write(json.dumps({**line, **({"_aws": declared} if namespace else {})}) + "\n")


_METRICS: Final[Mapping[core.Outcome, str]] = MappingProxyType(
    {
        core.Outcome.MADE: "Generated",
        core.Outcome.LOST_RACE: "LostRace",
        core.Outcome.MOVED: "Redirected",
        core.Outcome.NEGOTIATED: "Redirected",
        core.Outcome.FALLBACK: "SourceMissing",
    }
)
