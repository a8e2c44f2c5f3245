"""The loop's own page, and the JSON that it asks for. No part of what is deployed.

It takes ``/`` and ``/_loop/...``, which the deployed loop answers with 404.

======================================= ==========================================================
``/``, ``/_loop/style.css``, ``.../page.js`` the page
``/_loop/pictures``                     the originals, and the specs that the page shows them in
``/_loop/changes?after=COUNT``          which originals changed since so many changes, and what came of it
``/_loop/walk?path=/SPEC/KEY``          one view, hop by hop
``/_loop/explain?spec=SPEC&key=KEY``    the canonical path, or the error with its span
======================================= ==========================================================
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from local_loop.freshness import Freshness
from local_loop.http import Request, Response
from local_loop.stack import Wired
from local_loop.viewer import Hop, Walk
from resizer_core import Delivery, InvalidSpec, ObjectStore, Site, StorageError, StoredObject, parse_spec

_PAGE = Path(__file__).with_name("page")
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/_loop/style.css": ("style.css", "text/css; charset=utf-8"),
    "/_loop/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
#: What the page shows each original in, and why.
_SHOWN = (
    ("480x320", "inside, as it fits"),
    ("480x320_fit-cover_f-webp", "covered, as WebP"),
    ("320x320_fit-cover_g-sm_f-webp", "a square around what matters"),
    ("x160_f-jpg_q-40", "160 px high, JPEG at quality 40"),
)
#: More than a person looks at; a store may hold millions.
_MOST_ORIGINALS = 200
#: Notes that lie beside originals. Anything else may be a picture, whatever its name ends in.
_NOTES = (".md", ".txt", ".tsv", ".csv", ".json")
#: What browsers send for a picture.
_ACCEPT = "image/avif,image/webp,image/*,*/*;q=0.8"
_WAYS = {Delivery.REDIRECT: "Redirects", Delivery.FAILOVER: "Failover"}
#: Where the page has the way of delivery, and the links to the pages of all ways.
_PLACE_OF_DELIVERY, _PLACE_OF_WAYS = "{delivery}", "<!-- ways -->"
#: `InvalidSpec` as text: the reason, the SPEC, and carets below what is wrong.
_UNDERLINED = re.compile(r"(?P<reason>.*)\n  (?P<source>.*)\n  (?P<before> *)(?P<carets>\^+)")


class DemoPage:
    """The page's server, beside the loop."""

    def __init__(
        self,
        loop: Wired,
        originals: ObjectStore,
        site: Site,
        *,
        freshness: Freshness,
        delivery: Delivery,
        ways: Mapping[Delivery, str],
    ) -> None:
        self._site = site
        self._freshness = freshness
        self._loop = loop
        self._originals = originals
        self._delivery = delivery
        self._ways = ways
        # With redirects a picture that is not stored yet comes by way of the generator.
        images = " ".join(["'self'", *(f"http://{host}" for host in loop.others), "data:"])
        self._policy = f"default-src 'self'; img-src {images}; base-uri 'none'"

    def __call__(self, request: Request) -> Response | None:
        """The answer, or None when the request is for the loop."""
        answer = self._answer(request)
        if answer is None:
            return None
        return replace(answer, headers={**answer.headers, "content-security-policy": self._policy})

    def _answer(self, request: Request) -> Response | None:
        if request.path in _FILES:
            name, media_type = _FILES[request.path]
            body = (_PAGE / name).read_bytes()
            return _answer(200, self._filled(body) if request.path == "/" else body, media_type)
        asked = {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()}
        match request.path:
            case "/_loop/pictures":
                return self._pictures()
            case "/_loop/changes" if asked.get("after", "").isdecimal():
                return _json(200, self._changed(int(asked["after"])))
            case "/_loop/walk" if asked.get("path", "").startswith("/"):
                return _json(200, _described(self._loop.walk(asked["path"], headers={"accept": _ACCEPT})))
            case "/_loop/explain" if "spec" in asked:
                return _json(200, self._explained(asked["spec"], asked.get("key", "")))
            case path if path.startswith("/_loop/"):
                return _json(404, {"error": "there is no such question, or it lacks a parameter"})
        return None

    def _filled(self, page: bytes) -> bytes:
        links = "".join(
            f'<a href="{url}/"{" aria-current=page" if way is self._delivery else ""}>{_WAYS[way]}</a>'
            for way, url in self._ways.items()
        )
        text = page.decode().replace(_PLACE_OF_DELIVERY, self._delivery)
        return text.replace(_PLACE_OF_WAYS, links).encode()

    def _pictures(self) -> Response:
        changes = len(self._freshness.followed)  # before the originals: what comes after is asked for twice
        try:
            found = [{"key": original.key, "bytes": original.size} for original in pictures(self._originals)]
        except StorageError as error:
            return _json(503, {"error": str(error)})
        specs = [{"spec": spec, "about": about} for spec, about in _SHOWN]
        return _json(200, {"originals": found, "specs": specs, "changes": changes})

    def _changed(self, after: int) -> dict[str, Any]:
        new = self._freshness.followed[after:]
        return {
            "changes": len(self._freshness.followed),
            "new": [{"key": one.key, "sentence": one.sentence} for one in new],
        }

    def _explained(self, spec: str, key: str) -> dict[str, Any]:
        try:
            parsed = parse_spec(spec, self._site)
        except InvalidSpec as error:
            return {"error": _error(error.reason, source=error.source, start=error.start, end=error.end)}
        return {
            "canonical": str(parsed),
            "path": f"/{parsed}/{quote(key)}",
            "negotiated": parsed.resolved.format == "auto",
        }


def pictures(originals: ObjectStore) -> list[StoredObject]:
    """The first originals that a store lists, by key, without the notes that lie beside them."""
    found = (original for original in originals.list() if not original.key.lower().endswith(_NOTES))
    return sorted(islice(found, _MOST_ORIGINALS), key=lambda original: original.key)


def _described(walk: Walk) -> dict[str, Any]:
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
        "steps": [
            {
                "who": step.who,
                "status": step.status,
                "cache": step.cache,
                "milliseconds": step.milliseconds,
                "bytes": step.size,
            }
            for step in hop.steps
        ],
    }


def _error_of(response: Response) -> dict[str, Any] | None:
    """The function's own words, or None when there is no error or the answer is another piece's."""
    if response.status < 400 or not response.headers.get("content-type", "").startswith("application/json"):
        return None
    message = str(json.loads(response.body).get("message", ""))
    underlined = _UNDERLINED.fullmatch(message)
    if underlined is None:
        return _error(message)
    start, source = len(underlined["before"]), underlined["source"]
    # Where something is missing, at the end, there is a caret and nothing above it.
    end = min(start + len(underlined["carets"]), len(source))
    return _error(underlined["reason"], source=source, start=start, end=end)


def _error(reason: str, *, source: str = "", start: int = 0, end: int = 0) -> dict[str, Any]:
    return {"reason": reason, "source": source, "start": start, "end": end}


def _json(status: int, value: dict[str, Any]) -> Response:
    return _answer(status, json.dumps(value).encode(), "application/json")


def _answer(status: int, body: bytes, media_type: str) -> Response:
    headers = {
        "content-type": media_type,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(status=status, headers=headers, body=body)
