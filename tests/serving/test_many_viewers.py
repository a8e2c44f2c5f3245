"""Test that many viewers of one missing picture make it once, and that only so many wait."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock

import pytest

import resizer_core as core
from resizer_core.serving.flights import Flights
from tests.doubles import Failing, filled
from tests.serving.doubles import CAT, PATIENCE, Held, bench, message, until

PATH = "/30x20/cat.jpg"


def test_many_viewers_of_a_missing_picture_make_it_once() -> None:
    originals = Held(filled(CAT))
    site = bench(originals)
    views = [site.service.begin("GET", PATH, {}) for _ in range(20)]
    until(lambda: site.waiting() == 20)
    originals.gate.set()
    answers = [view.answered.result(PATIENCE) for view in views]
    assert {(answer.status, answer.body) for answer in answers} == {
        (200, core.resize(CAT["cat.jpg"], "30x20").body)
    }
    assert originals.came == ["cat.jpg"]
    assert site.counted('outcomes_total{outcome="made"}') == 1
    assert site.counted('outcomes_total{outcome="shared"}') == 19


def test_an_error_of_many_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    originals = Held(Failing(error=core.StorageError("internals")))
    site = bench(originals)
    views = [site.service.begin("GET", PATH, {}) for _ in range(5)]
    until(lambda: site.waiting() == 5)
    originals.gate.set()
    assert [view.answered.result(PATIENCE).status for view in views] == [503] * 5
    assert len(caplog.records) == 1


def test_all_get_the_same_error_and_the_next_one_tries_again() -> None:
    originals = Held()
    site = bench(originals)
    views = [site.service.begin("GET", PATH, {}) for _ in range(5)]
    until(lambda: site.waiting() == 5)
    originals.gate.set()
    assert [message(view.answered.result(PATIENCE))["error"] for view in views] == ["SourceNotFound"] * 5
    assert originals.came == ["cat.jpg"]
    site.get(PATH)
    assert originals.came == ["cat.jpg"] * 2


def test_who_goes_disturbs_nobody_else() -> None:
    originals = Held(filled(CAT))
    site = bench(originals)
    views = [site.service.begin("GET", PATH, {}) for _ in range(3)]
    until(lambda: site.waiting() == 3)
    site.service.leave(views[0])
    site.service.leave(views[2])
    originals.gate.set()
    assert views[1].answered.result(PATIENCE).status == 200
    assert site.counted('outcomes_total{outcome="left"}') == 2


def test_what_nobody_waits_for_is_not_begun() -> None:
    originals = Held(filled(CAT))
    site = bench(originals, renders=1)
    first = site.service.begin("GET", PATH, {})
    until(lambda: originals.came)
    second = site.service.begin("GET", "/30x20/dog.jpg", {})
    until(lambda: site.counted("renders_waiting") == 1)
    assert site.counted("renders_running") == 1
    site.service.leave(second)
    until(lambda: site.counted("renders_waiting") == 0)
    originals.gate.set()
    assert first.answered.result(PATIENCE).status == 200
    assert originals.came == ["cat.jpg"]
    assert site.get("/30x20/dog.jpg").status == 200, "whoever asks again gets it"


def test_beyond_the_queue_the_answer_says_when_to_ask_again() -> None:
    originals = Held(filled(CAT))
    site = bench(originals, renders=1, queue=1)
    views = [site.service.begin("GET", f"/{side}x/cat.jpg", {}) for side in (10, 20)]
    until(lambda: (site.counted("renders_running"), site.counted("renders_waiting")) == (1, 1))
    answer = site.get("/30x/cat.jpg")
    assert (answer.status, message(answer)["error"]) == (503, "Overloaded")
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("2", "no-store")
    views.append(site.service.begin("GET", "/10x/cat.jpg", {}))  # what is being made takes no room
    assert site.get("/healthz").status == 200
    originals.gate.set()
    assert [view.answered.result(PATIENCE).status for view in views] == [200] * 3
    assert site.get("/30x/cat.jpg").status == 200


@pytest.mark.parametrize("side", ["originals", "derivatives"])
def test_a_request_ends_in_time_whatever_its_stores_do(side: str) -> None:
    held = Held(filled(CAT))
    site = bench(held, seconds=0.2) if side == "originals" else bench(CAT, held, seconds=0.2)
    answer = site.get("/30x20_f-auto/cat.jpg")
    assert (answer.status, message(answer)["error"]) in [(503, "Overloaded"), (503, "StorageError")]
    assert answer.headers["vary"] == "Accept"
    assert site.counted('answers_total{class="5xx"}') == 1
    held.gate.set()
    until(lambda: site.get("/30x20_f-auto/cat.jpg").status == 200)


# The flights alone


def test_at_any_time_each_thing_is_made_once_and_only_so_many_at_once() -> None:
    """Many threads ask for few things, some of them leave, some makings fail."""
    flights: Flights[str] = Flights(3, 1000)
    lock, running, most = Lock(), Counter[str](), [0]

    def make(key: str) -> str:
        with lock:
            running[key] += 1
            assert running[key] == 1, "it is made twice at once"
            most[0] = max(most[0], running.total())
        Event().wait(0.001)
        with lock:
            running[key] -= 1
        if key == "bad":
            raise ValueError(key)
        return key

    def ask(seed: int) -> str:
        chosen = random.Random(seed)
        key = chosen.choice(["a", "b", "c", "d", "e", "bad"])
        waiter, _ = flights.join(key, lambda: make(key))
        if chosen.random() < 0.3 and waiter.cancel():
            return "left"
        try:
            assert waiter.result(PATIENCE) == key
        except ValueError:
            return "failed" if key == "bad" else "wrong"
        return "made"

    with ThreadPoolExecutor(16) as threads:
        ends = Counter(threads.map(ask, range(1500)))
    assert set(ends) == {"left", "failed", "made"}
    assert 1 < most[0] <= 3
    until(lambda: (flights.running, flights.waiting) == (0, 0))


def test_a_thing_that_ends_the_thread_ends_no_other_and_nobody_waits_for_ever() -> None:
    flights: Flights[str] = Flights(1, 1)

    def exit_it() -> str:
        raise SystemExit(3)

    waiter, _ = flights.join("a", exit_it)
    with pytest.raises(SystemExit):
        waiter.result(PATIENCE)
    assert flights.join("a", lambda: "made")[0].result(PATIENCE) == "made"


def test_a_thing_may_be_asked_for_again_while_its_waiters_are_told() -> None:
    flights: Flights[int] = Flights(1, 1)
    again: list[Future[int]] = []
    waiter, begun = flights.join("a", lambda: 1)
    waiter.add_done_callback(lambda _: again.append(flights.join("a", lambda: 2)[0]))
    assert (waiter.result(PATIENCE), begun) == (1, True)
    until(lambda: again)
    assert again[0].result(PATIENCE) == 2
