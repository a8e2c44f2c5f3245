"""Write the log and the metrics: one line of JSON for each request."""

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

#: Seconds. If a derivative is older than this when the function is asked for it, the delivery side does not
#: find it. There is a loop, or in failover S3 sends every view here. If it is younger, several viewers
#: missed it at once (rule 9).
BENIGN_AGE: Final = 10


class Record:
    """Collect the facts about one request for its line in the log, without secret or signature (rule 28).

    ``delivery`` is the way in which viewers get pictures. Without it no viewer asked, and a picture that is
    stored already is no sign of a loop.
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
        """Name the metric that counts this request."""
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
        """Name the viewer, so that the owner can find a viewer who asks too much."""
        if self.call is None:
            return {}
        viewer = (self.call.viewer if self.proven else "") or self.call.source
        return {"viewer": viewer} if viewer else {}

    def _subject(self) -> dict[str, Any]:
        """Give the SPEC without its signature, the key, and the numbers of bytes in and out."""
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
    """Write one JSON object on one line. CloudWatch reads it both as log and as metrics.

    Args:
        line: the fields by name.
        units: the units of those fields that are metrics, by name.
        namespace: the namespace of the metrics. Empty writes no metrics.
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
    # json.dumps writes ASCII, so no character of a path can end the line early or fail to be written.
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
