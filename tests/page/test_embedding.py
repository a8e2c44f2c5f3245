"""Pages of other sites show pictures of the loop, whatever rules of their own they have."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

#: Resolves to the width of the picture, 0 where none is shown.
SHOW = """async address => {
    const image = new Image();
    image.src = address;
    document.body.append(image);
    await image.decode().catch(() => {});
    return image.naturalWidth;
}"""
TIMING = """address => {
    const [entry] = performance.getEntriesByName(address);
    return [entry.responseStart, entry.encodedBodySize];
}"""
ISOLATED = {"cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin"}


class Site(ThreadingHTTPServer):
    """An empty page, of another site than the loop: one is localhost, the other 127.0.0.1."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Empty)
        self.headers: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}/"


class _Empty(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in {"content-type": "text/html", **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Another site</title><body>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_an_isolated_page_shows_a_picture_on_its_first_view_and_sees_when_it_came(
    elsewhere: Page, site: Site, url: str
) -> None:
    site.headers = ISOLATED
    elsewhere.goto(site.url)
    assert elsewhere.evaluate("crossOriginIsolated")
    answers: list[int] = []
    elsewhere.on("response", lambda response: answers.append(response.status))
    address = f"{url}/41x31_fit-cover_f-png/cup.png"
    assert elsewhere.evaluate(SHOW, address) == 41
    assert answers == [307, 302, 200]
    first_byte, size = elsewhere.evaluate(TIMING, address)
    assert first_byte > 0
    assert size > 0


@pytest.mark.parametrize("names_both", [False, True], ids=["delivery alone", "both hosts"])
def test_a_picture_is_made_where_the_policy_of_the_page_names_both_hosts(
    elsewhere: Page, site: Site, url: str, names_both: bool
) -> None:
    address = f"{url}/{43 + names_both}x31_fit-cover_f-png/cup.png"
    to_the_generator = urlsplit(elsewhere.request.get(address, max_redirects=0).headers["location"])
    sources = [url, f"http://{to_the_generator.netloc}"] if names_both else [url]
    site.headers = {"content-security-policy": f"img-src {' '.join(sources)}"}
    elsewhere.goto(site.url)
    assert (elsewhere.evaluate(SHOW, address) > 0) == names_both
