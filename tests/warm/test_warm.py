"""The function behind the queue of new originals: what is made, what is done, and what comes again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
from function.places import key_in
from tests.doubles import Aged, Failing, filled, picture
from tests.making import Made
from warm import Warm

EAGER = '["30x_f-webp", "20x"]'


def event(*bodies: object) -> dict[str, Any]:
    """Make what SQS hands to Lambda; its messages are called by their numbers."""
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {
        "Records": [
            {"messageId": str(number), "body": text, "eventSource": "aws:sqs"}
            for number, text in enumerate(texts)
        ]
    }


def again(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_every_spec_is_made_of_a_new_original() -> None:
    made = Made.over({"photos/cat.jpg": picture()})
    assert again(Warm(made.maker, EAGER)(event({"key": "photos/cat.jpg"}))) == []
    assert made.stored() == ["20x/photos/cat.jpg", "30x_f-webp/photos/cat.jpg"]
    assert [(line["outcome"], line["Generated"]) for line in made.logged()] == [("made", 1), ("made", 1)]


def test_a_message_that_comes_twice_makes_nothing_twice_and_is_no_loop() -> None:
    made = Made.over({"cat.jpg": picture()})
    made.derivatives = Aged(made.derivatives, seconds=3600)
    made.maker.generator.resizer._derivatives = made.derivatives
    warm = Warm(made.maker, '["20x"]')
    warm(event({"key": "cat.jpg"}))
    assert again(warm(event({"key": "cat.jpg"}))) == []
    assert made.logged()[1]["outcome"] == "already_stored"
    assert "LoopSuspected" not in made.logged()[1]


DONE = {
    "gone": ({"key": "gone.jpg"}, "SourceNotFound"),
    "no picture": ({"key": "notes.txt"}, "UnsupportedFormat"),
    "damaged": ({"key": "half.jpg"}, "CorruptImage"),
    "no key": ({"name": "cat.jpg"}, "BadEvent"),
    "no JSON": ("cat.jpg", "BadEvent"),
    "a wrong key": ({"key": "/cat.jpg"}, "InvalidKey"),
    "the derivatives": ({"bucket": "derivatives", "key": "20x/cat.jpg"}, "NotAllowed"),
    "beside the originals": ({"bucket": "originals", "key": "cat.jpg"}, "NotAllowed"),
}


@pytest.mark.parametrize(("body", "error"), DONE.values(), ids=DONE)
def test_what_no_second_try_would_mend_is_logged_and_done(body: object, error: str) -> None:
    whole = picture()
    made = Made.over({"notes.txt": b"text", "half.jpg": whole[: len(whole) // 2], "cat.jpg": whole})
    assert again(Warm(made.maker, '["20x"]')(event(body))) == []
    assert made.stored() == []
    assert [line["outcome"] for line in made.logged()] == [error]


def test_a_message_may_name_the_bucket_of_the_originals() -> None:
    made = Made.over({"cat.jpg": picture()})
    assert again(Warm(made.maker, '["20x"]')(event({"bucket": "originals", "key": "pics/cat.jpg"}))) == []
    assert made.stored() == ["20x/cat.jpg"]


def test_a_slash_at_the_end_of_a_store_changes_nothing() -> None:
    for url in ("s3://originals/pics", "s3://originals/pics/", "s3://originals/pics/?region=eu-west-1"):
        assert key_in({"": url}, "originals", "pics/cat.jpg") == "cat.jpg"
        assert key_in({"": url}, "originals", "picsthat/cat.jpg") is None


@pytest.mark.parametrize(
    "error",
    [core.StorageError("no answer"), core.ConfigurationError("elsewhere"), RuntimeError("a bug")],
    ids=repr,
)
def test_what_may_be_mended_goes_back_to_the_queue_and_the_others_are_done(error: Exception) -> None:
    originals = filled({"cat.jpg": picture(), "dog.jpg": picture()})

    class FailsForTheCat(Failing):
        def called(self, method: str, key: str) -> None:
            if key == "cat.jpg":
                super().called(method, key)

    made = Made.over({}, behind=FailsForTheCat(originals, error=error))
    assert again(Warm(made.maker, '["20x"]')(event({"key": "cat.jpg"}, {"key": "dog.jpg"}))) == ["0"]
    assert made.stored() == ["20x/dog.jpg"]
    assert made.maker.sound is isinstance(error, core.ResizerError)


@pytest.mark.parametrize("eager", ["", "20x", "[]", '{"a": "20x"}', "[1]", '["20x_f-auto"]', '["20x_blr-1"]'])
def test_a_wrong_list_stops_the_start(eager: str) -> None:
    with pytest.raises(ValueError, match="^RESIZER_EAGER: expected a JSON list of SPECs"):
        Warm(Made.over({}).maker, eager)


@pytest.mark.parametrize("name", ["warm", "batch"])
def test_lambda_calls_the_function_of_the_environment(name: str, tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "cat.jpg").write_bytes(picture())
    called = {
        "warm": {"Records": [{"messageId": "0", "body": '{"key": "cat.jpg"}'}]},
        "batch": {"invocationSchemaVersion": "1.0", "invocationId": "i", "job": {"id": "j"}, "tasks": []},
    }[name]
    program = (
        "import json, sys, importlib; module = importlib.import_module(sys.argv[1]); "
        "print(json.dumps(module.handler(json.loads(sys.argv[2]))), module.is_sound())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, name, json.dumps(called)],
        cwd=Path(__file__).parents[2],
        env={
            "RESIZER_ORIGINALS": str(tmp_path / "originals"),
            "RESIZER_DERIVATIVES": str(tmp_path / "derivatives"),
            "RESIZER_BASE_URL": "https://img.test",
            "RESIZER_EAGER": '["20x"]',
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1].endswith(" True")
    assert (tmp_path / "derivatives" / "20x" / "cat.jpg").exists() is (name == "warm")
