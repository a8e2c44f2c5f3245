"""Test the outcome of a request, and what is stored with it (rules 9, 10, 13, 17, 19 and 22)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import pyvips

import resizer_core as core
from resizer_core.attributes import IMMUTABLE
from resizer_core.site import CACHE_CONTROL
from resizer_core.urls.paths import cache_tag
from resizer_core.version import PIXELS
from tests.doubles import Aged, Blind, Failing, Vanishing, filled, picture
from tests.resizer.bench import NFC, NFD, bench, measured


def test_what_is_not_there_is_made_and_stored() -> None:
    loop = bench()
    made = loop.resizer.produce("/30x20_f-png/cat.jpg")
    stored = loop.stored("30x20_f-png/cat.jpg")
    assert (made.outcome, str(made.key), made.media_type) == (
        core.Outcome.MADE,
        "30x20_f-png/cat.jpg",
        "image/png",
    )
    assert (made.size, made.original_size) == (stored.size, len(picture()))
    assert made.body == stored.body
    assert measured(stored.body) == (30, 20)
    assert set(made.timings) == {"read", "plan", "render", "store"}


def test_rule_9_what_another_call_stored_in_the_meantime_stays() -> None:
    loop = bench(derivatives=Blind(filled({"30x20/cat.jpg": b"the winner's"})))
    lost = loop.resizer.produce("/30x20/cat.jpg")
    assert lost.outcome is core.Outcome.LOST_RACE
    assert bytes(loop.stored("30x20/cat.jpg").body) == b"the winner's"
    # A viewer sees what is stored, which another version may have made of another original.
    assert lost.body == b"the winner's"
    assert (lost.size, lost.media_type) == (len(b"the winner's"), "application/octet-stream")
    assert lost.original_size == len(picture())


def test_rule_9_what_another_call_stored_in_the_meantime_may_be_too_large_to_be_read() -> None:
    loop = bench(derivatives=Blind(filled({"30x20/cat.jpg": b"the winner's"})))
    lost = loop.resizer.produce("/30x20/cat.jpg", largest=11)
    assert (lost.outcome, lost.body) == (core.Outcome.LOST_RACE, None)


def test_what_was_made_is_told_as_it_is_stored() -> None:
    loop = bench()
    made = loop.resizer.produce("/30x20_dl/cat.jpg")
    stored = loop.stored("30x20_dl/cat.jpg")
    for name in ("media_type", "size", "cache_control", "content_disposition", "metadata"):
        assert getattr(made, name) == getattr(stored, name) != "", name
    found = loop.resizer.produce("/30x20_dl/cat.jpg")
    for name in (
        "media_type",
        "size",
        "cache_control",
        "content_disposition",
        "metadata",
        "etag",
        "modified",
    ):
        assert getattr(found, name) == getattr(stored, name), name
    assert made.body == found.body == stored.body


def test_rule_9_what_is_there_is_given_back_and_not_made_again() -> None:
    loop = bench(derivatives=Aged(filled({"30x20/cat.jpg": b"stored"}), seconds=60))
    found = loop.resizer.produce("/30x20/cat.jpg")
    assert (found.outcome, found.size) == (core.Outcome.ALREADY_STORED, 6)
    assert found.body is not None
    assert bytes(found.body) == b"stored"
    assert found.age == pytest.approx(60, abs=30)
    assert loop.derivatives.put_keys == []


def test_rule_9_what_is_there_and_too_large_is_not_read() -> None:
    loop = bench(derivatives=filled({"30x20/cat.jpg": b"stored"}))
    found = loop.resizer.produce("/30x20/cat.jpg", largest=5)
    assert (found.outcome, found.body, found.size) == (core.Outcome.ALREADY_STORED, None, 6)
    assert loop.derivatives.most_bytes == [5]


def test_without_a_limit_of_an_answer_whatever_is_there_is_read() -> None:
    loop = bench(derivatives=filled({"30x20/cat.jpg": bytes(core.MAX_ANSWER_BYTES + 1)}))
    found = loop.resizer.produce("/30x20/cat.jpg")
    assert found.body is not None
    assert len(found.body) == core.MAX_ANSWER_BYTES + 1


def test_rule_9_what_vanishes_while_it_is_read_is_a_failure_of_the_store() -> None:
    loop = bench(derivatives=Vanishing(filled({"30x20/cat.jpg": b"stored"})))
    with pytest.raises(core.StorageError, match="deleted while it was read"):
        loop.resizer.produce("/30x20/cat.jpg")


@pytest.mark.parametrize("method", ["head", "put"])
def test_rule_9_a_store_of_derivatives_that_fails_is_no_success(method: str) -> None:
    loop = bench(derivatives=Failing(methods=frozenset({method})))
    with pytest.raises(core.StorageError):
        loop.resizer.produce("/30x20/cat.jpg")


def test_rule_9_of_many_calls_at_once_one_stores() -> None:
    loop = bench()
    with ThreadPoolExecutor(8) as callers:
        outcomes = list(callers.map(lambda _: loop.resizer.produce("/30x20/cat.jpg").outcome, range(8)))
    assert outcomes.count(core.Outcome.MADE) == 1
    assert set(outcomes) <= {core.Outcome.MADE, core.Outcome.LOST_RACE, core.Outcome.ALREADY_STORED}


MOVED = {
    "capitals": ("/30x20_Q-80/cat.jpg", "30x20_q-80/cat.jpg"),
    "order": ("/30x20_q-80_f-jpg/cat.jpg", "30x20_f-jpg_q-80/cat.jpg"),
    "a long name": ("/30x20_format-jpeg/cat.jpg", "30x20_f-jpg/cat.jpg"),
    "a default": ("/30x20_fit-inside/cat.jpg", "30x20/cat.jpg"),
    "dpr": ("/30x20_dpr-2/cat.jpg", "60x40/cat.jpg"),
    "an original that is missing": ("/30x20_fit-inside/missing.jpg", "30x20/missing.jpg"),
}


@pytest.mark.parametrize(("path", "key"), MOVED.values(), ids=MOVED)
def test_rule_10_another_spelling_moves_to_the_canonical_one(path: str, key: str) -> None:
    loop = bench()
    moved = loop.resizer.produce(path)
    assert (moved.outcome, str(moved.key)) == (core.Outcome.MOVED, key)
    assert (loop.originals.calls, loop.derivatives.calls) == ([], [])
    if not key.endswith("missing.jpg"):
        assert loop.resizer.produce(f"/{key}").outcome is core.Outcome.MADE


def test_a_path_without_its_slash_is_the_same_path() -> None:
    assert bench().resizer.produce("30x20/cat.jpg").outcome is core.Outcome.MADE


ACCEPTED = {"": "jpg", "image/webp": "webp", "image/avif,image/webp": "avif", "*/*": "jpg", "\ud800": "jpg"}


@pytest.mark.parametrize(("accept", "format"), ACCEPTED.items(), ids=ascii)
def test_f_auto_is_never_stored(accept: str, format: str) -> None:
    loop = bench()
    negotiated = loop.resizer.produce("/30x20_f-auto/cat.jpg", accept=accept)
    assert negotiated.outcome is core.Outcome.NEGOTIATED
    assert str(negotiated.key) == f"30x20_f-{format}/cat.jpg"
    assert (loop.originals.calls, loop.derivatives.calls) == ([], [])


def test_accept_has_no_say_where_the_format_is_given() -> None:
    loop = bench()
    loop.resizer.produce("/30x20/cat.jpg", accept="image/avif")
    assert loop.stored("30x20/cat.jpg").media_type == "image/jpeg"


def test_signed_needs_a_key() -> None:
    with pytest.raises(ValueError, match="at least one signing key"):
        bench(access=core.Access.SIGNED)


def test_rule_13_a_wrong_signature_touches_no_store() -> None:
    loop = bench(access=core.Access.SIGNED, keys=(b"k" * 32,))
    with pytest.raises(core.NotAllowed):
        loop.resizer.produce("/30x20_s-aaaaaaaaaaaaaaaa/cat.jpg")
    assert (loop.originals.calls, loop.derivatives.calls) == ([], [])


# --- what is stored (rules 17, 19 and 22) ------------------------------------------------------------

PRESETS = {
    "thumb": core.parse_spec("30x20"),
    "fixed": core.parse_spec("30x20_v-1"),
    "file": core.parse_spec("30x20_dl"),
}
KEPT = {
    "any": ("30x20", CACHE_CONTROL),
    "with a version": ("30x20_v-2", IMMUTABLE),
    "a preset": ("p-thumb", CACHE_CONTROL),
    "a preset with a version": ("p-thumb_v-2", IMMUTABLE),
    "a preset that has a version": ("p-fixed", IMMUTABLE),
}


@pytest.mark.parametrize(("spec", "kept"), KEPT.values(), ids=KEPT)
def test_rule_17_how_long_a_derivative_is_kept_is_stored_with_it(spec: str, kept: str) -> None:
    loop = bench(presets=PRESETS)
    loop.resizer.produce(f"/{spec}/cat.jpg")
    assert loop.stored(f"{spec}/cat.jpg").cache_control == kept


def test_rule_17_the_configuration_says_how_long_but_for_a_version() -> None:
    loop = bench(cache_control="public, max-age=60")
    for spec in ("30x20", "30x20_v-2"):
        loop.resizer.produce(f"/{spec}/cat.jpg")
    assert loop.stored("30x20/cat.jpg").cache_control == "public, max-age=60"
    assert loop.stored("30x20_v-2/cat.jpg").cache_control == IMMUTABLE


def test_rule_17_the_lifetimes_are_a_day_and_a_year() -> None:
    assert CACHE_CONTROL == "public, max-age=86400, s-maxage=31536000"
    assert IMMUTABLE == "public, max-age=31536000, immutable"


def test_rule_19_what_a_derivative_was_made_of_is_stored() -> None:
    loop = bench()
    loop.resizer.produce("/30x20_f-png/cat.jpg")
    original = loop.originals.behind.head("cat.jpg")
    assert original is not None
    assert original.etag
    version = ".".join(str(pyvips.version(part)) for part in range(3))
    assert loop.stored("30x20_f-png/cat.jpg").metadata == {
        "original": original.etag,
        "spec": "30x20_f-png",
        "engine": f"resizer_core/{core.__version__} libvips/{version}",
        "pixels": str(PIXELS),
        "tags": "k-0a6df48a27ef7db48b213df3dba84fad",
    }


def test_rule_19_no_name_has_a_dash_which_azure_refuses() -> None:
    loop = bench()
    loop.resizer.produce("/30x20_f-png/cat.jpg")
    assert all(name.isalpha() for name in loop.stored("30x20_f-png/cat.jpg").metadata)


def test_rule_19_the_tag_is_of_the_key_that_the_store_has() -> None:
    """An event of the bucket says that key, and its derivatives are purged by it."""
    loop = bench({NFD: picture()})
    loop.resizer.produce(f"/30x20_f-png/{NFC}")
    assert loop.stored(f"30x20_f-png/{NFC}").metadata["tags"] == cache_tag(NFD) != cache_tag(NFC)


FORMATS = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "tif": "image/tiff",
}


@pytest.mark.parametrize(("name", "media_type"), FORMATS.items(), ids=FORMATS)
def test_rule_22_the_stored_type_is_the_encoders_whatever_the_key_says(name: str, media_type: str) -> None:
    loop = bench({"page.html": picture()})
    loop.resizer.produce(f"/30x20_f-{name}/page.html")
    stored = loop.stored(f"30x20_f-{name}/page.html")
    assert stored.media_type == media_type
    assert core.detect(bytes(stored.body)).media_type == media_type


def test_rule_22_svg_is_never_written() -> None:
    with pytest.raises(core.InvalidSpec, match="unknown format 'svg'"):
        bench(formats=core.FORMATS).resizer.produce("/30x20_f-svg/cat.jpg")


NAMES = {
    "the suffix is the derivative's": ("30x20_f-webp_dl", "cats/cat.jpg", "cat.webp"),
    "no suffix": ("30x20_dl", "cat", "cat.jpg"),
    "several dots": ("30x20_dl", "a.b.jpg", "a.b.jpg"),
    "nothing but a suffix": ("30x20_dl", ".jpg", ".jpg.jpg"),
    "encoded": ("30x20_dl", 'a "b"; c=d/é"\u2028.jpg', "%C3%A9%22%E2%80%A8.jpg"),
    "a preset": ("p-file", "cat.jpg", "cat.jpg"),
}


@pytest.mark.parametrize(("spec", "key", "name"), NAMES.values(), ids=NAMES)
def test_a_download_is_stored_with_its_name(spec: str, key: str, name: str) -> None:
    loop = bench({key: picture()}, presets=PRESETS)
    loop.resizer.produce(f"/{spec}/{key}")
    assert loop.stored(f"{spec}/{key}").content_disposition == f"attachment; filename*=UTF-8''{name}"


def test_what_is_no_download_has_no_content_disposition() -> None:
    loop = bench()
    loop.resizer.produce("/30x20/cat.jpg")
    assert loop.stored("30x20/cat.jpg").content_disposition == ""
