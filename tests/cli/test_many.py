"""Several inputs, the options of resize, and how a run ends before its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import resizer_core as core
from resizer_core.cli import progress
from tests.cli.command import ROOT, command, measured, names, put, run
from tests.doubles import picture
from tests.pictures import animation, solid

Said = pytest.CaptureFixture[str]


def test_several_inputs_go_into_a_folder(source: Path, tmp_path: Path, capsys: Said) -> None:
    put(tmp_path, "one.jpg")
    assert run("resize", "30x20_f-webp", tmp_path / "one.jpg", source, tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["in/cat.webp", "in/dog.webp", "in/old/bird.webp", "one.webp"]
    assert capsys.readouterr() == ("4 made, 0 failed\n", "")


def test_one_input_goes_into_a_folder_that_is_there_or_ends_in_a_slash(source: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert run("30x20", source / "cat.jpg", tmp_path / "there") == 0
    assert run("30x20", source / "cat.jpg", f"{tmp_path}/new/") == 0
    assert names(tmp_path / "there") == names(tmp_path / "new") == ["cat.jpg"]


def test_the_short_form_and_the_command_are_the_same(source: Path, tmp_path: Path, capsys: Said) -> None:
    assert run("resize", "30x20", source / "cat.jpg", tmp_path / "a.jpg") == 0
    by_command = capsys.readouterr().out.partition(": ")[2]
    assert run("30x20", source / "cat.jpg", tmp_path / "b.jpg") == 0
    assert capsys.readouterr().out.partition(": ")[2] == by_command


PLACES = {
    "before": ["--quiet", "--jobs", "1", "9x", "IN", "OUT"],
    "between": ["9x", "--quiet", "IN", "--jobs=1", "OUT"],
    "behind": ["9x", "IN", "OUT", "--jobs", "1", "--quiet"],
    "in the command": ["resize", "9x", "IN", "--quiet", "OUT", "--jobs", "1"],
}


@pytest.mark.parametrize("words", PLACES.values(), ids=PLACES)
def test_options_may_stand_anywhere(words: list[str], source: Path, tmp_path: Path, capsys: Said) -> None:
    paths = {"IN": str(source), "OUT": str(tmp_path / "out")}
    assert run(*(paths.get(word, word) for word in words)) == 0
    assert capsys.readouterr() == ("", "")
    assert names(tmp_path / "out") == ["cat.jpg", "dog.png", "old/bird.webp"]


def test_a_name_that_begins_with_a_dash_stands_behind_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(put(tmp_path, "-cat.jpg"))
    assert run("30x20", "--", "-cat.jpg", "-small.jpg") == 0
    assert names(tmp_path) == ["-cat.jpg", "-small.jpg"]


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5"])
def test_jobs_are_a_number(jobs: str, capsys: Said) -> None:
    with pytest.raises(SystemExit):
        run("9x", "in", "out", f"--jobs={jobs}")
    assert "expected a whole number above 0" in capsys.readouterr().err


def test_quiet_prints_errors_alone(source: Path, tmp_path: Path, capsys: Said) -> None:
    (source / "a.jpg").write_bytes(picture()[:200])
    assert run("--quiet", "30x20", source, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith(f"{source / 'a.jpg'}: CorruptImage: ")


def test_version(capsys: Said) -> None:
    with pytest.raises(SystemExit) as caught:
        run("--version")
    assert (caught.value.code, capsys.readouterr().out) == (0, f"resizer {core.__version__}\n")


@pytest.mark.parametrize("spec", ["30x20_f-webp", "30x20", "30x20_f-auto"])
def test_what_is_there_may_be_left(spec: str, source: Path, tmp_path: Path, capsys: Said) -> None:
    out = tmp_path / "out"
    assert run(spec, source, out) == 0
    made = names(out)
    (out / made[0]).write_text("kept")
    (out / made[1]).unlink()
    capsys.readouterr()
    assert run("--skip-existing", spec, source, out) == 0
    assert capsys.readouterr().out == "1 made, 0 failed, 2 there already\n"
    assert (names(out), (out / made[0]).read_text()) == (made, "kept")


def test_one_picture_that_is_there_may_be_left(source: Path, tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "small.jpg").write_text("kept")
    assert run("--skip-existing", "30x20", source / "cat.jpg", tmp_path / "small.jpg") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'small.jpg'}: there already\n"
    assert (tmp_path / "small.jpg").read_text() == "kept"


def test_what_is_no_picture_is_skipped_and_counted(source: Path, tmp_path: Path, capsys: Said) -> None:
    (source / "notes.txt").write_text("no picture")
    (source / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isomiso2")
    (source / "notes.gz").write_bytes(b"\x1f\x8b damaged")
    assert run("30x20", source, tmp_path / "out") == 0
    assert capsys.readouterr() == ("3 made, 0 failed, 3 no picture\n", "")
    assert names(tmp_path / "out") == ["cat.jpg", "dog.png", "old/bird.webp"]


LOOKS_LIKE_ONE = {
    "its name says so": ("page.jpg", b"<html>not found</html>"),
    "camera raw": ("raw.bin", b"FUJIFILMCCD-RAW "),
    "a drawing without --svg": ("drawing.bin", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
}


@pytest.mark.parametrize(("name", "body"), LOOKS_LIKE_ONE.values(), ids=LOOKS_LIKE_ONE)
def test_a_picture_that_cannot_be_read_is_no_skipped_one(
    name: str, body: bytes, source: Path, tmp_path: Path, capsys: Said
) -> None:
    (source / name).write_bytes(body)
    assert run("30x20", source, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert said.out == "3 made, 1 failed\n"
    assert said.err.startswith(f"{source / name}: UnsupportedFormat: ")


def test_a_file_that_the_call_names_is_no_skipped_one(source: Path, tmp_path: Path, capsys: Said) -> None:
    (source / "notes.txt").write_text("no picture")
    assert run("resize", "30x20", source / "notes.txt", source / "cat.jpg", tmp_path / "out") == 1
    assert capsys.readouterr().out == "1 made, 1 failed\n"


def test_a_folder_without_pictures_is_no_success(tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    assert run("30x20", tmp_path / "in", tmp_path / "out") == 1
    assert capsys.readouterr().err == f"{tmp_path / 'in'}: expected pictures, found none\n"


# --- what is lost ------------------------------------------------------------------------------------

GREEN, RED = (0, 255, 0), (255, 0, 0)
MOVING = animation([solid(GREEN), solid(RED), solid(GREEN)], "gif")


def test_motion_that_is_lost_is_told(tmp_path: Path, capsys: Said) -> None:
    moving = tmp_path / "in" / "moving.gif"
    moving.parent.mkdir()
    moving.write_bytes(MOVING)
    told = f"{moving}: the motion is lost: the result is the first of 3 frames\n"
    assert run("30x", moving, tmp_path / "still.jpg") == 0
    assert capsys.readouterr().err == told
    assert run("30x_f-jpg", moving.parent, tmp_path / "out") == 0
    assert capsys.readouterr() == ("1 made, 0 failed\n", told)
    assert run("--quiet", "30x_f-jpg", moving.parent, tmp_path / "out") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("spec", "name"), [("30x", "out.webp"), ("30x_still", "out.jpg"), ("30x_page-2", "out.jpg")]
)
def test_motion_that_stays_or_is_not_wanted_is_not_told(
    spec: str, name: str, tmp_path: Path, capsys: Said
) -> None:
    (tmp_path / "moving.gif").write_bytes(MOVING)
    assert run(spec, tmp_path / "moving.gif", tmp_path / name) == 0
    assert capsys.readouterr().err == ""


def test_pages_that_are_lost_are_told(tmp_path: Path, capsys: Said) -> None:
    scan = tmp_path / "scan.tif"
    scan.write_bytes(animation([solid(GREEN), solid(RED)], "tif"))
    assert run("30x", scan, tmp_path / "out.jpg") == 0
    assert (
        capsys.readouterr().err == f"{scan}: the result is the first of 2 pages; page-N takes another one\n"
    )
    assert run("30x_page-2", scan, tmp_path / "out.jpg") == 0
    assert capsys.readouterr().err == ""


# --- the end of a run --------------------------------------------------------------------------------


def test_where_nobody_looks_a_line_comes_now_and_then(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    assert run("30x20", source, tmp_path / "out") == 0
    assert capsys.readouterr().err == "1 of 3 pictures\n2 of 3 pictures\n3 of 3 pictures\n"


def test_ctrl_c_ends_a_run_with_its_count_and_whole_files(tmp_path: Path) -> None:
    put(tmp_path / "in", *(f"{number}.jpg" for number in range(600)))
    out = tmp_path / "out"
    words = [sys.executable, "-m", "resizer_core", "30x20_f-avif", "--jobs=2", tmp_path / "in", out]
    process = subprocess.Popen(
        list(map(str, words)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 60
    while not list(out.glob("*.avif")):
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate()
    made = names(out)
    assert process.returncode == 130
    assert said == f"{len(made)} made, 0 failed; ended early\n"
    assert errors == ""
    assert 0 < len(made) < 600
    assert {measured(out / name) for name in made} == {("avif", 30, 20)}


def unheard(*words: object) -> tuple[int, bytes]:
    """Run the command where nobody reads its output; gives its exit status, and what it says of errors."""
    process = subprocess.Popen(
        [sys.executable, "-m", "resizer_core", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, errors = process.communicate()
    return process.returncode, errors


def test_an_output_that_nobody_reads_ends_a_run_with_its_count(source: Path, tmp_path: Path) -> None:
    assert unheard("30x20", source, tmp_path / "out") == (141, b"3 made, 0 failed\n")
    assert names(tmp_path / "out") == ["cat.jpg", "dog.png", "old/bird.webp"]


@pytest.mark.parametrize("spec", ["30x20", "3000x_up_f-tif"], ids=["little", "more than a pipe holds"])
def test_a_picture_that_nobody_reads_is_no_failure(spec: str, source: Path) -> None:
    assert unheard(spec, source / "cat.jpg", "-") == (141, b"")


def test_the_other_commands_take_options_anywhere_too() -> None:
    done = command("url", "9x", "--base", "https://a.example", "a.jpg", "b.jpg")
    assert (done.returncode, done.stdout) == (0, "https://a.example/9x/a.jpg\nhttps://a.example/9x/b.jpg\n")
