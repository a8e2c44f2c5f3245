"""Take what the page posts: a picture of one's own, and the wish to purge."""

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

#: What is made of a picture to find out that its pixels can be read.
_TRIED = "64x64_still_f-jpg"
#: Letters of a name that are kept.
_LONGEST_NAME = 80


def is_ours(request: Request) -> bool:
    """Say whether a page of this server asks: any other one may only look at pictures.

    Source: Fetch standard, "Origin header"; Fetch Metadata Request Headers, section 2.3.
    """
    origin = request.headers.get("origin", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    return origin == f"http://{request.headers.get('host', '')}" and site == "same-origin"


def is_foreign(request: Request) -> bool:
    """Say whether a browser says that a page of another site asks."""
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


class Poster:
    """Carries out what is posted.

    Args:
        originals: with a place for those that are dropped.
        planner: knows the site.
        freshness: purges.
    """

    def __init__(self, originals: WithDropped, planner: Planner, freshness: Freshness) -> None:
        self._originals = originals
        self._site = planner.site
        self._planner = planner
        self._freshness = freshness
        self._dropping = threading.Lock()

    def answer(self, request: Request, asked: dict[str, str]) -> Response:
        """Carry out one request and say what came of it.

        Raises:
            ResizerError: what is posted is no picture that can be used, or a store failed.
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
        """Find a key that no other original has, so that no cache holds pictures of that one under it."""
        stem, dot, suffix = name.rpartition(".")
        key, count = DROPPED + name, 1
        while (found := self._originals.get(key)) and found.body != body:
            count += 1
            key = f"{DROPPED}{stem}-{count}{dot}{suffix}"
        return key


def safe_name(given: str, format: core.Format) -> str:
    """Make a name that every hop of the loop spells alike, with the suffix of its format.

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
