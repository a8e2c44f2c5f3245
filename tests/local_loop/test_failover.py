"""The other way of delivery as a whole: no redirect, one run at most, both origins answer alike."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

import pytest

import resizer_core as core
import resizer_core.resizer
from function.events import SECRET_HEADER
from local_loop.failover import only_specs
from local_loop.http import Request, Response
from local_loop.stack import SPEC_BEGINNINGS
from tests.local_loop.failover_world import FailoverBase, FailoverWorld, with_failover
from tests.local_loop.test_loop import FORGED, REFUSED, SCANNERS, SPELLINGS
from tests.local_loop.views import RED, SPEC, expected, path_of, statuses

CHROME = "image/avif,image/webp,image/*,*/*;q=0.8"
#: Where an answer of the function and one of S3 may differ: caches of CloudFront, and what every answer has.
NOT_STORED = {
    "x-cache",
    "age",
    "last-modified",
    "access-control-allow-origin",
    "cross-origin-resource-policy",
    "timing-allow-origin",
    "x-content-type-options",
}


def steps(world: FailoverWorld, path: str) -> list[tuple[str, int]]:
    (hop,) = world.view(path).hops
    return [(step.who, step.status) for step in hop.steps]


def ask(world: FailoverWorld, path: str, *, method: str = "GET", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.loop.delivery(Request(method=method, path=path, headers=named))


def of_the_picture(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in NOT_STORED}


# Healthy


def test_a_first_view_is_one_answer_and_the_second_is_a_hit(
    failover_world: FailoverWorld, pictures: dict[str, bytes]
) -> None:
    assert steps(failover_world, RED) == [("delivery", 200), ("bucket", 404), ("api", 200)]
    assert steps(failover_world, RED) == [("delivery", 200)]
    second = failover_world.view(RED).response
    assert second.body == expected(pictures, RED)
    assert second.headers["x-cache"] == "Hit from cloudfront"
    assert failover_world.outcomes() == ["made"]


def test_from_then_on_it_comes_from_the_bucket_and_says_the_same(
    failover_world: FailoverWorld, pictures: dict[str, bytes]
) -> None:
    first = failover_world.view(RED).response
    failover_world.loop.delivery_cache.invalidate(["/*"])
    assert steps(failover_world, RED) == [("delivery", 200), ("bucket", 200)]
    second = failover_world.view(RED).response
    assert first.body == second.body == expected(pictures, RED)
    assert of_the_picture(first) == of_the_picture(second)
    assert {"etag", "cache-control", "x-amz-meta-tags"} <= first.headers.keys()
    assert failover_world.function.runs == 1


def test_it_is_kept_as_long_as_it_says(failover_world: FailoverWorld) -> None:
    failover_world.view(RED)
    failover_world.clock.pass_seconds(31_536_000 - 1)
    assert steps(failover_world, RED) == [("delivery", 200)]
    failover_world.clock.pass_seconds(1)
    assert steps(failover_world, RED) == [("delivery", 200), ("bucket", 200)]


def test_a_derivative_that_was_deleted_is_made_again(failover_world: FailoverWorld) -> None:
    failover_world.view(RED)
    failover_world.derivatives.delete(RED.removeprefix("/"))
    failover_world.loop.delivery_cache.invalidate([RED])
    assert steps(failover_world, RED) == [("delivery", 200), ("bucket", 404), ("api", 200)]


def test_many_viewers_who_miss_at_once_all_get_the_picture(
    failover_world: FailoverWorld, pictures: dict[str, bytes]
) -> None:
    with ThreadPoolExecutor(8) as viewers:
        walks = list(viewers.map(lambda _: failover_world.view(RED), range(8)))
    assert {walk.response.body for walk in walks} == {expected(pictures, RED)}
    assert max(walk.redirects for walk in walks) == 0
    assert failover_world.outcomes().count("made") == 1
    assert failover_world.stored() == {RED.removeprefix("/")}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_reaches_neither_the_bucket_nor_the_function(
    failover_world: FailoverWorld, method: str
) -> None:
    assert ask(failover_world, RED, method=method).status == 405
    assert (failover_world.stored(), failover_world.function.runs) == (set(), 0)


def test_every_key_is_stored_as_it_was_asked_for(
    failover_world: FailoverWorld, pictures: dict[str, bytes]
) -> None:
    for key in pictures:
        walk = failover_world.view(path_of(key))
        assert statuses(walk) == [200], key
        assert walk.response.body == expected(pictures, path_of(key)), key
    assert failover_world.stored() == {f"{SPEC}/{key}" for key in pictures}


# A part, a condition, a HEAD: on the first view, from the bucket, and from the cache

ASKED: dict[str, tuple[str, dict[str, str], int]] = {
    "a HEAD": ("HEAD", {}, 200),
    "a part": ("GET", {"range": "bytes=2-9"}, 206),
    "the last bytes": ("GET", {"range": "bytes=-5"}, 206),
    "a part beyond the end": ("GET", {"range": "bytes=99999-"}, 416),
    "two parts": ("GET", {"range": "bytes=0-1,4-5"}, 200),
    "a part of another version": ("GET", {"range": "bytes=2-9", "if-range": '"another"'}, 200),
    "a part of what is known": ("GET", {"range": "bytes=2-9", "if-range": "{etag}"}, 206),
    "what is known": ("GET", {"if-none-match": "{etag}"}, 304),
    "another version than is known": ("GET", {"if-none-match": '"another"'}, 200),
    "what has changed since long ago": ("GET", {"if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
    "a HEAD of what is known": ("HEAD", {"if-none-match": "{etag}"}, 304),
}


@pytest.mark.parametrize(("method", "headers", "status"), ASKED.values(), ids=ASKED)
def test_the_first_view_and_the_later_ones_answer_alike(
    failover_base: FailoverBase, pictures: dict[str, bytes], method: str, headers: dict[str, str], status: int
) -> None:
    etag = FailoverWorld.like_s3(failover_base, pictures).view(RED).response.headers["etag"]
    world = FailoverWorld.like_s3(failover_base, pictures)

    def asked() -> Response:
        named = {name: value.format(etag=etag) for name, value in headers.items()}
        return world.loop.delivery(Request(method=method, path=RED, headers=named))

    first, from_the_bucket = asked(), asked()
    world.view(RED)
    from_the_cache = asked()
    assert [first.status, from_the_bucket.status, from_the_cache.status] == [status] * 3
    assert from_the_cache.headers["x-cache"] == "Hit from cloudfront"
    assert world.function.runs == 1
    if status == 304:
        for name in ("etag", "cache-control"):
            assert first.headers[name] == from_the_bucket.headers[name] == from_the_cache.headers[name]
    elif status != 416:
        assert first.body == from_the_bucket.body == from_the_cache.body
        assert of_the_picture(first) == of_the_picture(from_the_bucket)
        lengths = {one.headers.get("content-length") for one in (first, from_the_bucket, from_the_cache)}
        assert len(lengths) == 1


def test_a_part_is_of_the_picture(failover_world: FailoverWorld, pictures: dict[str, bytes]) -> None:
    answer = ask(failover_world, RED, range="bytes=2-9")
    assert answer.body == expected(pictures, RED)[2:10]
    assert failover_world.view(RED).response.body == expected(pictures, RED), (
        "a part is not kept for the whole"
    )


# What reaches the function


@pytest.mark.parametrize("beginning", SPEC_BEGINNINGS)
def test_a_path_that_begins_like_a_spec_reaches_the_function(
    failover_world: FailoverWorld, beginning: str
) -> None:
    failover_world.view(f"/{beginning}nonsense/red.png")
    assert failover_world.function.runs == 1


@pytest.mark.parametrize("path", SCANNERS)
def test_anything_else_is_404_at_the_edge_and_costs_nothing(failover_world: FailoverWorld, path: str) -> None:
    assert steps(failover_world, path) == [("delivery", 404)]
    assert failover_world.function.runs == 0


@pytest.mark.parametrize(("path", "status"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_answer_that_is_kept_and_stores_nothing(
    failover_base: FailoverBase, pictures: dict[str, bytes], path: str, status: int
) -> None:
    world = FailoverWorld.like_s3(failover_base, {**pictures, "notes.txt": b"no picture at all"})
    for _ in range(2):
        walk = world.view(path)
        assert statuses(walk) == [status]
        assert "error" in json.loads(walk.response.body)
    assert world.stored() == set()
    assert world.function.runs == 1


def test_the_secret_goes_to_the_api_alone(failover_world: FailoverWorld) -> None:
    configuration = failover_world.configuration.delivery
    assert configuration.origin_group
    secret = configuration.origin_group.headers[SECRET_HEADER]
    assert secret in core.Settings.from_environment(failover_world.base.environment).origin_secrets
    assert secret not in configuration.origin_headers.values()


def test_no_header_of_the_viewer_opens_the_function_or_decides_where_a_redirect_leads(
    failover_world: FailoverWorld,
) -> None:
    walk = failover_world.view("/8x4_f-png_fit-cover/red.png", **FORGED)
    assert statuses(walk) == [302, 200]
    assert not any("evil" in str(hop.response.headers) for hop in walk.hops)


# The redirects that remain


@pytest.mark.parametrize(("spelt", "canonical"), SPELLINGS.values(), ids=SPELLINGS)
def test_another_spelling_leads_to_the_canonical_path_and_only_that_is_stored(
    failover_world: FailoverWorld, pictures: dict[str, bytes], spelt: str, canonical: str
) -> None:
    walk = failover_world.view(path_of("red.png", spelt))
    end = path_of("red.png", canonical)
    assert statuses(walk) == [302, 200]
    assert unquote(urlsplit(walk.hops[-1].url).path) == end
    assert walk.response.body == expected(pictures, end)
    assert failover_world.stored() == {end.removeprefix("/")}


def test_f_auto_is_a_redirect_where_nothing_negotiates_at_the_edge(
    failover_base: FailoverBase, pictures: dict[str, bytes]
) -> None:
    world = FailoverWorld.like_s3(failover_base, pictures, with_failover(edge=only_specs))
    first, second = (world.view("/8x4_f-auto/red.png", accept=accept) for accept in (CHROME, "image/webp"))
    assert statuses(first) == statuses(second) == [302, 200]
    assert first.hops[0].response.headers["vary"] == "Accept"
    types = [walk.response.headers["content-type"] for walk in (first, second)]
    assert types == ["image/avif", "image/webp"]


def test_what_is_too_large_for_an_answer_is_stored_and_then_fetched(
    failover_world: FailoverWorld, pictures: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "MAX_ANSWER_BYTES", 10)
    walk = failover_world.view(RED)
    assert statuses(walk) == [302, 200]
    assert urlsplit(walk.hops[0].response.headers["location"]).path == RED
    assert walk.response.body == expected(pictures, RED)
    assert statuses(failover_world.view(RED)) == [200]
    assert failover_world.outcomes() == ["made"]


# Rule 22

ENDS = {
    "made": RED,
    "moved": "/8x4_F-PNG_fit-cover/red.png",
    "refused": "/8x4_blr-2/red.png",
    "not there": "/favicon.ico",
}


@pytest.mark.parametrize("path", ENDS.values(), ids=ENDS)
def test_every_answer_may_be_read_by_any_site_and_runs_nothing(
    failover_world: FailoverWorld, path: str
) -> None:
    for hop in failover_world.view(path, origin="null").hops:
        headers = hop.response.headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert headers["timing-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"].split("; ")
