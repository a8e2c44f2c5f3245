"""The cost model: its figures by hand, its proportions, and a document that shows what it prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import resizer_core as core
from function import record
from resizer_core import FORMATS, Access, RequestError, Site, parse_presets, parse_spec
from resizer_core.urls.signing import check_access
from tests.tools.printed import tables_of
from tools.cost import model
from tools.cost.__main__ import SECTIONS, main
from tools.cost.attack import VARIANTS, attempt
from tools.cost.model import Deployment, Picture, Traffic
from tools.cost.prices import KIB_PER_GB, PRICES, Usage, usd

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "cost.md"
TABLES = tables_of("cost", "cost.md")


def test_every_section_is_in_the_document() -> None:
    assert sorted(arguments for arguments, _ in TABLES) == sorted(SECTIONS)


def test_a_million_first_views_by_hand() -> None:
    """1.5 GB for 0.41 s, three requests, two to delivery, 40 KiB and three times 0.7 KiB of headers."""
    by_hand = (
        3 * 1.00  # CloudFront
        + 2 * 0.10  # the function at the edge
        + 42.1 / 1024 / 1024 * 1e6 * 0.085  # data
        + 4 * 0.40  # S3, reads
        + 5.00  # S3, the write
        + 1.00  # API
        + 0.20  # runs
        + 1.5 * 0.41 * 1e6 * 0.0000133334
        + 1.4 / 1024 / 1024 * 1e6 * 0.50  # logs
    )
    million = model.times(model.first_view(Deployment(), Picture()), 1e6)
    assert usd(million) == pytest.approx(by_hand)
    assert round(by_hand, 2) == 23.28


def test_a_million_first_views_in_failover_by_hand() -> None:
    """One request, S3's 404 and two reads of the function, 40 KiB and 0.7 of headers."""
    by_hand = (
        1.00  # CloudFront
        + 0.10  # the function at the edge
        + 40.7 / 1024 / 1024 * 1e6 * 0.085  # data
        + 3 * 0.40  # S3, reads
        + 5.00  # S3, the write
        + 1.00  # API
        + 0.20  # runs
        + 1.5 * 0.41 * 1e6 * 0.0000133334
        + 1.4 / 1024 / 1024 * 1e6 * 0.50  # logs
    )
    million = model.times(model.first_view(Deployment(delivery="failover"), Picture()), 1e6)
    assert usd(million) == pytest.approx(by_hand)
    assert round(by_hand, 2) == 20.67


ANSWERED = {
    "within one call of the API": (511, (1, 1, 3)),
    "of more than 512 KiB": (1030, (1, 3, 3)),
    "too large for an answer": (4_500_001 / 1024, (2, 1, 4)),
}


@pytest.mark.parametrize(("kib", "counted"), ANSWERED.values(), ids=ANSWERED)
def test_what_the_function_sends_itself_is_weighed_and_the_largest_are_fetched_again(
    kib: float, counted: tuple[int, int, int]
) -> None:
    first = model.first_view(Deployment(delivery="failover"), Picture(kib=kib))
    assert (first["requests"], first["calls"], first["reads"]) == counted


