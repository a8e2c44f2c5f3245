"""The commands for whoever writes pages: url, srcset, sign and explain."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import resizer_core as core
from resizer_core.cli.main import main
from tests.cli.command import ROOT, run, said_by

SECRET = "a key of at least 32 characters!"
OLDER = "older" * 7


#: The words of a command, what is set, and what it prints.
COMMANDS: dict[str, tuple[list[str], dict[str, str], str]] = {
    "url": (["url", "300x_Q-80", "a b.jpg"], {}, "/300x_q-80/a%20b.jpg"),
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
    "srcset of an original": (
        ["srcset", "a.jpg", "--widths", "320,640", "--original", "451,300"],
        {},
        "/320x/a.jpg 320w, /451x/a.jpg 451w",
    ),
    "srcset of densities": (
        ["srcset", "a.jpg", "--spec", "30x20", "--densities", "1,1.5"],
        {},
        "/30x20/a.jpg 1x, /45x30/a.jpg 1.5x",
    ),
    "srcset as usual": (["srcset", "a.jpg", "--spec", "30x20"], {}, "/30x20/a.jpg 1x, /60x40/a.jpg 2x"),
    "sign": (
        ["sign", "300x200_FIT-INSIDE", "300x200_fit-cover"],
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
    assert f"usage: resizer {words[0]}" in capsys.readouterr().err


def test_no_command_could_be_a_spec(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for command_name in ("explain", "sign", "srcset", "url", "warm"):
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
