"""The diagnosis of one address, on emulated stacks with one fault each, and on those that are right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from doctor.checks import CHECKS
from doctor.diagnosis import FAULTS, Diagnosis, diagnose, without_stack
from doctor.diagnosis.seen import Part, part_of
from doctor.facts import Facts, Unread
from doctor.findings import Status
from doctor.names import Names
from local_loop.http import Response
from resizer_core import ERROR_RESPONSES, ResizerError, parse_spec, sign
from tests.doctor.broken import at_cloudfront, at_function, failing_over
from tests.doctor.broken.address import DELIVERY, FACTS, ORIGINAL, PATH, SIGNED, Failing
from tests.doctor.deployed import Deployed
from tests.doctor.stack import (
    GENERATOR_HOST,
    KEY,
    NAMES,
    REFERER,
    SECRET,
    with_distribution,
    with_environment,
)

FAILING = {**at_cloudfront.FAILING, **at_function.FAILING}
RIGHT = "The address leads to its picture"
CASES = {
    f"{way}{title}: {case}": (title, failing)
    for way, table in (("", FAILING), ("failover: ", failing_over.FAILING))
    for title, cases in table.items()
    for case, failing in cases.items()
}
#: A stack with its names known, of which AWS lets nothing be read.
UNREAD = Facts.unread(NAMES, "AccessDenied")


def diagnosed(
    url: str,
    deployed: Deployed,
    *,
    facts: Facts | None = None,
    at: Mapping[Part, Response] = {},
) -> Diagnosis:
    """Diagnose an address of an emulated stack, of which ``facts`` are known: all, if none are given."""

    def fetch(url: str, headers: Mapping[str, str]) -> Response:
        assert {"referer", "x-resizer-secret"}.isdisjoint(headers)
        response = deployed.fetch(url, headers)
        part = Part.GENERATOR if GENERATOR_HOST in url else Part.DELIVERY
        return at.get(part, response)

    def keys(_names: Names, bucket: str, prefix: str) -> tuple[str, ...]:
        return tuple(found.key for found in deployed.buckets[bucket].list() if found.key.startswith(prefix))

    return diagnose(url, facts or deployed.facts, fetch, keys)


def failed(failing: Failing, facts: Facts | None = None) -> Diagnosis:
    deployed = Deployed(failing.facts)
    failing.before(deployed)
    return diagnosed(failing.url, deployed, facts=facts, at=failing.at)


@pytest.mark.parametrize(("title", "failing"), CASES.values(), ids=CASES)
def test_what_is_wrong_is_named_with_its_hop_its_rule_and_its_cause(title: str, failing: Failing) -> None:
    findings = {finding.title: finding for finding in failed(failing).findings}
    finding = findings[title]
    assert (finding.status, finding.rule) == (Status.WRONG, failing.rule)
    assert failing.words in finding.found
    assert {name for name, one in findings.items() if one.status is Status.WRONG} >= set(failing.causes)
    assert RIGHT not in findings


def test_every_fault_is_seen() -> None:
    assert set(FAILING) == {fault.title for fault in FAULTS}


def test_the_first_finding_is_that_of_the_first_hop_that_is_wrong() -> None:
    for name, (_, failing) in CASES.items():
        found = [finding.found for finding in failed(failing).findings if finding.found.startswith("hop ")]
        assert found == sorted(found), name


def test_the_checks_and_the_rules_that_faults_name_are_there() -> None:
    titles = {one.title for table in CHECKS.values() for one in table}
    loop = (Path(__file__).parents[2] / "docs" / "loop.md").read_text()
    rules = {int(number) for number in re.findall(r"^(\d+)\. ", loop, re.MULTILINE)}
    for fault in FAULTS:
        assert set(fault.checks) <= titles, fault.title
        assert fault.rule is None or fault.rule in rules, fault.title


def test_every_error_of_the_function_has_a_fault_of_its_own() -> None:
    other = FAILING["There is no picture"]["another status"]
    for name in named_errors():
        body = f'{{"error": "{name}", "message": "no"}}'.encode()
        response = Response(status=418, headers={"content-type": "application/json"}, body=body)
        diagnosis = failed(replace(other, at={Part.GENERATOR: response}))
        assert diagnosis.findings[0].title != "There is no picture", name


def named_errors() -> Iterator[str]:
    """The names that an answer may hold, but for what a viewer's GET of a path does not come to."""
    kinds = [*ERROR_RESPONSES, *all_below(ResizerError)]
    names = {kind.__name__ for kind in kinds if issubclass(kind, ResizerError)} | {"InternalError"}
    yield from sorted(names - {"ResizerError", "RequestError", "BadEvent", "MethodNotAllowed", "Overloaded"})


