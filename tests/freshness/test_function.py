"""Test the function over S3 itself: a batch goes in, and what has to come again comes out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

import resizer_core as core
from freshness.aws import Aws
from freshness.function import METRICS, Freshness
from freshness.settings import Cdn, FreshnessSettings
from tests.doubles import picture
from tests.freshness.events import event

QUEUE, WARM = "https://sqs.test/1/changes", "https://sqs.test/1/warm"


@dataclass
class Recorder:
    """Stands for a client of boto3, remembers what it was asked, and gives what it was told."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, **asked: Any) -> Any:
        self.asked.append(asked)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer

    send_message_batch = create_invalidation = __call__


@dataclass
class Site:
    """The function, what it asked of SQS and CloudFront, and its log."""

    s3: Any
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = {"originals": "s3://originals", "derivatives": "s3://pictures/made", "queue": QUEUE}
        self.settings = FreshnessSettings(**{"distribution": "E1", **said, **self.changes})
        self.sqs, self.cloudfront = Recorder(), Recorder()
        self.aws = Aws(self.settings, sqs=self.sqs, cloudfront=self.cloudfront)  # type: ignore[arg-type]
        self.lines: list[str] = []
        self.freshness = Freshness(self.settings, self.aws, write=self.lines.append)
        index = core.open_store(self.settings.index) if self.settings.index else None
        self.resizer = core.Resizer(
            core.open_store(self.settings.originals), core.open_store(self.settings.derivatives), index=index
        )

    def write(self, *keys: str, width: int = 60) -> None:
        for key in keys:
            self.s3.put_object(Bucket="originals", Key=key, Body=picture(".png", width=width))

    def view(self, *paths: str) -> None:
        for path in paths:
            self.resizer.produce(path)

    def handle(self, *bodies: str, context: object = None) -> list[str]:
        records = [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
        answer = self.freshness({"Records": records}, context)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def stored(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket="pictures").get("Contents", [])]

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def site(buckets: Any) -> Site:
    return Site(buckets)


def test_a_replaced_original_loses_its_derivatives_and_no_other_does(site: Site) -> None:
    site.write("a b.png", "c.png")
    site.view("/20x/a b.png", "/30x/a b.png", "/20x/c.png", "/20x_v-1/a b.png")
    site.write("a b.png", width=80)
    assert site.handle(event("a b.png"), event("a b.png"), event("c.png")) == []
    assert site.stored() == ["made/20x/c.png", "made/20x_v-1/a b.png"]
    (told,) = site.cloudfront.asked
    assert told["DistributionId"] == "E1"
    assert told["InvalidationBatch"]["Paths"] == {
        "Quantity": 2,
        "Items": ["/20x/a%20b.png", "/30x/a%20b.png"],
    }
    (sent,) = site.sqs.asked
    assert sent["QueueUrl"] == QUEUE
    assert [json.loads(entry["MessageBody"]) for entry in sent["Entries"]] == [
        {"key": "a b.png", "pass": 2, "deleted": ["/20x/a%20b.png", "/30x/a%20b.png"]},
        {"key": "c.png", "pass": 2, "deleted": []},
    ]
    assert {entry["DelaySeconds"] for entry in sent["Entries"]} == {61}
    (line,) = site.log()
    counted = {name: line[name] for name in METRICS}
    assert counted == {
        "Changes": 3,
        "StaleDerivatives": 2,
        "InvalidationPaths": 2,
        "FailedChanges": 0,
        "SpecsInUse": 2,
    }
    assert {one["Name"] for one in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} == {*METRICS}


def test_a_removed_original_leaves_nothing(site: Site) -> None:
    site.write("a.png")
    site.view("/20x/a.png", "/20x_v-1/a.png")
    site.s3.delete_object(Bucket="originals", Key="a.png")
    assert site.handle(event("a.png", kind="Object Deleted")) == []
    assert site.stored() == []


