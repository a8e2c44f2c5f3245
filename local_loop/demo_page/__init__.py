"""Serve the loop's own page and its JSON. This is no part of a deployed stack.

It answers ``/`` and ``/_loop/...``, for which the deployed loop gives 404.

======================================= ==========================================================
``/``, ``/_loop/NAME.css``, ``NAME.js`` the page
``/_loop/docs/...``, ``/_loop/js/...``  the documents, and the package for JavaScript
``/_loop/grammar``                      the table of the grammar: `resizer_core.grammar_table`
``/_loop/pictures``                     the originals, and the specs that the page shows them in
``/_loop/changes?after=COUNT``          the changes of originals after the first COUNT, and their results
``/_loop/walk?path=/SPEC/KEY``          one view, hop by hop
``/_loop/explain?spec=SPEC&key=KEY``    the parts of a SPEC, possible additions, and the result
``/_loop/compare?spec=SPEC&key=KEY``    JPEG, WebP and AVIF of one SPEC: bytes, ms, losses (``viewer=ID``)
POST ``/_loop/originals?name=NAME``     takes a picture and keeps it in memory as an original
POST ``/_loop/purge?key=KEY``           deletes the derivatives of an original; the caches forget them
======================================= ==========================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

import resizer_core as core
from local_loop.demo_page.answers import answer, fault, json_answer, refused
from local_loop.demo_page.comparing import Comparer
from local_loop.demo_page.explaining import explained
from local_loop.demo_page.files import find_file, page
from local_loop.demo_page.planned import ACCEPT, Planner
from local_loop.demo_page.posting import Poster, is_foreign
from local_loop.demo_page.walking import described
from local_loop.dropped import WithDropped
from local_loop.freshness import Freshness
from local_loop.http import Request, Response
from local_loop.stack import Wired
from resizer_core import Delivery, ObjectStore, Site, StorageError, StoredObject

#: The SPECs in which the page shows each original, with the reason.
_SHOWN = (
    ("480x320", "inside, as it fits"),
    ("480x320_fit-cover_f-webp", "covered, as WebP"),
    ("320x320_fit-cover_g-sm_f-webp", "a square around what matters"),
    ("x160_f-jpg_q-40", "160 px high, JPEG at quality 40"),
)
#: Most originals on the page. A store may hold millions.
_MOST_ORIGINALS = 200
#: Suffixes of notes beside originals. Anything else may be a picture, whatever its suffix is.
_NOTES = (".md", ".txt", ".tsv", ".csv", ".json")
_WAYS = {Delivery.REDIRECT: "Redirects", Delivery.FAILOVER: "Failover"}
#: The place in the page for the way of delivery and for the links to all ways.
_PLACE_OF_DELIVERY, _PLACE_OF_WAYS = "{delivery}", "<!-- ways -->"


class DemoPage:
    """Answer the page's requests, beside the loop."""

    def __init__(
        self,
        loop: Wired,
        originals: WithDropped,
        site: Site,
        *,
        freshness: Freshness,
        delivery: Delivery,
        ways: Mapping[Delivery, str],
    ) -> None:
        self._planner = Planner(originals, site)
        self._comparer = Comparer(originals, self._planner)
        self._poster = Poster(originals, self._planner, freshness)
        self._freshness = freshness
        self._loop = loop
        self._originals = originals
        self._delivery = delivery
        self._ways = ways
        # With redirects a picture that is not stored yet comes from the generator.
        images = " ".join(["'self'", *(f"http://{host}" for host in loop.others), "data:"])
        self._policy = f"default-src 'self'; img-src {images}; base-uri 'none'"

    def __call__(self, request: Request) -> Response | None:
        """Answer the request, or give None if it is for the loop."""
        try:
            own = self._answer(request)
        except core.ResizerError as error:
            own = refused(error)
        if own is None:
            return None
        return replace(own, headers={**own.headers, "content-security-policy": self._policy})

    def _answer(self, request: Request) -> Response | None:
        if request.path == "/" and request.method != "POST":
            return answer(200, self._filled(page()), "text/html; charset=utf-8")
        if not request.path.startswith("/_loop/"):
            return None
        asked = {name: values[0] for name, values in parse_qs(request.query, keep_blank_values=True).items()}
        if request.method == "POST":
            return self._poster.answer(request, asked)
        match request.path:
            case "/_loop/pictures":
                return self._pictures()
            case "/_loop/grammar":
                return json_answer(200, core.grammar_table(self._planner.site))
            case "/_loop/changes" if asked.get("after", "").isdecimal():
                return json_answer(200, self._changed(int(asked["after"])))
            case "/_loop/walk" if asked.get("path", "").startswith("/"):
                walk = self._loop.walk(asked["path"], headers={"accept": ACCEPT})
                return json_answer(200, described(walk))
            case "/_loop/explain" if "spec" in asked:
                edge = self._loop.delivery_cache.configuration.edge
                return json_answer(200, explained(asked["spec"], asked.get("key", ""), self._planner, edge))
            case "/_loop/compare" if is_foreign(request):
                return json_answer(403, {"error": fault("expected a request of the loop's own page")})
            case "/_loop/compare" if {"spec", "key"} <= {*asked}:
                return self._comparer.answer(asked["spec"], asked["key"], asked.get("viewer", ""))
        missing = {"error": "there is no such question, or it lacks a parameter"}
        return find_file(request.path) or json_answer(404, missing)

    def _filled(self, page: str) -> bytes:
        links = "".join(
            f'<a href="{url}/"{" aria-current=page" if way is self._delivery else ""}>{_WAYS[way]}</a>'
            for way, url in self._ways.items()
        )
        text = page.replace(_PLACE_OF_DELIVERY, self._delivery)
        return text.replace(_PLACE_OF_WAYS, links).encode()

    def _pictures(self) -> Response:
        changes = len(self._freshness.followed)  # before the originals, so that no change is lost
        try:
            found = [{"key": original.key, "bytes": original.size} for original in pictures(self._originals)]
        except StorageError as error:
            return json_answer(503, {"error": str(error)})
        specs = [{"spec": spec, "about": about} for spec, about in _SHOWN]
        return json_answer(200, {"originals": found, "specs": specs, "changes": changes})

    def _changed(self, after: int) -> dict[str, Any]:
        new = self._freshness.followed[after:]
        return {
            "changes": len(self._freshness.followed),
            "new": [{"key": one.key, "sentence": one.sentence} for one in new],
        }


def pictures(originals: ObjectStore) -> list[StoredObject]:
    """List the first originals of a store by key, without the notes beside them."""
    found = (original for original in originals.list() if not original.key.lower().endswith(_NOTES))
    return sorted(islice(found, _MOST_ORIGINALS), key=lambda original: original.key)
