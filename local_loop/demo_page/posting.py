"""Handle the page's POST requests: a picture from the user, or a purge."""

from __future__ import annotations

import re
import threading
import unicodedata

import resizer_core as core
from local_loop.demo_page.answers import fault, json_answer
from local_loop.demo_page.planned import Planner
from local_loop.dropped import DROPPED, WithDropped
from local_loop.freshness import Freshness
from local_loop.http import Request, Response

#: The SPEC that shows whether the pixels of a picture are readable.
_TRIED = "64x64_still_f-jpg"
#: Most letters of a name.
_LONGEST_NAME = 80


def is_ours(request: Request) -> bool:
    """Say whether a page of this server asks. Other pages may only look at pictures.

    Source: Fetch standard, "Origin header"; Fetch Metadata Request Headers, section 2.3.
    """
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    return origin == f"http://{request.headers.get('host', '')}" and site == "same-origin"


def is_foreign(request: Request) -> bool:
    """Say whether the browser names a page of another site as the caller."""
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


class Poster:
    """Handle posted requests.

    Args:
        originals: the store, with a place for dropped pictures.
        planner: has the site's settings.
        freshness: purges derivatives.
    """

    def __init__(self, originals: WithDropped, planner: Planner, freshness: Freshness) -> None:
        self._originals = originals
        self._site = planner.site
        self._planner = planner
        self._freshness = freshness
        self._dropping = threading.Lock()

    def answer(self, request: Request, asked: dict[str, str]) -> Response:
        """Handle one request and answer with its result.

        Raises:
            ResizerError: the body is no usable picture, or a store failed.
        """
        if not is_ours(request):
            return _refusal(403, "expected a request of the loop's own page")
        match request.path:
            case "/_loop/originals":
                return self._drop(request, asked.get("name", ""))
            case "/_loop/purge" if asked.get("key"):
                return json_answer(200, self._freshness.purge(asked["key"]))
        return _refusal(404, "there is nothing to post there, or it lacks a parameter")

    def _drop(self, request: Request, name: str) -> Response:
        length = request.headers.get("content-length", "")
        most = self._site.limits.input_bytes
        if not length.isdecimal():
            return _refusal(411, "expected a Content-Length")
        if int(length) > most:
            return _refusal(413, f"expected an original of at most {most} bytes, got {int(length)}")
        body = request.read()
        if len(body) < int(length):
            return _refusal(400, f"expected {int(length)} bytes, got {len(body)}")
        format, _ = core.read_header(body, site=self._site)
        core.resize(body, _TRIED, site=self._site)
        with self._dropping:
            gone = self._originals.make_room(len(body))
            for key in gone:
                self._freshness.purge(key)
            key = self._key(safe_name(name, format), body)
            self._originals.put(key, body, media_type=format.media_type)
        original = self._planner.find(key)
        described = original.described() if original else None
        return json_answer(201, {"key": key, "bytes": len(body), "original": described, "gone": gone})

    def _key(self, name: str, body: bytes) -> str:
        """Find a key that no other original has. So no cache has a picture of another original under it."""
        stem, dot, suffix = name.rpartition(".")
        key, count = DROPPED + name, 1
        while (found := self._originals.get(key)) and found.body != body:
            count += 1
            key = f"{DROPPED}{stem}-{count}{dot}{suffix}"
        return key


def safe_name(given: str, format: core.Format) -> str:
    """Make a name with the format's suffix. Every hop of the loop spells it in the same way.

    >>> safe_name("../../My cat?.jpeg", core.FORMATS["jpg"]), safe_name(".txt", core.FORMATS["png"])
    ('My-cat.jpeg', 'txt.png')
    """
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    stem, _, suffix = last.rpartition(".")
    if suffix.lower() not in (format.name, *format.aliases):
        stem, suffix = last, format.name
    kept = re.sub(r"[^\w.]+", "-", stem).strip("-.")[:_LONGEST_NAME].strip("-.")
    return f"{kept or 'picture'}.{suffix.lower()}"


def _refusal(status: int, reason: str) -> Response:
    return json_answer(status, {"error": fault(reason)})
