"""The function that lets derivatives follow their originals, in a loop of either way."""

from __future__ import annotations

import json
import threading
from typing import Any, cast

import pytest
import pyvips

from local_loop.demo_page import DemoPage
from local_loop.dropped import with_dropped
from local_loop.freshness import DELAY, RETRY, Freshness
from local_loop.http import Request
from resizer_core import Delivery, ObjectStore, Site
from tests.local_loop.conftest import flat
from tests.local_loop.doubles import BreakableStore
from tests.local_loop.following import Followed

KEY, PATH = "red.png", "/16x8_f-png/red.png"
BEFORE, AFTER = flat(200, 0, 0), flat(0, 0, 200)


@pytest.fixture(params=list(Delivery))
def followed(request: pytest.FixtureRequest) -> Followed:
    return Followed.over(request.param, {KEY: BEFORE})


def colour(followed: Followed) -> bytes | int:
    """Get what a viewer does: the first pixel of the picture, or the status of an error."""
    response = followed.world.view(PATH).response
    if response.status != 200:
        return response.status
    return bytes(int(level) for level in pyvips.Image.new_from_buffer(response.body, "")(0, 0))


def test_a_picture_that_is_replaced_is_shown_once_it_is_followed(followed: Followed) -> None:
    assert colour(followed) == b"\xc8\x00\x00"
    followed.write(KEY, AFTER)
    assert colour(followed) == b"\xc8\x00\x00", "nobody has told the cache"
    followed.follow()
    assert followed.told == ["red.png was replaced: 1 derivative is deleted, and forgotten by the caches."]
    assert colour(followed) == b"\x00\x00\xc8"


def test_a_picture_that_is_deleted_is_not_found_once_it_is_followed(followed: Followed) -> None:
    colour(followed)
    followed.world.view("/8x4_f-webp/red.png")
    followed.world.originals.delete(KEY)
    followed.follow()
    assert followed.told == ["red.png is gone: 2 derivatives are deleted, and forgotten by the caches."]
    assert (colour(followed), followed.world.stored()) == (404, set())


def test_a_spec_that_was_first_asked_for_a_moment_ago_is_purged_too(followed: Followed) -> None:
    followed.world.view("/8x4_f-webp/red.png")
    followed.write(KEY, AFTER)
    followed.follow()
    colour(followed)
    followed.world.originals.delete(KEY)
    followed.follow()
    assert followed.world.stored() == set()


def test_what_was_under_way_is_found_by_the_second_look(followed: Followed) -> None:
    colour(followed)
    (key,) = followed.world.stored()
    under_way = followed.world.derivatives.get(key)
    assert under_way
    followed.write(KEY, AFTER)
    followed.follow()
    followed.world.derivatives.put(
        key,
        under_way.body,
        media_type="image/png",
        cache_control="max-age=100000",
        metadata=under_way.metadata,
    )
    assert colour(followed) == b"\xc8\x00\x00"
    followed.world.clock.pass_seconds(DELAY - 1)
    followed.follow()
    assert colour(followed) == b"\xc8\x00\x00"
    followed.world.clock.pass_seconds(1)
    followed.follow()
    assert colour(followed) == b"\x00\x00\xc8"


def test_what_has_changed_before_the_start_is_found(followed: Followed) -> None:
    colour(followed)
    followed.write(KEY, AFTER)
    later = Freshness(followed.world.originals, followed.world.derivatives)
    later.caches.append(followed.world.loop.delivery_cache)
    stop = threading.Event()
    stop.set()
    later.keep_following(stop, pause=0, everything=False)
    assert later.followed == []
    later.keep_following(stop, pause=0, everything=True)
    assert [one.key for one in later.followed] == [KEY]
    assert colour(followed) == b"\x00\x00\xc8"
    later.keep_following(stop, pause=0, everything=True)
    assert len(later.followed) == 1, "there was nothing to say"


@pytest.mark.parametrize("broken", ["head", "folders", "delete"])
def test_after_a_failure_it_is_tried_again(followed: Followed, broken: str) -> None:
    colour(followed)
    followed.write(KEY, AFTER)
    followed.store.broken = {broken}
    followed.follow()
    assert followed.told == [
        "red.png has changed, and is looked at again in 5 s: the store could not be reached"
    ]
    followed.store.broken = set()
    followed.world.clock.pass_seconds(RETRY)
    followed.follow()
    assert len(followed.told) == 2
    assert colour(followed) == b"\x00\x00\xc8"


def test_a_store_that_cannot_be_listed_is_said_once(followed: Followed) -> None:
    originals = BreakableStore(followed.world.originals, {"list"})
    freshness = Freshness(cast(ObjectStore, originals), followed.world.derivatives, tell=followed.told.append)

    class ThirdTime(threading.Event):
        waited = 0

        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002
            self.waited += 1
            return self.waited == 3

    freshness.keep_following(ThirdTime(), pause=0, everything=True)
    assert followed.told == ["Changes of originals are not noticed: the store could not be reached"]


def test_what_is_new_is_said_to_the_page_and_not_printed(followed: Followed) -> None:
    followed.world.originals.put("new.png", AFTER, media_type="image/png")
    followed.follow()
    assert [one.sentence for one in followed.freshness.followed] == [
        "new.png has changed. Nothing was made of it."
    ]
    followed.world.clock.pass_seconds(DELAY)
    followed.follow()
    assert (len(followed.freshness.followed), followed.told) == (1, [])


def test_the_page_is_told_what_it_has_not_been_told_yet(followed: Followed) -> None:
    page = DemoPage(
        followed.world.loop,
        with_dropped(followed.world.originals, followed.world.derivatives, most=1)[0],
        Site(),
        freshness=followed.freshness,
        delivery=Delivery.REDIRECT,
        ways={},
    )

    def ask(question: str) -> tuple[int, Any]:
        answer = page(Request.to(f"/_loop/{question}"))
        assert answer
        return answer.status, json.loads(answer.body)

    assert ask("changes?after=0") == (200, {"changes": 0, "new": []})
    for body in (AFTER, BEFORE):
        colour(followed)
        followed.write(KEY, body)
        followed.follow()
    (first, second) = ({"key": one.key, "sentence": one.sentence} for one in followed.freshness.followed)
    assert first["sentence"] == followed.told[0]
    assert ask("changes?after=0") == (200, {"changes": 2, "new": [first, second]})
    assert ask("changes?after=1") == (200, {"changes": 2, "new": [second]})
    assert ask("changes?after=7") == (200, {"changes": 2, "new": []}), "the loop was started anew"
    assert ask("pictures")[1]["changes"] == 2
    for wrong in ("changes", "changes?after=", "changes?after=-1", "changes?after=%C2%B2"):
        assert ask(wrong)[0] == 404
