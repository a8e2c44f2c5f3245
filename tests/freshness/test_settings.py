"""Test what the environment of the function that purges may say, and what importing it does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from freshness.function import METRICS
from freshness.settings import VARIABLES, Cdn, FreshnessSettings
from tests.handler.test_start import run

LEAST = {
    "RESIZER_ORIGINALS": "s3://originals",
    "RESIZER_DERIVATIVES": "s3://derivatives",
    "RESIZER_QUEUE": "https://sqs.test/1/changes",
}
DOCUMENT = Path(__file__).parents[2] / "docs" / "freshness.md"


def test_three_variables_are_enough() -> None:
    assert FreshnessSettings.from_environment(LEAST) == FreshnessSettings(
        originals="s3://originals",
        derivatives="s3://derivatives",
        queue="https://sqs.test/1/changes",
        index="",
        warm_queue="",
        distribution="",
        cdn=Cdn.PATHS,
        delay=61,
        metrics="Resizer",
    )


READ: dict[str, tuple[dict[str, str], str, Any]] = {
    "several originals": ({"RESIZER_ORIGINALS": '{"a/": "s3://one"}'}, "originals", {"a/": "s3://one"}),
    "tags": ({"RESIZER_CDN": "tags"}, "cdn", Cdn.TAGS),
    "ttl": ({"RESIZER_CDN": "ttl"}, "cdn", Cdn.TTL),
    "a distribution": ({"RESIZER_DISTRIBUTION": "E1"}, "distribution", "E1"),
    "an index": ({"RESIZER_SPECS": "index", "RESIZER_INDEX": "s3://index"}, "index", "s3://index"),
    "an index that is not asked": ({"RESIZER_INDEX": "s3://index"}, "index", ""),
    "a queue to warm": ({"RESIZER_WARM_QUEUE": "https://sqs.test/1/w"}, "warm_queue", "https://sqs.test/1/w"),
    "a time-out": ({"RESIZER_TIMEOUT_S": "60"}, "delay", 91),
    "a namespace": ({"RESIZER_METRICS_NAMESPACE": "Pictures"}, "metrics", "Pictures"),
}


@pytest.mark.parametrize(("said", "name", "value"), READ.values(), ids=READ)
def test_a_variable_is_read(said: dict[str, str], name: str, value: Any) -> None:
    assert getattr(FreshnessSettings.from_environment(LEAST | said), name) == value


WRONG = {
    "RESIZER_ORIGINALS": ("", "the URL of a store"),
    "RESIZER_DERIVATIVES": ("", "the URL of a store"),
    "RESIZER_QUEUE": ("", "the URL of the queue"),
    "RESIZER_CDN": ("none", "paths, tags or ttl, got 'none'"),
    "RESIZER_SPECS": ("all", "listed or index, got 'all'"),
    "RESIZER_TIMEOUT_S": ("0", "the time-out of the generator, 1 to 869 s, got '0'"),
    "RESIZER_TIMEOUT_S too long": ("870", "1 to 869 s, got '870'"),
    "RESIZER_TIMEOUT_S no number": ("30s", "1 to 869 s, got '30s'"),
}


@pytest.mark.parametrize(("case", "said"), WRONG.items(), ids=WRONG)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(case: str, said: tuple[str, str]) -> None:
    name, (text, expected) = case.partition(" ")[0], said
    with pytest.raises(ValueError, match=rf"\A{name}: expected .*{re.escape(expected)}"):
        FreshnessSettings.from_environment(LEAST | {name: text})


def test_an_index_has_to_be_somewhere() -> None:
    with pytest.raises(
        ValueError, match="RESIZER_INDEX: expected the URL of a store with RESIZER_SPECS=index"
    ):
        FreshnessSettings.from_environment(LEAST | {"RESIZER_SPECS": "index"})


def test_every_variable_is_documented() -> None:
    rows = re.findall(r"^\| `(RESIZER_\w+)` \|", DOCUMENT.read_text(), re.MULTILINE)
    assert rows == [*VARIABLES]


def test_every_metric_is_documented() -> None:
    rows = re.findall(r"^\| `([A-Z][a-z]\w+)` \|", DOCUMENT.read_text(), re.MULTILINE)
    assert rows == [*METRICS]


def test_a_wrong_setting_stops_lambda_while_it_starts() -> None:
    started = run("import freshness", AWS_LAMBDA_RUNTIME_API="127.0.0.1:9")
    assert started.returncode != 0
    assert "ValueError: RESIZER_ORIGINALS: expected " in started.stderr.splitlines()[-1]


def test_a_store_without_events_stops_lambda_while_it_starts() -> None:
    said = LEAST | {"RESIZER_ORIGINALS": "gs://originals", "AWS_DEFAULT_REGION": "eu-west-1"}
    started = run("import freshness", AWS_LAMBDA_RUNTIME_API="127.0.0.1:9", **said)
    assert "ValueError: RESIZER_ORIGINALS: expected an s3:// URL" in started.stderr.splitlines()[-1]
