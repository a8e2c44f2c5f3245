"""Serve avatars with Flask: an upload, a page that shows it, and the mounted application for other sizes.

Run ``gunicorn --threads 8 app:app`` in this folder. It needs resizer_core, flask and gunicorn.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template_string, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from resizer_core import Limits, Resizer, ResizerError, Service, Site, detect, open_store, picture, resize
from resizer_core.wsgi import Application

FOLDER = Path(os.environ.get("PICTURES", "pictures"))
SITE = Site(limits=Limits(input_bytes=10_000_000))
AVATAR = "128x128_fit-cover_g-sm_f-webp"
FORM = """<!doctype html><title>Avatars</title>
<form method="post" action="{{ url_for('upload') }}" enctype="multipart/form-data">
<input type="file" name="photo" accept="image/*" required> <button>Upload</button></form>"""
PAGE = """<!doctype html><title>Avatar</title>
<img src="{{ url_for('avatar', key=key) }}" alt="The avatar">
{{ picture(key, widths=[320, 640, 1280], alt="The photograph", base="/pictures") }}"""

originals = open_store(FOLDER / "originals")
avatars = open_store(FOLDER / "avatars")
service = Service(Resizer(originals, open_store(FOLDER / "derivatives"), site=SITE))

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = SITE.limits.input_bytes + 10_000  # and the form around the file
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/pictures": Application(service)})  # type: ignore[method-assign]


@app.errorhandler(ResizerError)
def refused(error: ResizerError) -> Response:
    """Answer with the text and the status of the error."""
    return Response(str(error), status=error.http_status, mimetype="text/plain")


@app.get("/")
def form() -> str:
    """Show the form for uploads."""
    return render_template_string(FORM)


@app.post("/people")
def upload() -> ResponseReturnValue:
    """Make the avatar, then store the upload. So a file that is no picture is refused before it is stored."""
    data = request.files["photo"].read()
    avatar = resize(data, AVATAR, site=SITE)
    key = f"{hashlib.sha256(data).hexdigest()[:16]}.{detect(data)}"
    originals.put(key, data, media_type=detect(data).media_type)
    avatars.put(key, avatar.body, media_type=avatar.media_type)
    return redirect(url_for("page", key=key), code=303)


@app.get("/people/<key>")
def page(key: str) -> str:
    """Show the avatar, and the photograph as wide as the screen."""
    if avatars.head(key) is None:
        abort(404)
    return render_template_string(PAGE, key=key, picture=picture)


@app.get("/avatars/<key>")
def avatar(key: str) -> Response:
    """Send the avatar. Its URL names its bytes, so browsers may keep it for ever."""
    found = avatars.get(key) or abort(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(bytes(found.body), mimetype=found.media_type, headers=kept)
