"""Test the answer to each error (rules 8, 17 and 22)."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

import pytest

import resizer_core as core
from tests.doubles import Failing, picture
from tests.handler.site import Site, message

PATH = "/30x20/cat.jpg"
DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"


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
    failing = Failing(error=raised(kind), methods=frozenset({"get", "head"}))
    # What is forbidden of an original is the original's error.
    side = "derivatives" if kind is core.StorageForbidden else "behind"
    site = Site.over({}, **{side: failing})
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
    nearest = next(parent for parent in kind.__mro__ if parent in core.ERROR_RESPONSES)
    assert core.error_response(raised(kind)) is core.ERROR_RESPONSES[nearest]


def test_no_row_is_kept_when_the_fault_is_ours() -> None:
    for kind, row in core.ERROR_RESPONSES.items():
        status = getattr(kind, "http_status", 500)
        assert (row.cache_control == "no-store") == (status >= 500)
        assert status in {400, 403, 404, 405, 413, 415, 422, 500, 503}


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_knows_its_status(kind: type[core.ResizerError]) -> None:
    assert kind.http_status == documented()[kind.__name__][0] == core.Answer.refusal(raised(kind)).status


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


#: What lets pages of other sites show, read and measure an answer, and no browser take it for another kind.
OPEN = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "timing-allow-origin": "*",
    "x-content-type-options": "nosniff",
}


def test_rule_22_every_answer_is_for_every_page_and_is_not_sniffed() -> None:
    site = Site.over()
    site.derivatives.put("2x2/cat.jpg", picture(), media_type="image/jpeg")
    for path in (
        PATH,
        "/2x2/cat.jpg",
        "/30x20_fit-inside/cat.jpg",
        "/30x20_f-auto/cat.jpg",
        "/x/cat.jpg",
        "/9x9/no.jpg",
    ):
        assert site.get(path)["headers"].items() >= OPEN.items()