def test_in_failover_delivery_asks_s3_before_a_run_and_not_for_what_is_no_spec(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert attempt(Deployment(delivery="failover"), 1)["reads"] == 1
    assert attempt(Deployment(), 1)["reads"] == 0
    main(["unlimited", "--delivery", "failover"])
    assert "| 99.94 |" in capsys.readouterr().out  # 34.56 USD less: 86.4 million GETs


def test_a_month_within_and_beyond_the_free_tier_by_hand() -> None:
    """100 million views of 100 KiB from the cache alone, and nothing made."""
    used = model.month(
        Deployment(alarms=False, images=0, negotiation=False),
        Picture(kib=100),
        Traffic(generations=0, views=100e6, missed=0, stored=0),
    )
    gigabytes = 100e6 * 100.7 / 1024 / 1024
    assert usd(used) == pytest.approx(100 * 1.00 + gigabytes * 0.085 + 13 * 0.30)
    assert usd(used, free_tier=True) == pytest.approx(90 * 1.00 + (gigabytes - 1024) * 0.085 + 3 * 0.30)


def test_a_day_of_nothing_but_runs_by_hand() -> None:
    """Ten at once, of 1.5 GB, for 86,400 s, however long each is."""
    for seconds in (0.5, 29):
        count = model.runs_per_second(Deployment(), seconds) * 86_400
        used = model.times(model.run(Deployment(), seconds), count)
        assert usd({"arm64": used["arm64"]}) == pytest.approx(10 * 1.5 * 86_400 * 0.0000133334)


def test_the_throttle_bounds_what_is_shorter_than_the_concurrency_allows() -> None:
    assert model.runs_per_second(Deployment(reserved_concurrency=10, rate=50), 0.1) == 50
    assert model.runs_per_second(Deployment(reserved_concurrency=10, rate=50), 0.5) == 20


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_twice_the_memory_costs_twice_as_much_and_nothing_else_does(architecture: str) -> None:
    once, twice = (
        model.first_view(Deployment(memory_mb=memory, architecture=architecture), Picture())
        for memory in (1024, 2048)
    )
    assert twice[architecture] == 2 * once[architecture]
    assert model.without(twice, architecture) == model.without(once, architecture)


def test_without_a_request_only_what_is_fixed_is_paid() -> None:
    nobody = Traffic(generations=0, views=0, stored=0)
    deployment = Deployment(dashboard=True, firewall="both")
    assert usd(model.month(deployment, Picture(), nobody)) == pytest.approx(usd(model.fixed(deployment)))
    assert usd(model.fixed(deployment)) == pytest.approx(13 * 0.30 + 8 * 0.10 + 3 + 5 + 1 + 0.6 * 0.10)


@pytest.mark.parametrize("field", ["generations", "views", "missed", "stored"])
def test_more_of_anything_is_never_cheaper(field: str) -> None:
    traffic = Traffic()
    more = replace(traffic, **{field: 2 * getattr(traffic, field)})
    before, after = (usd(model.month(Deployment(), Picture(), each)) for each in (traffic, more))
    assert after > before


INSPECTED = {"none": (0, 0), "generator": (1, 0), "delivery": (2, 1), "both": (3, 1)}


@pytest.mark.parametrize(("firewall", "inspected"), INSPECTED.items(), ids=INSPECTED)
def test_a_firewall_inspects_what_passes_its_distribution(firewall: str, inspected: tuple[int, int]) -> None:
    deployment = Deployment(firewall=firewall)
    first, again = model.first_view(deployment, Picture()), model.view(deployment, Picture())
    assert (first["inspected"], again["inspected"]) == inspected


def test_a_firewall_in_failover_inspects_every_view_once() -> None:
    deployment = Deployment(delivery="failover", firewall="delivery")
    first, again = model.first_view(deployment, Picture()), model.view(deployment, Picture())
    assert (first["inspected"], again["inspected"]) == (1, 1)


def test_the_edge_function_sees_what_delivery_is_asked_for() -> None:
    deployment = Deployment()
    assert (model.first_view(deployment, Picture())["edge"], model.view(deployment, Picture())["edge"]) == (
        2,
        1,
    )
    without = Deployment(negotiation=False)
    assert model.first_view(without, Picture())["edge"] == model.view(without, Picture())["edge"] == 0
    failover = Deployment(delivery="failover", negotiation=False)
    assert model.first_view(failover, Picture())["edge"] == model.view(failover, Picture())["edge"] == 1


def test_each_request_to_a_distribution_is_a_line_of_the_access_logs() -> None:
    without, logged = Deployment(), Deployment(access_logs=True)

    def lines(of: Callable[[Deployment, Picture], Usage]) -> float:
        more = of(logged, Picture())["logs"] - of(without, Picture())["logs"]
        return more * KIB_PER_GB / model.ACCESS_LOG_KIB

    assert (lines(model.first_view), lines(model.view)) == pytest.approx((3, 1))


def test_the_switch_of_the_way_is_what_lies_between_the_two(capsys: pytest.CaptureFixture[str]) -> None:
    for firewall, difference in (("none", "-2.61 | "), ("both", "-3.81 | ")):
        main(["switches", "--firewall", firewall])
        assert f'| `delivery = "failover"` |  |  | {difference}' in capsys.readouterr().out


def test_a_stranger_has_as_many_variants_of_a_preset_made_as_are_counted() -> None:
    site = Site(presets=parse_presets({"thumb": "30x20"}), access=Access.PRESETS)
    asked = ["p-thumb", *(f"p-thumb_f-{word}" for word in (*FORMATS, "jpeg", "tiff"))]
    made = set()
    for text in [*asked, *(f"{one}_{more}" for one in asked for more in ("v-2", "q-60", "dpr-2"))]:
        try:
            spec = parse_spec(text, site)
            check_access(spec, site)
        except RequestError:
            continue
        made.add(str(spec))
    assert len(made) == VARIANTS


WRONG: Mapping[str, tuple[list[str], str]] = {
    "section": (["prices", "weather"], "expected sections of prices, .*; got weather"),
    "firewall": (
        ["--delivery", "failover", "--firewall", "both"],
        "expected the firewall none, delivery in failover, got both",
    ),
    "memory": (["--memory-mb", "0"], "expected memory_mb above 0, got 0"),
    "seconds": (["--seconds", "-1"], "expected seconds above 0, got -1"),
    "views": (["--views", "-5"], "expected views of at least 0, got -5"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert re.search(said, capsys.readouterr().err)


def test_the_options_change_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["first-view", "--architecture", "x86_64", "--memory-mb", "3072", "--seconds", "1", "--kib", "80"])
    printed = capsys.readouterr().out
    assert f"| {PRICES['x86_64'].what} | 3.03 GB s | 50.50 |" in printed
    assert "| 82.1 KiB | 6.66 |" in printed


def test_the_defaults_are_those_of_terraform() -> None:
    stated = (ROOT / "terraform" / "variables.tf").read_text()

    def default(name: str) -> float:
        (value,) = re.findall(rf"^    {name} += optional\(number, (\d+)\)", stated, re.MULTILINE)
        return float(value)

    deployment = Deployment()
    for name in ("memory_mb", "timeout_s", "rate"):
        assert getattr(deployment, name) == default(name), name
    function = (ROOT / "terraform" / "modules" / "function" / "main.tf").read_text()
    assert f"min({deployment.reserved_concurrency:g}, local.reservable)" in function
    assert re.search(r"^    enabled += optional\(bool, true\)", stated, re.MULTILINE)
    assert deployment.alarms
    assert (
        f"`generations_per_hour` is {default('generations_per_hour'):,.0f} by default" in DOCUMENT.read_text()
    )


def test_the_example_that_is_open_says_the_worst_of_the_tables() -> None:
    said = (ROOT / "terraform" / "examples" / "minimal" / "main.tf").read_text()
    (attack,) = (shown for arguments, shown in TABLES if arguments == "attack")
    days = [float(found) for found in re.findall(r"\*\*([\d,.]+)\*\* \|", attack)]
    kept = [
        float(found.replace(",", ""))
        for found in re.findall(r"([\d,.]+) \| [\d,.]+ \|$", attack, re.MULTILINE)
    ]
    assert f"costs at most {max(days):.2f} USD a day" in said
    assert f"in that day cost at most {max(kept):.2f} USD a month" in said.replace("\n  # ", " ")


def test_the_metrics_are_those_that_the_function_has() -> None:
    counts = {row.metric for row in core.ERROR_RESPONSES.values()} | set(record._METRICS.values())
    counts |= {"LoopSuspected", "LostRace"}
    resizer = (ROOT / "resizer_core" / "resizer.py").read_text()
    phases = {*re.findall(r'\.lap\("(\w+)"\)', resizer), "total"}
    assert len(counts) + len(phases) == model.METRICS


def test_the_alarms_are_those_that_terraform_makes() -> None:
    made = (ROOT / "terraform" / "modules" / "function" / "alarms.tf").read_text()
    assert len(re.findall(r'\bmetric += "', made)) == model.ALARM_METRICS
