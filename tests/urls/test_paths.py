"""The path of a request and the key of a derivative."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import unquote

import pytest

from resizer_core.errors import InvalidKey, InvalidSpec
from resizer_core.site import Site
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import (
    MAX_KEY_BYTES,
    DerivativeKey,
    cache_tag,
    check_source_key,
    key_variants,
    parse_path,
)

SPEC = parse_spec("300x200")

#: A decoded path, the key of the derivative, the path that is sent.
PATHS = {
    "plain": ("/300x200/cat.jpg", "300x200/cat.jpg", "/300x200/cat.jpg"),
    "without a slash": ("300x200/cat.jpg", "300x200/cat.jpg", "/300x200/cat.jpg"),
    "folders": ("/300x200/a/b/c.jpg", "300x200/a/b/c.jpg", "/300x200/a/b/c.jpg"),
    "canonical": ("/300x_Q-80_F-JPEG/Cat.JPG", "300x_f-jpg_q-80/Cat.JPG", "/300x_f-jpg_q-80/Cat.JPG"),
    "a space": ("/300x200/a b.jpg", "300x200/a b.jpg", "/300x200/a%20b.jpg"),
    "a plus": ("/300x200/a+b.jpg", "300x200/a+b.jpg", "/300x200/a%2Bb.jpg"),
    "a percent sign": ("/300x200/a%20b.jpg", "300x200/a%20b.jpg", "/300x200/a%2520b.jpg"),
    "a question mark": ("/300x200/a?b.jpg", "300x200/a?b.jpg", "/300x200/a%3Fb.jpg"),
    "a hash": ("/300x200/a#b.jpg", "300x200/a#b.jpg", "/300x200/a%23b.jpg"),
    "brackets": ("/300x200/a(1)[2].jpg", "300x200/a(1)[2].jpg", "/300x200/a%281%29%5B2%5D.jpg"),
    "unreserved": ("/300x200/a-b_c.d~e", "300x200/a-b_c.d~e", "/300x200/a-b_c.d~e"),
    "sub-delims": ("/300x200/!$&'*,;=:@", "300x200/!$&'*,;=:@", "/300x200/%21%24%26%27%2A%2C%3B%3D%3A%40"),
    "unicode": ("/300x200/ünï.jpg", "300x200/ünï.jpg", "/300x200/%C3%BCn%C3%AF.jpg"),
    "not normalised": ("/300x200/u\u0308.jpg", "300x200/u\u0308.jpg", "/300x200/u%CC%88.jpg"),
    "beyond 16 bits": ("/300x200/😺", "300x200/😺", "/300x200/%F0%9F%98%BA"),
    "three dots": ("/300x200/.../..a/.b", "300x200/.../..a/.b", "/300x200/.../..a/.b"),
    "a key like a spec": ("/300x200/100x100/cat.jpg", "300x200/100x100/cat.jpg", "/300x200/100x100/cat.jpg"),
    "a key like a host": ("/300x200/evil.example", "300x200/evil.example", "/300x200/evil.example"),
}


@pytest.mark.parametrize(("path", "key", "sent"), PATHS.values(), ids=PATHS)
def test_a_path_becomes_a_key_and_a_path_again(path: str, key: str, sent: str) -> None:
    derivative = parse_path(path)
    assert str(derivative) == key
    assert derivative.path == sent
    assert parse_path(unquote(sent)) == derivative


def test_a_preset_keeps_its_name_in_the_key() -> None:
    derivative = parse_path("/p-thumb/cat.jpg", site=Site(presets={"thumb": SPEC}))
    assert str(derivative) == "p-thumb/cat.jpg"


KEYS = {
    "nothing": ("", "expected the key of an original, got nothing"),
    "a leading slash": ("/cat.jpg", "expected a key without a leading, trailing or double slash"),
    "a trailing slash": ("a/", "expected a key without a leading, trailing or double slash"),
    "a double slash": ("a//b", "expected a key without a leading, trailing or double slash"),
    "only a slash": ("/", "expected a key without a leading, trailing or double slash"),
    "a dot": ("a/./b", "expected a key without a . or .. segment"),
    "a dot alone": (".", "expected a key without a . or .. segment"),
    "two dots": ("../secret", "expected a key without a . or .. segment"),
    "two dots at the end": ("a/..", "expected a key without a . or .. segment"),
    "a backslash": ("a\\b", "expected a key without a backslash"),
    "a zero byte": ("a\x00b", "expected a key without control characters"),
    "a line": ("a\nb", "expected a key without control characters"),
    "a return": ("a\rb", "expected a key without control characters"),
    "delete": ("a\x7fb", "expected a key without control characters"),
    "a control character of Latin 1": ("a\x85b", "expected a key without control characters"),
    "bytes that are no UTF-8": ("a\udcffb", "expected a key in UTF-8"),
    "half a pair": ("\ud83d", "expected a key in UTF-8"),
    "one byte too long": ("a" * 896, "expected a key of at most 895 bytes, got 896"),
    "too long in UTF-8": ("ü" * 448, "expected a key of at most 895 bytes, got 896"),
}


@pytest.mark.parametrize(("key", "reason"), KEYS.values(), ids=KEYS)
def test_a_key_that_no_original_should_have_is_refused(key: str, reason: str) -> None:
    for call in (
        lambda: check_source_key(key),
        lambda: parse_path(f"/300x200/{key}"),
        lambda: DerivativeKey(SPEC, key),
    ):
        with pytest.raises(InvalidKey) as caught:
            call()
        assert str(caught.value) == reason


def test_the_longest_key_is_taken() -> None:
    check_source_key("a" * MAX_KEY_BYTES)
    check_source_key("ü" * (MAX_KEY_BYTES // 2))


def test_the_longest_spec_and_the_longest_key_are_a_key_of_s3() -> None:
    assert 128 + len("/") + MAX_KEY_BYTES == 1024


def test_a_path_without_a_key_is_refused() -> None:
    with pytest.raises(InvalidKey, match="expected /SPEC/KEY, got no key"):
        parse_path("/300x200")


NO_SPECS = {
    "nothing": ("", ""),
    "a slash": ("/", ""),
    "two slashes": ("//evil.example/a", ""),
    "a file": ("/favicon.ico", "favicon.ico"),
    "a spec in the wrong place": ("/cat.jpg/300x200", "cat.jpg"),
    "a bad spec and a bad key": ("/300/..", "300"),
}


@pytest.mark.parametrize(("path", "source"), NO_SPECS.values(), ids=NO_SPECS)
def test_the_spec_is_looked_at_first(path: str, source: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        parse_path(path)
    assert caught.value.source == source


SPELLINGS = {
    "plain": ("cat.jpg", ("cat.jpg",)),
    "composed": ("\u00fc", ("\u00fc", "u\u0308")),
    "decomposed": ("u\u0308", ("u\u0308", "\u00fc")),
    "mixed": ("\u00fcu\u0308", ("\u00fcu\u0308", "\u00fc\u00fc", "u\u0308u\u0308")),
}


@pytest.mark.parametrize(("key", "tried"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_key_is_tried_as_given_then_composed_then_decomposed(key: str, tried: tuple[str, ...]) -> None:
    assert key_variants(key) == tried


@pytest.mark.parametrize("key", ["cat.jpg", "a b/c,d+é.jpg", "x" * 895], ids=["plain", "odd", "long"])
def test_a_tag_is_one_word_that_cloudfront_takes(key: str) -> None:
    assert re.fullmatch(r"k-[0-9a-f]{32}", cache_tag(key))


def test_a_tag_is_the_beginning_of_the_hash_of_the_key() -> None:
    assert cache_tag("cat.jpg") == "k-" + sha256(b"cat.jpg").hexdigest()[:32]
    assert cache_tag("cat.jpg") != cache_tag("cat.png")
