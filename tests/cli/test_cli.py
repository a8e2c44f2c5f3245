"""The command: one picture, a folder of them, and what is said when something is wrong."""

from __future__ import annotations

import errno
import json
import os
import pty
import shutil
import subprocess
import sys
import termios
import threading
from pathlib import Path
from typing import Any

import pytest
import pyvips

import resizer_core as core
from resizer_core.cli.main import main
from tests.doubles import picture

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets this for its own process; here it would stay for the tests that follow."""
    monkeypatch.setenv("VIPS_CONCURRENCY", "1")
    for name in [name for name in os.environ if name.startswith("RESIZER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with two pictures and one in a folder of its own."""
    return put(tmp_path / "in", "cat.jpg", "dog.png", "old/bird.webp")


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(path.suffix or ".jpg"))
    return folder


def names(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def measured(path: Path) -> tuple[str, int, int]:
    body = path.read_bytes()
    image = pyvips.Image.new_from_buffer(body, "")
    return str(core.detect(body)), image.width, image.height


# --- one picture -------------------------------------------------------------------------------------


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


def test_a_picture_may_be_replaced_by_its_own_derivative(source: Path) -> None:
    assert run("30x20", source / "cat.jpg", source / "cat.jpg") == 0
    assert measured(source / "cat.jpg") == ("jpg", 30, 20)


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
    "a folder in the way": ("30x20", "cat.jpg", "in", "expected the name of a file, got the folder"),
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


# --- a wrong call ------------------------------------------------------------------------------------


def test_a_wrong_spec_is_underlined(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("300x200_blr-2", "in.jpg", "out.jpg") == 2
    said = capsys.readouterr()
    assert said.err.startswith("unknown option 'blr'; known: ")
    assert said.err.endswith("\n  300x200_blr-2\n          ^^^^^\n")
    assert said.out == ""


@pytest.mark.parametrize("arguments", [["30x20"], ["30x20", "in.jpg"], []], ids=len)
def test_too_few_arguments_say_what_is_expected(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "SPEC" in capsys.readouterr().err


def test_help_shows_examples_that_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    examples = [line.split() for line in shown.splitlines() if line.startswith("  python -m resizer_core ")]
    assert len(examples) == 3
    for words in examples:
        core.parse_spec(next(word for word in words[3:] if not word.startswith("--")))


# --- explaining --------------------------------------------------------------------------------------


def explained(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_a_spec_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "300x0_Q-80_format-jpeg_ar-3-2_rot-90_flip-h_g-nw_crop-0-0-9-9_still") == 0
    assert explained(capsys) == {
        "given": "300x0_Q-80_format-jpeg_ar-3-2_rot-90_flip-h_g-nw_crop-0-0-9-9_still",
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


def test_a_plan_is_explained_for_the_format_that_the_output_names(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--explain", "20x20_f-auto", source / "cat.jpg", "cat.webp") == 0
    assert explained(capsys)["plan"]["format"] == "webp"


def test_the_format_is_that_of_the_output_where_the_spec_leaves_it_open(source: Path, tmp_path: Path) -> None:
    assert run("20x20_f-auto", source / "cat.jpg", tmp_path / "cat.webp") == 0
    assert core.detect((tmp_path / "cat.webp").read_bytes()).name == "webp"


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


# --- for whoever writes pages ------------------------------------------------------------------------

SECRET = "a key of at least 32 characters!"
OLDER = "older" * 7


def said_by(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str, **variables: str
) -> str:
    """What a command prints, with ``RESIZER_...`` set."""
    for name, value in variables.items():
        monkeypatch.setenv(f"RESIZER_{name}", value)
    assert run(*arguments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


#: The words of a command, what is set, and what it prints.
COMMANDS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "url": (["url", "300X0_Q-80", "a b.jpg"], {}, "/300x_q-80/a%20b.jpg"),
    "url of several": (["url", "300x", "a.jpg", "b.jpg"], {}, "/300x/a.jpg\n/300x/b.jpg"),
    "url with a base": (
        ["url", "--base", "https://a.example/", "9x", "a.jpg"],
        {},
        "https://a.example/9x/a.jpg",
    ),
    "url with the base that is set": (
        ["url", "9x", "a.jpg"],
        {"BASE_URL": "https://b.example"},
        "https://b.example/9x/a.jpg",
    ),
    "url of a preset": (
        ["url", "p-thumb_q-80", "a.jpg"],
        {"PRESETS": '{"thumb": "9x"}'},
        "/p-thumb_q-80/a.jpg",
    ),
    "url, signed": (
        ["url", "--sign", "300x200", "a.jpg"],
        {"SIGNING_KEYS": SECRET},
        "/300x200_s-tjwnjdvtbdykdtlv/a.jpg",
    ),
    "srcset of widths": (
        ["srcset", "a.jpg", "--widths", "640,320"],
        {},
        "/320x/a.jpg 320w, /640x/a.jpg 640w",
    ),
    "srcset of densities": (
        ["srcset", "a.jpg", "--spec", "30x20", "--densities", "1,1.5"],
        {},
        "/30x20/a.jpg 1x, /45x30/a.jpg 1.5x",
    ),
    "srcset as usual": (["srcset", "a.jpg", "--spec", "30x20"], {}, "/30x20/a.jpg 1x, /60x40/a.jpg 2x"),
    "sign": (
        ["sign", "300X200", "300x200_fit-cover"],
        {"SIGNING_KEYS": SECRET},
        "300x200_s-tjwnjdvtbdykdtlv\n300x200_fit-cover_s-wegrrqxq2zhcqf5z",
    ),
    "sign with the newest key": (
        ["sign", "300x200"],
        {"SIGNING_KEYS": f"{SECRET}, {OLDER}"},
        "300x200_s-tjwnjdvtbdykdtlv",
    ),
    "sign with the newest key of a list": (
        ["sign", "300x200"],
        {"SIGNING_KEYS": json.dumps([SECRET, OLDER])},
        "300x200_s-tjwnjdvtbdykdtlv",
    ),
}


@pytest.mark.parametrize(("words", "variables", "printed"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_prints_what_a_page_needs(
    words: list[str],
    variables: dict[str, str],
    printed: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert said_by(capsys, monkeypatch, *words, **variables) == printed + "\n"


def test_explain_says_what_the_option_says(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "300X0_Q-80", source / "cat.jpg", "cat.webp") == 0
    by_command = capsys.readouterr().out
    assert run("--explain", "300X0_Q-80", source / "cat.jpg", "cat.webp") == 0
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


def test_a_picture_is_made_by_a_preset(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESIZER_PRESETS", '{"thumb": "9x9_fit-cover"}')
    assert run("p-thumb", source / "cat.jpg", tmp_path / "small.png") == 0
    assert measured(tmp_path / "small.png") == ("png", 9, 9)


#: How every error of these begins, here as in the function.
TOLD_OF_PRESETS = (
    'RESIZER_PRESETS: expected a JSON object of names and SPECs, such as {"thumb": "300x200_fit-cover"}; '
)
WRONG_COMMANDS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "a wrong SPEC": (["url", "300x_blr-2", "a.jpg"], {}, "unknown option 'blr'"),
    "a wrong SPEC to explain": (["explain", "300x_blr-2"], {}, "unknown option 'blr'"),
    "a wrong key": (["url", "300x", "/a.jpg"], {}, "expected a key without a leading"),
    "no key of signatures": (["sign", "300x"], {}, "RESIZER_SIGNING_KEYS: expected the keys of signatures"),
    "an empty key of signatures": (
        ["url", "--sign", "9x", "a"],
        {"SIGNING_KEYS": ", b"},
        "RESIZER_SIGNING_KEYS: ",
    ),
    "a number for a key of signatures": (["sign", "9x"], {"SIGNING_KEYS": "[1]"}, "RESIZER_SIGNING_KEYS: "),
    "a key of signatures that is short": (
        ["sign", "9x"],
        {"SIGNING_KEYS": "short"},
        "RESIZER_SIGNING_KEYS: expected keys of at least 32 characters",
    ),
    "a preset twice": (
        ["url", "9x", "a"],
        {"PRESETS": '{"a": "9x", "a": "8x"}'},
        TOLD_OF_PRESETS + "got 'a' twice",
    ),
    "an empty list of keys": (["sign", "9x"], {"SIGNING_KEYS": "[]"}, "RESIZER_SIGNING_KEYS: "),
    "presets that are no JSON": (
        ["url", "9x", "a"],
        {"PRESETS": "{"},
        TOLD_OF_PRESETS + "got no JSON",
    ),
    "presets that are a list": (
        ["url", "9x", "a"],
        {"PRESETS": "[]"},
        TOLD_OF_PRESETS + "got something else",
    ),
    "a wrong preset": (
        ["url", "9x", "a"],
        {"PRESETS": '{"a": 1}'},
        TOLD_OF_PRESETS + "the preset 'a': expected a size",
    ),
    "widths and densities": (
        ["srcset", "a", "--widths", "9", "--densities", "1"],
        {},
        "expected widths or densities",
    ),
}


@pytest.mark.parametrize(("words", "variables", "text"), WRONG_COMMANDS.values(), ids=WRONG_COMMANDS)
def test_a_command_says_what_is_wrong_and_prints_nothing(
    words: list[str],
    variables: dict[str, str],
    text: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"RESIZER_{name}", value)
    assert run(*words) == 2
    said = capsys.readouterr()
    assert said.err.startswith(text)
    assert said.out == ""


@pytest.mark.parametrize(
    "words", [["url", "9x"], ["sign"], ["srcset", "a", "--widths", "9px"], ["explain"]], ids=" ".join
)
def test_a_command_that_is_called_wrongly_shows_its_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert f"usage: python -m resizer_core {words[0]}" in capsys.readouterr().err


def test_no_command_could_be_a_spec(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for command_name in ("explain", "sign", "srcset", "url"):
        assert f"  {command_name} " in shown
        with pytest.raises(core.InvalidSpec):
            core.parse_spec(command_name)


def test_a_command_loads_no_libvips() -> None:
    program = (
        "import sys; from resizer_core.cli.main import main; main(sys.argv[1:]); "
        "print('pyvips' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "url", "9x", "a.jpg"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["/9x/a.jpg", "False"]


# --- a folder ----------------------------------------------------------------------------------------


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
    (source / "notes.txt").write_text("no picture")
    (source / "a.jpg").write_bytes(picture()[:200])
    assert run("30x20", source, tmp_path / "out") == 1
    said = capsys.readouterr()
    assert said.out == "3 made, 2 failed\n"
    listed = [line for line in said.err.splitlines() if line.startswith(str(source))]
    assert [line.split(": ")[:2] for line in listed] == [
        [str(source / "a.jpg"), "CorruptImage"],
        [str(source / "notes.txt"), "UnsupportedFormat"],
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
    assert capsys.readouterr().err == f"{tmp_path / 'in'}: expected pictures, found no file\n"
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


def test_a_bug_is_not_a_failed_picture(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> core.Result:
        raise ZeroDivisionError

    monkeypatch.setattr(core, "resize", broken)
    with pytest.raises(ZeroDivisionError):
        run("30x20", source, tmp_path / "out")


def test_pictures_are_made_at_the_same_time(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / "dog.png").unlink()
    both = threading.Barrier(2)
    resize = core.resize

    def meeting(*arguments: Any, **options: Any) -> core.Result:
        both.wait(timeout=10)
        return resize(*arguments, **options)

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(core, "resize", meeting)
    assert run("30x20", source, tmp_path / "out") == 0
    assert names(tmp_path / "out") == ["cat.jpg", "old/bird.webp"]


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


# --- the process -------------------------------------------------------------------------------------


def command(*arguments: object, stderr: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "resizer_core", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=False,
    )


def test_python_m_resizer_core_is_the_command(source: Path, tmp_path: Path) -> None:
    done = command("30x20_f-webp", source / "cat.jpg", tmp_path / "small.webp")
    assert (done.returncode, done.stderr) == (0, "")
    assert measured(tmp_path / "small.webp") == ("webp", 30, 20)


def test_its_exit_status_says_how_it_went(source: Path, tmp_path: Path) -> None:
    shutil.copy(__file__, source / "notes.txt")
    assert command("30x20", source, tmp_path / "out").returncode == 1
    assert command("nothing", source, tmp_path / "out").returncode == 2
