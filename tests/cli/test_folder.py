"""A folder of pictures, and the progress that is shown while they are made."""

from __future__ import annotations

import os
import pty
import sys
import termios
from pathlib import Path

import pytest

from resizer_core.cli import processes
from tests.cli.command import changed_command, command, measured, names, put, run
from tests.doubles import picture


def test_a_folder_and_the_folders_in_it(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("30x20_f-webp", source, tmp_path / "new" / "out") == 0
    assert names(tmp_path / "new") == ["out/cat.webp", "out/dog.webp", "out/old/bird.webp"]
    assert measured(tmp_path / "new/out/old/bird.webp") == ("webp", 30, 20)
    assert capsys.readouterr().out == "3 made, 0 failed\n"


def test_each_picture_of_a_folder_keeps_its_format(source: Path, tmp_path: Path) -> None:
    assert run("30x20", source, tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["cat.jpg", "dog.png", "old/bird.webp"]


def test_failures_are_listed_at_the_end(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (source / "z.jpg").write_text("no picture")
    (source / "a.jpg").write_bytes(picture()[:200])
    assert run("30x20", source, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert said.out == "3 made, 2 failed\n"
    listed = [line for line in said.err.splitlines() if line.startswith(str(source))]
    assert [line.split(": ")[:2] for line in listed] == [
        [str(source / "a.jpg"), "CorruptImage"],
        [str(source / "z.jpg"), "UnsupportedFormat"],
    ]
    assert names(tmp_path / "out") == ["cat.jpg", "dog.png", "old/bird.webp"]


SAME_STEM = {
    "two formats": (["cat.jpg", "cat.png"], ["cat.jpg.webp", "cat.png.webp"]),
    "one without a suffix": (["cat", "cat.png"], ["cat.png.webp", "cat.webp"]),
    "no suffix at all": (["cat", "dog"], ["cat.webp", "dog.webp"]),
    "in another folder": (["a/cat.jpg", "b/cat.png"], ["a/cat.webp", "b/cat.webp"]),
    "several dots": (["cat.1.jpg", "cat.2.jpg"], ["cat.1.webp", "cat.2.webp"]),
    "a name that ends in another's": (
        ["cat.jpg", "cat.png", "cat.png.jpg"],
        ["cat.jpg.webp", "cat.png.jpg.webp", "cat.png.webp"],
    ),
}


@pytest.mark.parametrize(("given", "made"), SAME_STEM.values(), ids=SAME_STEM)
def test_no_picture_takes_the_place_of_another(given: list[str], made: list[str], tmp_path: Path) -> None:
    source = put(tmp_path / "in", *given)
    assert run("30x20_f-webp", source, tmp_path / "out") == 0
    assert names(tmp_path / "out") == made


def test_a_target_inside_the_source_is_not_read(source: Path) -> None:
    for _ in range(2):
        assert run("30x20_f-webp", source, source / "small") == 0
    assert names(source / "small") == ["cat.webp", "dog.webp", "old/bird.webp"]


def test_a_target_above_the_source_is_as_good_as_any(source: Path, tmp_path: Path) -> None:
    assert run("30x20_f-webp", source, tmp_path) == 0
    assert names(tmp_path) == sorted(
        ["cat.webp", "dog.webp", "old/bird.webp", *(f"in/{name}" for name in names(source))]
    )


@pytest.mark.parametrize("target", [".", "../in"])
def test_originals_are_not_replaced_by_the_folder(
    target: str, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("30x20", source, source / target) == 2
    assert "expected another folder than" in capsys.readouterr().err
    assert measured(source / "cat.jpg") == ("jpg", 60, 40)


def test_hidden_files_and_folders_are_left_alone(source: Path, tmp_path: Path) -> None:
    put(source, ".hidden.jpg", ".cache/cat.jpg", "old/.hidden.jpg")
    assert run("30x20", source, tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["cat.jpg", "dog.png", "old/bird.webp"]


def test_a_source_in_a_hidden_folder_is_read(tmp_path: Path) -> None:
    source = put(tmp_path / ".cache" / "in", "cat.jpg")
    assert run("30x20", source, tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["cat.jpg"]


def test_an_empty_folder_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    assert run("30x20", tmp_path / "in", tmp_path / "out") == 1
    assert capsys.readouterr().err == f"{tmp_path / 'in'}: expected pictures, found none\n"
    assert not (tmp_path / "out").exists()


def test_a_folder_does_not_become_a_file(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = put(tmp_path, "out.jpg") / "out.jpg"
    assert run("30x20", source, target) == 2
    assert capsys.readouterr().err == f"{target}: expected a folder, got a file\n"
    assert target.read_bytes() == picture()


def test_a_folder_in_the_way_of_one_file_stops_that_one_only(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "out", "cat.jpg/other.jpg")
    assert run("30x20", source, tmp_path / "out") == 1
    assert "2 made, 1 failed" in capsys.readouterr().out
    assert names(tmp_path / "out") == ["cat.jpg/other.jpg", "dog.png", "old/bird.webp"]


# --- processes ---------------------------------------------------------------------------------------


def test_a_bug_is_not_a_failed_picture(source: Path, tmp_path: Path) -> None:
    done = changed_command("core.resize = lambda *_, **__: 1 / 0", "30x20", source, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("\nZeroDivisionError: division by zero\n")


def test_pictures_are_made_at_the_same_time(source: Path, tmp_path: Path) -> None:
    (source / "dog.png").unlink()
    meeting = """\
import multiprocessing
both = multiprocessing.Barrier(2)
def resize(*_, **__):
    both.wait(timeout=20)
    raise ValueError("met")
core.resize = resize
os.cpu_count = lambda: 2"""
    done = changed_command(meeting, "30x20", source, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "0 made, 2 failed\n")
    assert done.stderr.count("ValueError: met\n") == 2


def test_a_process_that_dies_ends_the_run_with_its_count(source: Path, tmp_path: Path) -> None:
    done = changed_command("core.resize = lambda *_, **__: os._exit(1)", "30x20", source, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "0 made, 0 failed; ended early\n")
    assert done.stderr == "a process died: a decoder crashed, or memory was short\n"


def test_no_process_is_forked_once_libvips_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "pyvips" in sys.modules
    assert processes.context().get_start_method() == "spawn"
    monkeypatch.delitem(sys.modules, "pyvips")
    assert processes.context().get_start_method() == "fork"


# --- progress ----------------------------------------------------------------------------------------


def test_without_tqdm_there_is_no_bar(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)  # importing it fails from here on
    assert run("30x20", source, tmp_path / "out") == 0
    assert capsys.readouterr() == ("3 made, 0 failed\n", "")


def test_where_nobody_looks_there_is_no_bar(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("30x20", source, tmp_path / "out") == 0
    assert capsys.readouterr() == ("3 made, 0 failed\n", "")


def test_in_a_terminal_there_is_a_bar(source: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 80))
    try:
        done = command("30x20", source, tmp_path / "out", stderr=theirs)
        shown = os.read(ours, 65_536).decode()
    finally:
        os.close(theirs)
        os.close(ours)
    assert (done.returncode, done.stdout) == (0, "3 made, 0 failed\n")
    assert "3/3" in shown
    assert "picture" in shown
