"""The command: what it prints and how it ends."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from doctor import checks, visits
from doctor.__main__ import main
from doctor.facts import Facts, Unread
from doctor.names import Names
from tests.doctor.deployed import Deployed
from tests.doctor.stack import (
    KEY,
    NAMES,
    REFERER,
    SECRET,
    standard_facts,
    with_bucket,
    with_environment,
    with_origin,
)

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
FACTS = standard_facts()
CHECKS, VISITS = checks.CHECKS[NAMES.delivery], visits.CHECKS[NAMES.delivery]
UNKNOWN = replace(FACTS, account_access_block=Unread("AccessDenied"))


@pytest.fixture
def stack(tmp_path: Path) -> str:
    """A file with the names of the stack."""
    path = tmp_path / "stack.json"
    path.write_text(json.dumps(asdict(NAMES)))
    return str(path)


def run(facts: Facts, *arguments: str, listed: tuple[str, ...] | Unread = ("pictures/red.png",)) -> int:
    """The command on an emulated stack of these facts."""

    def keys(names: Names, bucket: str, prefix: str) -> tuple[str, ...] | Unread:
        assert (names, bucket) == (NAMES, "img-originals")
        if isinstance(listed, Unread):
            return listed
        return tuple(key for key in listed if key.startswith(prefix))

    deployed = Deployed(FACTS)
    return main([*arguments], read=lambda _names: facts, keys=keys, fetch=deployed.fetch)


def test_when_all_is_right_there_is_one_line_for_each_thing(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(FACTS, "--stack", stack) == 0
    lines = capsys.readouterr().out.splitlines()
    count = len(CHECKS) + len(VISITS)
    assert lines[:2] == [
        "right    S3 redirects only keys that begin like a SPEC (rule 1)",
        "right    S3 redirects only if the object is missing (rule 1)",
    ]
    assert len(lines) == count + 2
    assert lines[-1] == f"{count} right, 0 wrong, 0 unknown"


def test_what_is_wrong_comes_with_what_was_expected_and_why_it_matters(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(with_bucket(UNKNOWN, encryption="aws:kms"), "--stack", stack, "--no-visits") == 1
    out = capsys.readouterr().out
    assert (
        "wrong    Derivatives are encrypted by S3's own keys (rule 23)\n"
        "         expected: AES256\n"
        "         found:    aws:kms\n"
        "         S3 cannot serve an object that KMS encrypts to a request without an identity: 403.\n"
    ) in out
    assert f"\n{len(CHECKS) - 2} right, 1 wrong, 1 unknown\n" in out


def test_what_could_not_be_read_is_another_status(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(UNKNOWN, "--stack", stack, "--no-visits") == 2
    assert "found:    the block of the account could not be read: AccessDenied" in capsys.readouterr().out


def test_the_findings_can_be_had_as_json(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(UNKNOWN, "--stack", stack, "--no-visits", "--json") == 2
    findings = json.loads(capsys.readouterr().out)
    assert [finding["title"] for finding in findings] == [one.title for one in CHECKS]
    assert {finding["status"] for finding in findings} == {"right", "unknown"}
    assert findings[0].keys() == {"title", "status", "expected", "found", "why", "rule"}


def test_the_stack_comes_from_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(asdict(NAMES))))
    assert run(FACTS, "--no-visits") == 0


def test_without_names_there_is_nothing_to_look_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "stack.json"
    empty.write_text("")
    assert run(FACTS, "--stack", str(empty)) == 2
    assert capsys.readouterr().err == "the stack: expected a JSON object, got nothing\n"
    assert run(FACTS, "--stack", str(tmp_path / "other.json")) == 2
    assert "No such file" in capsys.readouterr().err


def test_the_original_is_the_first_picture_below_the_prefix_of_the_function(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = with_environment(FACTS, RESIZER_ORIGINALS="s3://img-originals/pictures/")
    listed = ("cat.png", "pictures/notes.txt", "pictures/pictures/red.png")
    assert run(facts, "--stack", stack, listed=listed) == 0
    assert "right    A new picture is two redirects away" in capsys.readouterr().out


def test_the_original_of_one_of_several_stores_begins_with_its_segment(
    stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = json.dumps({"pictures/": "s3://img-originals/2026?region=eu-west-1", "other/": "s3://elsewhere"})
    facts = with_environment(FACTS, RESIZER_ORIGINALS=stores)
    assert run(facts, "--stack", stack, listed=("2026/notes.txt", "2026/red.png")) == 0
    assert "right    A new picture is two redirects away" in capsys.readouterr().out


NO_ORIGINAL: dict[str, tuple[Facts, tuple[str, ...] | Unread, str]] = {
    "an empty bucket": (FACTS, (), "name one with --key"),
    "a bucket that may not be listed": (FACTS, Unread("AccessDenied"), "AccessDenied"),
    "settings that are not accepted": (
        with_environment(FACTS, RESIZER_ACCESS="closed"),
        (),
        "RESIZER_ACCESS: expected",
    ),
}


@pytest.mark.parametrize(("facts", "listed", "word"), NO_ORIGINAL.values(), ids=NO_ORIGINAL)
def test_without_an_original_no_picture_is_asked_for(
    facts: Facts,
    listed: tuple[str, ...] | Unread,
    word: str,
    stack: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(facts, "--stack", stack, listed=listed) != 0
    first = capsys.readouterr().out.partition("unknown  A new picture is two redirects away")[2]
    assert word in first.partition("From then on")[0]


def test_an_original_can_be_named(stack: str) -> None:
    assert run(FACTS, "--stack", stack, "--key", "pictures/red.png", listed=()) == 0


STACKS: dict[str, Callable[[], Facts]] = {
    "right": lambda: FACTS,
    "signed": lambda: with_environment(FACTS, RESIZER_ACCESS="signed"),
    "another Referer": lambda: with_origin(FACTS, "delivery", custom_headers={"referer": REFERER[::-1]}),
    "another secret": lambda: with_environment(FACTS, RESIZER_ORIGIN_SECRETS=SECRET[::-1]),
    "a short secret": lambda: with_environment(FACTS, RESIZER_ORIGIN_SECRETS="a-short-one"),
    "another policy": lambda: with_bucket(
        FACTS, policy=({"Effect": "Deny", "Condition": {"StringNotEquals": {"aws:Referer": REFERER}}},)
    ),
}


@pytest.mark.parametrize("facts", STACKS.values(), ids=STACKS)
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["lines", "json"])
def test_no_secret_is_printed(
    facts: Callable[[], Facts], form: list[str], stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(with_environment(facts(), RESIZER_SIGNING_KEYS=KEY), "--stack", stack, *form)
    printed = "".join(capsys.readouterr())
    assert "S3 redirects by 307" in printed
    for secret in (REFERER, REFERER[::-1], SECRET, SECRET[::-1], KEY, "a-short-one"):
        assert secret not in printed


def test_one_address_is_walked_and_nothing_else(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(FACTS, "--stack", stack, "--url", "https://img.example.com/8x8/pictures/red.png") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(", ")[0] for line in lines[:3]] == ["hop 1", "hop 2", "hop 3"]
    assert lines[3:] == [
        "",
        "right    The address leads to its picture (rule 9)",
        "",
        "1 right, 0 wrong, 0 unknown",
    ]


def test_what_the_grammar_marks_stands_below_itself(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(FACTS, "--stack", stack, "--url", "https://img.example.com/8x8_blr-2/a.png") == 1
    lines = capsys.readouterr().out.splitlines()
    marked = next(number for number, line in enumerate(lines) if line.endswith("^^^^^"))
    assert lines[marked - 1][lines[marked].index("^") :] == "blr-2"
    assert lines[marked - 1].startswith(" " * len("         found:    "))


def test_an_address_needs_no_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "stack.json"
    empty.write_text("\n")
    assert run(FACTS, "--stack", str(empty), "--url", "https://img.example.com/8x8/none.png", "--json") == 1
    printed = capsys.readouterr()
    findings = json.loads(printed.out)
    assert printed.err == "no stack was named, so only the hops of the address are checked\n"
    assert findings[0]["title"] == "There is no original"
    assert findings[0]["found"].endswith("the key is none.png")


def test_what_is_no_address_is_refused(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(FACTS, "--stack", stack, "--url", "https://[") == 2
    assert capsys.readouterr().err == "Invalid IPv6 URL\n"


def test_the_document_shows_what_is_printed(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    facts = with_origin(FACTS, "delivery", custom_headers={"referer": REFERER[::-1]})
    arguments = ["--stack", stack, "--url", "https://img.example.com/300x200/pictures/red.png"]
    main(arguments, read=lambda _names: facts, keys=lambda *_: (), fetch=Deployed(facts).fetch)
    assert f"```\n{capsys.readouterr().out}```\n" in DOCUMENT


def test_the_help_says_what_is_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "one small derivative stays behind" in capsys.readouterr().out
