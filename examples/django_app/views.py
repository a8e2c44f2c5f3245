"""Store avatars from uploads, and show them on a page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines

from resizer_core import Limits, Resizer, ResizerError, Service, Site, detect, open_store, resize

FOLDER = Path(os.environ.get("PICTURES", "pictures"))
SITE = Site(limits=Limits(input_bytes=10_000_000))
AVATAR = "128x128_fit-cover_g-sm_f-webp"
FORM = """<!doctype html><title>Avatars</title>
<form method="post" action="/people" enctype="multipart/form-data">{% csrf_token %}
<input type="file" name="photo" accept="image/*" required> <button>Upload</button></form>"""
PAGE = """{% load resizer %}<!doctype html><title>Avatar</title>
<img src="/avatars/{{ key }}" alt="The avatar">
{% picture key widths="320,640,1280" alt="The photograph" %}"""

originals = open_store(FOLDER / "originals")
avatars = open_store(FOLDER / "avatars")
service = Service(Resizer(originals, open_store(FOLDER / "derivatives"), site=SITE))


class Refused:
    """Answer errors of resizer_core with their text and their status, as a middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error of resizer_core. Leave all others to Django."""
        if not isinstance(error, ResizerError):
            return None
        return HttpResponse(str(error), status=error.http_status, content_type="text/plain")


def form(request: HttpRequest) -> HttpResponse:
    """Show the form for uploads."""
    return HttpResponse(engines["django"].from_string(FORM).render({}, request))


def upload(request: HttpRequest) -> HttpResponse:
    """Make the avatar, then store the upload. So a file that is no picture is refused before it is stored."""
    data = request.FILES["photo"].read(SITE.limits.input_bytes + 1)
    avatar = resize(data, AVATAR, site=SITE)
    key = f"{hashlib.sha256(data).hexdigest()[:16]}.{detect(data)}"
    originals.put(key, data, media_type=detect(data).media_type)
    avatars.put(key, avatar.body, media_type=avatar.media_type)
    return HttpResponseRedirect(f"/people/{key}", status=303)


def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show the avatar, and the photograph as wide as the screen."""
    if avatars.head(key) is None:
        raise Http404
    return HttpResponse(engines["django"].from_string(PAGE).render({"key": key}, request))


def avatar(_: HttpRequest, key: str) -> HttpResponse:
    """Send the avatar. Its URL names its bytes, so browsers may keep it for ever."""
    found = avatars.get(key)
    if found is None:
        raise Http404
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(bytes(found.body), content_type=found.media_type, headers=kept)
