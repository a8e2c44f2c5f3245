"""One picture: what is written, and what is said when something is wrong."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import resizer_core as core
from tests.cli.command import measured, names, put, run
from tests.doubles import picture


def test_one_picture(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out" / "small.webp"
    assert run("30x20_f-webp", source / "cat.jpg", target) == 0
    assert measured(target) == ("webp", 30, 20)
    said = capsys.readouterr()
    assert said.out == f"{target}: webp 30x20, {target.stat().st_size} bytes\n"
    assert said.err == ""
    assert names(target.parent) == ["small.webp"]


SUFFIXES = {
    "small.png": "png",
    "small.JPEG": "jpg",
    "small.tiff": "tif",
    "small.avif": "avif",
    "small": "jpg",  # as the original
}


@pytest.mark.parametrize(("name", "format"), SUFFIXES.items(), ids=SUFFIXES)
def test_the_suffix_says_the_format(name: str, format: str, source: Path, tmp_path: Path) -> None:
    assert run("30x20", source / "cat.jpg", tmp_path / name) == 0
    assert measured(tmp_path / name)[0] == format


def test_a_file_that_was_there_is_replaced(source: Path, tmp_path: Path) -> None:
    target = put(tmp_path / "out", "small.jpg") / "small.jpg"
    assert run("30x20", source / "cat.jpg", target) == 0
    assert measured(target) == ("jpg", 30, 20)


def test_a_watermark_is_a_file_with_a_name(source: Path, tmp_path: Path) -> None:
    given = f"--watermark=dog={source / 'dog.png'}"
    assert run(given, "30x20_wm-dog", source / "cat.jpg", tmp_path / "with.png") == 0
    assert run("30x20", source / "cat.jpg", tmp_path / "without.png") == 0
    assert (tmp_path / "with.png").read_bytes() != (tmp_path / "without.png").read_bytes()
    assert run(given, "30x20_wm-dog", source, tmp_path / "all") == 0
    assert run("--explain", given, "30x20_wm-dog", source / "cat.jpg") == 0


def test_a_watermark_without_a_file_is_said(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("dog", "=dog.png", "dog=", f"dog={source}/missing.png"):
        assert run("--watermark", wrong, "30x20_wm-dog", source / "cat.jpg", source / "small.png") == 2
        assert capsys.readouterr().err.startswith("--watermark: ")


FAILURES = {
    "a watermark without a name": ("30x20_wm-dog", "cat.jpg", "small.png", "unknown watermark 'dog'"),
    "a suffix that SPEC contradicts": ("30x20_f-webp", "cat.jpg", "small.png", "a name that ends in .webp"),
    "a suffix that is no format": ("30x20", "cat.jpg", "small.txt", "unknown format 'txt'"),
    "no such file": ("30x20", "missing.jpg", "small.png", "FileNotFoundError"),
    "no picture": ("30x20", "notes.txt", "small.png", "UnsupportedFormat"),
    "SVG without the option": ("30x20", "drawing.svg", "small.png", "UnsupportedFormat"),
    "damaged": ("30x20", "damaged.jpg", "small.png", "CorruptImage"),
    "a quality that the format has not": ("30x20_q-80", "cat.jpg", "small.png", "InvalidSpec"),
    "a quality that the format of the original has not": ("30x20_kb-9", "dog.png", "small", "InvalidSpec"),
}


@pytest.mark.parametrize(("spec", "name", "target", "text"), FAILURES.values(), ids=FAILURES)
def test_a_picture_that_fails_is_named_and_nothing_is_written(
    spec: str,
    name: str,
    target: str,
    text: str,
    source: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (source / "notes.txt").write_text("no picture")
    (source / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    (source / "damaged.jpg").write_bytes(picture()[:200])
    before = names(tmp_path)
    assert run(spec, source / name, tmp_path / target) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"{source / name}: ")
    assert text in said.err
    assert said.out == ""
    assert names(tmp_path) == before


def test_svg_is_read_when_it_is_asked_for(source: Path, tmp_path: Path) -> None:
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    )
    (source / "drawing.svg").write_text(drawing)
    assert run("--svg", "9x", source / "drawing.svg", tmp_path / "small.png") == 0


def test_a_write_that_fails_leaves_what_was_there(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = put(tmp_path / "out", "small.jpg") / "small.jpg"

    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert run("30x20", source / "cat.jpg", target) == 1
    assert "No space left" in capsys.readouterr().err
    assert target.read_bytes() == picture()
    assert names(target.parent) == ["small.jpg"]


def test_a_long_name_can_be_written(source: Path, tmp_path: Path) -> None:
    target = tmp_path / f"{'n' * 251}.jpg"
    assert run("30x20", source / "cat.jpg", target) == 0
    assert measured(target) == ("jpg", 30, 20)


def test_files_get_the_usual_permissions(source: Path, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        put(source, *(f"{number}.jpg" for number in range(20)))
        assert run("30x20_f-jpg", source, tmp_path / "out") == 0
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*.jpg")} == {0o640}
    finally:
        left = os.umask(before)
    assert left == 0o027


def test_the_format_is_that_of_the_output_where_the_spec_leaves_it_open(source: Path, tmp_path: Path) -> None:
    assert run("20x20_f-auto", source / "cat.jpg", tmp_path / "cat.webp") == 0
    assert core.detect((tmp_path / "cat.webp").read_bytes()).name == "webp"


def test_a_picture_is_made_by_a_preset(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESIZER_PRESETS", '{"thumb": "9x9_fit-cover"}')
    assert run("p-thumb", source / "cat.jpg", tmp_path / "small.png") == 0
    assert measured(tmp_path / "small.png") == ("png", 9, 9)