def test_the_index_knows_every_version(buckets: Any) -> None:
    site = Site(buckets, {"index": "s3://pictures/index"})
    site.write("a.png")
    site.view("/20x_v-1/a.png", "/20x/a.png")
    site.write("a.png", width=80)
    assert site.handle(event("a.png")) == []
    assert site.stored() == ["index/a.png/20x", "index/a.png/20x_v-1"]
    site.s3.delete_object(Bucket="originals", Key="a.png")
    (promised,) = [json.loads(entry["MessageBody"]) for entry in site.sqs.asked[0]["Entries"]]
    assert site.handle(json.dumps(promised)) == []
    assert site.stored() == []


def test_a_second_look_forgets_what_the_first_deleted(site: Site) -> None:
    site.write("a.png")
    again = {"key": "a.png", "pass": 2, "deleted": ["/20x/a.png"]}
    assert site.handle(json.dumps(again)) == []
    assert site.cloudfront.asked[0]["InvalidationBatch"]["Paths"]["Items"] == ["/20x/a.png"]
    assert site.sqs.asked == []  # there is no third one


def test_a_message_of_another_bucket_fails_alone(site: Site) -> None:
    site.write("a.png")
    assert site.handle(event("a.png"), event("a.png", bucket="pictures"), "nothing") == ["m1", "m2"]
    failed = [line for line in site.log() if "exception" in line]
    assert [("of 'pictures'" in line["exception"], line["level"]) for line in failed] == [
        (True, "ERROR"),
        (False, "ERROR"),
    ]


def test_a_key_that_cannot_be_looked_at_fails_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.write("a.png", "b.png")
    site.view("/20x/a.png")
    site.write("a.png", width=80)
    find_stale = core.Upkeep.find_stale

    def fails(self: core.Upkeep, key: str) -> Any:
        if key == "b.png":
            raise core.StorageError("the store failed to look for an object")
        return find_stale(self, key)

    monkeypatch.setattr(core.Upkeep, "find_stale", fails)
    assert site.handle(event("b.png"), event("a.png")) == ["m0"]
    assert site.stored() == []
    (failed, summary) = site.log()
    assert failed["keys"] == ["b.png"]
    assert "StorageError: the store failed" in failed["exception"]
    assert (summary["level"], summary["FailedChanges"]) == ("ERROR", 1)


def test_what_there_is_no_time_for_comes_again(site: Site) -> None:
    @dataclass
    class Ending:
        left: int = 60_000

        def get_remaining_time_in_millis(self) -> int:
            self.left -= 15_000
            return self.left

    site.write("a.png", "b.png", "c.png")
    assert site.handle(event("a.png"), event("b.png"), event("c.png"), context=Ending()) == ["m2"]


def test_many_invalidations_under_way_are_tried_again(site: Site) -> None:
    site.write("a.png")
    site.view("/20x/a.png")
    site.write("a.png", width=80)
    too_many = {"Error": {"Code": "TooManyInvalidationsInProgress", "Message": "wait"}}
    site.cloudfront.answers.append(ClientError(too_many, "CreateInvalidation"))  # type: ignore[arg-type]
    assert site.handle(event("a.png")) == ["m0"]
    assert "TooManyInvalidationsInProgress" in site.log()[0]["exception"]
    (promised,) = site.sqs.asked[0]["Entries"]
    assert site.handle(promised["MessageBody"]) == []
    assert site.cloudfront.asked[1]["InvalidationBatch"]["Paths"]["Items"] == ["/20x/a.png"]


def test_nothing_is_deleted_while_a_second_look_cannot_be_promised(site: Site) -> None:
    site.write("a.png", "b.png")
    site.view("/20x/a.png", "/20x/b.png")
    site.write("a.png", "b.png", width=80)
    failed = {"Id": "1", "Code": "InternalError", "SenderFault": False}
    site.sqs.answers.append({"Failed": [failed]})
    assert site.handle(event("a.png"), event("b.png")) == ["m1"]
    assert site.stored() == ["made/20x/b.png"]


def test_no_cdn_is_told_where_there_is_none_or_it_keeps_for_a_short_time(buckets: Any) -> None:
    for changes in ({"distribution": ""}, {"cdn": Cdn.TTL}):
        site = Site(buckets, changes)
        site.write("a.png")
        site.view("/20x/a.png")
        site.write("a.png", width=80)
        assert site.handle(event("a.png")) == []
        assert (site.stored(), site.cloudfront.asked) == ([], [])


