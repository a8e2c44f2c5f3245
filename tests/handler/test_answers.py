"""What each outcome and each error becomes (rules 4, 8, 9, 10, 11, 14, 17, 22)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handler
import resizer_core as core
from resizer_core.resizer import MAX_ANSWER_BYTES
from tests.doubles import (
    Aged,
    Blind,
    Failing,
    Lying,
    Passing,
    Recording,
    Slow,
    Telling,
    Vanishing,
    filled,
    picture,
)
from tests.handler.site import BASE_URL, Site, message

PATH = "/30x20/cat.jpg"
KEY = "30x20/cat.jpg"
DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"


# --- answers that end well ---------------------------------------------------------------------------


def test_rule_4_what_was_made_is_a_redirect_that_is_not_kept() -> None:
    answer = Site.over().get(PATH)
    assert answer["statusCode"] == 302
    assert answer["headers"] == {
        "access-control-allow-origin": "*",
        "cache-control": "no-store",
        "location": f"{BASE_URL}{PATH}",
        "x-content-type-options": "nosniff",
    }
    assert (answer["body"], answer["isBase64Encoded"]) == ("", False)


def test_rule_9_what_was_there_already_is_answered_with_its_bytes() -> None:
    site = Site.over(derivatives=filled({}))
    site.derivatives.put(KEY, picture(), media_type="image/jpeg")
    answer = site.get(PATH)
    assert answer["statusCode"] == 200
    assert answer["headers"] == {
        "access-control-allow-origin": "*",
        "cache-control": "no-store",
        "content-type": "image/jpeg",
        "x-content-type-options": "nosniff",
    }
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]) == picture()


def test_rule_9_what_is_too_large_for_an_answer_is_asked_for_again() -> None:
    site = Site.over(derivatives=filled({KEY: bytes(MAX_ANSWER_BYTES + 1)}))
    answer = site.get(PATH)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "2")
    assert answer["headers"]["cache-control"] == "no-store"
    assert message(answer)["error"] == "StoredAlready"


def test_rule_9_the_largest_answer_fits_a_function() -> None:
    site = Site.over(derivatives=filled({KEY: bytes(MAX_ANSWER_BYTES)}))
    answer = site.get(PATH)
    assert answer["statusCode"] == 200
    assert len(answer["body"]) < 6 * 1024 * 1024


def test_rule_10_another_spelling_is_a_redirect_to_the_canonical_one() -> None:
    site = Site.over()
    answer = site.get("/30X20_Q-80_format-jpeg/cat.jpg")
    assert answer["statusCode"] == 302
    assert answer["headers"]["location"] == f"{BASE_URL}/30x20_f-jpg_q-80/cat.jpg"
    assert answer["headers"]["cache-control"] == "no-store"
    assert "vary" not in answer["headers"]
    assert (site.stored(), site.originals.calls) == ([], [])


def test_f_auto_is_a_redirect_by_accept() -> None:
    site = Site.over()
    answer = site.get("/30x20_f-auto/cat.jpg", accept="image/avif,image/webp")
    assert answer["headers"]["location"] == f"{BASE_URL}/30x20_f-avif/cat.jpg"
    assert (answer["headers"]["vary"], answer["headers"]["cache-control"]) == ("Accept", "no-store")
    assert (site.stored(), site.originals.calls) == ([], [])


SPECS = st.sampled_from(["2x2_f-png", "2X_F-PNG", "2x0_format-png_dl", "2x2_v-1_f-png", "2x2_f-png_fit-fill"])
SEGMENTS = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\", exclude_categories=["Cc", "Cs"])
    | st.sampled_from("+%~?#&= ;:@!$'()*,[]{}\"<>|^`"),
    min_size=1,
    max_size=8,
).filter(lambda segment: segment not in (".", ".."))
KEYS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join)


@given(spec=SPECS, key=KEYS)
def test_rules_10_and_14_location_decodes_to_the_key_that_was_put(spec: str, key: str) -> None:
    derivatives = Recording()
    site = Site.over({key: picture(".png", 2, 2)}, derivatives=derivatives)
    path = f"/{spec}/{key}"
    for _ in range(2):  # to the canonical path where this one is not, then to what was made
        location: str = site.get(path)["headers"]["location"]
        assert location.isascii()
        path = unquote(location.removeprefix(BASE_URL), errors="strict")
        if derivatives.put_keys:
            break
    assert [f"/{put}" for put in derivatives.put_keys] == [path]
    assert site.get(path)["statusCode"] == 200


# --- stores that misbehave (rule 9) ------------------------------------------------------------------

Store = Callable[[core.ObjectStore], core.ObjectStore]

FAULTS: dict[str, Store] = {
    "none": Passing,
    "slow": Slow,
    "head finds nothing": Blind,
    "head finds what get does not": Vanishing,
    "head states too few bytes": lambda behind: Lying(behind, size=1),
    "head states too many bytes": lambda behind: Lying(behind, size=MAX_ANSWER_BYTES + 1),
    "head fails": lambda behind: Failing(behind, methods=frozenset({"head"})),
    "get fails": lambda behind: Failing(behind, methods=frozenset({"get"})),
    "put fails": lambda behind: Failing(behind, methods=frozenset({"put"})),
    "put fails in a library": Telling,
    "head raises what nobody foresaw": lambda behind: Failing(
        behind, error=ZeroDivisionError("internals"), methods=frozenset({"head"})
    ),
    "put raises what nobody foresaw": lambda behind: Failing(
        behind, error=MemoryError("internals"), methods=frozenset({"put"})
    ),
    "an hour old": lambda behind: Aged(behind, seconds=3600),
    "written by a clock that is ahead": lambda behind: Aged(behind, seconds=-3600),
}
STORED = {
    "nothing": None,
    "a derivative": picture(),
    "the largest": bytes(MAX_ANSWER_BYTES),
    "a larger one": bytes(MAX_ANSWER_BYTES + 1),
}
PATHS = {
    "canonical": PATH,
    "not canonical": "/30X20/cat.jpg",
    "auto": "/30x20_f-auto/cat.jpg",
    "no original": "/30x20/missing.jpg",
    "damaged": "/30x20/damaged.jpg",
    "no SPEC": "/favicon.ico",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("stored", STORED.values(), ids=STORED)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_rules_4_8_and_9_whatever_the_store_does(fault: Store, stored: bytes | None, path: str) -> None:
    objects = {path.removeprefix("/"): stored} if stored is not None else {}
    memory = filled(objects)
    derivatives = Recording(fault(memory))
    originals = {"cat.jpg": picture(), "damaged.jpg": picture()[:200]}
    answer = Site.over(originals, derivatives=derivatives).get(path)
    status = answer["statusCode"]
    assert status in {200, 302, 400, 404, 422, 500, 503}
    if status == 302:
        assert answer["headers"]["cache-control"] == "no-store"
        # A redirect to the same path only after a put of this call that did not fail.
        if path == PATH:
            assert derivatives.put_keys == [KEY]
            assert memory.head(KEY) is not None
    if status == 200:
        assert base64.b64decode(answer["body"]) == stored
        assert answer["headers"]["cache-control"] == "no-store"
    if status >= 400:
        assert "internals" not in message(answer)["message"]
    if status >= 500:
        assert answer["headers"]["cache-control"] == "no-store"


FAILED = {
    "head fails": (FAULTS["head fails"], False, 503),
    "put fails": (FAULTS["put fails"], False, 503),
    "put fails in a library": (FAULTS["put fails in a library"], False, 503),
    "get fails": (FAULTS["get fails"], True, 503),
    "head finds what get does not": (FAULTS["head finds what get does not"], True, 503),
    "head raises what nobody foresaw": (FAULTS["head raises what nobody foresaw"], False, 500),
    "put raises what nobody foresaw": (FAULTS["put raises what nobody foresaw"], False, 500),
    "another call came first": (Blind, True, 302),
    "a slow look finds it in the end": (Slow, True, 200),
}


@pytest.mark.parametrize(("fault", "stored", "status"), FAILED.values(), ids=FAILED)
def test_rule_9_a_fault_of_the_store_becomes(fault: Store, stored: bool, status: int) -> None:
    derivatives = fault(filled({KEY: picture()} if stored else {}))
    assert Site.over(derivatives=derivatives).get(PATH)["statusCode"] == status


def test_rule_9_a_derivative_that_is_larger_than_head_said_is_asked_for_again() -> None:
    stored = filled({KEY: bytes(MAX_ANSWER_BYTES + 1)})
    answer = Site.over(derivatives=Lying(stored, size=1)).get(PATH)
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (503, "no-store")


def test_rule_9_what_is_stored_is_served_when_its_original_is_gone() -> None:
    assert Site.over({}, derivatives=filled({KEY: picture()})).get(PATH)["statusCode"] == 200


def test_rule_9_what_is_stored_is_served_when_the_originals_cannot_be_reached() -> None:
    site = Site.over({}, behind=Failing(methods=frozenset({"get"})), derivatives=filled({KEY: picture()}))
    assert site.get(PATH)["statusCode"] == 200


# --- errors (rules 8 and 17) -------------------------------------------------------------------------


def every_error(kind: type[core.ResizerError] = core.ResizerError) -> list[type[core.ResizerError]]:
    """The class and everything below it that the library itself defines."""
    below = (error for child in kind.__subclasses__() for error in every_error(child))
    return [kind, *(error for error in below if error.__module__ == "resizer_core.errors")]


def raised(kind: type[Exception]) -> Exception:
    if kind is core.InvalidSpec:
        return core.InvalidSpec("internals", source="30x20_blr-2", start=6, end=11)
    return kind("internals")


def documented() -> dict[str, tuple[int, str]]:
    """The table of docs/errors.md: each class with its status and for how long the answer is kept."""
    rows = re.findall(
        r"^\| `?([\w ]+?)`? \|[^|]*\| (\d{3})[^|]*\| ([^|]*) \|", DOCUMENT.read_text(), re.MULTILINE
    )
    return {name: (int(status), kept) for name, status, kept in rows}


KEPT = {"60 s": "public, max-age=60", "10 s": "public, max-age=10", "not at all": "no-store"}


@pytest.mark.parametrize("kind", [*every_error(), ValueError], ids=lambda kind: kind.__name__)
def test_rules_8_and_17_every_error_is_answered_as_documented(kind: type[Exception]) -> None:
    site = Site.over(behind=Failing(error=raised(kind), methods=frozenset({"get"})), originals={})
    answer = site.get(PATH)
    status, kept = documented()["any other" if kind is ValueError else kind.__name__]
    assert answer["statusCode"] == status
    assert answer["headers"]["cache-control"] == KEPT[kept]
    assert message(answer)["error"] == ("InternalError" if kind is ValueError else kind.__name__)
    assert site.stored() == []


def test_the_table_of_the_documents_has_no_other_error() -> None:
    assert set(documented()) == {"any other", *(kind.__name__ for kind in every_error())}


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_row_or_takes_its_nearest_parents(kind: type[Exception]) -> None:
    nearest = next(parent for parent in kind.__mro__ if parent in handler.ERROR_RESPONSES)
    assert handler.error_response(raised(kind)) is handler.ERROR_RESPONSES[nearest]


def test_no_row_is_kept_when_the_fault_is_ours() -> None:
    for row in handler.ERROR_RESPONSES.values():
        assert (row.cache_control == "no-store") == (row.status >= 500)
        assert row.status in {400, 403, 404, 405, 413, 415, 422, 500, 503}


SHOWN = {
    "a SPEC": ("/30x20_blr-2/cat.jpg", "InvalidSpec", "  30x20_blr-2\n        ^^^^^"),
    "a key": ("/30x20/a//b.jpg", "InvalidKey", "double slash"),
    "no key": ("/30x20", "InvalidKey", "no key of an original"),
    "a missing original": ("/30x20/a/missing.jpg", "SourceNotFound", "'a/missing.jpg'"),
    "no picture": ("/30x20/text.txt", "UnsupportedFormat", "known: jpg, png, webp, avif, gif, tif"),
    "SVG": ("/30x20/drawing.svg", "UnsupportedFormat", "known: jpg"),
    "SVG as an output": ("/30x20_f-svg/cat.jpg", "InvalidSpec", "unknown format 'svg'"),
    "too large": ("/9000x/cat.jpg", "LimitExceeded", "8192 px"),
    "damaged": ("/30x20/damaged.jpg", "CorruptImage", "the original is damaged or cut short"),
}


@pytest.mark.parametrize(("path", "error", "text"), SHOWN.values(), ids=SHOWN)
def test_an_error_says_what_was_wrong(path: str, error: str, text: str) -> None:
    originals = {
        "cat.jpg": picture(),
        "text.txt": b"no picture",
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "damaged.jpg": picture()[:200],
    }
    answer = Site.over(originals).get(path)
    assert message(answer)["error"] == error
    assert text in message(answer)["message"]


SECRETIVE = [
    core.NotAllowed,
    core.CorruptImage,
    core.StorageError,
    core.RenderError,
    core.ConfigurationError,
    core.PluginError,
    OSError,
]


@pytest.mark.parametrize("kind", SECRETIVE, ids=lambda kind: kind.__name__)
def test_the_text_of_an_error_that_has_a_fixed_one_is_not_shown(kind: type[Exception]) -> None:
    answer = Site.over({}, behind=Failing(error=raised(kind))).get(PATH)
    assert "internals" not in str(answer)


def test_the_name_of_a_foreign_error_is_not_shown() -> None:
    answer = Site.over({}, behind=Failing(error=ZeroDivisionError("internals"))).get(PATH)
    assert message(answer) == {"error": "InternalError", "message": "internal error"}


@pytest.mark.parametrize(
    ("error", "sound"),
    [
        (core.StorageError("internals"), True),
        (core.RenderError("internals"), True),
        (ZeroDivisionError("internals"), False),
        (MemoryError("internals"), False),
    ],
    ids=repr,
)
def test_after_an_error_that_is_not_ours_the_function_is_no_longer_sound(
    error: Exception, sound: bool
) -> None:
    site = Site.over({}, behind=Failing(error=error))
    site.get("/cat")
    assert site.function.sound
    site.get(PATH)
    assert site.function.sound is sound
    site.get("/cat")
    assert site.function.sound is sound


@pytest.mark.parametrize("kind", [core.StorageError, core.RenderError], ids=lambda kind: kind.__name__)
def test_only_what_may_help_says_when_to_ask_again(kind: type[Exception]) -> None:
    answer = Site.over({}, behind=Failing(error=raised(kind))).get(PATH)
    assert ("retry-after" in answer["headers"]) == (answer["statusCode"] == HTTPStatus.SERVICE_UNAVAILABLE)


def test_rule_22_every_answer_may_be_read_across_hosts_and_is_not_sniffed() -> None:
    site = Site.over()
    site.derivatives.put("2x2/cat.jpg", picture(), media_type="image/jpeg")
    for path in (
        PATH,
        "/2x2/cat.jpg",
        "/30X20/cat.jpg",
        "/30x20_f-auto/cat.jpg",
        "/x/cat.jpg",
        "/9x9/no.jpg",
    ):
        headers = site.get(path)["headers"]
        assert headers["access-control-allow-origin"] == "*"
        assert headers["x-content-type-options"] == "nosniff"
