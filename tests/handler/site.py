"""Set up one function over two stores, with all that a test may reach, and read the recorded events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import handler
import resizer_core as core
from tests.doubles import Recording, filled, picture

EVENTS = Path(__file__).parents[1] / "events"
BASE_URL = "https://img.test"
#: The decoded path of every recorded event of a GET.
RECORDED_PATH = "/30x20_f-webp/photos/café 100%+1.jpg"
RECORDED_KEY = "photos/café 100%+1.jpg"


def recorded(name: str) -> dict[str, Any]:
    """Read the event of ``tests/events/NAME.json``."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


def event_for(path: object, *, method: object = "GET", **headers: object) -> dict[str, Any]:
    """Make the HTTP API's event for a decoded path. Underscores in the names of headers become dashes."""
    event = recorded("http_api_v2_get")
    event["rawPath"] = path
    event["requestContext"]["http"]["method"] = method
    event["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    return event


@dataclass(repr=False)
class Site:
    """Hold a function, its stores, and the lines that it logged."""

    function: handler.Function
    originals: Recording
    derivatives: core.ObjectStore
    lines: list[str]
    access: core.Access

    def __repr__(self) -> str:
        return "Site()"  # shown when a property fails: the lines alone would be far too many

    @classmethod
    def over(
        cls,
        originals: Mapping[str, bytes] | None = None,
        *,
        behind: core.ObjectStore | None = None,
        derivatives: core.ObjectStore | None = None,
        **settings: Any,
    ) -> Self:
        """Set up a function over these originals, or over ``cat.jpg`` and the one of the recorded events.

        ``settings`` are fields of ``Settings`` or of its ``Site``.
        """
        usual = {"cat.jpg": picture(), RECORDED_KEY: picture()}
        read = Recording(filled(usual if originals is None else originals, behind))
        written = core.open_store("memory:") if derivatives is None else derivatives
        lines: list[str] = []
        names = {*vars(core.Site())} - {"watermarks"}
        of_site = {name: settings.pop(name) for name in names if name in settings}
        chosen = core.Settings(
            originals="memory:",
            derivatives="memory:",
            site=core.Site(**of_site),
            **{"base_url": BASE_URL, **settings},
        )
        function = handler.Function(chosen, originals=read, derivatives=written, write=lines.append)
        return cls(
            function=function,
            originals=read,
            derivatives=written,
            lines=lines,
            access=chosen.site.access,
        )

    def get(self, path: object, **headers: object) -> handler.Answer:
        """Answer a GET of a decoded path."""
        return self.function(event_for(path, **headers))

    def log(self) -> dict[str, Any]:
        """Read the last line of the log."""
        line: dict[str, Any] = json.loads(self.lines[-1])
        return line

    def stored(self) -> list[str]:
        """List the keys of all derivatives."""
        return sorted(found.key for found in self.derivatives.list())


def message(answer: handler.Answer) -> dict[str, str]:
    """Read and check the body of an error."""
    assert answer["headers"]["content-type"] == "application/json"
    assert answer["isBase64Encoded"] is False
    said: dict[str, str] = json.loads(answer["body"])
    assert set(said) == {"error", "message"}
    return said
