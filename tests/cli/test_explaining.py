"""Test the explanation of a SPEC, and of what would be made of a picture."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import run, said_by


def explained(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_a_spec_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "300x_Q-80_format-jpeg_ar-3-2_rot-90_flip-h_g-nw_crop-0-0-9-9_still") == 0
    assert explained(capsys) == {
        "given": "300x_Q-80_format-jpeg_ar-3-2_rot-90_flip-h_g-nw_crop-0-0-9-9_still",
        "canonical": "300x_still_crop-0-0-9-9_rot-90_flip-h_ar-3-2_g-nw_f-jpg_q-80",
        "spec": {
            "dimensions": "300x",
            "still": True,
            "crop": "0-0-9-9",
            "turn": {"quarter_turns": 1, "mirrored": True},
            "ratio": "3-2",
            "gravity": "nw",
            "format": "jpg",
            "quality": 80,
        },
    }


def test_a_plan_is_explained(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "20x20_fit-cover_f-webp", source / "cat.jpg") == 0
    said = explained(capsys)
    assert said["canonical"] == "20x20_fit-cover_f-webp"
    assert said["plan"]["original"] == {"format": "jpg", "stored": "60x40"}
    assert (said["plan"]["size"], said["plan"]["format"]) == ("20x20", "webp")


def test_a_plan_of_a_gzipped_original_is_explained(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source / "packed.jpg").write_bytes(gzip.compress((source / "cat.jpg").read_bytes()))
    assert run("--explain", "20x20_f-webp", source / "packed.jpg") == 0
    assert explained(capsys)["plan"]["original"] == {"format": "jpg", "stored": "60x40"}


def test_a_plan_is_explained_for_the_format_that_the_output_names(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--explain", "20x20_f-auto", source / "cat.jpg", "cat.webp") == 0
    assert explained(capsys)["plan"]["format"] == "webp"


def test_explaining_writes_nothing(source: Path, tmp_path: Path) -> None:
    assert run("--explain", "20x20", source / "cat.jpg", tmp_path / "out.jpg") == 0
    assert not (tmp_path / "out.jpg").exists()


def test_a_plan_that_cannot_be_made_is_an_error(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "30x20", source / "missing.jpg") == 1
    said = capsys.readouterr()
    assert (said.out, said.err.partition(":")[0]) == ("", str(source / "missing.jpg"))


def test_a_wrong_spec_is_not_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "300x200_blr-2") == 2
    assert "^^^^^" in capsys.readouterr().err


def test_explain_says_what_the_option_says(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "300x_Q-80", source / "cat.jpg", "cat.webp") == 0
    by_command = capsys.readouterr().out
    assert run("--explain", "300x_Q-80", source / "cat.jpg", "cat.webp") == 0
    assert by_command == capsys.readouterr().out


def test_explain_takes_the_options_of_reading(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--watermark", f"dog={source / 'dog.png'}", "20x20_wm-dog_f-webp", source / "cat.jpg")
    assert run("explain", *given) == 0
    by_command = explained(capsys)
    assert run("--explain", *given) == 0
    assert by_command == explained(capsys)
    assert by_command["plan"]["size"] == "20x13"


def test_explain_says_what_a_preset_stands_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.loads(
        said_by(capsys, monkeypatch, "explain", "p-thumb_q-80", PRESETS='{"thumb": "9x9_fit-cover"}')
    )
    assert (said["canonical"], said["stands_for"]) == ("p-thumb_q-80", "9x9_fit-cover_q-80")
