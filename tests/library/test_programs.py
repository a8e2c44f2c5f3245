"""The programs of docs/applications.md, as they are printed: their pictures and their refusals."""

from __future__ import annotations

import re
import shutil
from typing import Final

import pytest

from tests.library.recipes import CAT, Folder, processes, views_and_mounts

#: What each program of docs/applications.md is asked, given ``post`` and ``get``.
ASKED: Final = """
from io import BytesIO
from pathlib import Path
import resizer_core as core
cat = Path("cat.jpg").read_bytes()
Path("originals").mkdir()
Path("originals/cat.jpg").write_bytes(cat)
status, kind, body = post(cat)
assert (status, kind, core.plan_for(body, "orig").size) == (200, "image/webp", core.Size(128, 128))
status, kind, body = post(b"no picture")
assert (status, kind.partition(";")[0], body[:15]) == (415, "text/plain", b"the original is")
status, kind, body = get("/pictures/30x20_f-webp/cat.jpg")
assert (status, kind, core.detect(body).name) == (200, "image/webp", "webp")
assert get("/pictures/30x20_blr-2/cat.jpg")[0] == 400
"""
BY_HTTPX: Final = """
import asyncio, httpx
def told(method, path, **sent):
    async def asked():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **sent)
    answer = asyncio.run(asked())
    return answer.status_code, answer.headers["content-type"], answer.content
def post(body): return told("POST", "/avatar", files={"photo": ("name", body)})
def get(path): return told("GET", path)
"""
BY_WERKZEUG: Final = """
from werkzeug.test import Client
client = Client(application)
def told(answer): return answer.status_code, answer.headers["content-type"], answer.get_data()
def post(body): return told(client.post("/avatar", data={"photo": (BytesIO(body), "name")}))
def get(path): return told(client.get(path))
"""
DJANGO: Final = """
from django.conf import settings
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[__name__ + ".Refused"], ALLOWED_HOSTS=["localhost"])
urlpatterns = [path("avatar", avatar)]
"""
FRAMEWORKS: Final = {"fastapi": 0, "flask": 2, "django": 4}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_views_of_the_page_make_avatars_and_refuse(framework: str, folder: Folder) -> None:
    view, mounted = views_and_mounts()[FRAMEWORKS[framework] :][:2]
    parts = {
        "fastapi": [view, mounted, BY_HTTPX],
        "flask": [view, mounted, "application = app", BY_WERKZEUG],
        "django": [view, DJANGO, mounted, BY_WERKZEUG],
    }[framework]
    folder.python(*parts, ASKED, PYTHONWARNINGS="default")


def test_the_processes_of_the_page_make_pictures(folder: Folder) -> None:
    (folder.path / "originals").mkdir()
    shutil.copy(CAT, folder.path / "originals")
    printed = folder.python(processes())
    assert re.fullmatch(r"300x200 \d+\n", printed)
