"""Let derivatives follow their originals on an AWS emulator, while one step after the other fails.

S3's events, EventBridge's rule, the queue with its delays and its dead letters, the mapping with its
partial answers, the deletes and the invalidations are ministack's, as Terraform applied them from the
example. The function is that of this checkout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.terraform.changing import THEIRS, Site, changing, until
from tests.terraform.conftest import Applied
from tests.terraform.faults import Fault

SPECS = ("300x200_f-webp", "90x_f-png")
VERSIONED = "300x200_f-webp_v-1"
#: Which calls fail, by the step that they are.
STEPS: Mapping[str, Fault] = {
    "the look at the original": lambda method, target, _: method == "HEAD" and "-originals/" in target,
    "the look at a derivative": lambda method, target, _: method == "HEAD" and "-derived-" in target,
    "the promise of a second look": lambda _method, _target, headers: (
        "SendMessage" in headers.get("x-amz-target", "")
    ),
    "the delete": lambda method, target, _: method == "POST" and "?delete" in target,
    "the invalidation": lambda method, target, _: method == "POST" and target.endswith("/invalidation"),
}
DIES = "the run as a whole"


@pytest.fixture(scope="module")
def site(complete: Applied, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example while its function runs, and its buckets without a picture before and after."""
    with changing(complete, tmp_path_factory.mktemp("shell")) as site:
        yield site


@pytest.fixture(scope="module")
def followed(site: Site) -> Site:
    """The same after originals were replaced and deleted, and each step has failed once."""
    keys = ["same.png", "gone.png", "late.png", *(f"{step}.png" for step in (*STEPS, DIES))]
    for key in keys:
        site.put(key, (10, 20, 30))
        site.view(key, *SPECS)
    for key in ("gone.png", "late.png"):
        site.view(key, VERSIONED)
    site.s3.put_object(Bucket=site.applied.stack["originals_bucket"], Key="elsewhere.png", Body=b"")
    until(lambda: {f"pictures/{key}" for key in keys} <= set(site.invocations.told()), "new originals")

    for step, fails in STEPS.items():
        with site.faults.of(fails):
            site.fail(step)
        site.broken |= {step} if site.faults.failed else set()
    with site.invocations.dying():
        site.fail(DIES)
    site.broken.add(DIES)
    until(lambda: not any(stale(site, f"{step}.png") for step in (*STEPS, DIES)), "the first looks")

    # A run that had read the original before it was replaced, and stores after the first look.
    late = {
        "Bucket": site.applied.stack["derivatives_bucket"],
        "Key": f"{SPECS[0]}/late.png",
    }
    stored = site.s3.get_object(**late)
    body, metadata = stored["Body"].read(), stored["Metadata"]
    site.put("late.png", (200, 100, 50))
    until(lambda: not stale(site, "late.png", but=VERSIONED), "the first look")
    site.s3.put_object(**late, Body=body, Metadata=metadata)
    site.view("late.png", SPECS[1])
    site.delete("gone.png")
    until(lambda: site.waiting("changes") == 0, "the second look")
    return site


def test_each_step_has_failed(followed: Site) -> None:
    assert followed.broken == {*STEPS, DIES}


@pytest.mark.parametrize("step", [*STEPS, DIES])
def test_what_failed_comes_again_and_nothing_stale_is_left(followed: Site, step: str) -> None:
    assert followed.derivatives(f"{step}.png") == {}
    paths = followed.invalidated()
    for spec in SPECS:
        assert f"/{spec}/{step.replace(' ', '%20')}.png" in paths


def test_no_change_is_laid_aside(followed: Site) -> None:
    assert (followed.waiting("changes"), followed.waiting("changes-dead")) == (0, 0)


def test_of_what_is_gone_nothing_is_left(followed: Site) -> None:
    assert followed.derivatives("gone.png") == {}
    assert f"/{VERSIONED}/gone.png" in followed.invalidated()


def test_what_is_fresh_stays(followed: Site) -> None:
    assert followed.derivatives("same.png").keys() == {*SPECS}
    assert [path for path in followed.invalidated() if path.endswith("/same.png")] == []


def test_of_what_is_outside_of_the_prefix_nobody_is_told(followed: Site) -> None:
    assert [key for key in followed.invocations.told() if not key.startswith("pictures/")] == []


def test_what_was_stored_in_between_is_found_by_the_second_look(followed: Site) -> None:
    """Leave what was made of the new original, and what has a version of its own."""
    assert followed.derivatives("late.png").keys() == {SPECS[1], VERSIONED}
    assert stale(followed, "late.png") == {VERSIONED}
    assert followed.invalidated().count(f"/{SPECS[0]}/late.png") >= 2


def test_the_generator_is_told_how_long_browsers_may_keep(complete: Applied) -> None:
    with complete.ministack.client("lambda") as functions:
        found = functions.get_function_configuration(FunctionName=complete.stack["function_name"])
    assert (
        found["Environment"]["Variables"]["RESIZER_CACHE_CONTROL"] == "public, max-age=300, s-maxage=31536000"
    )


def test_what_else_is_notified_of_the_bucket_stays(site: Site) -> None:
    found = site.s3.get_bucket_notification_configuration(Bucket=site.applied.stack["originals_bucket"])
    assert "EventBridgeConfiguration" in found
    assert [one["Id"] for one in found["QueueConfigurations"]] == [THEIRS]


def stale(site: Site, key: str, *, but: str = "") -> set[str]:
    """Name the SPECs whose derivative was made of another original than there is."""
    bucket = site.applied.stack["originals_bucket"]
    there = site.s3.head_object(Bucket=bucket, Key=f"pictures/{key}")["ETag"].strip('"')
    return {spec for spec, made_of in site.derivatives(key).items() if made_of != there} - {but}
