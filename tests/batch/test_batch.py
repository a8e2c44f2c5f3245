"""The function behind S3 Batch Operations, called as the service calls it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

import resizer_core as core
from batch import Batch
from tests.batch.driver import TRIES, Row, csv_manifest, inventory, read_csv, read_inventory, run
from tests.doubles import Passing, filled, picture
from tests.making import Made

#: Keys that are easily spelled wrongly.
KEYS = ["cat.jpg", "a b.jpg", "a+c.jpg", "100%.jpg", "a%20d.jpg", "Kätzchen/猫 +1.jpg"]
MAKE = {"do": "make", "specs": "30x_f-webp 20x"}


def rows(*keys: str, bucket: str = "originals") -> list[Row]:
    return [Row(bucket, quote_plus(key, safe="/")) for key in keys]


def pictures(*keys: str) -> Made:
    return Made.over(dict.fromkeys(keys, picture()))


@pytest.mark.parametrize("tasks", [1, 4])
@pytest.mark.parametrize("kind", ["csv", "inventory"])
def test_every_key_of_a_manifest_is_made(kind: str, tasks: int) -> None:
    made = pictures(*KEYS)
    named = [f"pics/{key}" for key in KEYS]
    if kind == "csv":
        manifest = read_csv(csv_manifest("originals", named))
    else:
        manifest = read_inventory(inventory("originals", named))
    results = run(Batch(made.maker), manifest, arguments=MAKE, tasks_in_a_call=tasks)
    assert [(found.code, found.text) for found in results] == [("Succeeded", "2 there now")] * len(KEYS)
    assert made.stored() == sorted(f"{spec}/{key}" for spec in ("30x_f-webp", "20x") for key in KEYS)


@pytest.mark.parametrize(
    "spell", [lambda key: quote(key), lambda key: quote(key, safe="/+")], ids=["%2B", "+"]
)
def test_a_plus_sign_is_read_as_what_is_there(spell: Any) -> None:
    made = pictures(*KEYS)
    manifest = [Row("originals", spell(f"pics/{key}")) for key in KEYS]
    assert {found.code for found in run(Batch(made.maker), manifest, arguments=MAKE)} == {"Succeeded"}
    assert made.stored() == sorted(f"{spec}/{key}" for spec in ("30x_f-webp", "20x") for key in KEYS)


def test_the_first_schema_makes_the_specs_of_the_environment() -> None:
    made = pictures("cat.jpg")
    [result] = run(Batch(made.maker, "20x"), rows("pics/cat.jpg"), schema="1.0")
    assert (result.code, made.stored()) == ("Succeeded", ["20x/cat.jpg"])
    [result] = run(Batch(made.maker), rows("pics/cat.jpg"), schema="1.0")
    assert result.code == "PermanentFailure"
    assert "expected the SPECs to make in specs" in result.text


def test_a_second_job_makes_nothing_twice() -> None:
    made = pictures("cat.jpg")
    for _ in range(2):
        assert [found.code for found in run(Batch(made.maker), rows("pics/cat.jpg"), arguments=MAKE)] == [
            "Succeeded"
        ]
    assert [line["outcome"] for line in made.logged()] == ["made", "made", "already_stored", "already_stored"]


def test_what_no_second_try_would_mend_is_tried_once_and_told() -> None:
    whole = picture()
    made = Made.over({"cat.jpg": whole, "notes.txt": b"text", "half.jpg": whole[: len(whole) // 2]})
    named = ["pics/gone.jpg", "pics/notes.txt", "pics/cat.jpg", "pics/half.jpg", "cat.jpg", "pics/album/"]
    results = run(Batch(made.maker), rows(*named), arguments=MAKE, tasks_in_a_call=4)
    assert [(found.code, found.tries) for found in results] == [
        ("PermanentFailure", 1),
        ("PermanentFailure", 1),
        ("Succeeded", 1),
        *[("PermanentFailure", 1)] * 3,
    ]
    kinds = [found.text.removeprefix("0 there now; ").partition(":")[0] for found in results]
    assert kinds == [
        "SourceNotFound",
        "UnsupportedFormat",
        "2 there now",
        "CorruptImage",
        "NotAllowed",
        "InvalidKey",
    ]


class Recovering(Passing):
    """Fails the first times that something is read."""

    failures = 0
    error: Exception = core.StorageError("no answer")

    def called(self, method: str, key: str) -> None:  # noqa: ARG002
        if method == "get" and self.failures:
            self.failures -= 1
            raise self.error


def test_what_may_be_mended_is_tried_again() -> None:
    originals = Recovering(filled({"cat.jpg": picture()}))
    originals.failures = 2
    made = Made.over({}, behind=originals)
    [result] = run(Batch(made.maker), rows("pics/cat.jpg"), arguments={"do": "make", "specs": "20x"})
    assert (result.code, result.tries) == ("Succeeded", 3)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (core.StorageError("no answer"), "0 there now; StorageError: no answer"),
        (RuntimeError("s3://secret"), "0 there now; InternalError: the log says more"),
    ],
    ids=["ours", "a bug"],
)
def test_what_is_never_mended_fails_for_a_time_and_says_why(error: Exception, told: str) -> None:
    originals = Recovering(filled({"cat.jpg": picture()}))
    originals.failures, originals.error = 100, error
    made = Made.over({}, behind=originals)
    [result] = run(Batch(made.maker), rows("pics/cat.jpg"), arguments={"do": "make", "specs": "20x"})
    assert (result.code, result.tries, result.text) == ("TemporaryFailure", TRIES, told)
    assert made.maker.sound is isinstance(error, core.ResizerError)


# --- remake and purge -----------------------------------------------------------------------------------


def warmed(*keys: str, specs: str = "30x_f-webp 20x") -> Made:
    made = pictures(*keys)
    run(Batch(made.maker), rows(*(f"pics/{key}" for key in keys)), arguments={"do": "make", "specs": specs})
    made.lines.clear()
    return made


def test_a_purge_removes_every_derivative_of_an_original() -> None:
    made = warmed("cat.jpg", "dog.jpg")
    [result] = run(Batch(made.maker), rows("pics/cat.jpg"), arguments={"do": "purge"})
    assert (result.code, result.text) == ("Succeeded", "2 removed")
    assert made.stored() == ["20x/dog.jpg", "30x_f-webp/dog.jpg"]
    assert made.logged()[0] | {"request_id": ""} == {
        "level": "INFO",
        "request_id": "",
        "outcome": "purged",
        "keys": ["cat.jpg"],
        "removed": 2,
    }


def test_a_purge_removes_what_is_left_of_an_original_that_is_gone() -> None:
    made = warmed("a b.jpg")
    made.originals.delete("a b.jpg")
    assert [
        found.text for found in run(Batch(made.maker), rows("pics/a b.jpg"), arguments={"do": "purge"})
    ] == ["2 removed"]
    assert made.stored() == []


def test_a_purge_of_some_specs_leaves_the_others() -> None:
    made = warmed("cat.jpg")
    run(Batch(made.maker), rows("pics/cat.jpg"), arguments={"do": "purge", "specs": "20x 9x"})
    assert made.stored() == ["30x_f-webp/cat.jpg"]


def test_a_purge_takes_a_manifest_of_derivatives() -> None:
    made = warmed("a b.jpg", "dog.jpg")
    manifest = rows("20x/a b.jpg", "20x/gone.jpg", bucket="derivatives")
    results = run(Batch(made.maker), manifest, arguments={"do": "purge"})
    assert [(found.code, found.text) for found in results] == [
        ("Succeeded", "1 removed"),
        ("Succeeded", "0 removed"),
    ]
    assert made.stored() == ["20x/dog.jpg", "30x_f-webp/a b.jpg", "30x_f-webp/dog.jpg"]


def days_from_now(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


@pytest.mark.parametrize(("day", "removed"), [(-2, 0), (2, 2)])
def test_what_was_made_later_stays(day: int, removed: int) -> None:
    made = warmed("cat.jpg")
    arguments = {"do": "purge", "made-before": days_from_now(day)}
    [result] = run(Batch(made.maker), rows("pics/cat.jpg"), arguments=arguments)
    assert result.text == f"{removed} removed"


def test_a_remake_makes_anew_what_the_job_names() -> None:
    made = warmed("cat.jpg")
    before = {found.key: found.etag for found in made.derivatives.list()}
    made.originals.delete("cat.jpg")
    made.originals.put("cat.jpg", picture(".jpg", 80, 40), media_type="image/jpeg")
    [result] = run(Batch(made.maker), rows("pics/cat.jpg"), arguments={"do": "remake", "specs": "20x"})
    assert (result.code, result.text) == ("Succeeded", "1 removed; 1 there now")
    after = {found.key: found.etag for found in made.derivatives.list()}
    assert [key for key in before if before[key] != after[key]] == ["20x/cat.jpg"]


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "nothing": ({"specs": "20x"}, "expected do to be make, remake or purge"),
    "something else": ({"do": "burn"}, "expected do to be make, remake or purge, got 'burn'"),
    "no SPEC": ({"do": "remake"}, "expected the SPECs to remake"),
    "a wrong SPEC": ({"do": "make", "specs": "20x_blr-1"}, "unknown option"),
    "an unknown argument": ({"do": "purge", "spec": "20x"}, "got 'spec'"),
    "a wrong moment": ({"do": "purge", "made-before": "yesterday"}, "expected made-before as"),
    "a moment to make": (
        {"do": "make", "specs": "20x", "made-before": "2026-01-01"},
        "make leaves what is there",
    ),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_job_fails_every_task_and_does_nothing(arguments: dict[str, str], said: str) -> None:
    made = warmed("cat.jpg")
    before = made.stored()
    results = run(
        Batch(made.maker), rows("pics/cat.jpg", "pics/dog.jpg"), arguments=arguments, tasks_in_a_call=2
    )
    assert [found.code for found in results] == ["PermanentFailure"] * 2
    assert all(said in found.text for found in results)
    assert made.stored() == before


@pytest.mark.parametrize("do", ["make", "remake", "purge"])
@pytest.mark.parametrize("bucket", ["elsewhere", "derivatives"])
def test_nothing_is_made_of_an_object_that_is_no_original(bucket: str, do: str) -> None:
    made = warmed("cat.jpg")
    before = made.stored()
    manifest = rows("20x/cat.jpg", bucket=bucket)
    [result] = run(Batch(made.maker), manifest, arguments={"do": do, "specs": "9x"})
    if (bucket, do) == ("derivatives", "purge"):
        assert result.text == "0 removed"  # another SPEC than the job names
    else:
        assert (result.code, result.text.partition(":")[0]) == ("PermanentFailure", "NotAllowed")
    assert made.stored() == before