def test_what_is_always_wanted_is_made_anew_after_it_was_deleted(buckets: Any) -> None:
    site = Site(buckets, {"warm_queue": WARM})
    site.write("a.png")
    again = json.dumps({"key": "a.png", "pass": 2, "deleted": []})
    assert site.handle(event("a.png"), event("gone.png", kind="Object Deleted")) == []
    assert site.handle(again) == []
    assert warmed(site) == ['{"key": "a.png"}']


def test_what_a_late_run_stored_of_the_former_original_is_made_anew_as_well(buckets: Any) -> None:
    """The function that makes it had found it there, and made nothing."""
    site = Site(buckets, {"warm_queue": WARM})
    site.write("a.png")
    site.view("/20x/a.png")
    site.write("a.png", width=80)
    assert site.handle(json.dumps({"key": "a.png", "pass": 2, "deleted": []})) == []
    assert (site.stored(), warmed(site)) == ([], ['{"key": "a.png"}'])


def warmed(site: Site) -> list[str]:
    """List what was sent to the function that makes derivatives beforehand."""
    asked = [one for one in site.sqs.asked if one["QueueUrl"] == WARM]
    return [entry["MessageBody"] for one in asked for entry in one["Entries"]]


def stale(number: int) -> core.Stale:
    return core.Stale(key=f"20x/{number}", etag=f"e{number}", why=core.Staleness.REPLACED)


def test_a_derivative_is_deleted_only_as_it_was_seen(aws_environment: object) -> None:  # noqa: ARG001
    s3 = boto3.client("s3")
    settings = FreshnessSettings(originals="s3://o", derivatives="s3://d/made", queue=QUEUE)
    aws = Aws(settings, s3=s3, sqs=Recorder(), cloudfront=Recorder())  # type: ignore[arg-type]
    asked = {
        "Bucket": "d",
        "Delete": {"Quiet": True, "Objects": [{"Key": f"made/20x/{n}", "ETag": f"e{n}"} for n in range(3)]},
    }
    errors = [
        {"Key": "made/20x/0", "Code": "PreconditionFailed", "Message": "newer"},
        {"Key": "made/20x/1", "Code": "AccessDenied", "Message": "no"},
    ]
    with Stubber(s3) as stubber:
        stubber.add_response("delete_objects", {"Errors": errors}, asked)
        assert aws.delete([stale(number) for number in range(3)]) == {"20x/1": "AccessDenied: no"}
        for _ in range(2):
            stubber.add_response("delete_objects", {}, {"Bucket": "d", "Delete": ANY})
        assert aws.delete([stale(number) for number in range(1001)]) == {}
        stubber.assert_no_pending_responses()


def test_what_is_sent_and_told_is_what_the_services_take(aws_environment: object) -> None:  # noqa: ARG001
    sqs, cloudfront = boto3.client("sqs", region_name="eu-west-1"), boto3.client("cloudfront")
    settings = FreshnessSettings(originals="s3://o", derivatives="s3://d", queue=QUEUE, distribution="E1")
    aws = Aws(settings, sqs=sqs, cloudfront=cloudfront)
    with Stubber(sqs) as queue, Stubber(cloudfront) as cdn:
        for _ in range(4):
            queue.add_response(
                "send_message_batch", {"Successful": [], "Failed": []}, {"QueueUrl": QUEUE, "Entries": ANY}
            )
        assert aws.look_again({str(number): "{}" for number in range(11)}, 61.0) == {}
        assert aws.look_again({str(number): "x" * 150_000 for number in range(2)}, 61.0) == {}
        queue.assert_no_pending_responses()
        assert aws.look_again({}, 61.0) == {}
        cdn.add_response(
            "create_invalidation",
            {},
            {
                "DistributionId": "E1",
                "InvalidationBatch": {"Paths": {"Quantity": 1, "Items": ["#k-1"]}, "CallerReference": "r1"},
            },
        )
        aws.invalidate(["#k-1"], "r1")
