"""Count the work of a server, and write the counts in the text format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Final

#: The Content-Type of the counts. Source: Prometheus documentation, "Exposition formats", text-based format
#: 0.0.4.
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

#: The upper bounds of the buckets, s.
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Count answers, outcomes, bytes and seconds. Several threads may use it at once.

    The counts are those of this process alone. Each of several worker processes has its own.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[str] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._sent = self._read = 0
        self._answer_seconds = _Histogram()
        self._phase_seconds: dict[str, _Histogram] = {}

    def answered(self, *, status: int, outcome: str, sent: int, seconds: float) -> None:
        """Count one answer.

        Args:
            status: the status of the answer.
            outcome: the result of the request, in one word.
            sent: the size of the body, bytes.
            seconds: the time from the request to the answer.
        """
        with self._lock:
            self._answers[f"{status // 100}xx"] += 1
            self._outcomes[outcome] += 1
            self._sent += sent
            self._answer_seconds.observe(seconds)

    def left(self) -> None:
        """Count a client that disconnected before the answer."""
        with self._lock:
            self._outcomes["left"] += 1

    def made(self, *, read: int, timings: Mapping[str, float]) -> None:
        """Count one picture that was made.

        Args:
            read: the size of its original, bytes.
            timings: ms by phase.
        """
        with self._lock:
            self._read += read
            for phase, milliseconds in timings.items():
                self._phase_seconds.setdefault(phase, _Histogram()).observe(milliseconds / 1000)

    def text(self, *, running: int, waiting: int) -> str:
        """Write all counts as text.

        Args:
            running: how many pictures are being made now.
            waiting: how many pictures wait to be made.
        """
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines(running, waiting))

    def _lines(self, running: int, waiting: int) -> Iterator[str]:
        yield from _family("answers_total", "counter", "Answers by class of status.")
        yield from _samples("answers_total", "class", self._answers)
        yield from _family("outcomes_total", "counter", "Requests by what became of them.")
        yield from _samples("outcomes_total", "outcome", self._outcomes)
        yield from _family("renders_running", "gauge", "Pictures that are being made.")
        yield f"resizer_renders_running {running}"
        yield from _family("renders_waiting", "gauge", "Pictures that wait to be made.")
        yield f"resizer_renders_waiting {waiting}"
        yield from _family("sent_bytes_total", "counter", "Bytes of the bodies of answers.")
        yield f"resizer_sent_bytes_total {self._sent}"
        yield from _family(
            "read_bytes_total", "counter", "Bytes of the originals that pictures were made of."
        )
        yield f"resizer_read_bytes_total {self._read}"
        yield from _family("answer_seconds", "histogram", "Seconds until an answer was there.")
        yield from self._answer_seconds.lines("answer_seconds")
        yield from _family("phase_seconds", "histogram", "Seconds of each phase of making a picture.")
        for phase, histogram in sorted(self._phase_seconds.items()):
            yield from histogram.lines("phase_seconds", f'phase="{phase}"')


class _Histogram:
    """Count durations by their length."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_BUCKETS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(_BUCKETS, seconds)] += 1
        self._sum += seconds

    def lines(self, name: str, label: str = "") -> Iterator[str]:
        labels, comma = (f"{{{label}}}", ",") if label else ("", "")
        count = 0
        for bound, more in zip((*map(str, _BUCKETS), "+Inf"), self._counts, strict=True):
            count += more
            yield f'resizer_{name}_bucket{{{label}{comma}le="{bound}"}} {count}'
        yield f"resizer_{name}_sum{labels} {self._sum:.6f}"
        yield f"resizer_{name}_count{labels} {count}"


def _family(name: str, kind: str, about: str) -> Iterable[str]:
    return f"# HELP resizer_{name} {about}", f"# TYPE resizer_{name} {kind}"


def _samples(name: str, label: str, counts: Mapping[str, int]) -> Iterator[str]:
    for value, count in sorted(counts.items()):
        yield f'resizer_{name}{{{label}="{value}"}} {count}'
