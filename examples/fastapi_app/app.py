"""Serve avatars with FastAPI: an upload, a page that shows it, and the mounted application for other sizes.

Run ``uvicorn app:app`` in this folder. It needs resizer_core, fastapi, python-multipart and uvicorn.
"""

from __future__ import annotations

import hashlib
import os
from html import escape
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from resizer_core import Limits, Resizer, ResizerError, Service, Site, detect, open_store, picture, resize
from resizer_core.asgi import Application

FOLDER = Path(os.environ.get("PICTURES", "pictures"))
SITE = Site(limits=Limits(input_bytes=10_000_000))
AVATAR = "128x128_fit-cover_g-sm_f-webp"
FORM = """<!doctype html><title>Avatars</title>
<form method="post" action="/people" enctype="multipart/form-data">
<input type="file" name="photo" accept="image/*" required> <button>Upload</button></form>"""

originals = open_store(FOLDER / "originals")
avatars = open_store(FOLDER / "avatars")
service = Service(Resizer(originals, open_store(FOLDER / "derivatives"), site=SITE))

app = FastAPI()
app.mount("/pictures", Application(service))


@app.exception_handler(ResizerError)
def refused(_: Request, error: ResizerError) -> PlainTextResponse:
    """Answer with the text and the status of the error."""
    return PlainTextResponse(str(error), status_code=error.http_status)


@app.get("/")
def form() -> HTMLResponse:
    """Show the form for uploads."""
    return HTMLResponse(FORM)


# Without async FastAPI calls this in a thread, and the event loop goes on.
@app.post("/people")
def upload(photo: UploadFile) -> RedirectResponse:
    """Make the avatar, then store the upload. So a file that is no picture is refused before it is stored."""
    data = photo.file.read(SITE.limits.input_bytes + 1)
    avatar = resize(data, AVATAR, site=SITE)
    key = f"{hashlib.sha256(data).hexdigest()[:16]}.{detect(data)}"
    originals.put(key, data, media_type=detect(data).media_type)
    avatars.put(key, avatar.body, media_type=avatar.media_type)
    return RedirectResponse(f"/people/{key}", status_code=303)


@app.get("/people/{key}")
def page(key: str) -> HTMLResponse:
    """Show the avatar, and the photograph as wide as the screen."""
    if avatars.head(key) is None:
        raise HTTPException(404)
    photo = picture(key, widths=[320, 640, 1280], alt="The photograph", base="/pictures", site=SITE)
    return HTMLResponse(
        f'<!doctype html><title>Avatar</title><img src="/avatars/{escape(key)}" alt="The avatar">{photo}'
    )


@app.get("/avatars/{key}")
def avatar(key: str) -> Response:
    """Send the avatar. Its URL names its bytes, so browsers may keep it for ever."""
    found = avatars.get(key)
    if found is None:
        raise HTTPException(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(bytes(found.body), media_type=found.media_type, headers=kept)