def all_below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for below in kind.__subclasses__():
        if below.__module__ == kind.__module__:
            yield below
            yield from all_below(below)


def test_no_secret_is_shown() -> None:
    for _, failing in CASES.values():
        shown = repr(failed(failing))
        assert [
            secret for secret in (REFERER, REFERER[::-1], SECRET, SECRET[::-1], KEY) if secret in shown
        ] == []


# What is right


def test_a_first_view_is_right_and_says_what_came() -> None:
    diagnosis = diagnosed(DELIVERY + PATH, Deployed(FACTS))
    assert [(finding.title, finding.status) for finding in diagnosis.findings] == [(RIGHT, Status.RIGHT)]
    assert diagnosis.hops[:2] == (
        f"hop 1, delivery: 307, Miss from cloudfront, to https://{GENERATOR_HOST}{PATH}",
        f"hop 2, generator: 302, Miss from cloudfront, to {DELIVERY}{PATH}",
    )
    last = r"hop 3, delivery: 200, Miss from cloudfront, image/png, \d+ bytes, made .* GMT"
    assert re.fullmatch(last, diagnosis.hops[2])


def test_a_later_view_says_that_it_comes_from_the_cache() -> None:
    deployed = Deployed(FACTS)
    diagnosed(DELIVERY + PATH, deployed)
    hops = diagnosed(DELIVERY + PATH, deployed).hops
    assert len(hops) == 1
    assert hops[0].startswith("hop 1, delivery: 200, Hit from cloudfront, age 0 s, image/png")


RIGHT_ADDRESSES: dict[str, tuple[Facts, str]] = {
    "f-auto": (FACTS, f"/300x200_f-auto/{ORIGINAL}"),
    "a preset of f-auto": (
        with_environment(FACTS, RESIZER_PRESETS='{"any": "300x_f-auto"}'),
        f"/p-any/{ORIGINAL}",
    ),
    "a signature": (SIGNED, f"/{sign(parse_spec('300x200'), KEY.encode())}/{ORIGINAL}"),
    "a query": (FACTS, f"{PATH}?x=1"),
    "a fragment": (FACTS, f"{PATH}#top"),
    "CloudFront's own name": (FACTS, "https://ddelivery.cloudfront.net" + PATH),
}


@pytest.mark.parametrize(("facts", "path"), RIGHT_ADDRESSES.values(), ids=RIGHT_ADDRESSES)
def test_other_addresses_that_are_right(facts: Facts, path: str) -> None:
    url = path if path.startswith("https://") else DELIVERY + path
    findings = diagnosed(url, Deployed(facts)).findings
    assert [(finding.title, finding.status) for finding in findings] == [(RIGHT, Status.RIGHT)]


def test_a_key_of_any_letters_is_asked_for_as_a_browser_does() -> None:
    deployed = Deployed(FACTS, original="un café.png")
    assert diagnosed(f"{DELIVERY}/300x200/un café.png", deployed).findings[0].status is Status.RIGHT


# What is not asked for


