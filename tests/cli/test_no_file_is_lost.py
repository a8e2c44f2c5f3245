"""No call writes over what it reads, or takes the place of what is no regular file."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import resizer_core as core
from tests.cli.command import ROOT, command, measured, names, put, run
from tests.doubles import picture

Said = pytest.CaptureFixture[str]


def same(source: Path) -> Path:
    return source / "cat.jpg"


def other_path(source: Path) -> Path:
    return source / "old" / ".." / "cat.jpg"


def hard_link(source: Path) -> Path:
    link = source / "hard.jpg"
    link.hardlink_to(source / "cat.jpg")
    return link


def symbolic_link(source: Path) -> Path:
    link = source / "soft.jpg"
    link.symlink_to("cat.jpg")
    return link


def linked_folder(source: Path) -> Path:
    link = source.with_name("link")
    link.symlink_to(source)
    return link / "cat.jpg"


def other_case(source: Path) -> Path:
    """Stand in, by a link, for a file system to which upper and lower case are the same."""
    name = source / "CAT.JPG"
    if not name.exists():
        name.hardlink_to(source / "cat.jpg")
    return name


WAYS = [same, other_path, hard_link, symbolic_link, linked_folder, other_case]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
def test_the_original_is_not_written_over(way: Callable[[Path], Path], source: Path, capsys: Said) -> None:
    target = way(source)
    before = names(source)
    assert run("30x20", source / "cat.jpg", target) == 2
    said = capsys.readouterr()
    assert said.err.startswith(
        f"expected another file than {source / 'cat.jpg'}, which this call reads or writes, got {target}"
    )
    assert said.out == ""
    assert (source / "cat.jpg").read_bytes() == picture()
    assert names(source) == before


def test_one_of_many_is_not_written_over_either(source: Path, capsys: Said) -> None:
    assert run("resize", "30x20", source / "cat.jpg", source / "dog.png", source) == 1
    said = capsys.readouterr()
    assert said.out == "0 made, 2 failed\n"
    assert said.err.count("expected another file than") == 2
    assert measured(source / "cat.jpg") == ("jpg", 60, 40)


def test_another_input_of_the_call_is_not_written_over(source: Path, tmp_path: Path, capsys: Said) -> None:
    put(tmp_path, "drawn/cat.png")  # becomes in/cat.jpg, which the same call reads by another name
    (tmp_path / "photo.jpg").hardlink_to(source / "cat.jpg")
    given = (tmp_path / "drawn" / "cat.png", tmp_path / "photo.jpg")
    assert run("resize", "30x20_f-jpg", *given, source) == 1
    said = capsys.readouterr()
    assert said.out == "1 made, 1 failed\n"
    assert f"expected another file than {tmp_path / 'photo.jpg'}" in said.err
    assert measured(source / "cat.jpg") == ("jpg", 60, 40)


def test_a_forgotten_out_is_not_the_last_input(source: Path, capsys: Said) -> None:
    put(source, "a.jpg", "b.jpg")
    given = [source / name for name in ("a.jpg", "b.jpg", "cat.jpg")]
    assert run("resize", "30x20", *given) == 2
    assert capsys.readouterr().err == f"{source / 'cat.jpg'}: expected a folder, got a file\n"
    assert {measured(path) for path in given} == {("jpg", 60, 40)}


def test_a_watermark_is_not_written_over(source: Path) -> None:
    given = f"--watermark=dog={source / 'dog.png'}"
    assert run(given, "30x20_wm-dog_f-png", source / "cat.jpg", source / "dog.png") == 2
    assert measured(source / "dog.png") == ("png", 60, 40)


def test_two_inputs_do_not_become_one_file(source: Path, tmp_path: Path, capsys: Said) -> None:
    put(source, "old/cat.jpg")
    given = (source / "cat.jpg", source / "old" / "cat.jpg")
    assert run("resize", "30x20", *given, tmp_path / "out") == 2
    assert capsys.readouterr().err == f"expected inputs of different names, got {given[0]} and {given[1]}\n"
    assert not (tmp_path / "out").exists()


def test_what_the_call_has_written_is_not_written_over(source: Path, tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cat.png").symlink_to("dog.png")  # as one name is another where case says nothing
    assert run("30x20_f-png", source, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert said.out == "2 made, 1 failed\n"
    assert "dog.png, which this call reads or writes, got " in said.err


def test_a_link_that_is_the_target_stays_a_link(source: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "small.jpg"
    link.symlink_to(tmp_path / "real" / "small.jpg")
    for _ in range(2):  # what it points to is not there, and then it is
        assert run("30x20", source / "cat.jpg", link) == 0
        assert link.is_symlink()
        assert names(tmp_path / "real") == ["small.jpg"]


def test_a_fifo_stays_one(source: Path, tmp_path: Path, capsys: Said) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert run("30x20", source / "cat.jpg", tmp_path / "pipe.jpg") == 2
    assert "which is a device, a pipe or a socket" in capsys.readouterr().err
    assert (tmp_path / "pipe.jpg").is_fifo()
    assert run("30x20_f-jpg", source, tmp_path / "pipe.jpg") == 2
    assert (tmp_path / "pipe.jpg").is_fifo()


def identity(device: str) -> tuple[int, int, int]:
    found = Path(device).lstat()
    return found.st_mode, found.st_ino, found.st_rdev


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/stderr", os.devnull])
def test_a_device_stays_one(device: str, source: Path) -> None:
    before = identity(device)
    done = command("30x20", source / "cat.jpg", device)
    assert (done.returncode, done.stdout) == (2, "")
    assert "- is the standard output" in done.stderr
    assert identity(device) == before


def test_a_file_that_the_output_goes_to_is_not_replaced(source: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jpg"
    log.write_text("what was there\n")
    with log.open("a") as output:
        done = subprocess.run(
            [sys.executable, "-m", "resizer_core", "30x20", str(source / "cat.jpg"), str(log)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "expected another file than the standard output" in done.stderr
    assert log.read_text() == "what was there\n"


# --- the standard input and output -------------------------------------------------------------------


def piped(*words: str, body: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "resizer_core", *words], cwd=ROOT, input=body, capture_output=True, check=False
    )


def test_a_picture_goes_through_a_pipe() -> None:
    done = piped("30x20_f-webp", "-", "-", body=picture())
    assert (done.returncode, done.stderr) == (0, b"")
    assert core.detect(done.stdout).name == "webp"


def test_a_pipe_at_one_end_is_enough(source: Path, tmp_path: Path) -> None:
    assert piped("30x20", "-", str(tmp_path / "small.png"), body=picture()).returncode == 0
    assert measured(tmp_path / "small.png") == ("png", 30, 20)
    assert core.detect(piped("30x20", str(source / "cat.jpg"), "-").stdout).name == "jpg"


def test_what_the_standard_input_reads_is_not_written_over(source: Path) -> None:
    with (source / "cat.jpg").open("rb") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "resizer_core", "30x20", "-", str(source / "cat.jpg")],
            cwd=ROOT,
            stdin=stream,
            capture_output=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"expected another file than the standard input" in done.stderr
    assert measured(source / "cat.jpg") == ("jpg", 60, 40)


def test_what_fails_on_a_pipe_prints_no_picture() -> None:
    done = piped("30x20", "-", "-", body=b"no picture")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"-: UnsupportedFormat: ")


@pytest.mark.parametrize(
    "words",
    [["resize", "9x", "-", "cat.jpg", "out"], ["9x", "-", "out/"], ["resize", "9x", "a", "b", "-"]],
    ids=" ".join,
)
def test_a_pipe_carries_one_picture(words: list[str], capsys: Said) -> None:
    assert run(*words) == 2
    assert capsys.readouterr().err.startswith("-: expected one picture as IN")


def test_no_picture_goes_to_a_terminal_or_comes_from_one(source: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        words = [sys.executable, "-m", "resizer_core", "30x20"]
        to = subprocess.run(
            [*words, str(source / "cat.jpg"), "-"],
            cwd=ROOT,
            stdout=theirs,
            stderr=subprocess.PIPE,
            check=False,
        )
        out_of = subprocess.run(
            [*words, "-", str(tmp_path / "out.jpg")],
            cwd=ROOT,
            stdin=theirs,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(theirs)
        os.close(ours)
    assert (to.returncode, to.stderr) == (2, b"expected a file or a pipe for the picture, got a terminal\n")
    assert (out_of.returncode, b"got a terminal" in out_of.stderr) == (1, True)
    assert not (tmp_path / "out.jpg").exists()
