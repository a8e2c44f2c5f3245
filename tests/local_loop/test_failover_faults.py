"""Faults of the second way of delivery: each of them is seen, by one view or by a few.

`wrongs` looks for everything that may be wrong; a loop as it is meant to be has none of it. Some faults end
with the right picture and cost a run each time; some bring another picture or none.
"""

from __future__ import annotations

from typing import cast

import pytest

import resizer_core as core
import resizer_core.resizer
from function.events import SECRET_HEADER
from local_loop.distribution import CachePolicy
from local_loop.failover import FailoverConfiguration, only_specs
from resizer_core import ObjectStore, open_store
from tests.local_loop.doubles import BreakableStore
from tests.local_loop.failover_world import (
    FailoverBase,
    FailoverChange,
    FailoverWorld,
    with_bucket,
    with_failover,
    with_failover_api,
    with_group,
)
from tests.local_loop.views import DAY, FLOOR, RED, expected, path_of, statuses
from tests.local_loop.world import in_turn

NO_PICTURE = "there is no picture"
ONCE_MORE = "what is stored is asked of the function"
NOT_KEPT = "nothing is kept"
SCANNED = "what begins with no SPEC reaches the function"
LISTED = "the bucket is listed"
LOOPED = "a picture that is too large for an answer is never shown"
NO_CHOICE = "each browser gets the format of the first one"
HIDDEN = "a bucket that may not be read is not said"


def wrongs(base: FailoverBase, pictures: dict[str, bytes], *changes: FailoverChange) -> set[str]:
    """Say what is wrong with a loop that has these changes, without a negotiation at its edge."""
    changes = (with_failover(edge=only_specs), *changes)
    found: set[str] = set()
    world = FailoverWorld.like_s3(base, pictures, *changes)
    first = world.view(RED)
    if (first.redirects, first.response.status, first.response.body) != (0, 200, expected(pictures, RED)):
        found.add(NO_PICTURE)
    elif world.view(RED).response.headers["x-cache"] != "Hit from cloudfront":
        found.add(NOT_KEPT)
    runs = world.function.runs
    world.loop.delivery_cache.invalidate(["/*"])
    world.view(RED)
    if world.function.runs > runs and NO_PICTURE not in found:
        found.add(ONCE_MORE)
    runs = world.function.runs
    scanned, root = world.view("/wp-login.php"), world.view("/")
    if world.function.runs > runs or scanned.response.status != 404:
        found.add(SCANNED)
    if b"<ListBucketResult>" in root.response.body:
        found.add(LISTED)
    if NO_PICTURE not in found:
        found |= _wrongs_of_redirects(world, pictures)
    unreadable = FailoverWorld.like_s3(base, pictures, *changes, with_bucket(readable=False))
    if unreadable.view(path_of("a b.png")).response.status == 200:
        found.add(HIDDEN)
    return found


def _wrongs_of_redirects(world: FailoverWorld, pictures: dict[str, bytes]) -> set[str]:
    found = set()
    path = "/8x4_f-auto/red.png"
    types = {
        world.view(path, accept=accept).response.headers["content-type"] for accept in ("image/webp", "*/*")
    }
    if types != {"image/webp", "image/jpeg"}:
        found.add(NO_CHOICE)
    with pytest.MonkeyPatch.context() as patched:
        for module in (core, resizer_core.resizer):
            patched.setattr(module, "MAX_ANSWER_BYTES", 10)
        large = path_of("UPPER.PNG")
        if world.view(large).response.body != expected(pictures, large):
            found.add(LOOPED)
    return found


def test_as_it_is_meant_to_be_nothing_is_wrong(
    failover_base: FailoverBase, pictures: dict[str, bytes]
) -> None:
    assert wrongs(failover_base, pictures) == set()


def with_the_secret_at_the_bucket(configuration: FailoverConfiguration) -> FailoverConfiguration:
    group = configuration.delivery.origin_group
    assert group
    return in_turn(with_group(headers={}), with_failover(origin_headers=group.headers))(configuration)


