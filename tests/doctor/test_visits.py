"""The few GETs, on emulated stacks that are right and wrong, and the way they take over a network."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from doctor.facts import Facts, Unread
from doctor.findings import Finding, Status
from doctor.visits import CHECKS, first_picture, over_the_network, spec_for, visit
from local_loop.http import Response
from resizer_core import Delivery, Settings, verify
from tests.doctor.deployed import Deployed
from tests.doctor.stack import (
    ENVIRONMENT,
    KEY,
    READING,
    standard_facts,
    with_bucket,
    with_cache_policy,
    with_environment,
    with_header,
    with_rules,
    with_website,
)

FACTS = standard_facts()
VERSION = "0123456789abcdef"
ORIGINAL = "pictures/red.png"
PRESETS = json.dumps({"thumb": "4x4_f-auto", "wide": "16x4"})

NEW = "A new picture is two redirects away"
AGAIN = "From then on it is there at once"
KEPT = "S3's redirect is not kept"
OPEN = "Every hop lets pages of other sites read it"
GONE = "A missing original is 404"
STRAY = "Paths without a SPEC do not reach the function"
WEBSITE = "The website refuses requests that avoid delivery"
API = "The API refuses requests that avoid CloudFront"


def visited(facts: Facts, key: str | Unread = ORIGINAL) -> dict[str, Finding]:
    findings = visit(facts, Deployed(facts).fetch, key=key, version=VERSION)
    return {finding.title: finding for finding in findings}


POLICIES: dict[str, Facts] = {
    "open": FACTS,
    "signed": with_environment(FACTS, RESIZER_ACCESS="signed", RESIZER_SIGNING_KEYS=KEY),
    "presets": with_environment(
        FACTS, RESIZER_ACCESS="presets", RESIZER_PRESETS=PRESETS, RESIZER_SIGNING_KEYS=KEY
    ),
    "with a fallback": with_environment(FACTS, RESIZER_FALLBACK=ORIGINAL),
}


@pytest.mark.parametrize("facts", POLICIES.values(), ids=POLICIES)
def test_a_stack_that_is_right_is_seen_to_be(facts: Facts) -> None:
    findings = visited(facts)
    assert {title: finding.status for title, finding in findings.items()} == {
        one.title: Status.RIGHT for one in CHECKS[Delivery.REDIRECT]
    }


def test_one_small_derivative_is_left_behind_and_nothing_else() -> None:
    deployed = Deployed(FACTS)
    visit(FACTS, deployed.fetch, key=ORIGINAL, version=VERSION)
    left = {found.key: found.size for found in deployed.buckets["img-derivatives"].list()}
    assert left.keys() == {f"8x8_f-png_v-{VERSION}/{ORIGINAL}"}
    assert len(list(deployed.buckets["img-originals"].list())) == 1


#: What is wrong, by the visits that see it.
BROKEN: dict[str, tuple[Callable[[], Facts], dict[str, str]]] = {
    "no rules": (
        lambda: with_website(FACTS, routing_rules=()),
        {NEW: "404", AGAIN: "404", KEPT: "404", GONE: "404"},
    ),
    "a redirect that is kept": (
        lambda: with_cache_policy(
            with_rules(FACTS, http_redirect_code="302"), "delivery", default_ttl=86_400
        ),
        {NEW: "302, 302, 302, 200", AGAIN: "302, 200", KEPT: "302, from the cache", GONE: "302, 404"},
    ),
    "a base URL that leads elsewhere": (
        lambda: with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
        {NEW: "307, 302 to other.example.com"},
    ),
    "redirects without encryption": (
        lambda: with_rules(FACTS, protocol="http"),
        {NEW: "307 to dgenerator.cloudfront.net", GONE: "307 to dgenerator.cloudfront.net"},
    ),
    "another bucket": (
        lambda: with_environment(FACTS, RESIZER_DERIVATIVES="s3://elsewhere"),
        {NEW: "307, 302, 307, 200", AGAIN: "307, 200", KEPT: "afterwards 307"},
    ),
    "a website for everybody": (
        lambda: with_bucket(FACTS, policy=({**READING, "Condition": {}},)),
        {WEBSITE: "404"},
    ),
    "a website for nobody": (
        lambda: with_bucket(FACTS, policy=None),
        {NEW: "403", AGAIN: "403", KEPT: "403", GONE: "403", STRAY: "403"},
    ),
    "a rule for everything": (
        lambda: with_rules(FACTS, key_prefix_equals=None),
        {STRAY: "307, 400"},
    ),
    "no secret": (
        lambda: with_environment(FACTS, RESIZER_ORIGIN_SECRETS=""),
        {API: "400"},
    ),
    "no star": (
        lambda: with_header(FACTS, "delivery", "access-control-allow-origin", None),
        {OPEN: "307: no access-control-allow-origin"},
    ),
    "no resource policy": (
        lambda: with_header(FACTS, "delivery", "cross-origin-resource-policy", None),
        {OPEN: "307: no cross-origin-resource-policy"},
    ),
}


@pytest.mark.parametrize(("facts", "wrong"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_seen_by_the_visits_that_meet_it(
    facts: Callable[[], Facts], wrong: dict[str, str]
) -> None:
    findings = visited(facts())
    for title, word in wrong.items():
        assert findings[title].status is Status.WRONG, title
        assert word in findings[title].found, title


def test_every_visit_is_seen_to_fail() -> None:
    assert {title for _, wrong in BROKEN.values() for title in wrong} == {
        one.title for one in CHECKS[Delivery.REDIRECT]
    }


def test_a_picture_that_is_no_picture_is_wrong() -> None:
    deployed = Deployed(FACTS)

    def fetch(url: str, headers: Mapping[str, str]) -> Response:
        response = deployed.fetch(url, headers)
        media_type = {"content-type": "text/html; charset=utf-8"}
        return replace(response, headers={**response.headers, **media_type})

    findings = {one.title: one for one in visit(FACTS, fetch, key=ORIGINAL, version=VERSION)}
    assert findings[NEW].found == "text/html"
    assert findings[AGAIN].found == "text/html"
    assert findings[GONE].found == "text/html"


def test_without_an_original_only_what_needs_one_is_not_known() -> None:
    findings = visited(FACTS, key=Unread("the bucket is empty"))
    unknown = {title for title, finding in findings.items() if finding.status is Status.UNKNOWN}
    assert unknown == {NEW, AGAIN, KEPT, OPEN}
    assert "the bucket is empty" in findings[NEW].found
    assert findings[GONE].status is Status.RIGHT


def test_a_key_that_cannot_be_asked_for_is_not_known() -> None:
    assert "without a leading" in visited(FACTS, key="/a")[NEW].found


def test_without_an_answer_nothing_is_known() -> None:
    def fetch(_url: str, _headers: Mapping[str, str]) -> Response:
        raise OSError("no route to host")

    findings = visit(FACTS, fetch, key=ORIGINAL, version=VERSION)
    assert {finding.status for finding in findings} == {Status.UNKNOWN}
    assert all("no route to host" in finding.found for finding in findings)


def test_a_loop_without_end_is_left_after_a_few_redirects() -> None:
    asked = []

    def fetch(url: str, _headers: Mapping[str, str]) -> Response:
        asked.append(url)
        return Response(status=307, headers={"location": url})

    findings = {one.title: one for one in visit(FACTS, fetch, key=ORIGINAL, version=VERSION)}
    assert findings[NEW].status is Status.WRONG
    assert len(asked) < 40


@pytest.mark.parametrize("facts", [POLICIES["signed"], *(one() for one, _ in BROKEN.values())])
def test_no_signature_is_shown_and_no_secret_is_sent(facts: Facts) -> None:
    facts = with_environment(facts, RESIZER_ACCESS="signed", RESIZER_SIGNING_KEYS=KEY)
    settings = Settings.from_environment(getattr(facts.function, "environment", {}))
    signature = spec_for(settings, VERSION).signature
    deployed = Deployed(facts)
    sent: list[str] = []

    def fetch(url: str, headers: Mapping[str, str]) -> Response:
        sent.extend(headers)
        return deployed.fetch(url, headers)

    findings = visit(facts, fetch, key=ORIGINAL, version=VERSION)
    assert signature
    assert signature not in repr(findings)
    assert {"referer", "x-resizer-secret"}.isdisjoint(sent)


# What is asked for


def test_under_signatures_the_spec_is_signed_with_the_newest_key() -> None:
    newest = KEY[::-1]
    settings = Settings.from_environment(
        ENVIRONMENT | {"RESIZER_ACCESS": "signed", "RESIZER_SIGNING_KEYS": f"{newest},{KEY}"}
    )
    assert verify(spec_for(settings, VERSION), [newest.encode()])


def test_the_key_may_be_in_an_object() -> None:
    named = with_environment(FACTS, RESIZER_ACCESS="signed", RESIZER_SECRETS="s3://private/secrets-1.json")
    deployed = Deployed(with_environment(FACTS, RESIZER_ACCESS="signed", RESIZER_SIGNING_KEYS=KEY))
    facts = replace(named, secrets=json.dumps({"signing_keys": [KEY]}).encode())
    findings = visit(facts, deployed.fetch, key=ORIGINAL, version=VERSION)
    assert {finding.status for finding in findings} == {Status.RIGHT}
    assert KEY not in repr(facts)


def test_without_the_object_no_picture_is_asked_for() -> None:
    named = with_environment(FACTS, RESIZER_ACCESS="signed", RESIZER_SECRETS="s3://private/secrets-1.json")
    for secrets, word in ((None, "is not there"), (Unread("AccessDenied"), "AccessDenied")):
        findings = visit(
            replace(named, secrets=secrets), Deployed(FACTS).fetch, key=ORIGINAL, version=VERSION
        )
        (found,) = (finding for finding in findings if finding.title == NEW)
        assert found.status is Status.UNKNOWN
        assert word in found.found


def test_under_presets_the_format_is_said_where_it_would_be_negotiated() -> None:
    settings = Settings.from_environment(
        ENVIRONMENT | {"RESIZER_ACCESS": "presets", "RESIZER_PRESETS": PRESETS, "RESIZER_SIGNING_KEYS": KEY}
    )
    spec = spec_for(settings, VERSION)
    assert str(spec) == f"p-thumb_f-jpg_v-{VERSION}_s-{spec.signature}"
    assert verify(spec, [KEY.encode()])


def test_under_presets_without_a_key_no_new_picture_can_be_asked_for() -> None:
    facts = with_environment(FACTS, RESIZER_ACCESS="presets", RESIZER_PRESETS=PRESETS)
    findings = visited(facts)
    assert "can make no address that is surely new" in findings[NEW].found
    assert findings[NEW].status is Status.UNKNOWN
    assert findings[GONE].status is Status.RIGHT


def test_the_first_key_with_the_name_of_a_picture_is_taken() -> None:
    keys = ("notes.txt", "png", "a//b.png", "drawing.svg", "Party.GIF", "cat.jpg")
    assert first_picture(keys) == "Party.GIF"
    assert first_picture(keys[:4]) is None


def test_the_website_and_the_api_are_asked_where_anybody_can() -> None:
    deployed = Deployed(FACTS)
    visit(FACTS, deployed.fetch, key=ORIGINAL, version=VERSION)
    assert (
        f"http://img-derivatives.s3-website-eu-west-1.amazonaws.com/no-such-file-{VERSION}" in deployed.asked
    )
    assert f"https://api1.execute-api.eu-west-1.amazonaws.com/no-such-file-{VERSION}" in deployed.asked


# Over a network


class _Scripted(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/broken":
            self.wfile.write(b"no status line\r\n\r\n")
            return
        self.send_response(int(self.path[1:]))
        self.send_header("Location", "/200")
        self.send_header("X-Asked-By", self.headers["user-agent"])
        self.send_header("Access-Control-Allow-Origin", "https://blog.test")
        self.send_header("access-control-allow-origin", "*")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Scripted) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 302, 307, 403, 404, 503])
def test_every_answer_is_taken_as_it_is(server: str, status: int) -> None:
    response = over_the_network(f"{server}/{status}", {"user-agent": "test"})
    assert (response.status, response.body) == (status, b"ok")
    assert (response.headers["location"], response.headers["x-asked-by"]) == ("/200", "test")


def test_a_header_that_comes_twice_is_seen_as_browsers_see_it(server: str) -> None:
    response = over_the_network(f"{server}/200", {"user-agent": "test"})
    assert response.headers["access-control-allow-origin"] == "https://blog.test, *"


def test_no_answer_is_an_error_of_the_system(server: str) -> None:
    with pytest.raises(OSError, match="not HTTP"):
        over_the_network(f"{server}/broken", {})
    with pytest.raises(OSError, match="refused"):
        over_the_network("http://127.0.0.1:1/", {})
