"""``make base-digest``, with a registry on loopback that asks for a token, as Amazon's does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.archives import OCI_INDEX, digest
from tools.base_digest import main

MANIFEST = json.dumps({"mediaType": OCI_INDEX, "manifests": []}).encode()
TOKEN = "a-token-for-anybody"
DOCKERFILE = """# syntax stays
ARG BASE={base}
ARG BUILD_BASE=${{BASE}}
FROM ${{BASE}}
"""


class Handler(BaseHTTPRequestHandler):
    """Gives a token to anybody, and one manifest to who has it."""

    def do_GET(self) -> None:
        host = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        if self.path == "/token?service=test&scope=aws":
            self._answer(200, json.dumps({"token": TOKEN}).encode())
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, b"{}", challenge=f'Bearer realm="{host}/token",service="test",scope="aws"')
        elif self.path == "/v2/lambda/python/manifests/3.13" and OCI_INDEX in self.headers["Accept"]:
            self._answer(200, MANIFEST)
        else:
            self._answer(
                404, json.dumps({"errors": [{"code": "MANIFEST_UNKNOWN", "message": "none"}]}).encode()
            )

    def _answer(self, status: int, body: bytes, *, challenge: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, ThreadPoolExecutor() as beside:
        beside.submit(server.serve_forever, 0.05)
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def dockerfile(folder: Path, base: str) -> Path:
    path = folder / "Dockerfile"
    path.write_text(DOCKERFILE.format(base=base), encoding="utf-8")
    return path


@pytest.mark.parametrize("before", ["", f"@sha256:{'1a' * 32}"], ids=["a-tag", "an-older-digest"])
def test_the_digest_of_the_tag_is_written_behind_it(
    tmp_path: Path, host: str, before: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = dockerfile(tmp_path, f"{host}/lambda/python:3.13{before}")
    main(path)
    pinned = f"{host}/lambda/python:3.13@{digest(MANIFEST)}"
    assert path.read_text() == DOCKERFILE.format(base=pinned)
    assert capsys.readouterr().out == f"ARG BASE={pinned}\n"


WRONG = {
    "no-such-tag": (
        "{host}/lambda/python:2",
        "the base stays as it is: GET .*expected 200, got 404 MANIFEST_UNKNOWN",
    ),
    "nobody-there": ("127.0.0.1:1/lambda/python:3.13", "the base stays as it is: GET .* refused"),
    "no-host": ("python", "expected ARG BASE=HOST/NAME:TAG in .*Dockerfile"),
}


@pytest.mark.parametrize(("base", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_found_changes_nothing(tmp_path: Path, host: str, base: str, said: str) -> None:
    path = dockerfile(tmp_path, base.format(host=host))
    before = path.read_text()
    with pytest.raises(SystemExit, match=said):
        main(path)
    assert path.read_text() == before


def test_the_checkouts_dockerfile_can_be_pinned(
    tmp_path: Path, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (Path(__file__).parents[2] / "Dockerfile").read_text()
    path = tmp_path / "Dockerfile"
    path.write_text(
        text.replace("public.ecr.aws/", f"{host}/").replace(":3.13.", ":").replace("2026.06.05.14", "3.13")
    )
    main(path)
    assert f"@{digest(MANIFEST)}" in capsys.readouterr().out