FAULTS: dict[str, tuple[FailoverChange, set[str]]] = {
    "it fails over on 403 as well": (with_group(status_codes=frozenset({403, 404})), {HIDDEN}),
    "and the bucket may not be read": (
        in_turn(with_group(status_codes=frozenset({403, 404})), with_bucket(readable=False)),
        # What is too large was stored before, as far as the function knows: 503.
        {HIDDEN, ONCE_MORE, LOOPED},
    ),
    "and the bucket may not be listed": (
        in_turn(with_group(status_codes=frozenset({403, 404})), with_bucket(listable=False)),
        {HIDDEN},
    ),
    "the bucket may not be read": (with_bucket(readable=False), {NO_PICTURE}),
    "the bucket may not be listed": (with_bucket(listable=False), {NO_PICTURE}),
    "it fails over on other codes alone": (with_group(status_codes=frozenset({500, 503})), {NO_PICTURE}),
    "there is no group": (with_failover(origin_group=None), {NO_PICTURE}),
    "the API is elsewhere": (with_group(secondary_host="elsewhere.test"), {NO_PICTURE}),
    "the bucket is elsewhere": (with_failover(origin_host="elsewhere.test"), {NO_PICTURE}),
    "the function stores in another bucket": (with_bucket(bucket="another"), {ONCE_MORE, LOOPED}),
    "the secret is missing": (with_group(headers={}), {NO_PICTURE}),
    "the secret is wrong": (with_group(headers={SECRET_HEADER: "wrong"}), {NO_PICTURE}),
    "the secret goes to the bucket": (
        with_the_secret_at_the_bucket,
        {NO_PICTURE},
    ),
    "Host is forwarded": (with_failover(forwards_host=True), {NO_PICTURE}),
    "nothing is kept": (
        with_failover(cache_policy=CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0)),
        {NOT_KEPT},
    ),
    "a redirect is kept for a minute": (with_failover(cache_policy=FLOOR), {LOOPED, NO_CHOICE}),
    "Accept is not forwarded": (with_failover(forwarded_headers=()), {NO_CHOICE}),
    "nothing runs at the edge": (with_failover(edge=None), {SCANNED}),
    "and the root is that of the bucket": (
        with_failover(edge=None, default_root_object=""),
        {SCANNED, LISTED},
    ),
    "the API may not call the function": (with_failover_api(invokes=False), {NO_PICTURE}),
    "the API lets nobody through": (with_failover_api(throttled=True), {NO_PICTURE}),
}


@pytest.mark.parametrize(("change", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_seen(
    failover_base: FailoverBase, pictures: dict[str, bytes], change: FailoverChange, wrong: set[str]
) -> None:
    assert wrongs(failover_base, pictures, change) == wrong


HARMLESS = {
    "a default ttl of a day": with_failover(cache_policy=DAY),
    "query in the key": with_failover(cache_policy=CachePolicy(min_ttl=0, default_ttl=0, key_query=True)),
    "cookies and query reach both origins": with_failover(forwards_query=True, forwards_cookies=True),
    "events of payload format 1.0": with_failover_api(payload_format="1.0"),
    "a stage that is part of the path": with_failover_api(stage="prod"),
    "a plus is a space to S3": with_bucket(plus_is_space=True),
    "the root is that of the bucket, but the edge answers": with_failover(default_root_object=""),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_one_guard_is_enough(
    failover_base: FailoverBase, pictures: dict[str, bytes], change: FailoverChange
) -> None:
    assert wrongs(failover_base, pictures, change) == set()


# What fails for a while


def test_a_bucket_that_fails_is_no_reason_to_ask_the_function(
    failover_base: FailoverBase, pictures: dict[str, bytes]
) -> None:
    store = BreakableStore(open_store("memory:"))
    world = FailoverWorld.over(failover_base, pictures, derivatives=cast(ObjectStore, store))
    store.broken = {"get"}
    assert statuses(world.view(RED)) == [500]
    store.broken = set()
    assert statuses(world.view(RED)) == [500], "kept for a second"
    assert world.function.runs == 0
    world.clock.pass_seconds(1)
    assert statuses(world.view(RED)) == [200]


def test_where_it_fails_over_on_500_a_failing_bucket_sends_every_miss_to_the_function(
    failover_base: FailoverBase,
    pictures: dict[str, bytes],
) -> None:
    store = BreakableStore(open_store("memory:"))
    change = with_group(status_codes=frozenset({404, 500}))
    world = FailoverWorld.over(failover_base, pictures, change, derivatives=cast(ObjectStore, store))
    world.view(RED)
    world.loop.delivery_cache.invalidate(["/*"])
    store.broken = {"get"}
    assert statuses(world.view(RED)) == [503]
    assert world.function.runs == 2


def test_a_picture_that_is_there_but_not_for_delivery_and_too_large_is_503(
    failover_base: FailoverBase,
    pictures: dict[str, bytes],
) -> None:
    change = in_turn(with_group(status_codes=frozenset({403, 404})), with_bucket(readable=False))
    world = FailoverWorld.like_s3(failover_base, pictures, change)
    world.derivatives.put(RED.removeprefix("/"), bytes(5_000_000), media_type="image/png")
    walk = world.view(RED)
    assert statuses(walk) == [503]
    assert "retry-after" in walk.response.headers
