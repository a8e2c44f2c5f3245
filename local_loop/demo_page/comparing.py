"""Compare the results of a SPEC in the formats that browsers show. Nothing is stored."""

from __future__ import annotations

import threading
from dataclasses import replace
from time import perf_counter
from typing import Any

import resizer_core as core
from local_loop.demo_page.answers import fault, fault_of, json_answer
from local_loop.demo_page.planned import Planner, lost
from local_loop.http import Response
from resizer_core import ObjectStore, Spec, StoredObject

_FORMATS = ("jpg", "webp", "avif")
#: Most seconds of CPU time for one format.
_SECONDS = 8


class Comparer:
    """Make a picture in each format, one comparison at a time. A newer one of a viewer ends the older ones.

    Args:
        originals: the store of the originals.
        planner: has the site's settings.
    """

    def __init__(self, originals: ObjectStore, planner: Planner) -> None:
        limits = planner.site.limits
        seconds = min(_SECONDS, limits.cpu_seconds)
        self._site = replace(planner.site, limits=replace(limits, cpu_seconds=seconds))
        self._originals = originals
        self._planner = planner
        self._making = threading.Lock()
        self._newest: dict[str, object] = {}  # by viewer

    def answer(self, text: str, key: str, viewer: str = "") -> Response:
        """Say the size in each format, and the time that it takes.

        ``viewer`` tells viewers apart, such as two tabs. None of them ends the comparison of another one.

        Raises:
            ResizerError: the SPEC breaks the grammar, or the original is unreadable.
        """
        spec = core.parse_spec(text, self._site)
        found = self._originals.get(key, max_bytes=self._site.limits.input_bytes)
        if found is None:
            raise core.SourceNotFound(f"there is no original {key!r}")
        mine = self._newest[viewer] = object()
        try:
            with self._making:
                rows = []
                for name in _FORMATS:
                    # A person who drags a slider asks many times, and looks only at the last answer.
                    if self._newest.get(viewer) is not mine:
                        newer = "a newer comparison has taken the place of this one"
                        return json_answer(503, {"error": fault(newer)})
                    rows.append(self._row(replace(spec, format=name), found))
        finally:
            if self._newest.get(viewer) is mine:
                del self._newest[viewer]
        return json_answer(200, {"formats": rows})

    def _row(self, spec: Spec, found: StoredObject) -> dict[str, Any]:
        row: dict[str, Any] = {
            "format": spec.format,
            "media_type": core.FORMATS[str(spec.format)].media_type,
            "spec": str(spec),
            "path": core.DerivativeKey(spec, found.key).path,
            "bytes": None,
            "milliseconds": None,
            "loses": [],
            "error": None,
        }
        began = perf_counter()
        try:
            made = core.resize(found.body, str(spec), site=self._site)
            milliseconds = (perf_counter() - began) * 1000
            original = self._planner.find(found.key, spec.resolved.page)
        except core.ResizerError as error:
            return row | {"error": fault_of(error)}
        loses = lost(spec, made.plan, original, self._planner) if original else []
        return row | {"bytes": len(made.body), "milliseconds": milliseconds, "loses": loses}
