"""The JavaScript module: its own tests; it reads SPECs and writes addresses as Python does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resizer_core.errors import InvalidKey, InvalidSpec
from resizer_core.markup.pictures import srcset, url
from resizer_core.site import Site
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import MAX_KEY_BYTES
from tests.spellings import nearly, texts
from tests.strategies import PRESETS, keys, tenths

ROOT = Path(__file__).parents[2]

#: The beginning of a plugin's option.
PLUGIN = re.compile(r"_[a-z][a-z0-9]*\.[a-z]", re.IGNORECASE)
SITE = Site(presets=PRESETS)
#: What was asked for; or the span of what is wrong with the SPEC, or the reason why the key is.
Answer = str | list[int] | None
Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("there is no Node.js")
    return found


def test_its_own_tests_pass(node: str) -> None:
    command = [node, "--test", "--test-reporter=tap"]
    run = subprocess.run(command, cwd=ROOT / "javascript", capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "# pass 0" not in run.stdout


@pytest.fixture(scope="module")
def javascript(node: str) -> Iterator[Ask]:
    """Ask JavaScript for the address, or for the SPEC alone."""
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

        def ask(
            spec: str, key: str | None = None, base: str = "", signing_key: str | None = None, **more: object
        ) -> Answer:
            secret = {} if signing_key is None else {"signingKey": signing_key}
            send([spec, key, {"base": base, **secret, **more}])
            answer: Answer = json.loads(answers.readline())
            return answer

        send({name: str(spec) for name, spec in PRESETS.items()})
        yield ask
        given.close()


def python(spec: str, key: str | None = None, base: str = "", signing_key: str | None = None) -> Answer:
    secret = None if signing_key is None else signing_key.encode()
    try:
        if key is None:
            return str(parse_spec(spec, SITE))
        return url(spec, key, base=base, signing_key=secret, site=SITE)
    except InvalidSpec as error:
        return [error.start, error.end]
    except InvalidKey as error:
        return str(error)


@given(texts)
def test_every_spelling_has_the_same_canonical_form(javascript: Ask, spec: str) -> None:
    assert javascript(spec) == python(spec)


@given(nearly)
def test_what_is_nearly_right_is_wrong_at_the_same_place(javascript: Ask, spec: str) -> None:
    assume(not PLUGIN.search(spec))  # of which plugins there are, only Python is told
    assert javascript(spec) == python(spec)


#: Keys of which many are refused: each rule has its character here, and half a UTF-16 pair stands for itself.
_odd_keys = st.one_of(
    st.text(st.sampled_from("a./\\?#%+& \n\x7f\x85é写🐈\ud800"), max_size=12),
    st.integers(MAX_KEY_BYTES - 4, MAX_KEY_BYTES + 1).map(lambda length: "é" + "a" * (length - 2)),
)
_bases = st.sampled_from(["", "/", "/pictures", "https://img.example.com", "https://img.example.com//"])
_signing_keys = st.one_of(st.none(), st.text(min_size=1, max_size=80))


@given(st.one_of(texts, nearly), st.one_of(keys, _odd_keys), _bases, _signing_keys)
def test_every_address_is_the_same_or_refused_for_the_same_reason(
    javascript: Ask, spec: str, key: str, base: str, signing_key: str | None
) -> None:
    assume(not PLUGIN.search(spec))
    assert javascript(spec, key, base, signing_key) == python(spec, key, base, signing_key)


_wide = st.integers(1, 4000)
_asked = st.one_of(
    st.builds(lambda widths: {"widths": widths}, st.lists(_wide, min_size=1, max_size=4)),
    st.builds(lambda densities: {"densities": densities}, st.lists(tenths(1, 4), min_size=1, max_size=3)),
)
_originals = st.one_of(st.just({}), st.builds(lambda *sides: {"original": sides}, _wide, _wide))


@given(texts, _asked, _originals)
def test_every_srcset_has_the_same_candidates(
    javascript: Ask, spec: str, asked: dict[str, Any], original: dict[str, Any]
) -> None:
    try:
        expected = srcset("a.jpg", spec=spec, site=SITE, **asked, **original)
    except ValueError:
        expected = None
    assert javascript(spec, "a.jpg", candidates={**asked, **original}) == expected
