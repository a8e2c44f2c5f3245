"""Test what the CDN is told."""

from __future__ import annotations

import pytest

import resizer_core as core
from freshness.invalidation import Invalidations, paths_of
from freshness.settings import Cdn
from tests.local_loop.doubles import SetClock


def stale(key: str, tag: str = "k-1") -> core.Stale:
    return core.Stale(key=key, etag="e1", why=core.Staleness.REPLACED, tag=tag)


class Told(list[tuple[list[str], str]]):
    def __call__(self, items: object, reference: str) -> None:
        self.append((list(items), reference))  # type: ignore[call-overload]


PATHS = {
    "20x/cat.jpg": ["/20x/cat.jpg"],
    "20x/a b~é.jpg": ["/20x/a%20b~%C3%A9.jpg"],
    "20x/a+b.jpg": ["/20x/a%2Bb.jpg", "/20x/a+b.jpg"],
    "20x/it's (1) & 2.jpg": [
        "/20x/it%27s%20%281%29%20%26%202.jpg",
        "/20x/it's%20(1)%20&%202.jpg",
        "/20x/it's%20(1)%20%26%202.jpg",  # encodeURIComponent
    ],
    "20x/100%.jpg": ["/20x/100%25.jpg"],
    '20x/<"#?[]^`{|}>.jpg': ["/20x/%3C%22%23%3F%5B%5D%5E%60%7B%7C%7D%3E.jpg"],
    "20x/what*": ["/20x/what%2A"],
}


@pytest.mark.parametrize(("key", "paths"), PATHS.items(), ids=PATHS)
def test_a_path_is_encoded_as_pages_have_it(key: str, paths: list[str]) -> None:
    assert paths_of(key) == paths
    assert paths[0] == "/" + core.DerivativeKey(core.parse_spec("20x"), key.partition("/")[2]).path[1:]


@pytest.mark.parametrize(
    ("cdn", "items"),
    [
        (Cdn.PATHS, ["/20x/a", "/20x/b", "/20x/%2B", "/20x/+"]),
        (Cdn.TAGS, ["#k-1", "#k-2"]),
        (Cdn.TTL, []),
    ],
)
def test_each_way_names_each_once(cdn: Cdn, items: list[str]) -> None:
    invalidations = Invalidations(cdn, Told())
    found = [stale("20x/a"), stale("20x/a"), stale("20x/b", "k-2"), stale("20x/+", "")]
    assert invalidations.items(found) == items


def test_an_invalidation_has_a_name_of_its_own() -> None:
    told, clock = Told(), SetClock()
    invalidations = Invalidations(Cdn.PATHS, told, clock=clock)
    for items in (["/b", "/a"], ["/a", "/b", "/a"], ["/a"]):
        assert invalidations.forget(items) == len({*items})
        clock.pass_seconds(1)
    assert [items for items, _ in told] == [["/a", "/b"], ["/a", "/b"], ["/a"]]
    assert len({reference for _, reference in told}) == 3  # else CloudFront would answer with the first one
    assert max(len(reference) for _, reference in told) < 100


def test_nothing_is_no_invalidation() -> None:
    told = Told()
    assert Invalidations(Cdn.PATHS, told).forget([]) == 0
    assert Invalidations(Cdn.TTL, told).forget(["/*"]) == 0
    assert told == []


def test_many_are_everything_and_not_oftener_than_once_a_minute() -> None:
    told, clock = Told(), SetClock()
    invalidations = Invalidations(Cdn.PATHS, told, clock=clock)
    many = [f"/{number}" for number in range(201)]
    assert invalidations.forget(many[:200]) == 200
    assert invalidations.forget(many) == 1
    clock.pass_seconds(59)
    assert invalidations.forget(many) is None
    assert invalidations.forget(["/*"]) is None
    assert invalidations.forget(["/a"]) == 1  # a few are told at any time
    clock.pass_seconds(1)
    assert invalidations.forget(["/a", "/*"]) == 1
    assert [items for items, _ in told][1:] == [["/*"], ["/a"], ["/*"]]


def test_what_failed_may_be_tried_at_once() -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("TooManyInvalidationsInProgress")

    invalidations = Invalidations(Cdn.PATHS, fail)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="TooMany"):
            invalidations.forget(["/*"])
