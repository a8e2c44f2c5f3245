"""The applications of FastAPI, Flask and Django, each run by its server: uploads, pages and pictures."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final

import httpx
import pytest

from resizer_core import Size, detect, plan_for, resize

ROOT: Final = Path(__file__).parents[2]
CAT: Final = (ROOT / "examples" / "originals" / "cat.jpg").read_bytes()
#: Seconds for a server to start, to answer and to end.
PATIENCE: Final = 60

COMMANDS: Final = {
    "fastapi_app": ["uvicorn", "--port", "0", "app:app"],
    "flask_app": ["gunicorn", "--bind", "127.0.0.1:0", "--threads", "8", "app:app"],
    "django_app": ["gunicorn", "--bind", "127.0.0.1:0", "--threads", "8", "project:application"],
}


class Served:
    """Run an example in a copy of its folder, and hold a client of it."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self.pictures = folder / "pictures"
        variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PICTURES": str(self.pictures)}
        self._log = folder / "log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=folder, env=variables, stdout=log, stderr=log
            )
        self.client = httpx.Client(base_url=self._address(), timeout=PATIENCE)

    @property
    def log(self) -> str:
        return self._log.read_text()

    def _address(self) -> str:
        """Read from the log where the server listens: at a port that the system chose."""
        with self._log.open() as log:
            said = ""
            while self.process.poll() is None:
                said += log.read()
                time.sleep(0.05)
                if found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", said):
                    return found[0]
        raise AssertionError(said)

    def upload(self, body: bytes) -> httpx.Response:
        form = self.client.get("/")
        hidden = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
        fields = {"csrfmiddlewaretoken": hidden[1]} if hidden else {}
        return self.client.post("/people", files={"photo": ("any name.jpg", io.BytesIO(body))}, data=fields)

    def stored(self) -> int:
        return sum(1 for path in (self.pictures / "originals").rglob("*") if path.is_file())

    def end(self) -> int:
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module", params=COMMANDS)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copytree(ROOT / "examples" / request.param, folder, dirs_exist_ok=True)
    one = Served(folder, COMMANDS[request.param])
    yield one
    # uvicorn ends by the signal itself once it has answered, as a shell expects.
    assert one.end() in (0, -signal.SIGTERM)
    assert "Traceback" not in one.log


@pytest.fixture(scope="module")
def page(served: Served) -> httpx.Response:
    """The page that an upload leads to."""
    answer = served.upload(CAT)
    assert (answer.status_code, answer.headers["location"].count("/")) == (303, 2)
    return served.client.get(answer.headers["location"])


def test_the_page_shows_the_avatar(served: Served, page: httpx.Response) -> None:
    (address,) = re.findall(r'<img src="(/avatars/[^"]+)"', page.text)
    avatar = served.client.get(address)
    assert (avatar.status_code, avatar.headers["content-type"]) == (200, "image/webp")
    assert plan_for(avatar.content, "orig").size == Size(128, 128)
    assert avatar.content == resize(CAT, "128x128_fit-cover_g-sm_f-webp").body
    assert "immutable" in avatar.headers["cache-control"]


def test_the_page_shows_the_photograph_by_the_mounted_application(
    served: Served, page: httpx.Response
) -> None:
    addresses = re.findall(r"(/pictures/\S+) 320w", unescape(page.text))
    assert [address.rpartition("f-")[2].partition("/")[0] for address in addresses] == ["avif", "webp", "jpg"]
    for address in addresses:
        made = served.client.get(address)
        assert made.status_code == 200
        assert made.headers["content-type"] == detect(made.content).media_type
        assert plan_for(made.content, "orig").size.width == 320
        stored = served.client.get(address)
        again = served.client.get(address, headers={"if-none-match": stored.headers["etag"]})
        assert (stored.content, again.status_code, again.content) == (made.content, 304, b"")


def test_what_is_not_canonical_stays_below_the_mount(served: Served, page: httpx.Response) -> None:
    key = page.url.path.rpartition("/")[2]
    moved = served.client.get(f"/pictures/300x_F-WEBP/{key}")
    assert (moved.status_code, moved.headers["location"]) == (302, f"/pictures/300x_f-webp/{key}")


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (b"no picture", 415, "the original is not a picture of a known format; known: jpg, png"),
        (CAT[:-3000], 422, "the original is cut short or damaged"),
        (CAT + bytes(10_000_001), 422, "expected an original of at most 10000000 bytes, got 10000001"),
    ],
    ids=["no picture", "cut short", "too large"],
)
def test_a_bad_picture_is_refused_in_words_and_not_stored(
    served: Served, page: httpx.Response, body: bytes, status: int, text: str
) -> None:
    assert page.status_code == 200
    refused = served.upload(body[:10_000_001])
    assert (refused.status_code, refused.headers["content-type"].partition(";")[0]) == (status, "text/plain")
    assert refused.text.startswith(text)
    assert served.stored() == 1


def test_a_bad_address_is_refused_in_words(served: Served, page: httpx.Response) -> None:
    key = page.url.path.rpartition("/")[2]
    refused = served.client.get(f"/pictures/300x_blr-2/{key}")
    assert (refused.status_code, refused.json()["error"]) == (400, "InvalidSpec")
    assert "did you mean blur?" in refused.json()["message"]
    assert served.client.get("/pictures/300x/nobody.jpg").status_code == 404
    for nobody in ("/avatars/nobody.jpg", "/people/nobody.jpg", "/people/a%3Fb"):
        assert served.client.get(nobody).status_code == 404
