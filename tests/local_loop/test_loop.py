"""The loop as a whole: it is healthy as configured, whatever is asked for and however it is spelt."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest

from local_loop.http import Request
from local_loop.stack import SPEC_BEGINNINGS, LoopConfiguration
from tests.local_loop.views import MOST_REDIRECTS, RED, SPEC, expected, path_of, statuses
from tests.local_loop.world import Base, World

# Healthy


def test_a_first_view_has_two_redirects_and_the_second_is_a_hit(
    world: World, pictures: dict[str, bytes]
) -> None:
    first, second = world.view(RED), world.view(RED)
    assert statuses(first) == [307, 302, 200]
    assert statuses(second) == [200]
    assert first.response.body == second.response.body == expected(pictures, RED)
    assert second.response.headers["x-cache"] == "Hit from cloudfront"
    assert world.outcomes() == ["made"]


def test_a_derivative_is_kept_as_long_as_it_says_and_then_fetched_from_the_bucket(world: World) -> None:
    world.view(RED)
    world.clock.pass_seconds(31_536_000 - 1)
    assert world.view(RED).response.headers["x-cache"] == "Hit from cloudfront"
    world.clock.pass_seconds(1)
    assert world.view(RED).response.headers["x-cache"] == "Miss from cloudfront"
    assert world.function.runs == 1


def test_a_derivative_that_was_deleted_is_made_again(world: World, pictures: dict[str, bytes]) -> None:
    world.view(RED)
    world.derivatives.delete(RED.removeprefix("/"))
    assert statuses(world.view(RED)) == [200], "the delivery cache does not know"
    world.loop.delivery_cache.invalidate([RED])
    again = world.view(RED)
    assert statuses(again) == [307, 302, 200]
    assert again.response.body == expected(pictures, RED)


def test_many_viewers_who_miss_at_once_all_get_the_picture(world: World, pictures: dict[str, bytes]) -> None:
    with ThreadPoolExecutor(8) as viewers:
        walks = list(viewers.map(lambda _: world.view(RED), range(8)))
    assert {walk.response.body for walk in walks} == {expected(pictures, RED)}
    assert max(walk.redirects for walk in walks) <= MOST_REDIRECTS
    assert world.outcomes().count("made") == 1
    assert world.stored() == {RED.removeprefix("/")}


def test_a_head_takes_the_same_way_as_a_get(world: World) -> None:
    missing = world.loop.delivery(Request(method="HEAD", path=RED))
    made = world.loop.generator(Request(method="HEAD", path=RED))
    there = world.loop.delivery(Request(method="HEAD", path=RED))
    assert [missing.status, made.status, there.status] == [307, 302, 200]
    assert int(there.headers["content-length"]) > 0
    assert {missing.body, made.body, there.body} == {b""}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_reaches_neither_the_bucket_nor_the_function(world: World, method: str) -> None:
    assert world.loop.delivery(Request(method=method, path=RED)).status == 405
    assert world.loop.generator(Request(method=method, path=RED)).status == 405
    assert (world.stored(), world.function.runs) == (set(), 0)


# Rules 1 and 6: what reaches the function


def test_there_are_twelve_rules_and_each_has_both_conditions(base: Base) -> None:
    rules = base.configuration.website.routing_rules
    assert [rule.key_prefix for rule in rules] == [*"123456789", "x", "orig", "p-"]
    assert {rule.http_error_code for rule in rules} == {404}
    assert {rule.http_redirect_code for rule in rules} == {307}
    assert {(rule.protocol, rule.host_name) for rule in rules} == {
        ("https", base.configuration.generator_host)
    }
    assert {(rule.replace_key_with, rule.replace_key_prefix_with) for rule in rules} == {(None, None)}


@pytest.mark.parametrize("beginning", SPEC_BEGINNINGS)
def test_a_path_that_begins_like_a_spec_reaches_the_function(world: World, beginning: str) -> None:
    world.view(f"/{beginning}nonsense/red.png")
    assert world.function.runs == 1


SCANNERS = ("/", "/favicon.ico", "/wp-login.php", "/.env", "/0x200/a", "/P-thumb/a", "/admin/", "//1x1/a")


@pytest.mark.parametrize("path", SCANNERS)
def test_anything_else_is_s3s_404_and_costs_nothing(world: World, path: str) -> None:
    assert statuses(world.view(path)) == [404]
    assert world.function.runs == 0


REFUSED = {
    "no SPEC": ("/3/red.png", 400),
    "a size in upper case": ("/8X4/red.png", 400),
    "a height of 0": ("/8x0/red.png", 400),
    "an unknown option": ("/8x4_blr-2/red.png", 400),
    "a double slash": (f"/{SPEC}//red.png", 400),
    "a trailing slash": (f"/{SPEC}/red.png/", 400),
    "an encoded dot segment": (f"/{SPEC}/%2e%2e/red.png", 400),
    "a control character": (f"/{SPEC}/red%00.png", 400),
    "no original": (f"/{SPEC}/missing.png", 404),
    "not a picture": (f"/{SPEC}/notes.txt", 415),
}


@pytest.mark.parametrize(("path", "status"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_ends_after_one_redirect_and_stores_nothing(
    base: Base, pictures: dict[str, bytes], path: str, status: int
) -> None:
    world = World.over(base, {**pictures, "notes.txt": b"no picture at all"})
    walk = world.view(path)
    assert statuses(walk) == [307, status]
    assert "error" in json.loads(walk.response.body)
    assert world.stored() == set()


# Rules 10, 11 and 14: where a redirect leads

SPELLINGS = {
    "another order": ("8x4_f-png_fit-cover", SPEC),
    "upper case": ("8x4_F-PNG_fit-cover", SPEC),
    "long names": ("8x4_fit-cover_format-png", SPEC),
    "a fixed default": ("8x4_fit-inside_f-png", "8x4_f-png"),
    "dpr": ("4x2_fit-cover_f-png_dpr-2", SPEC),
}


@pytest.mark.parametrize(("spelt", "canonical"), SPELLINGS.values(), ids=SPELLINGS)
def test_another_spelling_ends_at_the_canonical_path_and_only_that_is_stored(
    world: World, pictures: dict[str, bytes], spelt: str, canonical: str
) -> None:
    walk = world.view(path_of("red.png", spelt))
    end = path_of("red.png", canonical)
    assert statuses(walk) == [307, 302, 307, 302, 200]
    assert urlsplit(walk.hops[-1].url).path == end
    assert walk.response.body == expected(pictures, end)
    assert world.stored() == {end.removeprefix("/")}


def test_the_canonical_path_is_a_fixed_point(world: World) -> None:
    end = urlsplit(world.view("/8x4_F-PNG_fit-cover/a%20b.png").hops[-1].url).path
    again = world.view(end)
    assert (again.redirects, urlsplit(again.hops[-1].url).path) == (0, end)


FORGED = {
    "host": "evil.test",
    "x-forwarded-host": "evil.test",
    "x-forwarded-proto": "javascript",
    "forwarded": "host=evil.test",
    "x-original-url": "//evil.test/",
    "referer": "https://evil.test/",
    "x-resizer-secret": "evil",
}


def test_no_header_of_the_viewer_decides_where_a_redirect_leads(world: World) -> None:
    walk = world.view(RED, **FORGED)
    assert statuses(walk) == [307, 302, 200]
    assert not any("evil" in str(hop.response.headers) for hop in walk.hops)


def test_every_key_comes_back_as_the_key_under_which_it_is_stored(
    world: World, pictures: dict[str, bytes]
) -> None:
    for key in pictures:
        walk = world.view(path_of(key))
        assert statuses(walk) == [307, 302, 200], key
        assert walk.response.body == expected(pictures, path_of(key)), key
        assert unquote(urlsplit(walk.hops[-1].url).path).removeprefix("/") in world.stored()
    assert world.stored() == {f"{SPEC}/{key}" for key in pictures}


# Rule 22, and the names of the delivery distribution

ENDS = {
    "made": (RED, [307, 302, 200]),
    "refused": ("/8x4_blr-2/red.png", [307, 400]),
    "not there": ("/favicon.ico", [404]),
}


@pytest.mark.parametrize(("path", "codes"), ENDS.values(), ids=ENDS)
def test_every_hop_may_be_read_by_any_site_and_runs_nothing(
    world: World, path: str, codes: list[int]
) -> None:
    walk = world.view(path, origin="null")
    assert statuses(walk) == codes
    for hop in walk.hops:
        headers = hop.response.headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["timing-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"].split("; ")


def test_a_viewer_may_use_any_name_of_the_delivery_distribution(
    base: Base, pictures: dict[str, bytes]
) -> None:
    def named(configuration: LoopConfiguration) -> LoopConfiguration:
        return replace(configuration, delivery_aliases=(*configuration.delivery_aliases, "also.test"))

    world = World.over(base, pictures, named)
    walk = world.loop.viewer().walk(f"http://also.test{RED}")
    assert statuses(walk) == [307, 302, 200]
    assert statuses(world.view(RED)) == [200]
    assert world.view(RED).response.headers["x-cache"] == "Hit from cloudfront"
