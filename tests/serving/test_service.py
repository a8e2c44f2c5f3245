"""Test what a request becomes, whatever server it came through."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
import resizer_core.asgi
import resizer_core.wsgi
from resizer_core.attributes import IMMUTABLE
from tests.doubles import Failing, Passing, Telling, filled, picture
from tests.handler.test_errors import every_error, raised
from tests.serving.doubles import CAT, bench, message

PATH, KEY = "/30x20/cat.jpg", "30x20/cat.jpg"


# What is stored


def test_a_second_view_is_one_read_of_the_store() -> None:
    site = bench()
    first = site.get(PATH)
    site.derivatives.calls.clear()
    second = site.get(PATH)
    assert site.derivatives.calls == [("get", KEY)]
    assert first.body == second.body == core.resize(CAT["cat.jpg"], "30x20").body
    assert first.headers["etag"] == second.headers["etag"]


KEPT = {
    "as the site says": ("30x20", core.Site(cache_control="public, max-age=7"), "public, max-age=7"),
    "a version": ("30x20_v-2", core.Site(), IMMUTABLE),
    "a download": ("30x20_f-webp_dl", core.Site(), core.Site().cache_control),
}


@pytest.mark.parametrize(("spec", "site", "kept"), KEPT.values(), ids=KEPT)
def test_what_a_folder_does_not_keep_is_worked_out_again(
    spec: str, site: core.Site, kept: str, tmp_path: Path
) -> None:
    served = bench(derivatives=core.open_store(str(tmp_path)), site=site)
    first, second = served.get(f"/{spec}/a/b c.png"), served.get(f"/{spec}/a/b c.png")
    assert first.headers["cache-control"] == kept
    assert (first.body, first.status) == (second.body, second.status) != (b"", 404)
    of_the_store = {"etag", "last-modified"}
    assert {name: value for name, value in first.headers.items() if name not in of_the_store} == {
        name: value for name, value in second.headers.items() if name not in of_the_store
    }
    assert ("content-disposition" in second.headers) == ("dl" in spec)


def test_what_another_program_put_into_a_folder_is_served_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "30x20").mkdir()
    (tmp_path / KEY).write_bytes(b"no picture")
    answer = bench(derivatives=core.open_store(str(tmp_path))).get(PATH)
    assert (answer.status, answer.body) == (200, b"no picture")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "content-disposition" not in answer.headers


@dataclass
class Late(Passing):
    """Finds nothing at first: another process puts it a moment later."""

    found: bool = False

    def get(self, key: str, *, max_bytes: int | None = None) -> core.StoredObject | None:
        first, self.found = not self.found, True
        return None if first else super().get(key, max_bytes=max_bytes)


def test_no_picture_is_too_large() -> None:
    large = bytes(core.MAX_ANSWER_BYTES + 1)
    for store in (filled({KEY: large}), Late(filled({KEY: large}))):
        answer = bench(derivatives=store).get(PATH)
        assert (answer.status, len(answer.body)) == (200, len(large))


def test_a_fallback_is_no_more_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "MAX_ANSWER_BYTES", 10)
    answer = bench(fallback="dog.jpg").get("/30x20/missing.jpg")
    assert (answer.status, answer.headers["content-type"]) == (404, "image/jpeg")
    assert answer.body == core.resize(CAT["dog.jpg"], "30x20").body
    assert answer.headers["cache-control"] == "public, max-age=10"


def test_viewers_are_not_told_what_it_was_made_of() -> None:
    site = bench()
    for _ in range(2):
        assert not [name for name in site.get(PATH).headers if name.startswith("x-amz")]


# Who may ask


SIGNING_KEY = b"k" * 32
SIGNED = core.Site(access=core.Access.SIGNED, keys=(SIGNING_KEY,))


def test_without_a_signature_nothing_is_read() -> None:
    site = bench(site=SIGNED)
    assert site.get(PATH).status == 403
    assert site.derivatives.calls == []
    spec = core.sign(core.parse_spec("30x20"), SIGNING_KEY)
    assert site.get(f"/{spec}/cat.jpg").status == 200


def test_the_right_to_f_auto_is_the_right_to_what_it_stands_for() -> None:
    site = bench(site=SIGNED)
    answer = site.get(
        f"/{core.sign(core.parse_spec('30x20_f-auto'), SIGNING_KEY)}/cat.jpg", accept="image/webp"
    )
    assert (answer.status, answer.headers["content-type"], answer.headers["vary"]) == (
        200,
        "image/webp",
        "Accept",
    )
    assert site.stored() == [f"{core.sign(core.parse_spec('30x20_f-webp'), SIGNING_KEY)}/cat.jpg"]


def test_presets_are_those_of_the_site() -> None:
    presets = core.parse_presets({"thumb": "30x20_f-auto"}, core.Site())
    site = bench(site=core.Site(access=core.Access.PRESETS, presets=presets))
    answer = site.get("/p-thumb/cat.jpg", accept="image/webp")
    assert (answer.headers["content-type"], answer.headers["vary"]) == ("image/webp", "Accept")
    assert site.get(PATH).status == 403


def test_rule_24_a_secret_that_is_set_is_asked_for() -> None:
    secret = "0123456789abcdef0123456789abcdef"
    site = bench(origin_secrets=(secret,))
    assert (site.get(PATH).status, site.get(PATH, x_resizer_secret="another").status) == (403, 403)
    assert site.get(PATH, x_resizer_secret=secret).status == 200
    assert site.get("/healthz").status == 200, "whoever balances the load knows no secret"


# What goes wrong


@pytest.mark.parametrize("side", ["originals", "derivatives"])
@pytest.mark.parametrize("kind", [*every_error(), ZeroDivisionError], ids=lambda kind: kind.__name__)
def test_every_error_is_answered_as_documented(kind: type[Exception], side: str) -> None:
    error = raised(kind)
    failing = Failing(error=error, methods=frozenset({"get"}))
    site = bench(failing) if side == "originals" else bench(derivatives=failing)
    answer = site.get(PATH)
    # What is forbidden of an original is the original's error.
    if kind is core.StorageForbidden and side == "originals":
        error = core.SourceForbidden("the store does not allow us to read the original")
    right = core.Answer.refusal(error)
    assert (answer.status, answer.body) == (right.status, right.body)
    assert right.headers.items() <= answer.headers.items()
    assert b"internals" not in answer.body or answer.status < 500
    assert site.stored() == []


def test_an_error_of_f_auto_says_that_another_format_may_fare_better() -> None:
    site = bench(Failing(error=core.StorageError("internals")))
    assert site.get("/30x20_f-auto/cat.jpg").headers["vary"] == "Accept"
    assert "vary" not in site.get(PATH).headers


def test_whoever_runs_it_reads_what_is_behind_an_error_and_no_signature(
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = bench(derivatives=Telling(), site=SIGNED)
    spec = core.sign(core.parse_spec("30x20"), SIGNING_KEY)
    with caplog.at_level(logging.ERROR, logger="resizer_core"):
        assert site.get(f"/{spec}/cat.jpg").status == 503
        assert site.get("/30x20_blr-2/cat.jpg").status == 400
    (record,) = caplog.records
    text = record.getMessage()
    assert text.startswith("StorageError: 30x20/cat.jpg\n")
    assert "connection reset" in text
    assert spec.signature not in text


def test_nothing_that_begins_like_no_spec_costs_a_thread_or_a_read() -> None:
    site = bench()
    for path in ("", "/", "/favicon.ico", "//30x20/cat.jpg", "30x20/cat.jpg"):
        answer = site.get(path)
        assert (answer.status, message(answer)["error"]) == (404, "InvalidSpec"), path
    assert site.derivatives.calls == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "renders": ({"renders": 0}, "at least 1 render"),
    "queue": ({"queue": -1}, "a queue of 0 or more"),
    "seconds": ({"seconds": 0}, "more than 0 seconds"),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG)
def test_a_number_that_is_out_of_range_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        bench(**given)


# Health and metrics


def test_health_and_metrics_can_be_switched_off() -> None:
    site = bench(monitoring=False)
    assert [site.get(path).status for path in ("/healthz", "/metrics")] == [404, 404]


def test_what_became_of_requests_is_counted() -> None:
    site = bench()
    for path in (PATH, PATH, "/30x20_fit-inside/cat.jpg", "/30x20/no.jpg", "/30x20_blr-2/cat.jpg"):
        site.get(path)
    outcomes = ("made", "already_stored", "moved", "SourceNotFound", "InvalidSpec")
    assert [site.counted(f'outcomes_total{{outcome="{name}"}}') for name in outcomes] == [1] * 5
    assert site.counted('answers_total{class="4xx"}') == 2
    assert site.counted("read_bytes_total") == len(CAT["cat.jpg"])
    assert site.counted('phase_seconds_count{phase="render"}') == 1
    sent = site.counted("sent_bytes_total")
    assert len(site.service.answer("HEAD", PATH, {}).body) == 0
    size = len(site.get(PATH).body)
    assert site.counted("sent_bytes_total") - sent > size


def test_settings_name_what_is_served(tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(picture())
    settings = core.Settings(
        originals=str(tmp_path), derivatives="memory:", delivery=core.Delivery.FAILOVER, fallback="cat.jpg"
    )
    service = core.Service.from_settings(settings)
    assert service.answer("GET", PATH, {}).status == 200
    fallen = service.answer("GET", "/30x20/no.jpg", {})
    assert (fallen.status, fallen.headers["content-type"]) == (404, "image/jpeg")


@pytest.mark.parametrize("module", [resizer_core.asgi, resizer_core.wsgi], ids=["asgi", "wsgi"])
def test_the_variables_of_the_function_describe_an_application(
    module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No store of derivatives is needed, and no address to lead to."""
    monkeypatch.setenv("RESIZER_DELIVERY", "redirect")
    with pytest.raises(ValueError, match="^RESIZER_ORIGINALS: expected the URL of a store"):
        module.from_environment()
    (tmp_path / "cat.jpg").write_bytes(picture())
    monkeypatch.setenv("RESIZER_ORIGINALS", str(tmp_path))
    service: core.Service = module.from_environment()._service
    assert [service.answer("GET", PATH, {}).status for _ in range(2)] == [200, 200]
