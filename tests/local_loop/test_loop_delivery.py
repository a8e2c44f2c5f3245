"""Faults of the delivery side: under each of them the loop ends with the right picture.

Caches that keep too much, redirects of the wrong kind, rules that fit too often, secrets that do not, keys
that are spelt otherwise. Each is put in through a configuration: a change of the one that the fixture
``base`` gives, whatever that is.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from local_loop.distribution import CachePolicy
from local_loop.stack import LoopConfiguration
from local_loop.website import LocationEncoder
from tests.local_loop.views import (
    DAY,
    FLOOR,
    MOST_REDIRECTS,
    RED,
    check_later_views,
    expected,
    path_of,
    statuses,
)
from tests.local_loop.world import (
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
    assert world.outcomes() == ["made", "already_stored"]
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
    assert world.outcomes() == ["made", "already_stored", "already_stored"]


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
    assert world.outcomes() == ["made", "already_stored", "already_stored"]


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
    world.loop.delivery_cache.invalidate([RED])
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


@pytest.mark.parametrize("encoder", LocationEncoder)
@pytest.mark.parametrize("key", ["what?.png", "?.png", "red.png?v=2"])
def test_no_address_leads_to_an_original_with_a_question_mark(
    base: Base, pictures: dict[str, bytes], encoder: LocationEncoder, key: str
) -> None:
    asked = {"red.png": pictures["red.png"], key: pictures["a b.png"]}
    world = World.over(base, asked, with_website(location_encoder=encoder))
    assert world.view(path_of(key)).response.body != expected(asked, path_of(key))
    assert not any("?" in stored for stored in world.stored())


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
