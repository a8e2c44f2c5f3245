"""The JavaScript module: its own tests, and that it reads every SPEC as Python does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given

from resizer_core.errors import InvalidSpec
from resizer_core.site import Site
from resizer_core.urls.grammar import parse_spec
from tests.spellings import nearly, texts
from tests.strategies import PRESETS

ROOT = Path(__file__).parents[2]

#: The beginning of a plugin's option.
PLUGIN = re.compile(r"_[a-z][a-z0-9]*\.[a-z]", re.IGNORECASE)
#: The canonical spelling, or the span of what is wrong.
Answer = str | list[int]


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no Node.js")
    return found


def test_its_own_tests_pass(node: str) -> None:
    run = subprocess.run(
        [node, "--test", "javascript/test/"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    assert "# pass 0" not in run.stdout


@pytest.fixture(scope="module")
def javascript(node: str) -> Iterator[Callable[[str], Answer]]:
    """What JavaScript says of a SPEC."""
    with subprocess.Popen(
        [node, str(Path(__file__).with_name("ask.mjs"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin
        assert process.stdout
        given, answers = process.stdin, process.stdout

        def send(value: object) -> None:
            given.write(json.dumps(value) + "\n")
            given.flush()

        def ask(text: str) -> Answer:
            send(text)
            answer: Answer = json.loads(answers.readline())
            return answer

        send({name: str(spec) for name, spec in PRESETS.items()})
        yield ask
        given.close()


def python(text: str) -> Answer:
    try:
        return str(parse_spec(text, Site(presets=PRESETS)))
    except InvalidSpec as error:
        return [error.start, error.end]


@given(texts)
def test_every_spelling_has_the_same_canonical_form(javascript: Callable[[str], Answer], text: str) -> None:
    assert javascript(text) == python(text)


@given(nearly)
def test_what_is_nearly_right_is_wrong_at_the_same_place(
    javascript: Callable[[str], Answer], text: str
) -> None:
    assume(not PLUGIN.search(text))  # of which plugins there are, only Python is told
    assert javascript(text) == python(text)
