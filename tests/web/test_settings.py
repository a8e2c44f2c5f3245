"""Test the settings that the environment may hold, and the errors for wrong ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import resizer_core as core
from resizer_core import Settings
from resizer_core.web.variables import VARIABLES
from tests.web.least import LEAST

ROOT = Path(__file__).parents[2]
ONE, TWO = "1" * 32, "2" * 32


def test_three_variables_are_enough() -> None:
    assert Settings.from_environment(LEAST) == Settings(
        originals="s3://originals", derivatives="s3://derivatives", base_url="https://img.example.com"
    )


def test_what_is_not_said_is_documented() -> None:
    settings = Settings.from_environment(LEAST)
    site = settings.site
    assert (site.access, settings.metrics) == (core.Access.OPEN, "Resizer")
    assert settings.delivery is core.Delivery.REDIRECT
    assert site.cache_control == "public, max-age=86400, s-maxage=31536000"
    assert (site.limits, site.defaults) == (core.Limits(), core.Defaults())
    assert (site.keys, settings.origin_secrets, site.presets, settings.fallback) == ((), (), {}, "")
    assert (site.operations, site.formats) == (core.OPERATIONS, core.TRUSTED_FORMATS)


READ: dict[str, tuple[str, str, Any]] = {
    "RESIZER_ORIGINALS": ("gs://pictures", "originals", "gs://pictures"),
    "RESIZER_ORIGINALS of several stores": (
        '{"shop/": "s3://one", "caf\u00e9/": "s3://two/sub?region=eu-west-1"}',
        "originals",
        {"shop/": "s3://one", "caf\u00e9/": "s3://two/sub?region=eu-west-1"},
    ),
    "RESIZER_DERIVATIVES": ("az://pictures", "derivatives", "az://pictures"),
    "RESIZER_INDEX": ("s3://index", "index", "s3://index"),
    "RESIZER_BASE_URL": ("https://img.example.com/", "base_url", "https://img.example.com"),
    "RESIZER_BASE_URL with a port": ("http://127.0.0.1:8080", "base_url", "http://127.0.0.1:8080"),
    "RESIZER_DELIVERY": ("failover", "delivery", core.Delivery.FAILOVER),
    "RESIZER_DELIVERY in words": ("redirect", "delivery", core.Delivery.REDIRECT),
    "RESIZER_ACCESS": ("open", "access", core.Access.OPEN),
    "RESIZER_PLUGINS": ("none", "operations", core.OPERATIONS),
    "RESIZER_PRESETS": (
        '{"thumb": "300x200_FIT-COVER"}',
        "presets",
        {"thumb": core.parse_spec("300x200_fit-cover")},
    ),
    "RESIZER_WATERMARKS": ('{"logo.2": "marks/a b.png"}', "watermarks", {"logo.2": "marks/a b.png"}),
    "RESIZER_WATERMARKS_STORE": ("s3://marks", "watermarks_store", "s3://marks"),
    "RESIZER_FALLBACK": (" site/no picture.png ", "fallback", "site/no picture.png"),
    "RESIZER_SIGNING_KEYS": (f" {ONE} , {TWO} ", "keys", (ONE.encode(), TWO.encode())),
    "RESIZER_SIGNING_KEYS as JSON": (json.dumps([ONE, TWO]), "keys", (ONE.encode(), TWO.encode())),
    "RESIZER_ORIGIN_SECRETS": (f"{ONE},{TWO}", "origin_secrets", (ONE, TWO)),
    "RESIZER_ORIGIN_SECRETS as JSON": (json.dumps([ONE + ","]), "origin_secrets", (ONE + ",",)),
    "RESIZER_SVG": ("1", "formats", core.FORMATS),
    "RESIZER_SVG off": ("0", "formats", core.TRUSTED_FORMATS),
    "RESIZER_HEIC": ("1", "formats", core.TRUSTED_FORMATS),
    "RESIZER_HEIC off": ("0", "formats", {k: v for k, v in core.TRUSTED_FORMATS.items() if k != "heic"}),
    "RESIZER_FORMAT": ("webp", "defaults", core.Defaults(format="webp")),
    "RESIZER_FORMAT by an alias": ("jpeg", "defaults", core.Defaults(format="jpg")),
    "RESIZER_QUALITY": (
        '{"jpg": 90, "avif": 50}',
        "defaults",
        core.Defaults(quality={"jpg": 90, "avif": 50}),
    ),
    "RESIZER_CACHE_CONTROL": ("public, max-age=60", "cache_control", "public, max-age=60"),
    "RESIZER_CACHE_CONTROL of freshness": (
        "public, max-age=300, s-maxage=31536000",
        "cache_control",
        "public, max-age=300, s-maxage=31536000",
    ),
    "RESIZER_METRICS_NAMESPACE": ("Pictures/Live", "metrics", "Pictures/Live"),
    "RESIZER_MAX_INPUT_BYTES": ("1000", "limits", core.Limits(input_bytes=1000)),
    "RESIZER_MAX_INPUT_PIXELS": ("1000", "limits", core.Limits(input_pixels=1000)),
    "RESIZER_MAX_IN_MEMORY_PIXELS": ("1000", "limits", core.Limits(in_memory_pixels=1000)),
    "RESIZER_MAX_PAGES": ("10", "limits", core.Limits(pages=10)),
    "RESIZER_MAX_SCANS": ("10", "limits", core.Limits(scans=10)),
    "RESIZER_MAX_FRAMES": ("10", "limits", core.Limits(frames=10)),
    "RESIZER_MAX_ANIMATION_PIXELS": ("1000", "limits", core.Limits(animation_pixels=1000)),
    "RESIZER_MAX_OUTPUT_SIDE": ("1000", "limits", core.Limits(output_side=1000)),
    "RESIZER_MAX_OUTPUT_PIXELS": ("1000", "limits", core.Limits(output_pixels=1000)),
    "RESIZER_MAX_OUTPUT_BYTES": ("1000", "limits", core.Limits(output_bytes=1000)),
    "RESIZER_MAX_CPU_SECONDS": ("60", "limits", core.Limits(cpu_seconds=60)),
}


@pytest.mark.parametrize(("case", "said"), READ.items(), ids=READ)
def test_a_variable_is_read(case: str, said: tuple[str, str, Any]) -> None:
    text, field, value = said
    settings = Settings.from_environment(LEAST | {case.partition(" ")[0]: text})
    assert getattr(settings if hasattr(settings, field) else settings.site, field) == value


def test_every_variable_is_tried_here_and_documented() -> None:
    names = {variable.name for variable in VARIABLES}
    of_its_own = {"RESIZER_SECRETS"}  # test_secrets.py
    assert {case.partition(" ")[0] for case in READ} == names - of_its_own
    assert {case.partition(" ")[0] for case in WRONG} >= names - {
        "RESIZER_ORIGINALS",
        "RESIZER_WATERMARKS_STORE",
        *of_its_own,
    }
    document = (ROOT / "docs" / "settings.md").read_text()
    assert set(re.findall(r"^\| `(RESIZER_\w+)` \|", document, re.MULTILINE)) == names


def test_the_defaults_of_the_limits_are_documented() -> None:
    document = (ROOT / "docs" / "settings.md").read_text()
    for name in vars(core.Limits()):
        row = rf"^\| `RESIZER_MAX_{name.upper()}` \|[^|]*\| {getattr(core.Limits(), name)} \|$"
        assert re.search(row, document, re.MULTILINE), name


def test_a_variable_that_is_empty_is_not_set() -> None:
    empty = {variable.name: " " for variable in VARIABLES if variable.name not in LEAST}
    assert Settings.from_environment(LEAST | empty) == Settings.from_environment(LEAST)


#: What is said, and what is answered after the name of the variable.
WRONG = {
    "RESIZER_ORIGINALS missing": ("", "expected the URL of a store"),
    "RESIZER_ORIGINALS no JSON": ('{"shop/"', "got no JSON"),
    "RESIZER_ORIGINALS of none": ("{}", "got no first segment"),
    "RESIZER_ORIGINALS a segment twice": ('{"a/": "s3://a", "a/": "s3://b"}', "got 'a/' twice"),
    "RESIZER_ORIGINALS no slash": (
        '{"shop": "s3://one"}',
        "one segment and a slash, such as 'shop/', got 'shop'",
    ),
    "RESIZER_ORIGINALS two segments": ('{"shop/new/": "s3://one"}', "one segment and a slash"),
    "RESIZER_ORIGINALS an empty segment": (
        '{"/": "s3://one"}',
        "expected the key of an original, got nothing",
    ),
    "RESIZER_ORIGINALS a dot segment": ('{"../": "s3://one"}', "without a . or .. segment"),
    "RESIZER_ORIGINALS a number": ('{"shop/": 1}', "got no URL for 'shop/'"),
    "RESIZER_ORIGINALS an empty URL": ('{"shop/": ""}', "got no URL for 'shop/'"),
    "RESIZER_DERIVATIVES missing": ("", "expected the URL of a store"),
    "RESIZER_DERIVATIVES the same store": ("s3://originals", "expected another store than RESIZER_ORIGINALS"),
    "RESIZER_DERIVATIVES the same in words": (
        "s3://originals/?region=eu-west-1",
        "expected another store than RESIZER_ORIGINALS",
    ),
    "RESIZER_INDEX the derivatives": ("s3://derivatives/", "expected another store than those of"),
    "RESIZER_INDEX the originals": ("s3://originals", "expected another store than those of"),
    "RESIZER_BASE_URL missing": ("", "expected the URL of the delivery distribution"),
    "RESIZER_BASE_URL a host": ("img.example.com", "got 'img.example.com'"),
    "RESIZER_BASE_URL another scheme": ("ftp://img.example.com", "got 'ftp://img.example.com'"),
    "RESIZER_BASE_URL a path": ("https://example.com/img", "got the path '/img'"),
    "RESIZER_BASE_URL a query": ("https://example.com?a", "got 'https://example.com?a'"),
    "RESIZER_BASE_URL a fragment": ("https://example.com#a", "got 'https://example.com#a'"),
    "RESIZER_BASE_URL no host": ("https:///a", "got 'https:///a'"),
    "RESIZER_DELIVERY": ("website", "expected redirect or failover; got 'website'"),
    "RESIZER_DELIVERY in capitals": ("FAILOVER", "expected redirect or failover; got 'FAILOVER'"),
    "RESIZER_ACCESS": ("closed", "expected open, presets or signed; "),
    "RESIZER_ACCESS in capitals": ("OPEN", "expected open, presets or signed; "),
    "RESIZER_PLUGINS": (
        "acme.missing",
        "expected names of installed plugins, got 'acme.missing'; installed: ",
    ),
    "RESIZER_PLUGINS nothing between commas": ("none,", "expected names of installed plugins, got ''"),
    "RESIZER_PRESETS no JSON": ("thumb=300x200", "got no JSON"),
    "RESIZER_PRESETS a list": ('["300x200"]', "expected a JSON object"),
    "RESIZER_PRESETS a wrong SPEC": (
        '{"thumb": "300x200_blr-2"}',
        "the preset 'thumb': unknown option 'blr'",
    ),
    "RESIZER_PRESETS a name twice": ('{"a": "9x", "b": "9x", "a": "8x"}', "got 'a' twice"),
    "RESIZER_PRESETS signed": ('{"a": "9x_s-abcdefghijklmnop"}', "the preset 'a': preset a may not"),
    "RESIZER_PRESETS a number": ('{"thumb": 300}', "the preset 'thumb': expected a size"),
    "RESIZER_PRESETS a wrong name": ('{"Thumb": "300x200"}', "the preset 'Thumb': "),
    "RESIZER_PRESETS a name that is none": ('{"1": "300x200"}', "the preset '1': "),
    "RESIZER_PRESETS of a preset": ('{"a": "300x200", "b": "p-a"}', "the preset 'b': unknown preset"),
    "RESIZER_FALLBACK a slash": (
        "/missing.png",
        "expected a key without a leading, trailing or double slash",
    ),
    "RESIZER_FALLBACK a segment": ("../missing.png", "expected a key without a . or .. segment"),
    "RESIZER_FALLBACK too long": ("k" * 896, "expected a key of at most 895 bytes, got 896"),
    "RESIZER_SIGNING_KEYS too short": (f"{ONE},short", "got one of 5 characters"),
    "RESIZER_SIGNING_KEYS an empty one": (f"{ONE},", "expected keys of at least 32 characters"),
    "RESIZER_SIGNING_KEYS no JSON": ('["', "got no JSON"),
    "RESIZER_SIGNING_KEYS a number": ("[1]", "expected keys of at least 32 characters"),
    "RESIZER_ORIGIN_SECRETS too short": ("short", "got one of 5 characters"),
    "RESIZER_ORIGIN_SECRETS no JSON": ("[", "got no JSON"),
    "RESIZER_SVG": ("yes", "expected 0 or 1; got 'yes'"),
    "RESIZER_HEIC": ("no", "expected 0 or 1; got 'no'"),
    "RESIZER_FORMAT": ("bmp", "expected jpg, png, webp, avif, gif or tif; "),
    "RESIZER_FORMAT auto": ("auto", "expected jpg, png, webp, avif, gif or tif; "),
    "RESIZER_FORMAT not written": ("svg", "expected jpg, png, webp, avif, gif or tif; "),
    "RESIZER_FORMAT more than that": ("webp_q-80", "expected jpg, png, webp, avif, gif or tif; "),
    "RESIZER_WATERMARKS no JSON": ("logo=logo.png", "got no JSON"),
    "RESIZER_WATERMARKS a list": ('["logo.png"]', "expected a JSON object"),
    "RESIZER_WATERMARKS a number": ('{"logo": 1}', "expected a JSON object"),
    "RESIZER_WATERMARKS no key": ('{"logo": ""}', "expected a JSON object"),
    "RESIZER_WATERMARKS a wrong name": ('{"lo go": "logo.png"}', "the watermark 'lo go': "),
    "RESIZER_WATERMARKS a name in capitals": ('{"Logo": "logo.png"}', "the watermark 'Logo': a name is"),
    "RESIZER_WATERMARKS a name with a dash": ('{"logo-c": "logo.png"}', "the watermark 'logo-c': a name is"),
    "RESIZER_QUALITY a number": ("80", "expected a JSON object"),
    "RESIZER_QUALITY no JSON": ("jpg=80", "got no JSON"),
    "RESIZER_QUALITY a format twice": ('{"jpg": 80, "jpg": 70}', "got 'jpg' twice"),
    "RESIZER_QUALITY too high": ('{"jpg": 101}', "the quality of jpg is 1 to 100, got 101"),
    "RESIZER_QUALITY too low": ('{"jpg": 0}', "the quality of jpg is 1 to 100, got 0"),
    "RESIZER_QUALITY a text": ('{"jpg": "80"}', "expected a JSON object"),
    "RESIZER_QUALITY true": ('{"jpg": true}', "expected a JSON object"),
    "RESIZER_QUALITY of a format without": ('{"png": 80}', "got 'png', which is no format with a quality"),
    "RESIZER_CACHE_CONTROL": ("max-age=60\nx-evil: 1", "got a character that is not printable ASCII"),
    "RESIZER_CACHE_CONTROL beyond ASCII": ("max-äge", "got a character that is not printable ASCII"),
    "RESIZER_METRICS_NAMESPACE": ("Bilder\u00fc", "got a character that is not printable ASCII"),
    "RESIZER_MAX_INPUT_BYTES": ("0", "expected a whole number above 0; got '0'"),
    "RESIZER_MAX_INPUT_PIXELS": ("-1", "expected a whole number above 0; got '-1'"),
    "RESIZER_MAX_IN_MEMORY_PIXELS": ("many", "expected a whole number above 0; got 'many'"),
    "RESIZER_MAX_PAGES": ("+1", "expected a whole number above 0; got '+1'"),
    "RESIZER_MAX_SCANS": ("0x10", "expected a whole number above 0; got '0x10'"),
    "RESIZER_MAX_FRAMES": ("1.5", "expected a whole number above 0; got '1.5'"),
    "RESIZER_MAX_ANIMATION_PIXELS": ("1e8", "expected a whole number above 0; got '1e8'"),
    "RESIZER_MAX_OUTPUT_SIDE": ("²", "expected a whole number above 0; got '²'"),
    "RESIZER_MAX_OUTPUT_PIXELS": ("9" * 5000, "expected a whole number above 0; "),
    "RESIZER_MAX_OUTPUT_BYTES": ("40M", "expected a whole number above 0; got '40M'"),
    "RESIZER_MAX_CPU_SECONDS": ("0.5", "expected a whole number above 0; got '0.5'"),
}


@pytest.mark.parametrize(("case", "said"), WRONG.items(), ids=WRONG)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(case: str, said: tuple[str, str]) -> None:
    name, (text, expected) = case.partition(" ")[0], said
    with pytest.raises(ValueError, match=rf"\A{name}: expected ") as caught:
        Settings.from_environment(LEAST | {name: text})
    assert expected in str(caught.value)


TOGETHER = {
    "derivatives in one of several stores": (
        {"RESIZER_ORIGINALS": '{"shop/": "s3://one", "blog/": "s3://derivatives/"}'},
        "^RESIZER_DERIVATIVES: expected another store than RESIZER_ORIGINALS",
    ),
    "signed without keys": ({"RESIZER_ACCESS": "signed"}, "RESIZER_SIGNING_KEYS: expected at least one key"),
    "presets without one": ({"RESIZER_ACCESS": "presets"}, "RESIZER_PRESETS: expected at least one preset"),
}


@pytest.mark.parametrize(("said", "text"), TOGETHER.values(), ids=TOGETHER)
def test_values_that_need_another_name_it(said: dict[str, str], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Settings.from_environment(LEAST | said)


def test_failover_needs_no_address_of_the_distribution() -> None:
    without = {"RESIZER_BASE_URL": "", "RESIZER_DELIVERY": "failover"}
    assert Settings.from_environment(LEAST | without).base_url == ""


def test_a_preset_may_have_a_watermark() -> None:
    said = {"RESIZER_PRESETS": '{"thumb": "90x_wm-logo"}', "RESIZER_WATERMARKS": '{"logo": "logo.png"}'}
    assert Settings.from_environment(LEAST | said).watermarks == {"logo": "logo.png"}


def test_no_error_shows_a_secret() -> None:
    for name in ("RESIZER_SIGNING_KEYS", "RESIZER_ORIGIN_SECRETS"):
        for text in ("hush-hush", '["hush-hush"', '["hush-hush", 1]', "hush-hush,"):
            with pytest.raises(ValueError, match=name) as caught:
                Settings.from_environment(LEAST | {name: text})
            assert "hush" not in str(caught.value)
