"""The S3 website endpoint, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_loop.http import Request, Response
from local_loop.website import LocationEncoder, RoutingRule, Website, WebsiteConfiguration
from resizer_core import ObjectStore, open_store
from tests.local_loop.doubles import BreakableStore

MISS = RoutingRule(
    key_prefix="3", http_error_code=404, host_name="gen.test", protocol="https", http_redirect_code=307
)


def bucket(*keys: str) -> ObjectStore:
    store = open_store("memory:")
    for key in keys:
        store.put(
            key,
            key.encode(),
            media_type="image/webp",
            cache_control="max-age=60",
            content_disposition="attachment",
            metadata={"spec": "300x"},
        )
    return store


def website(*keys: str, **changes: Any) -> Website:
    configuration = replace(WebsiteConfiguration(bucket="bucket"), **changes)
    return Website(configuration, bucket(*keys), host="website.test")


def get(site: Website, target: str, **headers: str) -> Response:
    return site(Request.to(target, headers=headers))


def test_an_object_comes_with_what_it_was_stored_with() -> None:
    response = get(website("300x/a.jpg"), "/300x/a.jpg")
    assert (response.status, response.body) == (200, b"300x/a.jpg")
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["cache-control"] == "max-age=60"
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["last-modified"].endswith(" GMT")
    assert not any(name.startswith("x-amz-meta-") for name in response.headers)


def test_metadata_is_sent_when_configured() -> None:
    response = get(website("a", sends_metadata=True), "/a")
    assert response.headers["x-amz-meta-spec"] == "300x"


def test_a_head_has_the_length_and_no_body() -> None:
    response = website("a")(Request(method="HEAD", path="/a"))
    assert (response.status, response.body, response.headers["content-length"]) == (200, b"", "1")


KEYS = {
    "space": ("a b", "/a%20b"),
    "plus": ("a+b", "/a%2Bb"),
    "a raw plus": ("a+b", "/a+b"),
    "percent": ("a%20b", "/a%2520b"),
    "unicode": ("ünï/写真", "/%C3%BCn%C3%AF/%E5%86%99%E7%9C%9F"),
    "question mark": ("a?b", "/a%3Fb"),
    "slash, encoded": ("a/b", "/a%2Fb"),
}


@pytest.mark.parametrize(("key", "path"), KEYS.values(), ids=KEYS)
def test_a_path_is_decoded_once(key: str, path: str) -> None:
    assert get(website(key), path).body == key.encode()


def test_a_raw_plus_is_a_space_when_configured() -> None:
    assert get(website("a b", plus_is_space=True), "/a+b").status == 200
    assert get(website("a+b", plus_is_space=True), "/a%2Bb").status == 200


def test_a_path_that_is_not_utf_8_is_400() -> None:
    assert get(website(), "/%FF").status == 400


def test_a_key_over_1024_bytes_is_400() -> None:
    site = website(routing_rules=(MISS,))
    assert get(site, "/3" + "a" * 1023).status == 307
    assert get(site, "/3" + "a" * 1024).status == 400


def test_a_missing_object_is_404_without_a_word_on_caching() -> None:
    response = get(website(), "/a")
    assert response.status == 404
    assert "cache-control" not in response.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_405(method: str) -> None:
    assert website("a")(Request(method=method, path="/a")).status == 405


# Routing rules


def test_a_rule_with_both_conditions_redirects_a_missing_key_of_its_prefix() -> None:
    response = get(website(routing_rules=(MISS,)), "/300x/a.jpg")
    assert response.status == 307
    assert response.headers["location"] == "https://gen.test/300x/a.jpg"


def test_a_redirect_says_nothing_on_caching() -> None:
    response = get(website(routing_rules=(MISS,)), "/300x/a.jpg")
    assert {"cache-control", "expires"}.isdisjoint(response.headers)


NOT_REDIRECTED = {
    "the object is there": ("/300x/a.jpg", 200),
    "another prefix": ("/wp-login.php", 404),
    "the prefix is not at the start": ("/a/3", 404),
    "the root": ("/", 404),
}


@pytest.mark.parametrize(("path", "status"), NOT_REDIRECTED.values(), ids=NOT_REDIRECTED)
def test_both_conditions_must_hold(path: str, status: int) -> None:
    assert get(website("300x/a.jpg", routing_rules=(MISS,)), path).status == status


def test_the_prefix_is_compared_with_the_decoded_key() -> None:
    assert get(website(routing_rules=(MISS,)), "/%33x/a").status == 307


def test_a_rule_on_the_error_alone_fits_any_key() -> None:
    anything = replace(MISS, key_prefix="")
    assert get(website(routing_rules=(anything,)), "/wp-login.php").status == 307


def test_no_rule_fits_the_root() -> None:
    anything = replace(MISS, key_prefix="")
    assert get(website(routing_rules=(anything,)), "/").status == 404


def test_a_rule_on_the_prefix_alone_hides_the_object() -> None:
    moved = replace(MISS, http_error_code=None)
    assert get(website("300x/a.jpg", routing_rules=(moved,)), "/300x/a.jpg").status == 307


def test_the_first_rule_that_fits_wins() -> None:
    other = replace(MISS, host_name="other.test")
    location = get(website(routing_rules=(MISS, other)), "/3").headers["location"]
    assert location == "https://gen.test/3"


def test_the_defaults_of_a_rule_are_those_that_break_the_loop() -> None:
    response = get(website(routing_rules=(RoutingRule(http_error_code=404),)), "/a")
    assert (response.status, response.headers["location"]) == (301, "http://website.test/a")


REPLACEMENTS = {
    "the whole key": (
        RoutingRule(http_error_code=404, host_name="h", replace_key_with="gen?key=1"),
        "http://h/gen?key=1",
    ),
    "the prefix": (
        RoutingRule(key_prefix="30", http_error_code=404, host_name="h", replace_key_prefix_with="gen/"),
        "http://h/gen/0x/a%20b",
    ),
    "no prefix is put in front": (
        RoutingRule(http_error_code=404, host_name="h", replace_key_prefix_with="gen/"),
        "http://h/gen/300x/a%20b",
    ),
}


@pytest.mark.parametrize(("rule", "location"), REPLACEMENTS.values(), ids=REPLACEMENTS)
def test_a_rule_may_replace(rule: RoutingRule, location: str) -> None:
    assert get(website(routing_rules=(rule,)), "/300x/a%20b").headers["location"] == location


def test_the_query_survives_only_when_configured() -> None:
    kept = get(website(routing_rules=(MISS,)), "/3?q=1")
    dropped = get(website(routing_rules=(MISS,), location_keeps_query=False), "/3?q=1")
    assert kept.headers["location"] == "https://gen.test/3?q=1"
    assert dropped.headers["location"] == "https://gen.test/3"


# The bucket policy


@pytest.mark.parametrize("path", ["/300x/a.jpg", "/300x/missing.jpg"])
@pytest.mark.parametrize("headers", [{}, {"referer": "wrong"}], ids=["no referer", "wrong referer"])
def test_without_the_referer_everything_is_403_and_no_redirect(path: str, headers: dict[str, str]) -> None:
    site = website("300x/a.jpg", routing_rules=(MISS,), referers=("right",))
    assert get(site, path, **headers).status == 403


@pytest.mark.parametrize("referer", ["old", "new"])
def test_each_of_two_referers_opens_the_website(referer: str) -> None:
    site = website("300x/a.jpg", routing_rules=(MISS,), referers=("new", "old"))
    assert get(site, "/300x/a.jpg", referer=referer).status == 200
    assert get(site, "/300x/missing.jpg", referer=referer).status == 307


UNREADABLE = {"an object": "/300x/a.jpg", "no object": "/300x/b.jpg", "the root": "/", "a folder": "/300x"}


@pytest.mark.parametrize("path", UNREADABLE.values(), ids=UNREADABLE)
def test_where_nobody_may_read_every_path_is_403_and_no_redirect(path: str) -> None:
    keys = ("300x/a.jpg", "300x/index.html", "index.html")
    site = website(*keys, routing_rules=(MISS,), readable=False, referers=("right",))
    assert get(site, path, referer="right").status == 403


def test_a_rule_on_403_redirects_objects_that_exist() -> None:
    rule = replace(MISS, http_error_code=403)
    site = website("300x/a.jpg", routing_rules=(rule,), referers=("right",))
    assert get(site, "/300x/a.jpg").status == 307


# The index document


def test_a_folder_is_its_index_document() -> None:
    assert get(website("a/index.html"), "/a/").status == 200
    assert get(website("index.html"), "/").status == 200


def test_a_folder_without_a_slash_is_sent_to_the_one_with_it() -> None:
    response = get(website("a b/index.html"), "/a%20b")
    assert (response.status, response.headers["location"]) == (302, "/a%20b/")


def test_an_index_suffix_that_nobody_uploads_gives_no_such_redirect() -> None:
    assert get(website("a/index.html", index_suffix="no-such-index"), "/a").status == 404


def test_error_rules_are_looked_at_after_the_index_document() -> None:
    site = website("3/index.html", routing_rules=(MISS,))
    assert get(site, "/3/").status == 200
    assert get(site, "/30/").headers["location"] == "https://gen.test/30/"


# The spelling of Location


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_percent_encoding_is_undone_by_decoding_once(key: str) -> None:
    encoded = LocationEncoder.PERCENT.encode(key)
    assert encoded.isascii()
    assert unquote(encoded, errors="strict") == key


@pytest.mark.parametrize("encoder", LocationEncoder)
def test_no_spelling_breaks_the_header(encoder: LocationEncoder) -> None:
    rule = replace(MISS, key_prefix="")
    location = get(
        website(routing_rules=(rule,), location_encoder=encoder), "/3%0d%0aset-cookie:%20a"
    ).headers["location"]
    assert "\r" not in location
    assert "\n" not in location


# Configuration that cannot be


def test_a_rule_needs_a_condition() -> None:
    with pytest.raises(ValueError, match="has a condition"):
        RoutingRule(host_name="h")


def test_a_rule_replaces_one_thing() -> None:
    with pytest.raises(ValueError, match="not both"):
        RoutingRule(key_prefix="a", replace_key_with="b", replace_key_prefix_with="c")


def test_a_rule_redirects_by_a_code_for_redirects() -> None:
    with pytest.raises(ValueError, match="http_redirect_code"):
        RoutingRule(key_prefix="a", http_redirect_code=200)


@pytest.mark.parametrize("suffix", ["", "a/b"])
def test_an_index_suffix_is_a_name(suffix: str) -> None:
    with pytest.raises(ValueError, match="index suffix"):
        WebsiteConfiguration(bucket="bucket", index_suffix=suffix)


def test_a_website_has_at_most_50_rules() -> None:
    with pytest.raises(ValueError, match="50"):
        WebsiteConfiguration(bucket="bucket", routing_rules=(MISS,) * 51)


def test_a_store_that_fails_is_500_and_no_redirect() -> None:
    configuration = WebsiteConfiguration(bucket="bucket", routing_rules=(MISS,))
    store = cast(ObjectStore, BreakableStore(bucket(), broken={"get"}))
    site = Website(configuration, store, host="website.test")
    assert get(site, "/300x/a.jpg").status == 500
