"""The loop as a whole: it is healthy as configured, and under every fault it ends with the right picture.

The faults are those of the delivery side: caches that keep too much, redirects of the wrong kind, rules that
fit too often, secrets that do not, keys that are spelt otherwise. Each is put in through a configuration:
a change of the one that the fixture ``base`` gives, whatever that is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

import pytest

from local_loop.distribution import CachePolicy
from local_loop.http import Request
from local_loop.stack import SPEC_BEGINNINGS, LoopConfiguration
from local_loop.viewer import Walk
from local_loop.website import LocationEncoder
from resizer_core import ObjectStore, open_store, resize
from tests.loop.doubles import BreakableStore
from tests.loop.world import (
    Base,
    Change,
    World,
    in_turn,
    with_api,
    with_delivery,
    with_generator,
    with_rules,
    with_website,
)

#: Rule 9: a viewer of a canonical path meets at most this many, and the function runs at most this often.
MOST_REDIRECTS, MOST_RUNS = 3, 2

SPEC = "8x4_fit-cover_f-png"
RED = f"/{SPEC}/red.png"
DAY = CachePolicy(min_ttl=0, default_ttl=86_400, max_ttl=31_536_000)
FLOOR = CachePolicy(min_ttl=60, default_ttl=86_400, max_ttl=31_536_000)


@pytest.fixture
def world(base: Base, pictures: dict[str, bytes]) -> World:
    return World.over(base, pictures)


def path_of(key: str, spec: str = SPEC) -> str:
    return f"/{spec}/{quote(key)}"


def expected(pictures: dict[str, bytes], path: str) -> bytes:
    spec, _, key = unquote(path).removeprefix("/").partition("/")
    return resize(pictures[key], spec).body


def statuses(walk: Walk) -> list[int]:
    return [hop.response.status for hop in walk.hops]


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
    world.loop.delivery_cache.invalidate(RED)
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


SCANNERS = ("/", "/favicon.ico", "/wp-login.php", "/.env", "/0x0/a", "/P-thumb/a", "/admin/", "//1x1/a")


@pytest.mark.parametrize("path", SCANNERS)
def test_anything_else_is_s3s_404_and_costs_nothing(world: World, path: str) -> None:
    assert statuses(world.view(path)) == [404]
    assert world.function.runs == 0


REFUSED = {
    "no SPEC": ("/3/red.png", 400),
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
    "upper case": ("8X4_F-PNG_fit-cover", SPEC),
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
    end = urlsplit(world.view("/8X4_F-PNG_fit-cover/a%20b.png").hops[-1].url).path
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


# Rule 9: faults of the delivery side. A viewer keeps nothing from one view to the next.

KEEPS_S3S_REDIRECT = {
    "302 and a default ttl of a day": (with_delivery(cache_policy=DAY), 302),
    "301 and a default ttl of a day": (with_delivery(cache_policy=DAY), 301),
    "302 and a min ttl": (with_delivery(cache_policy=FLOOR), 302),
    "301, which a browser keeps": (in_turn(), 301),
    "308, which a browser keeps": (with_delivery(cache_policy=DAY), 308),
}


@pytest.mark.parametrize(("change", "code"), KEEPS_S3S_REDIRECT.values(), ids=KEEPS_S3S_REDIRECT)
def test_a_redirect_that_is_kept_ends_at_the_function(
    base: Base, pictures: dict[str, bytes], change: Change, code: int
) -> None:
    world = World.over(base, pictures, change, with_rules(http_redirect_code=code))
    walk = world.view(RED)
    assert statuses(walk) == [code, 302, code, 200]
    assert walk.response.body == expected(pictures, RED)
    assert world.outcomes() == ["made", "found"]
    check_later_views(world, pictures)


@pytest.mark.parametrize("code", [301, 308])
def test_a_browser_that_keeps_the_redirect_gets_every_later_view_from_the_function(
    base: Base, pictures: dict[str, bytes], code: int
) -> None:
    world = World.over(base, pictures, with_rules(http_redirect_code=code))
    browser, url = world.loop.viewer(), base.url + RED
    assert statuses(browser.walk(url)) == [code, 302, code, 200]
    again = browser.walk(url)
    assert statuses(again) == [code, 200]
    assert again.response.body == expected(pictures, RED)
    assert world.outcomes() == ["made", "found", "found"]


def with_an_older_secret(configuration: LoopConfiguration) -> LoopConfiguration:
    return with_website(referers=("n" * 32, *configuration.website.referers))(configuration)


HARMLESS = {
    "307 and a default ttl of a day": with_delivery(cache_policy=DAY),
    "307 and a min ttl": with_delivery(cache_policy=FLOOR),
    "302 and no ttl": with_rules(http_redirect_code=302),
    "query in the key": with_delivery(cache_policy=replace(DAY, key_query=True)),
    "a default ttl at the generator": with_generator(cache_policy=DAY),
    "whatever the viewer sends but Host reaches the function": with_generator(
        forwards_headers=True, forwards_query=True, forwards_cookies=True
    ),
    "a stage that is part of the path": with_api(stage="prod"),
    "events of payload format 1.0": with_api(payload_format="1.0"),
    "events of payload format 1.0 and a stage": with_api(payload_format="1.0", stage="prod"),
    "user metadata in the answer": with_website(sends_metadata=True),
    "no query in location": with_website(location_keeps_query=False),
    "no secret is asked for by the website": with_website(referers=()),
    "the old secret is still accepted": with_an_older_secret,
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_one_guard_is_enough(base: Base, pictures: dict[str, bytes], change: Change) -> None:
    world = World.over(base, pictures, change)
    walk = world.view(RED)
    assert (walk.redirects, walk.response.status) == (2, 200)
    assert walk.response.body == expected(pictures, RED)
    check_later_views(world, pictures)


def with_rules_on_403_too(configuration: LoopConfiguration) -> LoopConfiguration:
    rules = configuration.website.routing_rules
    on_403 = with_rules(http_error_code=403)(configuration).website.routing_rules
    return with_website(routing_rules=(*rules, *on_403))(configuration)


ALWAYS_REDIRECTS = {
    "a rule on 403 and a wrong secret": in_turn(
        with_rules(http_error_code=403), with_website(referers=("wrong",))
    ),
    "rules on 403 and 404, and a wrong secret": in_turn(
        with_rules_on_403_too, with_website(referers=("wrong",))
    ),
    "rules on 403 and 404, and nobody may read": in_turn(with_rules_on_403_too, with_website(readable=False)),
    "rules without an error code": with_rules(http_error_code=None),
}


@pytest.mark.parametrize("change", ALWAYS_REDIRECTS.values(), ids=ALWAYS_REDIRECTS)
def test_a_website_that_always_redirects_ends_at_the_function(
    base: Base, pictures: dict[str, bytes], change: Change
) -> None:
    world = World.over(base, pictures, change)
    walk = world.view(RED)
    assert statuses(walk) == [307, 302, 307, 200]
    assert walk.response.body == expected(pictures, RED)
    check_later_views(world, pictures)


def test_a_function_that_stores_in_another_bucket_than_delivery_reads_gives_the_picture_itself(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_website(bucket="another-bucket"))
    walk = world.view(RED)
    assert statuses(walk) == [307, 302, 307, 200]
    assert walk.response.body == expected(pictures, RED)
    assert world.stored() == {RED.removeprefix("/")}
    check_later_views(world, pictures)


def check_later_views(world: World, pictures: dict[str, bytes]) -> None:
    """Now, in an hour, and after the derivative is gone: never more than rule 9 allows."""
    for seconds in (0, 3600, 90_000):
        world.clock.pass_seconds(seconds)
        check_view(world, pictures, RED)
    world.derivatives.delete(RED.removeprefix("/"))
    world.loop.delivery_cache.invalidate()
    check_view(world, pictures, RED)
    check_view(world, pictures, path_of("a b.png"))


def check_view(world: World, pictures: dict[str, bytes], path: str) -> None:
    before = world.function.runs
    walk = world.view(path)
    assert walk.response.status == 200
    assert walk.response.body == expected(pictures, path)
    assert walk.redirects <= MOST_REDIRECTS
    assert world.function.runs - before <= MOST_RUNS


def test_a_wrong_secret_without_a_rule_on_403_is_403_and_no_redirect(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_website(referers=("wrong",)))
    assert statuses(world.view(RED)) == [403]
    assert world.function.runs == 0


NO_WAY_TO_THE_BUCKET = {
    "nobody may read": (with_website(readable=False), 403),
    "delivery forwards Host": (with_delivery(forwards_host=True), 404),
    "delivery has Host in its key": (
        with_delivery(cache_policy=CachePolicy(key_headers=("host",))),
        404,
    ),
    "delivery has an origin that is not there": (with_delivery(origin_host="elsewhere.test"), 502),
}


@pytest.mark.parametrize(("change", "status"), NO_WAY_TO_THE_BUCKET.values(), ids=NO_WAY_TO_THE_BUCKET)
def test_without_a_way_to_the_bucket_there_is_an_error_and_no_redirect(
    base: Base, pictures: dict[str, bytes], change: Change, status: int
) -> None:
    world = World.over(base, pictures, change)
    assert statuses(world.view(RED)) == [status]
    assert world.function.runs == 0


def test_a_rule_without_a_prefix_lets_scanners_reach_the_function_and_still_ends(
    base: Base, pictures: dict[str, bytes]
) -> None:
    anything = replace(base.configuration.website.routing_rules[0], key_prefix="")
    world = World.over(base, pictures, with_website(routing_rules=(anything,)))
    assert statuses(world.view("/wp-login.php")) == [307, 400]


def test_a_loop_is_suspected_once_the_derivative_is_no_longer_young(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_rules(http_error_code=None))
    world.view(RED)
    world.view(RED)
    assert world.outcomes() == ["made", "found", "found"]


def test_a_derivative_too_large_for_an_answer_is_503_and_no_redirect(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_rules(http_error_code=None))
    world.derivatives.put(RED.removeprefix("/"), bytes(5_000_000), media_type="image/png")
    walk = world.view(RED)
    assert statuses(walk) == [307, 503]
    assert "retry-after" in walk.response.headers


def test_a_kept_redirect_goes_when_it_is_invalidated(base: Base, pictures: dict[str, bytes]) -> None:
    world = World.over(base, pictures, with_delivery(cache_policy=DAY), with_rules(http_redirect_code=302))
    world.view(RED)
    world.loop.delivery_cache.invalidate(RED)
    assert statuses(world.view(RED)) == [200]


def test_an_index_document_that_somebody_uploads_is_why_its_suffix_is_unheard_of(
    base: Base, pictures: dict[str, bytes]
) -> None:
    originals = {**pictures, "album": pictures["red.png"], "album/index.html": pictures["a b.png"]}
    usual = World.over(base, originals, with_website(index_suffix="index.html"))
    usual.view(path_of("album/index.html"))
    assert statuses(usual.view(path_of("album"))) == [302, 200], "it is another picture"
    ours = World.over(base, originals)
    ours.view(path_of("album/index.html"))
    walk = ours.view(path_of("album"))
    assert statuses(walk) == [307, 302, 200]
    assert walk.response.body == expected(originals, path_of("album"))


# Rule 14: a hop spells the key otherwise


@pytest.mark.parametrize("encoder", LocationEncoder)
@pytest.mark.parametrize("plus_is_space", [False, True], ids=["plus is plus", "plus is space"])
def test_whatever_s3_makes_of_a_key_it_ends_with_that_picture_or_with_none(
    base: Base, pictures: dict[str, bytes], encoder: LocationEncoder, plus_is_space: bool
) -> None:
    world = World.over(base, pictures, with_website(location_encoder=encoder, plus_is_space=plus_is_space))
    for key in pictures:
        walk = world.view(path_of(key))
        assert walk.redirects <= MOST_REDIRECTS, key
        if walk.response.status == 200:
            assert walk.response.body == expected(pictures, path_of(key)), key
        else:
            assert walk.response.status in (400, 404), key


UNHARMED = {
    LocationEncoder.RAW: {"red.png", "a b.png", "a+b+c.png", "ünï/写真.png", "fold/er.png"},
    LocationEncoder.PERCENT: {"red.png", "a b.png", "a+b+c.png", "100%.png", "ünï/写真.png", "fold/er.png"},
    LocationEncoder.FORM: {"red.png", "a b.png", "a+b+c.png", "100%.png", "ünï/写真.png", "fold/er.png"},
}


@pytest.mark.parametrize(("encoder", "keys"), UNHARMED.items())
def test_keys_that_survive_an_encoder(
    base: Base, pictures: dict[str, bytes], encoder: LocationEncoder, keys: set[str]
) -> None:
    world = World.over(base, pictures, with_website(location_encoder=encoder))
    assert {key for key in keys if statuses(world.view(path_of(key))) == [307, 302, 200]} == keys


# Rules 4, 5, 8 and 17: the generator side


def test_no_redirect_of_the_function_may_be_kept(world: World) -> None:
    for path in (RED, "/8X4/red.png", RED):
        response = world.loop.generator(Request(path=path))
        assert response.status != 302 or response.headers["cache-control"] == "no-store"


def test_a_generator_cache_with_a_min_ttl_never_ends_which_is_why_it_has_none(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_generator(cache_policy=FLOOR))
    world.view(RED)
    world.derivatives.delete(RED.removeprefix("/"))
    world.loop.delivery_cache.invalidate()
    assert not world.view(RED).has_ended
    assert base.configuration.generator.cache_policy == CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0)


def test_the_function_sees_accept_and_nothing_else_of_the_viewer(world: World) -> None:
    events: list[dict[str, Any]] = []
    function = world.function.function

    def watching(event: dict[str, Any], context: object) -> Mapping[str, Any]:
        events.append(event)
        return function(event, context)

    world.function.function = watching
    world.view(f"{RED}?q=1", accept="image/webp", cookie="a=b", authorization="secret")
    (event,) = events
    assert set(event["headers"]) == {"host", "user-agent", "accept", "x-resizer-secret"}
    assert "cookies" not in event
    assert event["rawQueryString"] == ""


def test_a_wrong_secret_of_the_generator_is_403_before_any_work(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_generator(origin_headers={"x-resizer-secret": "wrong"}))
    assert statuses(world.view(RED)) == [307, 403]
    assert world.stored() == set()


NO_WAY_TO_THE_FUNCTION = {
    "the generator forwards Host": (with_generator(forwards_host=True), 403),
    "the generator has an origin that is not there": (with_generator(origin_host="elsewhere.test"), 502),
    "the API lets no call through": (with_api(throttled=True), 429),
    "the API may not invoke the function": (with_api(invokes=False), 500),
}


@pytest.mark.parametrize(("change", "status"), NO_WAY_TO_THE_FUNCTION.values(), ids=NO_WAY_TO_THE_FUNCTION)
def test_without_a_way_to_the_function_there_is_an_error_after_one_redirect(
    base: Base, pictures: dict[str, bytes], change: Change, status: int
) -> None:
    world = World.over(base, pictures, change)
    assert statuses(world.view(RED)) == [307, status]
    assert world.function.runs == 0


def test_an_origin_that_is_not_there_is_looked_for_again_after_a_second(
    base: Base, pictures: dict[str, bytes]
) -> None:
    world = World.over(base, pictures, with_delivery(origin_host="elsewhere.test"))
    answers = []
    for seconds in (0, 0.5, 0.5):
        world.clock.pass_seconds(seconds)
        answers.append(world.view(RED).response.headers["x-cache"])
    assert answers == ["Miss from cloudfront", "Hit from cloudfront", "Miss from cloudfront"]


def test_distributions_whose_origins_are_exchanged_end_at_an_error(
    base: Base, pictures: dict[str, bytes]
) -> None:
    delivery, generator = base.configuration.delivery, base.configuration.generator
    world = World.over(
        base,
        pictures,
        with_delivery(origin_host=generator.origin_host),
        with_generator(origin_host=delivery.origin_host),
    )
    walk = world.view(RED)
    assert statuses(walk) == [403]
    assert [step.who for step in walk.hops[0].steps] == ["delivery", "api"]
    assert world.stored() == set()


def test_a_missing_original_is_asked_for_again_after_ten_seconds(
    world: World, pictures: dict[str, bytes]
) -> None:
    path = path_of("late.png")
    assert statuses(world.view(path)) == [307, 404]
    world.originals.put("late.png", pictures["red.png"], media_type="image/png")
    world.clock.pass_seconds(9)
    assert statuses(world.view(path)) == [307, 404]
    world.clock.pass_seconds(1)
    assert statuses(world.view(path)) == [307, 302, 200]


def test_a_query_neither_busts_a_cache_nor_reaches_the_function(world: World) -> None:
    world.view(RED)
    for query in ("?x=1", "?x=2", "?f=webp"):
        walk = world.view(RED + query)
        assert statuses(walk) == [200]
        assert walk.response.headers["x-cache"] == "Hit from cloudfront"
    assert world.function.runs == 1


def test_a_store_that_fails_is_503_and_no_redirect_and_is_tried_again_after_a_second(
    base: Base, pictures: dict[str, bytes]
) -> None:
    store = BreakableStore(open_store("memory:"), broken={"put"})
    world = World.over(base, pictures, derivatives=cast(ObjectStore, store))
    assert statuses(world.view(RED)) == [307, 503]
    store.broken.clear()
    world.clock.pass_seconds(1)
    walk = world.view(RED)
    assert statuses(walk) == [307, 302, 200]
    assert walk.response.body == expected(pictures, RED)


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
