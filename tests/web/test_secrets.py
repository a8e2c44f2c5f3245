"""Test the object that the keys of signatures and the secrets of the generator may be in."""

from __future__ import annotations

import json

import pytest

from resizer_core import Settings
from resizer_core.errors import ConfigurationError, ResizerError, StorageForbidden
from resizer_core.web.secrets import read_secrets
from tests.web.least import LEAST

URL = "s3://private/resizer/secrets-1.json"
ONE, TWO, THREE = "hush-hush-1" * 3, "hush-hush-2" * 3, "hush-hush-3" * 3
SAID = LEAST | {"RESIZER_SECRETS": URL}


def settings(body: object, **said: str) -> Settings:
    """The settings with this object, which is JSON unless it is bytes."""

    def read_object(url: str) -> bytes:
        assert url == URL
        return body if isinstance(body, bytes) else json.dumps(body).encode()

    return Settings.from_environment(SAID | said, read_object=read_object)


def test_the_object_says_both() -> None:
    read = settings({"signing_keys": [ONE, TWO], "origin_secrets": [THREE]}, RESIZER_ACCESS="signed")
    assert read.site.keys == (ONE.encode(), TWO.encode())
    assert read.origin_secrets == (THREE,)
    assert "hush" not in repr(read)


def test_one_of_the_two_may_stay_in_the_environment() -> None:
    read = settings({"signing_keys": [ONE]}, RESIZER_ORIGIN_SECRETS=THREE)
    assert (read.site.keys, read.origin_secrets) == ((ONE.encode(),), (THREE,))
    read = settings({"origin_secrets": [THREE]}, RESIZER_SIGNING_KEYS=ONE)
    assert (read.site.keys, read.origin_secrets) == ((ONE.encode(),), (THREE,))


WRONG: dict[str, tuple[object, str]] = {
    "no JSON": (f'{{"signing_keys": ["{ONE}"'.encode(), "got no JSON: "),
    "no text": (b"\xff\xfe" + ONE.encode(), "codec can't decode byte"),
    "a list": ([ONE], "got something else"),
    "a text": (ONE, "got something else"),
    "nothing": ({}, "got something else"),
    "an unknown name": ({"signing_keys": [ONE], "signing_key": ONE}, "got something else"),
    "a name twice": (f'{{"signing_keys": ["{ONE}"], "signing_keys": []}}'.encode(), "'signing_keys' twice"),
    "a key that is no list": ({"signing_keys": ONE}, "got something else"),
    "a number": ({"origin_secrets": [ONE, 1]}, "got something else"),
    "no key": ({"signing_keys": []}, "got an empty list"),
    "no secret": ({"signing_keys": [ONE], "origin_secrets": []}, "got an empty list"),
    "a short key": ({"signing_keys": [ONE, "hush-hush"]}, "got one of 9 characters"),
    "a short secret": ({"origin_secrets": ["hush" * 7 + "abc"]}, "got one of 31 characters"),
}


@pytest.mark.parametrize(("body", "text"), WRONG.values(), ids=WRONG)
def test_a_wrong_object_is_refused_by_the_name_of_the_variable_and_shows_no_secret(
    body: object, text: str
) -> None:
    with pytest.raises(ValueError, match=r"\ARESIZER_SECRETS: expected the URL of a JSON object") as caught:
        settings(body)
    assert text in str(caught.value)
    assert "hush" not in str(caught.value)


TWICE = {
    "keys": ({"signing_keys": [ONE]}, "RESIZER_SIGNING_KEYS"),
    "secrets": ({"origin_secrets": [ONE]}, "RESIZER_ORIGIN_SECRETS"),
}


@pytest.mark.parametrize(("body", "name"), TWICE.values(), ids=TWICE)
def test_what_is_said_in_two_places_is_refused(body: object, name: str) -> None:
    with pytest.raises(ValueError, match=rf"\ARESIZER_SECRETS: .* that {name} sets as well"):
        settings(body, **{name: TWO})


@pytest.mark.parametrize(
    "error",
    [StorageForbidden("the store does not allow it"), ConfigurationError("elsewhere"), ValueError("none")],
    ids=repr,
)
def test_an_object_that_cannot_be_read_is_refused_by_the_name_of_the_variable(
    error: ResizerError | ValueError,
) -> None:
    def read_object(_url: str) -> bytes:
        raise error

    with pytest.raises(ValueError, match=rf"\ARESIZER_SECRETS: expected .*; {error}"):
        Settings.from_environment(SAID, read_object=read_object)


def test_where_no_object_is_read_there_may_be_none() -> None:
    with pytest.raises(ValueError, match=r"\ARESIZER_SECRETS: .*where no object is read"):
        Settings.from_environment(SAID)


def test_signed_still_wants_a_key() -> None:
    with pytest.raises(ValueError, match="RESIZER_SIGNING_KEYS: expected at least one key"):
        settings({"origin_secrets": [ONE]}, RESIZER_ACCESS="signed")


def test_the_bytes_may_be_a_view() -> None:
    body = memoryview(json.dumps({"origin_secrets": [ONE]}).encode())
    assert read_secrets(body) == {"origin_secrets": (ONE,)}