@pytest.mark.parametrize(
    ("title", "facts", "url", "rule"), [(name, *case) for name, case in at_cloudfront.FOREIGN.items()]
)
def test_what_is_not_of_the_stack_is_not_asked(title: str, facts: Facts, url: str, rule: int) -> None:
    deployed = Deployed(facts)
    diagnosis = diagnosed(url, deployed)
    assert [(finding.title, finding.rule) for finding in diagnosis.findings] == [(title, rule)]
    assert DELIVERY in diagnosis.findings[0].expected
    assert (diagnosis.hops, deployed.asked) == ((), [])


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        (f"http://img.example.com{PATH}", f"with {DELIVERY}"),
        (PATH, "with https://"),
        ("cat.jpg", "with https://"),
    ],
)
def test_without_a_stack_only_https_is_asked_for(url: str, begins: str) -> None:
    finding = diagnosed(url, Deployed(FACTS), facts=without_stack(url)).findings[0]
    assert (finding.title, finding.found) == ("The address does not begin with https://", url)
    assert finding.expected.endswith(begins)


# What is known of the stack


@pytest.mark.parametrize("facts", [UNREAD, without_stack(DELIVERY + PATH)], ids=["unread", "no stack"])
def test_the_hops_alone_say_what_they_show(facts: Facts) -> None:
    assert diagnosed(DELIVERY + PATH, Deployed(FACTS), facts=facts).findings[0].title == RIGHT
    # With its settings unknown the function may refuse either. Whose host another one is, nobody says, and
    # neither whom CloudFront did not wait for.
    unknown = {"The access policy does not let this SPEC through"}
    for name, (title, failing) in CASES.items():
        findings = {finding.title: finding.status for finding in failed(failing, facts=facts).findings}
        if title in unknown:
            assert "The function refuses CloudFront, or the SPEC" in findings, name
        elif name not in (
            "S3 redirects in another way than it should: another host",
            "failover: The function is too slow, or there is no room for it: CloudFront gives up",
        ):
            assert findings[title] is Status.WRONG, name


def test_what_could_not_be_read_is_not_known_of_its_causes() -> None:
    failing = FAILING["S3 refuses delivery"]["KMS"]
    statuses = {finding.title: finding.status for finding in failed(failing, facts=UNREAD).findings}
    assert statuses["Derivatives are encrypted by S3's own keys"] is Status.UNKNOWN


def test_a_bucket_that_cannot_be_listed_is_named_all_the_same() -> None:
    deployed = Deployed(FACTS)
    url = f"{DELIVERY}/300x200/none.png"
    finding = diagnose(url, FACTS, deployed.fetch, lambda *_: Unread("AccessDenied")).findings[0]
    assert (
        "the key is none.png, the bucket img-originals, which could not be listed: AccessDenied"
        in finding.found
    )


@pytest.mark.parametrize("answered", [0, 1])
def test_no_answer_is_not_known_and_keeps_the_hops_before(answered: int) -> None:
    deployed = Deployed(FACTS)

    def fetch(url: str, headers: Mapping[str, str]) -> Response:
        if len(deployed.asked) == answered:
            raise OSError("no route to host")
        return deployed.fetch(url, headers)

    diagnosis = diagnose(DELIVERY + PATH, FACTS, fetch, lambda *_: ())
    assert len(diagnosis.hops) == answered
    assert [(one.status, one.found) for one in diagnosis.findings] == [
        (Status.UNKNOWN, f"hop {answered + 1}: no route to host")
    ]


def test_where_viewers_begin_is_asked_even_if_delivery_does_not_know_the_host() -> None:
    facts = with_distribution(FACTS, "delivery", aliases=())
    assert part_of(DELIVERY + PATH, facts, None) is Part.DELIVERY


def test_names_are_all_that_a_foreign_host_is_told_by() -> None:
    findings = diagnosed(f"https://x.example.com{PATH}", Deployed(FACTS), facts=UNREAD).findings
    assert findings[0].expected == f"an address that begins with {NAMES.base_url}"
