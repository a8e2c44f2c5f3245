"""Log who asked, so that whoever asks too much can be found."""

from __future__ import annotations

from typing import Any

import pytest

import resizer_core as core
from tests.handler.site import Site, event_for, recorded

PATH = "/30x20/cat.jpg"
SECRET, SIGNING_KEY = "0123456789abcdef0123456789abcdef", b"k" * 32
CLOUDFRONT = "130.176.1.2"  # as API Gateway sees it
VIEWERS = {
    "IPv4": ("198.51.100.10:46532", "198.51.100.10"),
    "IPv6": ("2001:db8::8a2e:370:7334:46532", "2001:db8::8a2e:370:7334"),
    "IPv6 in full": ("2001:0DB8:0000:0000:0000:0000:0000:0001:443", "2001:db8::1"),
    "IPv6 in brackets": ("[2001:db8::1]:443", "2001:db8::1"),
    "none": ("", CLOUDFRONT),
    "no port": ("198.51.100.10", CLOUDFRONT),
    "a name": ("viewer.example:443", CLOUDFRONT),
    "two": ("198.51.100.10:1, 203.0.113.9:2", CLOUDFRONT),
    "a zone": (f"fe80::1%s-{'a' * 16}:443", CLOUDFRONT),
    "a line": ("198.51.100.10\n:443", CLOUDFRONT),
}


def asked_by(viewer: str, name: str = "http_api_v2_get", **headers: str) -> dict[str, Any]:
    """An event of CloudFront's that says who the viewer is."""
    event = recorded(name)
    context = event["requestContext"]
    (context["http"] if "http" in context else context["identity"])["sourceIp"] = CLOUDFRONT
    event["headers"] |= {"CloudFront-Viewer-Address": viewer} | headers
    return event


@pytest.mark.parametrize(("said", "logged"), VIEWERS.values(), ids=VIEWERS)
def test_the_viewer_is_in_the_log_without_the_port(said: str, logged: str) -> None:
    site = Site.over(origin_secrets=(SECRET,))
    site.function(asked_by(said, **{"x-resizer-secret": SECRET}))
    assert site.log()["viewer"] == logged


@pytest.mark.parametrize("name", ["http_api_v2_get", "http_api_v1_get", "rest_get", "function_url_get"])
def test_every_kind_of_http_event_says_who_asked(name: str) -> None:
    site = Site.over(origin_secrets=(SECRET,))
    site.function(asked_by("198.51.100.10:1", name, **{"x-resizer-secret": SECRET}))
    assert site.log()["viewer"] == "198.51.100.10"
    site.function(asked_by("198.51.100.10:1", name))
    assert (site.log()["viewer"], site.log()["status"]) == (CLOUDFRONT, 403)


def test_a_viewer_is_believed_beside_the_secret_alone() -> None:
    for site, headers in (
        (Site.over(origin_secrets=(SECRET,)), {"x-resizer-secret": "w" * 32}),
        (Site.over(), {"x-resizer-secret": SECRET}),  # none is asked for, so anybody may call
    ):
        site.function(asked_by("198.51.100.10:1", **headers))
        assert site.log()["viewer"] == CLOUDFRONT


def test_the_viewer_of_a_refused_request_is_in_the_log() -> None:
    site = Site.over(origin_secrets=(SECRET,), access=core.Access.SIGNED, keys=(SIGNING_KEY,))
    site.function(asked_by("198.51.100.10:1", **{"x-resizer-secret": SECRET}))
    assert (site.log()["viewer"], site.log()["outcome"]) == ("198.51.100.10", "NotAllowed")


def test_an_event_that_says_of_nobody_logs_nobody() -> None:
    site = Site.over()
    for event in (recorded("tutorial"), {}):
        site.function(event)
        assert "viewer" not in site.log()
    for source in (None, 5, {"a": 1}, "unknown"):
        event = event_for(PATH)
        event["requestContext"]["http"]["sourceIp"] = source
        site.function(event)
        assert "viewer" not in site.log()
