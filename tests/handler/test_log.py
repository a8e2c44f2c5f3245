"""The line that every request leaves in the log (rule 28)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import handler
import resizer_core as core
from tests.doubles import Aged, Blind, Failing, Lying, Telling, filled, picture
from tests.handler.site import Site, event_for

PATH = "/30x20/cat.jpg"
KEY = "30x20/cat.jpg"
SECRET, SIGNING_KEY = "0123456789abcdef0123456789abcdef", b"k" * 32
DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def counted(line: dict[str, object]) -> dict[str, str]:
    """The metrics that a line declares, with their units."""
    declared = line["_aws"]
    assert isinstance(declared, dict)
    (directive,) = declared["CloudWatchMetrics"]
    return {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}


@dataclass(frozen=True)
class LambdaContext:
    aws_request_id: str


def test_rule_28_a_line_says_what_was_made() -> None:
    site = Site.over()
    site.function(event_for("/30x20_f-png/cat.jpg"), LambdaContext("request-1"))
    (text,) = site.lines
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    line = json.loads(text)
    stored = site.derivatives.head("30x20_f-png/cat.jpg")
    assert stored
    assert line | {"_aws": 0} == {
        "level": "INFO",
        "request_id": "request-1",
        "status": 302,
        "outcome": "made",
        "delivery": "redirect",
        "viewer": "203.0.113.7",
        "spec": "30x20_f-png",
        "key": "cat.jpg",
        "bytes_in": len(picture()),
        "bytes_out": stored.size,
        "Generated": 1,
        "_aws": 0,
    } | {name: line[name] for name in ("read_ms", "plan_ms", "render_ms", "store_ms", "total_ms")}


def test_rule_28_metrics_are_declared_in_the_embedded_metric_format() -> None:
    # Source: CloudWatch user guide, "Specification: embedded metric format".
    site = Site.over(metrics="Pictures")
    site.get(PATH)
    line = site.log()
    assert isinstance(line["_aws"]["Timestamp"], int)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
    assert (directive["Namespace"], directive["Dimensions"]) == ("Pictures", [[]])
    metrics = counted(line)
    assert metrics.pop("Generated") == "Count"
    assert set(metrics) == {"read_ms", "plan_ms", "render_ms", "store_ms", "total_ms"}
    assert set(metrics.values()) == {"Milliseconds"}
    # What is declared is a number at the root of the line.
    assert all(isinstance(line[name], int | float) for name in counted(line))


def test_rule_28_without_a_namespace_no_metrics_are_written() -> None:
    site = Site.over(metrics="")
    site.get(PATH)
    assert not {"_aws", "Generated"} & set(site.log())


there = filled({KEY: picture()})
METRICS = {
    "made": (PATH, None, "Generated"),
    "lost in this call": (PATH, Blind(filled({KEY: picture()})), "LostRace"),
    "found young": (PATH, Aged(there, seconds=0), "LostRace"),
    "found by a clock that is behind": (PATH, Aged(there, seconds=-60), "LostRace"),
    "found old": (PATH, Aged(there, seconds=11), "LoopSuspected"),
    "found old and too large": (PATH, Aged(filled({KEY: bytes(5_000_000)}), seconds=11), "LoopSuspected"),
    "not canonical": ("/30x20_fit-inside/cat.jpg", None, "Redirected"),
    "auto": ("/30x20_f-auto/cat.jpg", None, "Redirected"),
    "no SPEC": ("/favicon.ico", None, "Refused"),
    "no original": ("/30x20/missing.jpg", None, "SourceMissing"),
    "damaged": ("/30x20/damaged.jpg", None, "Refused"),
    "the store fails": (PATH, Failing(), "Failed"),
    "nobody foresaw it": (PATH, Failing(error=ZeroDivisionError()), "Failed"),
}


@pytest.mark.parametrize(("path", "derivatives", "metric"), METRICS.values(), ids=METRICS)
def test_rules_9_and_28_a_request_counts_as(
    path: str, derivatives: core.ObjectStore | None, metric: str
) -> None:
    site = Site.over({"cat.jpg": picture(), "damaged.jpg": picture()[:200]}, derivatives=derivatives)
    site.get(path)
    line = site.log()
    counts = [name for name, unit in counted(line).items() if unit == "Count"]
    assert (counts, line[metric]) == ([metric], 1)


def test_every_metric_is_documented() -> None:
    documented = set(re.findall(r"^\| `([A-Z][a-z]\w+)` \|", DOCUMENT.read_text(), re.MULTILINE))
    assert {metric for _, _, metric in METRICS.values()} == documented


LEVELS = {
    "made": (PATH, None, "INFO"),
    "refused": ("/x", None, "INFO"),
    "no original": ("/30x20/missing.jpg", None, "INFO"),
    "failed": (PATH, Failing(), "ERROR"),
}


@pytest.mark.parametrize(("path", "derivatives", "level"), LEVELS.values(), ids=LEVELS)
def test_only_a_fault_of_ours_is_an_error_in_the_log(
    path: str, derivatives: core.ObjectStore | None, level: str
) -> None:
    site = Site.over(derivatives=derivatives)
    site.get(path)
    assert (site.log()["level"], "exception" in site.log()) == (level, level == "ERROR")


def test_an_original_that_may_not_be_read_leaves_the_stores_words_in_the_log() -> None:
    forbidden = core.StorageForbidden("the store does not allow us to read an object")
    forbidden.__cause__ = PermissionError("<Code>InvalidObjectState</Code>")
    site = Site.over({}, behind=Failing(error=forbidden, methods=frozenset({"get"})))
    answer = site.get(PATH)
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (403, "public, max-age=60")
    assert "InvalidObjectState" not in answer["body"]
    line = site.log()
    assert (line["outcome"], line["SourceMissing"], line["level"]) == ("SourceForbidden", 1, "INFO")
    assert "InvalidObjectState" in line["exception"]


def test_a_fallback_counts_as_a_missing_original() -> None:
    site = Site.over({"missing.png": picture(".png")}, fallback="missing.png")
    site.get(PATH)
    line = site.log()
    assert (line["outcome"], line["SourceMissing"], line["status"]) == ("fallback", 1, 404)
    assert (line["key"], line["bytes_in"]) == ("cat.jpg", len(picture(".png")))
    assert "exception" not in line


def test_why_there_is_no_fallback_is_in_the_log() -> None:
    site = Site.over({}, fallback="site/missing.png")
    site.get(PATH)
    line = site.log()
    assert (line["outcome"], line["SourceMissing"], line["level"]) == ("SourceNotFound", 1, "INFO")
    assert "there is no original 'site/missing.png'" in line["exception"]


def test_the_text_of_an_exception_is_in_the_log_and_not_in_the_answer() -> None:
    site = Site.over(derivatives=Telling())
    answer = site.get(PATH)
    assert "bucket.example" in site.log()["exception"]
    assert "Traceback" in site.log()["exception"]
    assert "bucket.example" not in json.dumps(answer)


def test_a_refused_request_leaves_its_path() -> None:
    site = Site.over()
    site.get("/30x20_blr-2/a b.jpg")
    line = site.log()
    assert (line["outcome"], line["path"]) == ("InvalidSpec", "/30x20_blr-2/a b.jpg")


def test_an_event_without_a_path_leaves_none() -> None:
    site = Site.over()
    site.function({})
    assert "path" not in site.log()


def test_what_was_too_large_for_an_answer_leaves_its_size() -> None:
    site = Site.over(derivatives=Lying(filled({KEY: bytes(5_000_000)}), size=5_000_000))
    site.get(PATH)
    assert (site.log()["outcome"], site.log()["bytes_out"]) == ("already_stored", 5_000_000)


def test_a_line_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    settings = core.Settings(originals="memory:", derivatives="memory:", base_url="https://img.test")
    handler.Function(settings, write=None)(event_for("/30x20/\ud800ü\u2028.jpg"))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["path"] == "/30x20/\ud800ü\u2028.jpg"


# --- what no line holds ------------------------------------------------------------------------------

SPEC = core.sign(core.parse_spec("30x20_f-png"), SIGNING_KEY)
SIGNATURE = SPEC.signature
WRONG = "aaaabbbbccccdddd"
SIGNED = {
    "made": f"/{SPEC}/cat.jpg",
    "not canonical": f"/30x20_F-PNG_s-{SIGNATURE}/cat.jpg",
    "upper case": f"/30x20_f-png_S-{SIGNATURE.upper()}/cat.jpg",
    "the long name": f"/30x20_f-png_signature-{SIGNATURE}/cat.jpg",
    "the long name in upper case": f"/30x20_SIGNATURE-{SIGNATURE}_f-png/cat.jpg",
    "auto": f"/{core.sign(core.parse_spec('30x20_f-auto'), SIGNING_KEY)}/cat.jpg",
    "no original": f"/{SPEC}/missing.jpg",
    "a wrong SPEC": f"/30x20_blr-2_s-{SIGNATURE}/cat.jpg",
    "a wrong SPEC in upper case": f"/30x20_BLR-2_S-{SIGNATURE.upper()}/cat.jpg",
    "a wrong SPEC with the long name": f"/30x20_blr-2_Signature-{SIGNATURE}/cat.jpg",
    "a wrong key": f"/{SPEC}/a//b.jpg",
    "no key": f"/{SPEC}",
    "twice": f"/{SPEC}_s-{SIGNATURE}/cat.jpg",
    "of another SPEC": f"/60x20_s-{SIGNATURE}/cat.jpg",
    "too long": f"/{SPEC}a/cat.jpg",
    "cut short": f"/{str(SPEC)[:-1]}/cat.jpg",
    "a slash too many": f"//{SPEC}/cat.jpg",
    "behind a prefix": f"/prod/{SPEC}/cat.jpg",
    "behind a SPEC": f"/30x20/{SPEC}/cat.jpg",
    "behind a SPEC that is not canonical": f"/30x20_fit-inside/{SPEC}/cat.jpg",
    "behind a SPEC, with a letter more": f"/30x20/{SPEC}x/cat.jpg",
    "behind a prefix, with a digit more": f"/prod/{SPEC}1.jpg",
    "behind a prefix, cut short": f"/prod/{str(SPEC)[:-1]}/cat.jpg",
    "behind a prefix, with an option more": f"/prod/{SPEC}_q-80/cat.jpg",
    "behind a prefix, alone": f"/prod/s-{SIGNATURE}/cat.jpg",
    "encoded once too often": f"/30x20%5Fs%2D{SIGNATURE}/cat.jpg",
    "encoded twice too often": f"/30x20%255fs%252d{SIGNATURE}/cat.jpg",
}
STORES: dict[str, Callable[[], core.ObjectStore]] = {
    "a good store": lambda: filled({}),
    "a store that tells": Telling,
    "a store that fails": lambda: Failing(error=RuntimeError(f"{SPEC}/cat.jpg: refused")),
}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("path", SIGNED.values(), ids=SIGNED)
def test_rule_28_no_line_holds_a_signature(path: str, store: str) -> None:
    site = Site.over(derivatives=STORES[store](), access=core.Access.OPEN, keys=(SIGNING_KEY,))
    site.get(path)
    site.function({"size": path[1:].partition("/")[0], "image": "cat.jpg"})
    # Without its last character as well: fifteen are as good as sixteen.
    assert SIGNATURE[:-1] not in "".join(site.lines).lower()
    auto = core.sign(core.parse_spec("30x20_f-auto"), SIGNING_KEY).signature
    assert auto not in "".join(site.lines).lower()


SECRETS = {
    "right": (PATH, SECRET),
    "right, and a wrong SPEC": ("/x", SECRET),
    "wrong": (PATH, "w" * 32),
    "half of it": (PATH, SECRET[:16]),
}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(("path", "secret"), SECRETS.values(), ids=SECRETS)
def test_rule_28_no_line_holds_a_secret(path: str, secret: str, store: str) -> None:
    site = Site.over(derivatives=STORES[store](), origin_secrets=(SECRET,), keys=(SIGNING_KEY,))
    site.get(path, x_resizer_secret=secret)
    assert secret not in "".join(site.lines)
    assert SIGNING_KEY.decode() not in "".join(site.lines)


def test_rule_28_values_that_hold_secrets_do_not_show_them() -> None:
    settings = core.Settings(
        originals="memory:",
        derivatives="memory:",
        base_url="https://img.test",
        site=core.Site(access=core.Access.SIGNED, keys=(SIGNING_KEY,)),
        origin_secrets=(SECRET,),
    )
    call = handler.read_event(event_for(PATH, x_resizer_secret=SECRET))
    assert SECRET not in repr(settings) + repr(call)
    assert SIGNING_KEY.decode() not in repr(settings)
    assert call.secret == SECRET
