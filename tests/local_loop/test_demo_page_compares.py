"""Test what the page is told of one SPEC in three formats: nothing is stored, and nothing takes long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local_loop.demo_page.comparing import Comparer
from local_loop.demo_page.planned import Planner
from resizer_core import FORMATS, Delivery, Limits, Site, open_store, resize
from tests.local_loop.asking import ask, asked
from tests.local_loop.dropping import RED, Asked, served_with_originals, stored


@pytest.fixture(scope="module")
def loop() -> Iterator[Asked]:
    with served_with_originals(Delivery.REDIRECT) as served_loop:
        yield served_loop


def rows(loop: Asked, spec: str, key: str) -> dict[str, Any]:
    return {row["format"]: row for row in asked(loop.url, "compare", spec=spec, key=key)["formats"]}


def test_a_spec_is_compared_in_three_formats_and_nothing_is_stored(loop: Asked) -> None:
    before = stored(loop.derivatives)
    found = rows(loop, "9x5_fit-cover_f-png", "red.png")
    assert list(found) == ["jpg", "webp", "avif"]
    for name, row in found.items():
        assert row["spec"] == f"9x5_fit-cover_f-{name}"
        assert row["path"] == f"/9x5_fit-cover_f-{name}/red.png"
        assert row["media_type"] == FORMATS[name].media_type
        assert row["bytes"] == len(resize(RED, row["spec"]).body)
        assert row["milliseconds"] > 0
        assert (row["loses"], row["error"]) == ([], None)
    assert stored(loop.derivatives) == before


def test_what_a_format_loses_is_said(loop: Asked) -> None:
    moving, alpha = rows(loop, "8x", "moves.gif"), rows(loop, "8x", "alpha.png")
    assert [moving[name]["loses"] for name in moving] == [
        ["transparency", "animation"],
        [],
        ["animation"],
    ]
    assert [alpha[name]["loses"] for name in alpha] == [["transparency"], [], []]
    assert rows(loop, "8x_still", "moves.gif")["avif"]["loses"] == []


def test_a_format_that_the_spec_does_not_go_with_has_the_reason(loop: Asked) -> None:
    found = rows(loop, "8x_ll", "red.png")
    assert found["jpg"]["error"]["reason"] == "expected ll with webp or avif, got jpg"
    assert (found["jpg"]["bytes"], found["webp"]["error"]) == (None, None)


@pytest.mark.parametrize(
    ("spec", "key", "status", "reason"),
    [
        ("8x_blr-2", "red.png", 400, "unknown option 'blr'"),
        ("8x", "gone.png", 404, "there is no original 'gone.png'"),
        ("8x", "a//b", 400, "a key neither begins nor ends with /"),
    ],
)
def test_what_cannot_be_compared_is_said(loop: Asked, spec: str, key: str, status: int, reason: str) -> None:
    answer = ask(f"{loop.url}/_loop/compare?spec={spec}&key={key}")
    assert answer.status == status
    assert answer.json["error"]["reason"].startswith(reason)


def test_no_other_web_page_may_keep_the_processor_busy(loop: Asked) -> None:
    address = f"{loop.url}/_loop/compare?spec=8x&key=red.png"
    assert ask(address, Sec_Fetch_Site="cross-site").status == 403
    assert ask(address, Sec_Fetch_Site="same-origin").status == 200


def over_one_picture(site: Site) -> Comparer:
    store = open_store("memory:")
    store.put("red.png", RED, media_type="image/png")
    return Comparer(store, Planner(store, site))


def test_what_could_take_too_long_is_not_begun() -> None:
    assert over_one_picture(Site())._site.limits.cpu_seconds == 8
    answer = over_one_picture(Site(limits=Limits(cpu_seconds=1))).answer("1200x1200_fit-fill_up", "red.png")
    assert answer.body.count(b"expected at most 1 s of CPU time") == 1


def test_of_those_that_wait_the_newest_of_each_viewer_is_made() -> None:
    comparer = over_one_picture(Site())
    statuses: dict[int, int] = {}

    def compare(number: int, viewer: str) -> None:
        statuses[number] = comparer.answer("8x", "red.png", viewer).status

    with comparer._making:
        threads = []
        for number, viewer in enumerate(("a", "b", "a", "a")):
            before = comparer._newest.get(viewer)
            threads.append(threading.Thread(target=compare, args=(number, viewer)))
            threads[-1].start()
            while comparer._newest.get(viewer) is before:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert statuses == {0: 503, 1: 200, 2: 503, 3: 200}
    assert comparer._newest == {}
