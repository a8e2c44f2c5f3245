"""The model of large jobs: its figures by hand, the simulator beside it, and a document that shows both."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from resizer_core.stores import providers
from tests.tools.printed import tables_of
from tools.cost.model import Deployment
from tools.cost.prices import PRICES
from tools.scale import model, simulator
from tools.scale.__main__ import SECTIONS, main
from tools.scale.model import Job, capacities, duration, first_limit, seconds_each
from tools.scale.plots import FOLDER, PLOTS
from tools.scale.quotas import JOB_PRICES, usd
from tools.scale.simulator import Run, play
from tools.scale.viewers import Viewers, lost, refused
from tools.svg import Axis, Series, chart

#: What it plays is not measured.
pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "scale.md").read_text()
TABLES = tables_of("scale", "scale.md")
SEEDS = (1, 2, 3)


def test_every_section_is_in_the_document() -> None:
    assert sorted(arguments for arguments, _ in TABLES) == sorted(SECTIONS)


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_what_is_drawn_now(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == PLOTS[name](), "make tables"


def test_the_document_shows_every_plot_and_says_what_it_shows() -> None:
    shown = re.findall(r"^!\[(.{30,})\]\(scale/(\w+)\.svg\)$", TEXT, re.MULTILINE)
    assert sorted(name for _, name in shown) == sorted(PLOTS)
    assert {path.stem for path in FOLDER.iterdir()} == set(PLOTS)


def test_the_time_of_a_derivative_is_what_was_measured() -> None:
    measured = (ROOT / "bench" / "README.md").read_text().partition("### Resizing")[2].partition("\n### ")[0]
    for spec, seconds in model.CPU_SECONDS.items():
        assert re.search(rf"^\| `{spec}` \| {seconds * 1000:.1f} \|", measured, re.MULTILINE), spec
    mean = (0.1277 + 0.1791 + 0.2604) / 3
    assert seconds_each() == pytest.approx(mean + 0.15)
    assert seconds_each(Deployment(memory_mb=1536)) == pytest.approx(mean * 1769 / 1536 + 0.15)
    assert seconds_each(Deployment(memory_mb=3008)) == seconds_each()


def test_the_attempts_are_those_of_a_bucket() -> None:
    retries = providers._retries()
    assert retries["max_retries"] == simulator.RETRIES
    assert retries["backoff"]["init_backoff"] == timedelta(seconds=simulator.BACKOFF_SECONDS)


LIMITS = {
    "runs": (Job(concurrency=1000, seconds=0.5), "runs at once", 2000),
    "writes": (Job(concurrency=5000, seconds=0.5), "PUT of derivatives", 3500),
    "two-partitions": (Job(concurrency=5000, seconds=0.5, partitions=2), "PUT of derivatives", 7000),
    "enough-partitions": (Job(concurrency=5000, seconds=0.5, partitions=3), "runs at once", 10_000),
    "calls": (Job(concurrency=5000, seconds=0.5, tasks_per_second=100), "S3 Batch", 300),
}


@pytest.mark.parametrize(("job", "stage", "rate"), LIMITS.values(), ids=LIMITS)
def test_the_slowest_stage_says_how_long_it_takes(job: Job, stage: str, rate: float) -> None:
    assert first_limit(job) == stage
    assert capacities(job)[stage] == rate
    assert duration(job) == pytest.approx(300e6 / rate)


def test_a_backfill_by_hand() -> None:
    """A million originals, three derivatives each, 0.4 s and 1.5 GB."""
    by_hand = (
        0.25  # the job
        + 1.00  # its tasks
        + 0.20  # runs
        + 1.5 * 3 * 0.4 * 1e6 * 0.0000133334
        + 6 * 0.40  # HEAD and GET
        + 3 * 5.00  # PUT
        + (3 * 709 + 543) / 1024**3 * 1e6 * 0.50  # logs
        + 0.005  # LIST
    )
    job = Job(originals=1e6, seconds=0.4)
    assert usd(model.backfill(job, Deployment())) == pytest.approx(by_hand)


def test_an_array_job_by_hand() -> None:
    """A million originals, three derivatives each, on one processor and 2 GB a worker."""
    hours = 3e6 * seconds_each() / 3600
    by_hand = hours * (0.03238 + 2 * 0.00356) + 6 * 0.40 + 3 * 5.00 + 0.005
    assert usd(model.array_job(Job(originals=1e6))) == pytest.approx(by_hand)


def test_a_queue_takes_the_place_of_the_job() -> None:
    job = Job(originals=1e6)
    more = usd(model.eager(job, Deployment())) - usd(model.backfill(job, Deployment()))
    assert more == pytest.approx(3 * 0.40 - 1.25 - 0.005)


def test_runs_that_wait_for_s3_are_billed() -> None:
    enough, too_many = Job(concurrency=1000), Job(concurrency=5000)
    assert model.billed_seconds(enough) == pytest.approx(300e6 * enough.seconds)
    assert model.billed_seconds(too_many) == pytest.approx(5000 * 300e6 / 3500)
    fed = replace(too_many, tasks_per_second=10)
    assert model.billed_seconds(fed) == pytest.approx(300e6 * fed.seconds)


def test_no_price_stands_in_both_lists() -> None:
    assert not set(PRICES) & set(JOB_PRICES)


AGREE = {
    "runs at once": Run(job=Job(originals=10e3, concurrency=50)),
    "S3 Batch": Run(job=Job(originals=10e3, concurrency=100, tasks_per_second=50)),
    "PUT of derivatives": Run(job=Job(originals=2e6, concurrency=3000), part=100),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("stage", AGREE)
def test_the_simulator_agrees_with_the_formula(stage: str, seed: int) -> None:
    run = replace(AGREE[stage], seed=seed)
    assert first_limit(run.job) == stage
    played = play(run)
    assert played.seconds == pytest.approx(duration(run.job), rel=0.03)
    assert sum(played.made) == run.job.derivatives


@pytest.mark.parametrize("seed", SEEDS)
def test_a_short_job_waits_for_processes(seed: int) -> None:
    """Of 10,000 only 1,000 begin at once, and 100 more a second."""
    run = Run(job=Job(originals=100e3, concurrency=10_000, partitions=8), part=50, seed=seed)
    assert play(run).seconds > 3 * duration(run.job)


@pytest.mark.parametrize("seed", SEEDS)
def test_neighbours_share_a_partition(seed: int) -> None:
    """Six partitions take 13,600 a second in any order; neighbours share the 5,500 GET of one."""
    run = Run(job=Job(originals=1e6, concurrency=5000, partitions=6), part=100, seed=seed)
    mixed, ordered = play(run), play(replace(run, ordered=True))
    assert mixed.seconds == pytest.approx(duration(run.job), rel=0.1)
    assert 1.8 * mixed.seconds < ordered.seconds < 1.05 * 3e6 / 5500
    assert sum(ordered.made) == sum(mixed.made) == 3e6, "whatever S3 refused was made in the end, once"


@pytest.mark.parametrize("seed", SEEDS)
def test_s3_splits_what_stays_busy(seed: int) -> None:
    job = Job(concurrency=5000)
    run = Run(job=job, part=1000, split_after=1800, until=4200, seed=seed)
    played = play(run)
    rates = [minute / 60 for minute in played.made]
    assert rates[10:30] == pytest.approx([3500] * 20, rel=0.05)
    assert min(rates[35:70]) > 4500
    assert played.partitions[1] > 1
    assert play(replace(run, until=1700)).partitions == (1, 1)


def test_a_partition_that_was_calm_is_busy_anew() -> None:
    partition = simulator._Partition(part=1)
    for now in (0.0, 100.0):
        while partition.allows(1, now, 0.5):
            pass
        assert partition.busy_since == now


def test_the_same_seed_is_the_same_chance() -> None:
    run = Run(job=Job(originals=1000, concurrency=50))
    assert play(run) == play(run) != play(replace(run, seed=2))


def test_erlangs_formula_by_hand() -> None:
    assert lost(1, 3) == pytest.approx(3 / 4)
    assert lost(2, 3) == pytest.approx((9 / 2) / (1 + 3 + 9 / 2))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rate", [10, 25, 40])
def test_single_viewers_are_refused_as_erlang_says(rate: int, seed: int) -> None:
    viewers = Viewers(rate=rate, seconds=0.4, seed=seed)
    assert refused(viewers) == pytest.approx(lost(10, rate * 0.4), abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_page_of_new_pictures_is_a_burst(seed: int) -> None:
    """Twenty at once find ten runs, however long it is until the next page."""
    page = Viewers(rate=0.2, page=20, seconds=0.4, until=36_000, seed=seed)
    assert refused(page) == pytest.approx(0.5, abs=0.03)
    assert refused(replace(page, runs=30)) < 0.02
    assert refused(replace(page, runs=30, rate=10, until=3600)) == pytest.approx(0.06, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_runs_of_their_own_keep_a_backfill_away_from_viewers(seed: int) -> None:
    viewers = Viewers(rate=5, runs=20, seconds=0.4, until=300, seed=seed)
    assert refused(replace(viewers, callers=200)) > 0.6
    assert refused(viewers) == 0


def test_what_the_document_says_in_words_follows_from_the_model() -> None:
    job = Job()
    assert f"{job.seconds:.2f} s" == "0.37 s"
    assert round(3500 * job.seconds, -2) == 1300
    assert first_limit(replace(job, seconds=0.2, concurrency=701)) == "PUT of derivatives"
    assert first_limit(replace(job, seconds=0.2, concurrency=699)) == "runs at once"
    assert round(10 / job.seconds) == 27
    assert round(2 / job.seconds * 86_400, -4) == 470_000
    assert round(1000 / job.seconds, -2) == 2700
    assert round(1 / (3 * job.seconds), 1) == 0.9
    backfill, views = model.backfill(job, Deployment()), model.on_demand(job, Deployment())
    assert usd(backfill) / usd(views) == pytest.approx(0.7, abs=0.05)
    assert round(usd(backfill), -2) == 4200
    assert round(duration(job) / 3600) == 31


def test_a_chart_puts_values_between_its_ticks_and_says_what_it_shows() -> None:
    x = Axis(title="runs", ticks={1: "1", 100: "100"}, logarithmic=True)
    y = Axis(title="hours & more", ticks={0: "0", 4: "4"})
    series = Series(name="a < b", values=[(1, 0), (10, 2), (100, 4)], colour=1)
    drawn = ElementTree.fromstring(chart("A title", "What it shows.", x, y, [series]))  # noqa: S314  # ours
    space = {"s": "http://www.w3.org/2000/svg"}
    assert [drawn.findtext(f"s:{name}", namespaces=space) for name in ("title", "desc")] == [
        "A title",
        "What it shows.",
    ]
    texts = [element.text for element in drawn.iterfind("s:text", space)]
    assert texts == ["A title", "1", "100", "0", "4", "runs", "hours & more", "a < b"]
    (line,) = drawn.iterfind("s:g/s:polyline", space)
    places = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    assert places[1] == pytest.approx([(places[0][at] + places[2][at]) / 2 for at in (0, 1)])
    assert places[0][0] < places[2][0]
    assert places[0][1] > places[2][1]


WRONG = {
    "section": (["answer", "weather"], "expected sections of answer, .*; got weather"),
    "originals": (["--originals", "0"], "expected originals above 0, got 0"),
    "memory": (["--memory-mb", "-1"], "expected memory_mb above 0, got -1"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert re.search(said, capsys.readouterr().err)


def test_a_worker_stands_for_no_less_than_itself() -> None:
    with pytest.raises(ValueError, match=r"expected a part of at least 1 worker, got 0\.5"):
        Run(job=Job(), part=0.5)


def test_the_options_change_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ways", "--originals", "1e6", "--specs", "1", "--seconds", "0.5"])
    printed = capsys.readouterr().out
    each = usd(model.backfill(Job(originals=1e6, specs=1, seconds=0.5), Deployment()))
    assert f"| backfill on S3 Batch | {each:,.0f} | {each:.2f} | 1.4 | 0.14 |" in printed
